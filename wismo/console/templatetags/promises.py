"""How the pages of promises write their words."""

from collections.abc import Iterable, Mapping
from datetime import timedelta
from typing import Any

from django import template

from wismo.console import promise_words
from wismo.promise.queries.exceptions import LIKELY
from wismo.promise.rules.coverage import Kept
from wismo.promise.rules.heat import REST, Pair

register = template.Library()
# Below which share of broken promises a cell of the map is how dark.
SHADES = ((0.02, "h0"), (0.05, "h1"), (0.1, "h2"), (0.2, "h3"))


@register.filter
def per_cent(share: float) -> str:
    """A share in per cent."""
    return promise_words.per_cent(share)


@register.filter
def between(kept: Kept) -> str:
    """Where a share truly lies."""
    return promise_words.between_words(kept)


@register.filter
def early(kept: Kept) -> str:
    """How many days before the promised one."""
    return promise_words.early_words(kept)


@register.filter
def rung_word(rung: str) -> str:
    """What an answer stood on."""
    return promise_words.rung_word(rung)


@register.filter
def rung_means(rung: str) -> str:
    """What that is."""
    return promise_words.rung_means(rung)


@register.filter
def place_shown(place: str) -> str:
    """Where a date was shown."""
    return promise_words.place_word(place)


@register.filter
def because(reasons: Iterable[Mapping[str, Any]]) -> list[str]:
    """Why an answer is what it is, a sentence each."""
    return promise_words.reasons_in_words(reasons)


@register.filter
def risk_tone(risk: float) -> str:
    """The colour of a risk."""
    return "bad" if risk >= LIKELY else "warn"


@register.filter
def span(value: timedelta) -> str:
    """`5 h`, `3 days`."""
    hours = value // timedelta(hours=1)
    return f"{hours} h" if hours < 48 else f"{hours // 24} days"


@register.filter
def destination(country: str, area: str) -> str:
    """Where a date was shown for."""
    return promise_words.area_words(country, area)


@register.filter
def place_named(pair: Pair) -> str:
    """A column of the map."""
    return "All others" if pair == REST else promise_words.area_words(*pair)


@register.filter
def way_named(pair: Pair) -> str:
    """The carrier of a row of the map."""
    return "All others" if pair == REST else promise_words.carrier_named(pair[0])


@register.filter
def shade(kept: Kept) -> str:
    """The class that colours a cell of the map."""
    if not kept.promises:
        return ""
    if kept.few:
        return "h-few"
    broken = 1 - kept.share
    return next((name for limit, name in SHADES if broken < limit), "h5")


@register.filter
def broken(kept: Kept) -> str:
    """The share that was not kept."""
    return promise_words.per_cent(1 - kept.share)
