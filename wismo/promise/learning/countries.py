"""Countries as files name them, in English or by their two letters. Pure."""

import unicodedata
from collections.abc import Mapping
from functools import cache

from babel import Locale

from wismo.vocabulary.calendar import is_country


def country_of(told: str) -> str:
    """The two letters of ISO 3166; "" where it is none we know."""
    code = told.upper()
    return code if is_country(code) else _names().get(_plain(told), "")


@cache
def _names() -> Mapping[str, str]:
    territories = Locale.parse("en").territories
    return {_plain(name): code for code, name in territories.items() if is_country(code)}


def _plain(name: str) -> str:
    bare = unicodedata.normalize("NFKD", name).casefold()
    return "".join(letter for letter in bare if letter.isalnum())
