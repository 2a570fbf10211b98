"""Why an answer is what it is, in plain words: the closed list of reasons and steps. Pure."""

from collections.abc import Callable, Iterable, Mapping
from datetime import date
from types import MappingProxyType
from typing import Any

from wismo.promise.rules.question import Because

_STARTS = {
    "cutoff_passed": "The order comes after the cut-off at {at}.",
    "closed_day": "The warehouse does not work on {day} ({why}); it goes on on {next}.",
    "vacation": "The warehouse is closed on {day}; it goes on on {next}.",
    "adjusted_closed": "The warehouse is closed on {day} ({why}); it goes on on {next}.",
    "payment_hold": "Payment by {payment} holds the order back for {least} to {most} working days.",
    "preorder": "The goods are there on {available}.",
    "backlog": "Orders before this one fill {days} working days; the warehouse does {capacity} a day.",
    "lorry_gone": "The carrier's lorry has left at {at}.",
    "unknown_holidays": "We know no holidays of {calendars}: such days count as working days.",
}
_CLOCKS = {
    "own_lane": "{parcels} of your own parcels on this lane tell how long the carrier takes.",
    "wider_lane": "{parcels} of your own parcels on a wider lane tell how long the carrier takes.",
    "model": "The model, learned from all of your parcels, tells how long it takes.",
    "published": "The carrier publishes how long {product} takes; we widened that, for it is what is usual.",
    "typed": "The plan says {least} to {most} days for {service}; we widened that: one in ten takes longer.",
    "other_services": "{parcels} parcels of your other services to {country} speak for this one.",
    "customs": "Customs take {least} to {most} days more.",
    "handling_learned": "{parcels} of your own parcels tell how long it takes to hand one over.",
    "handling_typed": "The plan says {least} to {most} working days of handling: too few parcels tell yet.",
    "handling_goods": "The plan says {least} to {most} working days to make these goods ({goods}) ready.",
    "level": "{level} of such parcels shall arrive by the promised day.",
    "calibrated": "To have {level} arrive in time there, we ask for {asked}: so it came out lately.",
    "slower": "It takes {days} days longer at present: {why}.",
    "estimated": "The day is an estimate until the moon is seen: {feasts}.",
    "split": "The order comes in {parcels} parcels; all are there by the last day.",
}
_REFUSED = {
    "unknown_country": "There is no country {country}.",
    "no_service": "The plan has no service {service}.",
    "no_warehouse": "The plan has no warehouse {warehouse}.",
    "not_here": "No warehouse of this service has these goods ({goods}).",
    "not_served": "No service of the plan goes there, or not this one.",
    "no_days": "Nothing tells how long {service} takes to {country}: no parcels, published or typed days.",
    "no_zone": "The time zone {timezone} of warehouse {warehouse} is not known.",
    "no_working_day": "The warehouse {warehouse} is closed on all days that are known.",
    "beyond_calendar": "It would be after {last}, the last day whose holidays are known.",
    "horizon": "It would be more than {days} days from now; the plan promises nothing so far ahead.",
    "unreachable": "Only {comes} of parcels on this lane ever arrive: {level} cannot be promised.",
    "embargo": "Nothing is promised until {until}: {why}.",
}
_UNDER_WAY = {
    "day_kept": "The promised day holds: {share} of such parcels arrive by it.",
    "slip_seen": "{share} of parcels that have been under way for {gone} days arrive after {promised}.",
    "carrier_day": "The carrier names {day}; {trust} of its days have held.",
    "near": "It is at the depot of its area.",
    "out": "It is with the driver.",
    "stuck": "The carrier holds it, or has lost or damaged it: no day is of use.",
    "tried": "The carrier came to the door and has not named another day.",
    "turned": "It is on its way back.",
    "day_over": "The promised day is over.",
}
_STEPS = {
    "service": "It goes by {service}, with {carrier}.",
    "from_warehouse": "It is sent from {warehouse}.",
    "begins": "The warehouse begins on {day}.",
    "handed_over": "It is with the carrier on {day} at the latest.",
    "arrived": "By {day} it has arrived.",
    "promised": "Promised is {day}.",
}
SENTENCES: Mapping[str, str] = MappingProxyType({**_STARTS, **_CLOCKS, **_REFUSED, **_UNDER_WAY, **_STEPS})


def say(code: str, facts: Mapping[str, Any]) -> str:
    """The sentence of a reason; the bare code where an older record names one, or a fact, that is no more."""
    sentence = SENTENCES.get(code)
    if sentence is None:
        return code
    try:
        return sentence.format_map({name: _told(name, fact) for name, fact in facts.items()})
    except KeyError:
        return code


def words(reasons: Iterable[Because]) -> list[str]:
    """The sentences of an answer's reasons, in their order."""
    return [say(each.code, each.facts) for each in reasons]


def _told(name: str, fact: Any) -> str:
    """A fact as people write it: days by their names, shares in percent, lists with commas."""
    reading = _READINGS.get(name)
    if isinstance(fact, list | tuple):
        return ", ".join(map(str, fact))
    return reading(fact) if reading and fact not in {"", None} else str(fact)


def _day(fact: Any) -> str:
    day = fact if isinstance(fact, date) else date.fromisoformat(fact)
    return f"{day:%A} {day.day} {day:%B %Y}"


def _percent(fact: Any) -> str:
    return f"{100 * float(fact):.3g} %"


_WHY = {"week": "no working day", "vacation": "closed", "adjusted": "closed"}
_READINGS: Mapping[str, Callable[[Any], str]] = {
    **dict.fromkeys(("day", "next", "available", "until", "last", "promised"), _day),
    **dict.fromkeys(("level", "asked", "comes", "share", "trust"), _percent),
    "why": lambda fact: _WHY.get(fact, str(fact)),
}
