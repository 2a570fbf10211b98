"""What is not wrong with a plan, but odd: worth a look before it is published. Pure."""

from collections.abc import Iterator
from dataclasses import dataclass

from wismo.promise.calendars.feasts import regions
from wismo.promise.plan.model import Plan, Service
from wismo.promise.plan.reading import quantile_of
from wismo.promise.plan.weekdays import written
from wismo.promise.published import published_row
from wismo.vocabulary.calendar import zones_in
from wismo.vocabulary.toml.notes import listed

SURE = 0.985  # from here on a point of the level costs about a day


@dataclass(frozen=True, slots=True)
class Warning:  # noqa: A001  # what the reader of a plan is told
    """One thing to look at."""

    key: str  # as a path: "service[1].published"
    says: str


def warnings(plan: Plan) -> list[Warning]:
    """All that is odd, in the order of the text."""
    found = [*_level(plan), *_warehouses(plan), *_services(plan), *_cutoffs(plan)]
    return [Warning(path, says) for path, says in found]


def _level(plan: Plan) -> Iterator[tuple[str, str]]:
    if plan.cost:
        early, late = plan.cost
        asked = late / (early + late)
        if asked != quantile_of(early, late):
            yield (
                "cost",
                f"it asks for {asked:.3f}, and 0.80 to 0.99 can be: the level is {plan.level:.2f}",
            )
    if plan.level >= SURE:
        told = "cost" if plan.cost else "level"
        yield told, f"{plan.level:.2f} costs days: the last point is the dearest of all"


def _warehouses(plan: Plan) -> Iterator[tuple[str, str]]:
    for place, house in enumerate(plan.warehouses):
        zones = zones_in(house.country)
        if zones and house.timezone not in zones:
            says = f"{house.timezone} is no zone of {house.country}: cut-offs run on its clock"
            yield f"warehouse[{place}].timezone", says
        if house.region not in {"", *regions().get(house.country, {house.region})}:
            says = f"of {house.region} no holidays of its own are known: those of {house.country} hold"
            yield f"warehouse[{place}].region", says
        if not house.week.holidays:
            yield f"warehouse[{place}].week", "it names no holidays: then it works on all of them"


def _services(plan: Plan) -> Iterator[tuple[str, str]]:
    timed = {one.service for one in plan.typed}
    for place, service in enumerate(plan.services):
        path = f"service[{place}]"
        if not service.published and service.key not in timed:
            yield (
                path,
                "without published or typed days, nothing is promised until own parcels have arrived",
            )
        if not service.carrier:
            yield path, "it names no carrier: its parcels are not told from those of others"
        if service.published:
            yield from _published(plan, service, path)


def _published(plan: Plan, service: Service, path: str) -> Iterator[tuple[str, str]]:
    """Where the carrier publishes nothing, or brings on other days than the plan says."""
    houses = [one for one in plan.warehouses if not service.warehouses or one.key in service.warehouses]
    timed = {one.area.country for one in plan.typed if one.service == service.key}
    told = set()
    for origin in dict.fromkeys(one.country for one in houses):
        for country in dict.fromkeys(area.country for area in service.areas or ()):
            row = published_row(service.published, origin, country)
            if row is None and country not in timed:
                yield f"{path}.published", f"nothing is published of the way from {origin} to {country}"
            elif row and country == origin:
                told.add(row.delivers)
    for days in told - {service.delivery.days}:
        here = listed(written(service.delivery.days))
        yield f"{path}.delivery", f"the carrier brings on {listed(written(days))}, the plan says {here}"


def _cutoffs(plan: Plan) -> Iterator[tuple[str, str]]:
    for place, cutoff in enumerate(plan.cutoffs):
        for service in plan.services:
            by = service.handover_by
            if by is not None and cutoff.at > by and cutoff.service in {"", service.key}:
                says = f"the lorry of {service.key} leaves at {by:%H:%M}: later orders wait for the next"
                yield f"cutoff[{place}].at", says
