"""How the pages of journeys, texts and channels write their words."""

import re

from django import template

from wismo.console import journey_words, words
from wismo.console.authoring_forms import PART_WORDS
from wismo.notify.preview import Shown

register = template.Library()
_PLACE = re.compile(r"{{\s*(\w+)\s*}}|#{(\w+)}")


@register.filter
def plain_word(name: str) -> str:
    """`out_for_delivery` as `Out for delivery`."""
    return words.plain(name)


@register.filter
def journey_word(key: str) -> str:
    """A journey by its name."""
    return journey_words.journey_word(key)


@register.filter
def channel_word(channel: str) -> str:
    """A channel by its name."""
    return journey_words.channel_word(channel)


@register.filter
def part_word(part: str) -> str:
    """A part of a text by its label."""
    return PART_WORDS[part][0] if part in PART_WORDS else part.upper()


@register.filter
def braced(name: str) -> str:
    """A variable as it is written in a text."""
    return f"{{{{ {name} }}}}"


@register.filter
def iffed(name: str) -> str:
    """How a text asks whether there is one."""
    return f"{{% if {name} %}}"


@register.filter
def template_body(shown: Shown) -> str:
    """An approved text with its placeholders filled, by number or by name."""
    if shown.template is None:
        return ""
    values, names = shown.letter.values, shown.template.variables

    def filled(found: re.Match[str]) -> str:
        place = found[1] or found[2]
        number = int(place) - 1 if place.isdigit() else -1
        name = names[number] if 0 <= number < len(names) else place
        return values.get(name, found[0])

    return _PLACE.sub(filled, shown.template.body)
