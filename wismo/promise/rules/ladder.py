"""The ladder: which clock speaks, from the shop's own parcels down to what somebody wrote. Pure."""

from collections.abc import Callable
from dataclasses import dataclass, replace
from functools import lru_cache

from wismo.promise.plan.model import Days, Plan, ProductClass, Service, TypedDays, Warehouse
from wismo.promise.rules.clock import Clock, typed
from wismo.promise.rules.lanes import Timed, Way, handling_keys, transit_keys
from wismo.promise.rules.question import Because, Rung
from wismo.promise.rules.risk import then
from wismo.promise.rules.tables import Found, Tables

OWN = 2  # of `transit_keys`, so many are the shop's own lane; of `handling_keys`, those of just these goods
# `to=<country>` and the shop as a whole know no service: good as priors, but no promise of an express parcel.
# So many keys may speak before the carrier's word and the typed days do.
SPEAKING = 6
COUNTRY = 6  # the key that does know the country: it speaks where nothing else does
HOUSE = 3  # of `handling_keys`, so many are of the warehouse: another warehouse's handling says nothing here

# What somebody wrote down is kept by nine in ten: carriers miss 5 to 10 % of their expected dates
# (project44), the dates of the best hold for 90 % (ShippyPro). Of those still missing, half come on each
# day after: a prior of ours, which goes once 30 parcels have been timed.
HELD = 0.90
_TAIL = 12  # operating days; then 0.002 % are missing

Published = Callable[[str, str, str], Clock | None]  # of a product, from a country, to a country


@dataclass(frozen=True, slots=True)
class Choice:
    """The clock that speaks, and why it is the one."""

    clock: Clock
    timed: Timed
    rung: Rung
    because: tuple[Because, ...]
    key: str = ""  # of the lane; "" where it is not learned


@lru_cache(maxsize=1024)
def believed(days: Days) -> Clock:
    """A clock of days that somebody wrote down, with the tail that such words have."""
    written = typed(*days)
    shares = [HELD * share for share in written.shares]
    for _ in range(_TAIL):
        shares.append((1.0 + shares[-1]) / 2)
    return Clock(tuple(shares))


def handling_of(tables: Tables, way: Way, warehouse: Warehouse, goods: ProductClass | None) -> Choice:
    """The clock of handling: learned, else typed; goods with days of their own go by their own lanes only."""
    own_days = goods.handling if goods else None
    keys = handling_keys(way)
    found = tables.find(Timed.HANDLING, keys[: OWN if own_days else HOUSE])
    if found is not None:
        because = Because("handling_learned", {"parcels": found.clock.sample, "lane": found.key})
        rung = Rung.OWN_LANE if found.rung < OWN else Rung.WIDER_LANE
        return Choice(found.clock, Timed.HANDLING, rung, (because,), found.key)
    least, most = days = own_days or warehouse.handling
    facts = {"least": least, "most": most, "goods": way.product_class}
    because = Because("handling_goods" if own_days else "handling_typed", facts)
    return Choice(believed(days), Timed.HANDLING, Rung.TYPED, (because,))


@dataclass(frozen=True, slots=True)
class Words:
    """What was written of transit: in the plan, and by carriers."""

    plan: Plan
    published: Published


def transit_of(
    tables: Tables, words: Words, way: Way, service: Service, warehouse: Warehouse, *, in_all: bool
) -> Choice | None:
    """The clock of transit, or of all where `in_all` may be asked; None where nothing speaks of the way.

    `in_all` is false for goods with days of their own, which a clock of the whole way knows nothing of.
    """
    keys = transit_keys(way)
    found = tables.find(Timed.TRANSIT, keys[:SPEAKING])
    whole = tables.find(Timed.TOTAL, keys[:SPEAKING]) if in_all else None
    if whole is not None and (found is None or whole.rung <= found.rung):
        return _learned(Timed.TOTAL, whole)
    if found is not None:
        return _learned(Timed.TRANSIT, found)
    written = _published(words, service, warehouse, way) or _typed(words.plan, service, warehouse, way)
    if written is not None:
        return _past_customs(written, service, warehouse, way)
    last = tables.find(Timed.TRANSIT, keys[COUNTRY : COUNTRY + 1])
    if last is None:
        return None
    because = Because("other_services", {"parcels": last.clock.sample, "country": way.country})
    return Choice(last.clock, Timed.TRANSIT, Rung.WIDER_LANE, (because,), last.key)


def _learned(timed: Timed, found: Found) -> Choice:
    rung = Rung.OWN_LANE if found.rung < OWN else Rung.WIDER_LANE
    if found.by_model:
        rung = Rung.MODEL
    because = Because(rung.value, {"parcels": found.clock.sample, "lane": found.key})
    return Choice(found.clock, timed, rung, (because,), found.key)


def _published(words: Words, service: Service, warehouse: Warehouse, way: Way) -> Choice | None:
    clock = words.published(service.published, warehouse.country, way.country) if service.published else None
    if clock is None:
        return None
    because = Because("published", {"product": service.published, "country": way.country})
    return Choice(clock, Timed.TRANSIT, Rung.PUBLISHED, (because,))


def _typed(plan: Plan, service: Service, warehouse: Warehouse, way: Way) -> Choice | None:
    fitting = [
        days
        for days in plan.typed
        if days.service == service.key and days.warehouse in {"", warehouse.key}
        if days.area.holds(way.country, way.region, way.postcode)
    ]
    if not fitting:
        return None
    least, most = max(fitting, key=lambda days: _narrowness(days, way)).days
    because = Because("typed", {"service": service.key, "least": least, "most": most})
    return Choice(believed((least, most)), Timed.TRANSIT, Rung.TYPED, (because,))


def _narrowness(days: TypedDays, way: Way) -> tuple[int, bool, bool]:
    plain = way.postcode.replace(" ", "").upper()
    starts = [len(start) for start in days.area.postcodes if plain.startswith(start)]
    return max(starts, default=0), bool(days.area.region), bool(days.warehouse)


def _past_customs(choice: Choice, service: Service, warehouse: Warehouse, way: Way) -> Choice:
    """With the days at the border, where there is one: what was written is of the way alone."""
    least, most = service.customs
    if way.country == warehouse.country or not most:
        return choice
    because = (*choice.because, Because("customs", {"least": least, "most": most}))
    return replace(choice, clock=then(typed(least, most), choice.clock), because=because)
