"""Whose tracking number is this? A ranked list, with the reason of each guess: never a choice.

The formats are `numbers/*.toml`. Many carriers number alike (a dozen use twelve digits), so a guess by the
shape alone is weak, and says so; a check digit, an opening of its own, and the country raise it.
"""

import re
import unicodedata
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from enum import StrEnum
from functools import cache
from importlib import resources

from wismo.carriers.check_digits import Check, Kind
from wismo.carriers.directory import Source, carrier, source_named
from wismo.carriers.loading import load_table
from wismo.carriers.schema import Table

_FOLDER = resources.files("wismo.carriers") / "numbers"
_LONGEST = 40  # characters; the longest formats have 39
_SHORTEST = 5
_BETWEEN = re.compile(r"[\s\-\u2010-\u2015\u2212]+")
_PLAIN = re.compile(r"[0-9A-Za-z]*")


class Strength(StrEnum):
    """How much a fitting format says; the last is the strongest."""

    WEAK = "weak"  # the shape alone, which others use too
    FAIR = "fair"  # a check digit that fits, or an opening of its own
    STRONG = "strong"  # nobody else numbers so


# At home a weak guess comes before a fair one from elsewhere; a strong one stays first wherever it is found.
_WORTH = {Strength.WEAK: 0.0, Strength.FAIR: 1.0, Strength.STRONG: 3.0}
_AT_HOME, _ABROAD = 1.5, -1.0


class NumberError(ValueError):
    """No tracking number looks like this; the message says why."""


@dataclass(frozen=True, slots=True)
class Format:
    """One way a carrier numbers its parcels."""

    carrier: str  # "" where the country in the number tells it
    name: str
    pattern: re.Pattern[str]
    check: Check | None
    strength: Strength
    countries: tuple[str, ...]  # where such numbers are used; none: anywhere
    posts: Mapping[str, str]  # by the country in the number
    source: Source
    example: str

    def carrier_of(self, number: str) -> str | None:
        """Whose number it is by this format; None where it does not fit, or its check digit is wrong."""
        found = self.pattern.fullmatch(number)
        return self._carrier(found) if found and self._checks(found) else None

    def nearly(self, number: str) -> bool:
        """Whether the shape fits a carrier's, and only the check digit is wrong."""
        found = self.pattern.fullmatch(number)
        return bool(found and not self._checks(found) and self._carrier(found))

    def _checks(self, found: re.Match[str]) -> bool:
        return self.check is None or self.check.fits(found["serial"], found["check"])

    def _carrier(self, found: re.Match[str]) -> str | None:
        return self.posts.get(found["country"]) if self.posts else self.carrier

    def countries_of(self, number: str) -> tuple[str, ...]:
        """Where a number of this format is used."""
        return (number[-2:],) if self.posts else self.countries


@dataclass(frozen=True, slots=True)
class Guess:
    """A carrier the number may be of."""

    id: str
    strength: Strength
    why: str


def recognise(number: str, country: str | None = None) -> list[Guess]:
    """The carriers a number may be of, the likeliest first; none where it is no tracking number.

    `country` is where the parcel is sent from or to, as two letters.
    """
    try:
        cleaned = clean(number)
    except NumberError:
        return []
    home = (country or "").upper()
    ranked: dict[str, tuple[float, Guess]] = {}
    for way in formats():
        found = way.carrier_of(cleaned)
        if found is None:
            continue
        score = _score(way, cleaned, home)
        if found not in ranked or score > ranked[found][0]:
            ranked[found] = (score, Guess(found, way.strength, _why(way, cleaned, home)))
    return [guess for _score, guess in sorted(ranked.values(), key=lambda pair: (-pair[0], pair[1].id))]


def near_misses(number: str) -> list[str]:
    """The formats whose shape a number fits and whose check digit it does not, by name: perhaps a typo."""
    try:
        cleaned = clean(number)
    except NumberError:
        return []
    return list(dict.fromkeys(way.name for way in formats() if way.nearly(cleaned)))


def clean(number: str) -> str:
    """The number in upper case, full width made plain, without spaces and dashes.

    NumberError where it holds other characters, or is too long or too short for a tracking number.
    """
    if len(number) > 5 * _LONGEST:
        raise NumberError(f"it has {len(number):,} characters; a tracking number has at most {_LONGEST}")
    plain = _BETWEEN.sub("", unicodedata.normalize("NFKC", number))
    if not _PLAIN.fullmatch(plain):
        odd = sorted({character for character in plain if not _PLAIN.fullmatch(character)})
        raise NumberError(
            f"it holds {' '.join(map(repr, odd[:5]))}; a tracking number has letters A to Z and digits"
        )
    if not _SHORTEST <= len(plain) <= _LONGEST:
        raise NumberError(
            f"it has {len(plain)} letters and digits; a tracking number has {_SHORTEST} to {_LONGEST}"
        )
    return plain.upper()


@cache
def formats() -> tuple[Format, ...]:
    """Every format; PackError with the place and the cure where a file is not sound."""
    files = sorted((file for file in _FOLDER.iterdir() if file.name.endswith(".toml")), key=lambda f: f.name)
    return tuple(
        way
        for file in files
        for way in read_formats(load_table(f"numbers/{file.name}", file.read_text(encoding="utf-8")))
    )


@cache
def ways_of() -> dict[str, tuple[Format, ...]]:
    """By carrier id, the formats that recognise it."""
    found: dict[str, list[Format]] = {}
    for way in formats():
        for carrier_id in way.posts.values() or [way.carrier]:
            found.setdefault(carrier_id, []).append(way)
    return {carrier_id: tuple(ways) for carrier_id, ways in found.items()}


def read_formats(top: Table) -> Iterator[Format]:
    """The formats of one file."""
    for table in top.tables("format"):
        yield _format(table)
    top.close()


def _format(table: Table) -> Format:
    posts = _posts(table.table("posts"))
    carrier_id = "" if posts else _known(table, "carrier", table.text("carrier"))
    check = _check(table.table("check")) if "check" in table else None
    way = Format(
        carrier=carrier_id,
        name=table.text("name"),
        pattern=_pattern(table, {"serial", "check"} if check else set()),
        check=check,
        strength=table.word("strength", Strength),
        countries=_countries(table, carrier_id),
        posts=posts,
        source=source_named(table, "source", table.text("source")),
        example=table.text("example"),
    )
    table.close()
    if way.carrier_of(way.example) is None:
        raise table.error("example", f"{way.example!r} is no number of this format; correct one of the two")
    return way


def _posts(table: Table) -> dict[str, str]:
    return {country: _known(table, country, table.text(country)) for country in table}


def _known(table: Table, key: str, carrier_id: str) -> str:
    found = carrier(carrier_id)
    if found is None or found.id != carrier_id:
        raise table.error(
            key, f"{carrier_id!r} is no id of the directory; correct it, or add the carrier there"
        )
    return carrier_id


def _countries(table: Table, carrier_id: str) -> tuple[str, ...]:
    if "countries" in table:
        return table.texts("countries")
    found = carrier(carrier_id)
    return (found.country,) if found and found.country else ()


def _pattern(table: Table, groups: set[str]) -> re.Pattern[str]:
    text = table.text("pattern")
    try:
        pattern = re.compile(text)
    except re.error as error:
        raise table.error("pattern", f"{text!r} is no regular expression ({error}); correct it") from error
    for missing in sorted(groups - set(pattern.groupindex)):
        raise table.error("pattern", f"has a check digit but no (?P<{missing}>…); say where it is")
    return pattern


def _check(table: Table) -> Check:
    check = Check(
        kind=table.word("kind", Kind),
        evens=table.whole("evens", 1),
        odds=table.whole("odds", 1),
        reverse=table.flag("reverse"),
        weights=table.wholes("weights"),
        modulo=table.wholes("modulo"),
        prefix=table.text("prefix", ""),
    )
    table.close()
    return check


def _score(way: Format, number: str, home: str) -> float:
    countries, score = way.countries_of(number), _WORTH[way.strength]
    if home in countries:
        return score + _AT_HOME
    return score + _ABROAD if home and countries and way.strength is not Strength.STRONG else score


def _why(way: Format, number: str, home: str) -> str:
    said = [f"{way.name}: the shape fits" + (", and so does the check digit" if way.check else "")]
    countries = way.countries_of(number)
    if home and countries:
        said.append(f"used in {home}" if home in countries else f"used in {', '.join(countries)}, not {home}")
    if way.strength is Strength.WEAK:
        said.append("weak: others number their parcels so too")
    return "; ".join(said)
