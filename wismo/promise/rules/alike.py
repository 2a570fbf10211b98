"""Questions that must have the same answer, asked once. Pure."""

from collections.abc import Callable, Iterable
from dataclasses import replace
from datetime import datetime

from wismo.promise.plan.model import Plan
from wismo.promise.rules.adjusting import Adjusted
from wismo.promise.rules.question import Answer, Question

_LANES = 3  # letters of a postcode that lanes know: see rules/lanes.py
_QUARTER = 900  # seconds: no clock on earth strikes midnight inside a quarter of an hour of UTC


MOST = 100_000  # answers remembered, some 1 KB each; then all are let go, and those asked for come back


class Memory:
    """What was answered, for many questions of one plan."""

    def __init__(
        self, quote: Callable[[Question], Answer], plan: Plan, adjustments: Iterable[Adjusted]
    ) -> None:
        """`quote` answers under that plan and those adjustments."""
        self._quote = quote
        self._letters = _letters(plan, adjustments)
        self._known: dict[object, tuple[datetime, Answer]] = {}

    def answer(self, question: Question) -> Answer:
        """What `quote` says; of the postcode it sees no more than any rule or lane does."""
        postcode = question.postcode.replace(" ", "").upper()[: self._letters]
        key = (
            *(question.country, question.region, postcode, question.service, question.warehouse),
            *(question.items, question.payment, question.level, int(question.at.timestamp()) // _QUARTER),
        )
        known = self._known.get(key)
        if known is not None and _holds(*known, question.at):
            return known[1]
        answer = self._quote(replace(question, postcode=postcode))
        if len(self._known) >= MOST:
            self._known.clear()
        self._known[key] = question.at, answer
        return answer


def _holds(since: datetime, answer: Answer, at: datetime) -> bool:
    """Whether what was answered `since` is still so, in the same quarter of an hour."""
    return at == since or (answer.order_by is not None and since <= at < answer.order_by)


def _letters(plan: Plan, adjustments: Iterable[Adjusted]) -> int:
    """The longest beginning of a postcode that anything goes by."""
    areas = [
        *(area for service in plan.services for area in service.areas),
        *(extra.area for extra in plan.extras),
        *(typed.area for typed in plan.typed),
    ]
    known = [start for area in areas for start in area.postcodes]
    known += [start for adjusted in adjustments for start in adjusted.postcodes]
    return max([_LANES, *map(len, known)])
