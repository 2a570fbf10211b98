"""A plan in words, part by part, as the console shows it."""

from collections.abc import Iterable
from dataclasses import dataclass

from wismo.console import words
from wismo.console.promise_words import per_cent
from wismo.promise.plan.model import Area, Cutoff, Days, Plan, ProductClass, Service, Show, Warehouse, Week

DAYS = ("Mon", "Tue", "Wed", "Thu", "Fri", "Sat", "Sun")
SHOW = {Show.DAY: "a day", Show.RANGE: "a range", Show.AUTO: "a day, or a range where the spread is wide"}


@dataclass(frozen=True, slots=True)
class Line:
    """One thing the plan says."""

    name: str
    says: str


@dataclass(frozen=True, slots=True)
class Part:
    """What the plan says of one subject."""

    heading: str
    lines: tuple[Line, ...]


def plan_in_words(plan: Plan) -> tuple[Part, ...]:
    """All of it that a team looks up; what it does not say is left out."""
    parts = (
        ("Promise", _promise(plan)),
        ("Warehouses", [Line(one.key, _warehouse(one)) for one in plan.warehouses]),
        ("Cut-offs", [Line(f"{one.at:%H:%M}", _cutoff(one)) for one in plan.cutoffs]),
        ("Services", [Line(one.name or one.key, _service(one)) for one in plan.services]),
        ("Days typed in", [Line(one.service, f"{_area(one.area)}: {span(one.days)}") for one in plan.typed]),
        ("Goods", [Line(one.key, _class(one)) for one in plan.classes]),
        ("Payments", [Line(one.key, f"holds the order for {span(one.hold)}") for one in plan.payments]),
        (
            "Days people order for",
            [Line(one.key, f"{one.day:%a} {one.day.day} {one.day:%b %Y}") for one in plan.events],
        ),
    )
    return tuple(Part(heading, tuple(lines)) for heading, lines in parts if lines)


def _promise(plan: Plan) -> list[Line]:
    costs = f", as a day late costs {plan.cost[1]:g} and a day early {plan.cost[0]:g}" if plan.cost else ""
    mixed = (
        "parcels of their own, each with its date"
        if plan.mixed == "split"
        else "together, when the last is ready"
    )
    lines = [
        Line("Level", f"{per_cent(plan.level)} of parcels by the promised day{costs}"),
        Line("Shown as", SHOW[plan.show]),
        Line("Mixed carts", mixed),
        Line("No further than", f"{plan.horizon} days ahead"),
    ]
    return lines + ([Line("Widget", ", ".join(plan.origins))] if plan.origins else [])


def span(days: Days) -> str:
    """`1 working day`, `2 to 4 working days`."""
    least, most = days
    told = f"{least}" if least == most else f"{least} to {most}"
    return f"{told} working day{'' if days == (1, 1) else 's'}"


def week(days: Iterable[int]) -> str:
    """`Mon to Fri`, `Tue, Thu`, `every day`."""
    found = sorted(days)
    if len(found) == len(DAYS):
        return "every day"
    if len(found) > 2 and found == list(range(found[0], found[-1] + 1)):
        return f"{DAYS[found[0]]} to {DAYS[found[-1]]}"
    return ", ".join(DAYS[n] for n in found) or "never"


def _kept(working: Week) -> str:
    kept = [name for name in working.holidays if name != "destination"]
    holidays = f", without the holidays of {', '.join(kept)}" if kept else ""
    return f"{week(working.days)}{holidays}"


def _warehouse(one: Warehouse) -> str:
    place = ", ".join(part for part in (one.postcode, one.region, one.country) if part)
    most = f"; at most {one.capacity} orders a day" if one.capacity is not None else ""
    return f"{place}, {one.timezone}; {_kept(one.week)}; ready in {span(one.handling)}{most}"


def _cutoff(one: Cutoff) -> str:
    parts = [
        *([f"from {one.warehouse}"] if one.warehouse else []),
        *([f"by {one.service}"] if one.service else []),
        *([f"of {one.product_class}"] if one.product_class else []),
        *([week(one.days)] if len(one.days) < len(DAYS) else []),
        *(["on the eves of holidays"] if one.eves else []),
    ]
    return ", ".join(parts) or "for everything"


def _service(one: Service) -> str:
    where = ", ".join(_area(area) for area in one.areas) or "everywhere"
    parts = [f"{words.source_words(one.carrier)} to {where}", f"brings {_kept(one.delivery)}"]
    if one.handover_by is not None:
        parts.append(f"the lorry leaves at {one.handover_by:%H:%M}")
    if one.customs != (0, 0):
        parts.append(f"customs take {span(one.customs)}")
    return "; ".join(parts)


def _area(area: Area) -> str:
    place = f"{area.country}-{area.region}" if area.region else area.country
    return f"{place} {', '.join(f'{start}…' for start in area.postcodes)}".strip()


def _class(one: ProductClass) -> str:
    parts = [
        *([f"ready in {span(one.handling)}"] if one.handling else []),
        *([f"not before {one.available_on:%d %b %Y}"] if one.available_on else []),
        *(["in a parcel of its own"] if one.alone else []),
    ]
    return "; ".join(parts) or "as the warehouse handles everything"
