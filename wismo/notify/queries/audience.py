"""Whom a campaign would reach: its audience, and the way to each of them. In bulk."""

from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from django.db.models import F

from wismo.notify.journey.conditions import read_audience
from wismo.notify.journey.model import Journey
from wismo.notify.queries import values
from wismo.notify.queries.reach import People, Whom, people, reach_of
from wismo.notify.queries.readers import reader_of
from wismo.notify.queries.setups import Setup, setups
from wismo.notify.rules.conditions import holds
from wismo.notify.rules.facts import Facts, Reach
from wismo.notify.rules.gates import consent, decide, route, suppressed
from wismo.notify.rules.reaching import consent_code
from wismo.orders.models import Buyer

LOOKED_AT = 10_000  # buyers that a preview weighs; of a larger shop, evenly picked ones stand for all
CHUNK = 1000
SAMPLES = 5
_BUYER = ("pk", "name", "email", "language", "tags")


@dataclass(frozen=True, slots=True)
class Plan:
    """What a campaign says to whom."""

    journey: str
    audience: Sequence[Any]  # conditions as in a journey's `when`
    values: Mapping[str, str] = field(repr=False)  # what the texts say


@dataclass(frozen=True, slots=True)
class Weighed:
    """A buyer of the audience, and how the journey's channels could reach them now."""

    buyer_id: int
    name: str = field(repr=False)
    email: str = field(repr=False)
    language: str
    reach: Mapping[str, Reach]
    agreed: frozenset[str]  # the channels with an address whose reader agreed to this kind
    way: str  # the channel it would go by; "" where the gates would stop it now
    bar: str  # the code of the gate that would


class Audience:
    """The audience of one plan in one shop."""

    def __init__(self, shop_id: int, plan: Plan, now: datetime) -> None:
        """LookupError where the shop has no such journey, JourneyError where the conditions are none."""
        self.shop_id, self.plan, self.now = shop_id, plan, now
        self.setup: Setup = setups([shop_id])[shop_id]
        found = self.setup.library.by_key.get(plan.journey)
        if found is None:
            raise LookupError(plan.journey)
        self.journey: Journey = found
        self.wanted = read_audience(plan.audience)
        self._asked = frozenset(values.facts_in(self.wanted)) | values.asked_by(found)

    def weigh(self, buyer_ids: Sequence[int]) -> list[Weighed]:
        """Those of the buyers that are meant, by id; ten queries at most."""
        rows = Buyer.objects.filter(shop_id=self.shop_id, pk__among=list(buyer_ids)).order_by("pk")
        buyers = list(rows.values(*_BUYER))
        customs = values.customs_for(self._asked, [self.shop_id], [row["pk"] for row in buyers])
        meant = []
        for row in buyers:
            known = self._facts(row, customs.get(row["pk"]))
            if holds(self.wanted, known) is True:
                meant.append((row, known))
        ids = [row["pk"] for row, _ in meant]
        there = people([self.shop_id], ids, [], {self.shop_id: self.setup}, self.now)
        return [self._weighed(row, known, there) for row, known in meant]

    def _facts(self, row: Mapping[str, Any], custom: values.Custom | None) -> dict[str, Any]:
        told = {f"event.{name}": value for name, value in self.plan.values.items()}
        known = {**told, "shop.country": self.setup.brand.country}
        return known | values.of_customer(row, custom, self.now)

    def _weighed(self, row: Mapping[str, Any], known: Mapping[str, Any], there: People) -> Weighed:
        whom = Whom(self.shop_id, row["pk"], row["language"], None, self.now)
        reach, _ = reach_of(whom, self.journey, self.setup, there)
        reader = reader_of("", self.setup.brand.country, self.setup.brand.timezone)
        facts = Facts(
            now=self.now,
            happened_at=self.now,
            due_at=self.now,
            expires_at=None,
            values=known,
            country=reader.country,
            zones=reader.zones,
            reach=reach,
        )
        judged = decide(facts, self.journey, (suppressed, consent, route))
        kind = self.journey.kind
        return Weighed(
            buyer_id=row["pk"],
            name=row["name"],
            email=row["email"],
            language=row["language"],
            reach=reach,
            agreed=frozenset(
                channel
                for channel, one in reach.items()
                if one.has_address and not consent_code(one, kind, reader.country)
            ),
            way=self.journey.route[judged.step].channel if judged.step is not None else "",
            bar="" if judged.passed else str(judged.last.code),
        )


def buyers_after(shop_id: int, place: int, limit: int = CHUNK) -> list[int]:
    """The next buyers of the shop by id."""
    rows = Buyer.objects.filter(shop_id=shop_id, pk__gt=place).order_by("pk")
    return list(rows.values_list("pk", flat=True)[:limit])


@dataclass(frozen=True, slots=True)
class Share:
    """How many of an audience one channel has an address of, and how many of those agreed."""

    channel: str
    account: bool  # whether the shop has one in use
    addresses: int
    agreed: int
    goes_by: int  # for how many it is the best way


@dataclass(frozen=True, slots=True)
class Preview:
    """Whom a campaign would reach now."""

    buyers: int  # of the shop
    weighed: int  # of them; fewer than all: the numbers below are worked out from these
    audience: int
    reachable: int
    barred: Mapping[str, int]  # why the others are not, by code
    shares: tuple[Share, ...]
    samples: tuple[Weighed, ...]

    @property
    def is_estimate(self) -> bool:
        """Whether not every buyer was looked at."""
        return self.weighed < self.buyers


def preview(shop_id: int, plan: Plan, now: datetime) -> Preview:
    """What a campaign would come to now. Bounded: of a large shop a part stands for all.

    LookupError and JourneyError as `Audience` has them.
    """
    audience = Audience(shop_id, plan, now)
    buyers = Buyer.objects.filter(shop_id=shop_id).count()
    ids = _picked(shop_id, buyers)
    found = [one for chunk in _chunks(ids) for one in audience.weigh(chunk)]
    scale = buyers / len(ids) if ids else 1.0
    ready = [one for one in found if one.way]
    return Preview(
        buyers=buyers,
        weighed=len(ids),
        audience=round(len(found) * scale),
        reachable=round(len(ready) * scale),
        barred={code: round(n * scale) for code, n in Counter(o.bar for o in found if o.bar).most_common()},
        shares=tuple(_share(channel, audience, found, scale) for channel in audience.journey.channels),
        samples=tuple([*ready, *(one for one in found if not one.way)][:SAMPLES]),
    )


def _picked(shop_id: int, buyers: int) -> list[int]:
    """All buyers, or every n-th: by what is left of their ids, which has nothing to do with who they are."""
    step = -(-buyers // LOOKED_AT)
    rows = Buyer.objects.filter(shop_id=shop_id).order_by("pk")
    if step > 1:
        rows = rows.annotate(rest=F("pk") % step).filter(rest=0)
    return list(rows.values_list("pk", flat=True)[:LOOKED_AT])


def _chunks(ids: Sequence[int]) -> Iterator[Sequence[int]]:
    return (ids[at : at + CHUNK] for at in range(0, len(ids), CHUNK))


def _share(channel: str, audience: Audience, found: Sequence[Weighed], scale: float) -> Share:
    there = sum(one.reach[channel].has_address for one in found)
    return Share(
        channel=channel,
        account=audience.setup.account_for(channel, audience.now) is not None,
        addresses=round(there * scale),
        agreed=round(sum(channel in one.agreed for one in found) * scale),
        goes_by=round(sum(one.way == channel for one in found) * scale),
    )
