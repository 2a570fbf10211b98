"""What no plan may be, however well it is written: a check of its parts against each other. Pure."""

from collections.abc import Collection, Iterator, Mapping, Sequence
from datetime import date
from functools import lru_cache
from itertools import combinations

from wismo.promise.plan.model import Area, Cutoff, Plan, Warehouse
from wismo.promise.plan.weekdays import written
from wismo.vocabulary.toml.notes import listed, shown

Places = Mapping[str, Sequence[str]]  # of `extras` and `typed`: one table may tell of several
Found = Iterator[tuple[str, str]]


def senseless(plan: Plan, places: Places, today: date | None) -> Found:
    """Each contradiction as the key it is at, and what to write. No event may lie before `today`."""
    yield from _empty(plan)
    yield from _twice(plan)
    yield from _unknown(plan, places)
    yield from _cutoffs(plan)
    yield from _places_twice(plan, places)
    yield from _skus(plan)
    for place, event in enumerate(plan.events):
        if today is not None and event.day < today:
            yield f"event[{place}].day", f"{event.day} is over: write the next {event.key}, or take it away"


def _empty(plan: Plan) -> Found:
    for name, rows in (("warehouse", plan.warehouses), ("service", plan.services)):
        if not rows:
            yield name, f"write at least one [[{name}]]"


def _twice(plan: Plan) -> Found:
    """Keys that two of a kind share."""
    kinds = {
        "warehouse": [one.key for one in plan.warehouses],
        "service": [one.key for one in plan.services],
        "class": [one.key for one in plan.classes],
        "payment": [one.key for one in plan.payments],
        "event": [one.key for one in plan.events],
    }
    for name, keys in kinds.items():
        for place, key in enumerate(keys):
            if key in keys[:place]:
                yield f"{name}[{place}].key", f"{shown(key)} is there before: give it another key"


def _unknown(plan: Plan, places: Places) -> Found:
    """Names of what is not in the plan."""
    houses = [one.key for one in plan.warehouses]
    services = [one.key for one in plan.services]
    classes = [one.key for one in plan.classes]
    for place, service in enumerate(plan.services):
        yield from _each(f"service[{place}].warehouses", service.warehouses, houses, "warehouse")
    for place, goods in enumerate(plan.classes):
        yield from _each(f"class[{place}].warehouses", goods.warehouses, houses, "warehouse")
    for place, cutoff in enumerate(plan.cutoffs):
        yield from _one(f"cutoff[{place}].warehouse", cutoff.warehouse, houses, "warehouse")
        yield from _one(f"cutoff[{place}].service", cutoff.service, services, "service")
        yield from _one(f"cutoff[{place}].class", cutoff.product_class, classes, "class")
    for path, extra in zip(places["extra"], plan.extras, strict=True):
        yield from _one(f"{path}.service", extra.service, services, "service")
    for path, typed in zip(places["typed"], plan.typed, strict=True):
        yield from _one(f"{path}.service", typed.service, services, "service")
        yield from _one(f"{path}.warehouse", typed.warehouse, houses, "warehouse")


def _each(path: str, told: Sequence[str], known: Collection[str], kind: str) -> Found:
    for place, name in enumerate(told):
        yield from _one(f"{path}[{place}]", name, known, kind)


def _one(path: str, name: str, known: Collection[str], kind: str) -> Found:
    if name and name not in known:
        there = f"write one of {listed(known)}" if known else f"there is no [[{kind}]]"
        yield path, f"there is no {kind} {shown(name)}: {there}"


def _cutoffs(plan: Plan) -> Found:
    for place, cutoff in enumerate(plan.cutoffs):
        houses = [one for one in plan.warehouses if cutoff.warehouse in {"", one.key}]
        if houses and not any(_comes(cutoff, house) for house in houses):
            days = listed(written(cutoff.days))
            yield f"cutoff[{place}].days", f"it never comes: no warehouse it is of works on {days}"
    for (first, one), (second, other) in combinations(enumerate(plan.cutoffs), 2):
        both = one.days & other.days
        if _scope(one) == _scope(other) and both:
            days = listed(written(both))
            yield f"cutoff[{second}]", f"cutoff[{first}] says {one.at:%H:%M} for the same on {days}: keep one"


def _comes(cutoff: Cutoff, house: Warehouse) -> bool:
    return bool(cutoff.days & (house.week.days | {day.weekday() for day in house.week.extra}))


def _scope(cutoff: Cutoff) -> tuple[str, str, str, bool]:
    return cutoff.warehouse, cutoff.service, cutoff.product_class, cutoff.eves


def _places_twice(plan: Plan, places: Places) -> Found:
    """Days that are told twice of the same place."""
    typed = [((one.service, one.warehouse), one.area) for one in plan.typed]
    extra = [((one.service, ""), one.area) for one in plan.extras]
    for name, rows in (("typed", typed), ("extra", extra)):
        numbered = zip(places[name], rows, strict=True)
        for (there, (scope, area)), (here, (also, other)) in combinations(numbered, 2):
            if scope == also and _same_place(area, other):
                yield f"{here}.to", f"{there} says other days for {_said(other)} and this service: keep one"


def _same_place(one: Area, other: Area) -> bool:
    if (one.country, one.region) != (other.country, other.region):
        return False
    return one.postcodes == other.postcodes or bool(set(one.postcodes) & set(other.postcodes))


def _said(area: Area) -> str:
    """A place in words."""
    whole = f"{area.country}-{area.region}" if area.region else area.country
    return f"{whole} {listed(area.postcodes)}" if area.postcodes else whole


def _skus(plan: Plan) -> Found:
    """Patterns of two classes that one sku could fit."""
    seen: set[str] = set()
    told = [
        (f"class[{place}].skus[{n}]", goods.key, sku)
        for place, goods in enumerate(plan.classes)
        for n, sku in enumerate(goods.skus)
    ]
    for (_, first, one), (path, second, other) in combinations(told, 2):
        if first != second and path not in seen and overlap(one, other):
            seen.add(path)
            yield path, f"a sku could fit this and {shown(one)} of class {shown(first)}: which is it?"


@lru_cache(maxsize=4096)
def overlap(one: str, other: str) -> bool:
    """Whether some sku fits both patterns, in which * is any text and ? any letter."""
    if not one or not other:
        return not (one + other).strip("*")
    if one[0] == "*":
        return overlap(one[1:], other) or overlap(one, other[1:])
    if other[0] == "*":
        return overlap(other, one)
    return (one[0] == other[0] or "?" in {one[0], other[0]}) and overlap(one[1:], other[1:])
