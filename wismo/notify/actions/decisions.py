"""Every gate's outcome is kept: what was decided of a message, and by which facts."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime

from wismo.notify.models import Decision
from wismo.notify.rules.verdict import Verdict
from wismo.plumbing.bulk import insert_new

_NAMES = ("shop", "message", "at", "gate", "outcome", "code", "facts")


@dataclass(frozen=True, slots=True)
class Judged:
    """A message and one gate's verdict on it."""

    shop_id: int
    message_id: int
    verdict: Verdict


def decide(judged: Iterable[Judged], at: datetime) -> None:
    """Keep the verdicts in their order, in one statement."""
    insert_new(Decision, _NAMES, [_row(one, at) for one in judged])


def _row(judged: Judged, at: datetime) -> tuple[object, ...]:
    verdict = judged.verdict
    facts = dict(verdict.facts)
    if verdict.again_at is not None:
        facts.setdefault("again_at", verdict.again_at.isoformat())
    told = (verdict.gate, verdict.ruling.value, str(verdict.code), facts)
    return (judged.shop_id, judged.message_id, at, *told)
