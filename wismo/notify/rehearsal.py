"""One rule played on the past of one order."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field, replace
from datetime import datetime
from functools import cached_property
from typing import Any

from wismo.notify.journey.model import Journey, Subject
from wismo.notify.queries import values
from wismo.notify.queries.history import Past, PastParcel
from wismo.notify.queries.reach import People, Whom, reach_of
from wismo.notify.queries.readers import Reader, reader_of
from wismo.notify.queries.setups import Setup
from wismo.notify.rules.facts import Facts, Reach, Reached, SentBefore
from wismo.notify.rules.gates import decide
from wismo.notify.rules.hindsight import Known, situation
from wismo.notify.rules.schedule import due
from wismo.notify.rules.verdict import Code, Ruling
from wismo.notify.wording import reading_order
from wismo.vocabulary.happening import Happening
from wismo.vocabulary.milestone import Milestone
from wismo.vocabulary.status import Leg

ROUNDS = 10  # a message is put off by quiet hours once or twice, never so often
_Row = dict[str, Any]


@dataclass(frozen=True, slots=True)
class Played:
    """What would have become of one message."""

    code: str  # the last gate's; "sent" where it passed
    happened_at: datetime
    sent_at: datetime | None = None
    local_hour: int = 0  # where the reader is
    channel: str = ""
    provider: str = ""
    language: str = ""
    deferred: bool = False
    overtaken: bool = False


@dataclass(frozen=True, slots=True)
class _Start:
    """A fact that starts the rule."""

    key: str  # what is told only once
    fact: Known
    parcel: PastParcel | None
    due_at: datetime
    seed: int


@dataclass
class Rehearsal:
    """A rule, and the order whose past it is played on."""

    journey: Journey
    setup: Setup
    past: Past
    people: People = field(repr=False)
    today: datetime

    def play(self, since: datetime, sent: list[SentBefore]) -> dict[str, Played]:
        """What would have become of each message of this order that was started since then, by its key.

        `sent` is what the buyer was sent by this rule so far; what is sent now is added to it.
        """
        starts = [start for start in self._starts() if start.fact.known_at >= since]
        found: dict[str, Played] = {}
        merged_until: datetime | None = None
        for start in sorted(starts, key=lambda start: (start.due_at, start.key)):
            if self.journey.collapse and merged_until and start.fact.known_at <= merged_until:
                found[start.key] = Played(Code.MERGED, start.fact.at)
                continue
            played = found[start.key] = self._one(start, sent)
            if played.sent_at is not None:
                merged_until = played.sent_at
                if self.journey.cap:
                    sent.append(SentBefore(self.journey.cap.group, played.sent_at))
        return found

    def _one(self, start: _Start, sent: list[SentBefore]) -> Played:
        moment, deferred = max(start.fact.known_at, start.due_at), False
        for _ in range(ROUNDS):
            judged = decide(self._facts(start, moment, sent), self.journey)
            if judged.passed and judged.step is not None:
                return self._sent(start, moment, self.journey.route[judged.step].channel, deferred=deferred)
            if judged.last.ruling is not Ruling.WAIT or judged.last.again_at is None:
                break
            moment, deferred = judged.last.again_at, True
        return Played(str(judged.last.code), start.fact.at, deferred=deferred)

    def _sent(self, start: _Start, moment: datetime, channel: str, *, deferred: bool) -> Played:
        return Played(
            code=Code.SENT,
            happened_at=start.fact.at,
            sent_at=moment,
            local_hour=moment.astimezone(self._reader.zone).hour,
            channel=channel,
            provider=self._reach[channel].provider,
            language=self._language,
            deferred=deferred,
            overtaken=self._overtaken(start, moment),
        )

    def _overtaken(self, start: _Start, moment: datetime) -> bool:
        """Whether newer news had happened by then that had not been told yet."""
        told = start.parcel.known if start.parcel else tuple(self._of_all_parcels())
        return any(
            point.milestone in self.journey.superseded_by
            and start.fact.at <= point.at <= moment < point.known_at
            for point in told
        )

    # ── what starts it ────────────────────────────────────────────────────────────────────────────────────

    def _starts(self) -> Iterator[_Start]:
        if self.journey.subject is Subject.SHIPMENT:
            for parcel in self.past.parcels:
                for point in filter(self._means, parcel.known):
                    yield self._start(f"{parcel.row['pk']}|{point.episode}", point, parcel)
            return
        points = [point for point in (*self.past.known, *self._of_all_parcels()) if self._means(point)]
        once = points if self.journey.trigger in set(Happening) else points[:1]
        for point in once:
            yield self._start(f"order|{point.episode}", point, None)

    def _means(self, point: Known) -> bool:
        if point.milestone != self.journey.trigger:
            return False
        statuses = self.journey.statuses
        return not statuses or point.milestone != Milestone.EXCEPTION or point.episode in statuses

    def _start(self, key: str, point: Known, parcel: PastParcel | None) -> _Start:
        due_at = due(point.at, self.journey.wait, self._reader.zone, self._reader.country)
        if self.journey.collapse:
            due_at += self.journey.collapse
        return _Start(
            key, point, parcel, due_at, parcel.row["pk"] if parcel else self.past.order["order__pk"]
        )

    def _of_all_parcels(self) -> Iterator[Known]:
        """The outbound parcels' milestones by time, and that all of them have arrived."""
        out = [parcel for parcel in self.past.parcels if parcel.row["base_leg"] == Leg.FORWARD]
        yield from sorted((point for parcel in out for point in parcel.known), key=lambda point: point.at)
        ends = [next((p for p in parcel.known if p.milestone == Milestone.DELIVERED), None) for parcel in out]
        arrived = [end for end in ends if end is not None]
        if out and len(arrived) == len(out):
            last = max(arrived, key=lambda point: point.known_at)
            yield replace(last, milestone=Milestone.ALL_DELIVERED.value)

    # ── what was so ───────────────────────────────────────────────────────────────────────────────────────

    def _facts(self, start: _Start, moment: datetime, sent: list[SentBefore]) -> Facts:
        then = [
            _as_it_was(parcel, moment) for parcel in self.past.parcels if parcel.row["created_at"] <= moment
        ]
        about = next((row for row in then if start.parcel and row["pk"] == start.parcel.row["pk"]), None)
        if about is None and start.parcel is not None:
            about = _as_it_was(start.parcel, moment)
        cancelled_at = self.past.order["order__cancelled_at"]
        age = self.journey.max_age
        return Facts(
            now=moment,
            happened_at=start.fact.at,
            due_at=start.due_at,
            expires_at=start.due_at + age if age is not None else None,
            cancelled_at=cancelled_at if cancelled_at and cancelled_at <= moment else None,
            leg=about["leg"] if about else None,
            status=about["status"] if about else None,
            late=about["late"] if about else None,
            stalled=about["silent"] == "stalled" if about else None,
            milestones=self._milestones(start, moment),
            values=self._values(then, about, moment),
            country=self._reader.country,
            zones=self._reader.zones,
            person=self._person,
            reach=self._reach,
            sent=tuple(sent),
            seed=start.seed,
            quiet=self.setup.manners.quiet,
        )

    def _milestones(self, start: _Start, moment: datetime) -> tuple[Reached, ...]:
        own = start.parcel.known if start.parcel else ()
        found = (*self.past.known, *own) if own else (*self.past.known, *self._of_all_parcels())
        return tuple(Reached(point.milestone, point.at) for point in found if point.known_at <= moment)

    def _values(self, then: list[_Row], about: _Row | None, moment: datetime) -> _Row:
        brand = self.setup.brand
        found: _Row = {"shop.country": brand.country}
        found |= values.of_order(self.past.order, self.past.lines, then, brand.country, moment)
        found |= values.of_parcel(about) if about else {}
        found |= values.of_customer(self.past.buyer, None, moment)
        return found

    # ── who it was for ────────────────────────────────────────────────────────────────────────────────────

    @cached_property
    def _reader(self) -> Reader:
        order, brand = self.past.order, self.setup.brand
        return reader_of(order["order__timezone"], order["order__country"] or brand.country, brand.timezone)

    @cached_property
    def _reach(self) -> Mapping[str, Reach]:
        order, language = self.past.order, self.past.buyer["language"]
        whom = Whom(order["order__shop_id"], self.past.buyer["pk"], language, None, self.today)
        return reach_of(whom, self.journey, self.setup, self.people)[0]

    @cached_property
    def _person(self) -> str:
        places = self.people.places_of(self.past.buyer["pk"])
        return places[0].digest if places else ""

    @cached_property
    def _language(self) -> str:
        return reading_order(self.past.buyer["language"], self.setup.brand.languages)[0] or "en"


def _as_it_was(parcel: PastParcel, moment: datetime) -> _Row:
    """The parcel's row as it read at that moment."""
    then = situation(parcel.known, Leg(parcel.row["base_leg"]), moment)
    return {
        **parcel.row,
        "status": then.status,
        "leg": then.leg,
        "late": then.late,
        "silent": "stalled" if then.stalled else "",
        "delivered_at": then.delivered_at,
    }
