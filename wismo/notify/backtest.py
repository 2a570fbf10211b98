"""A rule tried on stored history: what it would have sent, to whom, when, by which channel, at what cost.

Each order of the time is walked through as it became known: a scan that came late is late here too. The same
gates judge as at sending. What is not kept of the past is as it is today: accounts, addresses, consents,
quiet hours; see `NOTES`, which every report carries.
"""

from collections import Counter, defaultdict
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta

from wismo.notify.journey.model import Journey, Subject
from wismo.notify.queries.history import Past, orders_between, pasts, prices_of
from wismo.notify.queries.reach import people
from wismo.notify.queries.segments import Meter
from wismo.notify.queries.setups import Setup, setups
from wismo.notify.rehearsal import Played, Rehearsal
from wismo.notify.rules.facts import SentBefore
from wismo.notify.rules.verdict import Code

Progress = Callable[[int, int], None]  # orders looked at, orders in all
NIGHT = (21, 8)  # o'clock, where the reader is
SAMPLES = 20
_STALE = (Code.SUPERSEDED, Code.TOO_OLD, Code.QUIET_DROP, Code.MOVED_AGAIN, Code.PROMISE_KEPT)
NOTES = (
    "Accounts, addresses, consents and quiet hours are taken as they are today.",
    "A message that a provider would have refused counts as sent by the first channel of its route.",
    "Caps count what this rule would have sent; other rules' messages are not replayed.",
)
NOT_TRIED = (
    "Carts and campaigns are not tried: what carts held, and who would have been written to, is not kept."
)


@dataclass(slots=True)
class Side:
    """What one version of the rule would have done."""

    version: int
    sent: int = 0
    buyers: set[int] = field(default_factory=set)
    not_sent: Counter[str] = field(default_factory=Counter)  # by code, without its detail
    channels: Counter[str] = field(default_factory=Counter)
    languages: Counter[str] = field(default_factory=Counter)
    countries: Counter[str] = field(default_factory=Counter)
    hours: Counter[int] = field(default_factory=Counter)  # o'clock where the reader is
    deferred: int = 0  # sent later, for the reader's quiet hours
    overtaken: int = 0  # sent in good faith: newer news had happened and had not been told yet
    cost_micros: Counter[str] = field(default_factory=Counter)  # by currency
    unpriced: int = 0  # sent by an account whose price nobody entered

    @property
    def night(self) -> int:
        """Sent between nine in the evening and eight in the morning."""
        return sum(n for hour, n in self.hours.items() if hour >= NIGHT[0] or hour < NIGHT[1])

    @property
    def stale(self) -> int:
        """Held back since it was no longer true or no longer news."""
        return sum(self.not_sent[code.value] for code in _STALE)


@dataclass(frozen=True, slots=True)
class Difference:
    """One message that the two versions treat differently."""

    order_id: int
    order_number: str
    draft: Played | None
    published: Played | None


@dataclass(slots=True)
class Report:
    """A rule beside the one that is published, on the same history."""

    key: str
    since: datetime
    until: datetime
    draft: Side
    published: Side | None
    orders: int = 0
    parcels: int = 0
    only_draft: int = 0
    only_published: int = 0
    otherwise: int = 0  # sent by both, by another channel or more than five minutes apart
    samples: list[Difference] = field(default_factory=list)
    notes: tuple[str, ...] = NOTES
    tried: bool = True


def backtest(
    shop_id: int, journey: Journey, *, days: int, now: datetime, progress: Progress = lambda _done, _all: None
) -> Report:
    """The draft `journey` and the shop's published rule of its key on the last `days` of stored history."""
    since, setup = now - timedelta(days=days), setups([shop_id])[shop_id]
    published = setup.library.by_key.get(journey.key)
    report = Report(
        journey.key, since, now, Side(journey.version), Side(published.version) if published else None
    )
    if journey.subject in {Subject.CART, Subject.BUYER}:
        report.tried, report.notes = False, (NOT_TRIED,)
        return report
    trial = _Trial(shop_id, setup, report, [journey, published] if published else [journey])
    total = orders_between(shop_id, since, now)
    for chunk in pasts(shop_id, since, now):
        trial.try_on(chunk)
        progress(report.orders, total)
    return report


@dataclass
class _Trial:
    """The rules under trial, and what they have sent so far."""

    shop_id: int
    setup: Setup
    report: Report
    journeys: Sequence[Journey]
    sent: list[defaultdict[int, list[SentBefore]]] = field(default_factory=list)

    def __post_init__(self) -> None:
        self.sent = [defaultdict(list) for _ in self.journeys]
        self.prices = prices_of(self.shop_id)
        self.meter = Meter(self.setup)

    def try_on(self, chunk: Sequence[Past]) -> None:
        """Every order of a chunk, by every rule."""
        buyers = {past.buyer["pk"] for past in chunk}
        known = people([self.shop_id], buyers, [], {self.shop_id: self.setup}, self.report.until)
        for past in chunk:
            self.report.orders += 1
            self.report.parcels += len(past.parcels)
            played = [
                Rehearsal(journey, self.setup, past, known, self.report.until).play(
                    self.report.since, self.sent[place][past.buyer["pk"]]
                )
                for place, journey in enumerate(self.journeys)
            ]
            for place, found in enumerate(played):
                for one in found.values():
                    self._count(self._sides()[place], self.journeys[place], past, one)
            if len(played) == 2 and (played[0] or played[1]):
                self._compare(past, *played)

    def _sides(self) -> list[Side]:
        return [side for side in (self.report.draft, self.report.published) if side]

    def _count(self, side: Side, journey: Journey, past: Past, one: Played) -> None:
        if one.sent_at is None:
            side.not_sent[one.code.partition(":")[0]] += 1
            return
        side.sent += 1
        side.buyers.add(past.buyer["pk"])
        side.channels[one.channel] += 1
        side.languages[one.language] += 1
        side.countries[past.order["order__country"]] += 1
        side.hours[one.local_hour] += 1
        side.deferred += one.deferred
        side.overtaken += one.overtaken
        price = self.prices.get(one.provider)
        if price is None:
            side.unpriced += 1
        else:
            side.cost_micros[price[1]] += price[0] * self.meter.segments(journey, one.channel, one.language)

    def _compare(self, past: Past, draft: dict[str, Played], published: dict[str, Played]) -> None:
        for key in draft.keys() | published.keys():
            ours, theirs = draft.get(key), published.get(key)
            if not self._differ(ours, theirs):
                continue
            if len(self.report.samples) < SAMPLES:
                number, pk = past.order["order__number"], past.order["order__pk"]
                self.report.samples.append(Difference(pk, number, ours, theirs))

    def _differ(self, ours: Played | None, theirs: Played | None) -> bool:
        a, b = ours.sent_at if ours else None, theirs.sent_at if theirs else None
        self.report.only_draft += a is not None and b is None
        self.report.only_published += a is None and b is not None
        if a is None or b is None or ours is None or theirs is None:
            return (a is None) != (b is None)
        otherwise = ours.channel != theirs.channel or abs(a - b) > timedelta(minutes=5)
        self.report.otherwise += otherwise
        return otherwise
