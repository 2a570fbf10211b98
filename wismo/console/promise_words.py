"""The console's words for promises: rungs, places, adjustments, and what a night said of its learning."""

from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from wismo.console import words
from wismo.promise.rules.coverage import Kept
from wismo.promise.rules.reasons import say

RUNG: dict[str, tuple[str, str]] = {  # what an answer stood on: its name, and what it means
    "own_lane": ("Your own lane", "30 or more of your own parcels went just this way"),
    "wider_lane": ("A wider lane", "your own parcels to the region or country, or by this carrier"),
    "model": ("The model", "distance, place and goods, learned from all your parcels"),
    "published": ("The carrier’s word", "the days it publishes, made wider"),
    "typed": ("Your typed days", "as they stand in the plan"),
    "none": ("No promise", "nothing is known well enough to name a day"),
}
PLACE = {
    "product": "Product page",
    "cart": "Cart",
    "checkout": "Checkout",
    "order": "With the order",
    "page": "Tracking page",
    "message": "Message",
}
EFFECT = {"closed": "Closed", "slower": "Slower", "embargo": "No promise"}
STAGE = {
    "": "the whole way",
    "handling": "the warehouse",
    "pickup": "the pick-up",
    "transit": "on the way",
    "delivery": "the delivery",
}
ALARM = {  # of a night's learning; what is named in braces it tells along
    "drift": "Parcels to {area} take {now} days now, half of them; it was {was}.",
    "label_lag": "Carriers tell of arrivals {days} days late; {normal} are normal. New weeks are seen late.",
    "coverage": "Of the last {parcels} promises {kept:.1%} were kept, where {level:.0%} was aimed at.",
    "rolled_back": "The model was put aside, and the tables serve: {why}.",
    "few": "Too few parcels to learn from yet: {parcels}.",
}


def rung_word(rung: str) -> str:
    """What an answer stood on."""
    return RUNG[rung][0] if rung in RUNG else words.plain(rung)


def rung_means(rung: str) -> str:
    """What that is."""
    return RUNG[rung][1] if rung in RUNG else ""


def place_word(place: str) -> str:
    """Where a date was shown."""
    return PLACE.get(place, words.plain(place))


def carrier_named(carrier: str) -> str:
    """A carrier's name; "" is what was not told."""
    return words.source_words(carrier) if carrier else "Carrier not told"


def area_words(country: str, area: str) -> str:
    """A destination: a region as `BR, SP`, the beginning of a postcode as `DE, 8…`."""
    part = area.removeprefix(country)
    if not part.strip("-:"):
        return country
    return f"{country}, {part[1:]}…" if part.startswith(":") else f"{country}, {part.removeprefix('-')}"


def per_cent(share: float) -> str:
    """`96.2%`; whole where it is."""
    return f"{100 * share:.1f}".removesuffix(".0") + "%"


def between_words(kept: Kept) -> str:
    """`94 to 98%`: where the share truly lies, 95 of 100 times."""
    low, high = kept.between
    return f"{100 * low:.0f} to {100 * high:.0f}%"


def judged(kept: Kept) -> tuple[str, str]:
    """How a share is to be read against what was aimed at: word, tone."""
    if kept.few:
        return ("too few to judge", "")
    low, high = kept.between
    if high < kept.aimed_at:
        return ("below the level", "bad")
    return ("above the level", "info") if low > kept.aimed_at else ("as aimed at", "good")


def early_words(kept: Kept) -> str:
    """How far from the promised day they came, on average."""
    return early_or_late(kept.mean_early) if kept.arrived else "none arrived yet"


def early_or_late(days: float) -> str:
    """`1.8 days early`, `0.4 days late`."""
    return f"{abs(days):.1f} days {'late' if days < 0 else 'early'}"


def reasons_in_words(reasons: Iterable[Mapping[str, Any]]) -> list[str]:
    """Why an answer is what it is, a sentence each."""
    return [say(reason["code"], reason.get("facts") or {}) for reason in reasons]


def champion_words(model: str) -> str:
    """What answers come from."""
    return f"the tables, corrected by the model {model}" if model else "the tables alone"


def gain_words(gate: Mapping[str, Any] | None) -> str:
    """How the model did against the tables, on parcels neither had seen; "" where none was tried."""
    if not gate:
        return ""
    gain, tried = gate["gain"], f"on the last {gate['parcels']:,} parcels"
    sure = f"({gate['low']:+.2f} to {gate['high']:+.2f}, 90 of 100 times)"
    if gain > 0:
        return f"{gain:.2f} days nearer than the tables {sure}, {tried}"
    return f"{-gain:.2f} days farther off than the tables {sure}, {tried}"


def alarm_words(alarm: Mapping[str, Any]) -> str:
    """One thing that a night's learning found worth a look."""
    code = str(alarm.get("code", ""))
    try:
        return ALARM[code].format_map(alarm.get("facts") or {})
    except (KeyError, ValueError):
        return words.plain(code)


def effect_words(effect: str, stage: str, days: int) -> str:
    """`Slower by 2 working days, on the way`."""
    more = f" by {days} working day{'' if days == 1 else 's'}" if effect == "slower" else ""
    return f"{EFFECT[effect]}{more}, {STAGE[stage]}"


def scope_words(warehouse: str, carrier: str, service: str, country: str, postcodes: Sequence[str]) -> str:
    """Where an adjustment holds: all that is named, or everywhere."""
    named = (warehouse, carrier_named(carrier) if carrier else "", service, country)
    parts = [part for part in named if part]
    if postcodes:
        parts.append("postcodes " + ", ".join(f"{start}…" for start in postcodes))
    return ", ".join(parts) or "everywhere"
