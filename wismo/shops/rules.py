"""What makes a shop and its brand acceptable, and its colour as colours people can read. Pure: no Django.

The hue is the brand's; its lightness moves until the contrast rules of WCAG 2.2 hold (1.4.3 for text,
1.4.11 for fills), in the light and in the dark scheme. OKLCH is Björn Ottosson's (bottosson.github.io).
"""

import functools
import math
import re
from collections.abc import Callable, Collection, Mapping
from dataclasses import dataclass
from typing import Any

from wismo.vocabulary.calendar import is_country, zone_of
from wismo.vocabulary.text import is_line


@dataclass(frozen=True, slots=True)
class Home:
    """Where the shop is."""

    country: str
    timezone: str


LOGO_LIMIT = 60 * 1024  # bytes: it is loaded with every page


def problems_of(told: Mapping[str, Any], shipped: Collection[str]) -> list[str]:
    """What is wrong with these fields of a shop or its brand, each as "field: what to do".

    `shipped` are the languages there are texts for.
    """
    wrong = [
        f"{name}: {told[name]!r} is not {what}"
        for name, (fits, what) in _FIELDS.items()
        if name in told and not fits(told[name])
    ]
    languages = told.get("languages", shipped)
    if not languages or len(set(languages)) < len(languages) or not set(languages) <= set(shipped):
        wrong.append(
            f"languages: {', '.join(languages)!r} is not one or more of {', '.join(shipped)}, each once"
        )
    logo = told.get("logo")
    if logo is not None and (len(logo) > LOGO_LIMIT or not picture_type(logo)):
        wrong.append(f"logo: must be a PNG, JPEG or WebP picture of at most {LOGO_LIMIT // 1024} KB")
    return wrong


def tag_of(code: str) -> str:
    """A language's code as texts are tagged with it: "pt-br" is "pt-BR", "zh-hans" is "zh-Hans"."""
    language, *others = code.lower().split("-")
    # RFC 5646, section 2.1.1: a script is written like a name, a region in capitals.
    return "-".join([language, *(part.title() if len(part) == 4 else part.upper() for part in others)])


def picture_type(data: bytes) -> str:
    """The media type of a PNG, JPEG or WebP picture by its first bytes; "" for anything else."""
    if data.startswith(b"\x89PNG\r\n\x1a\n"):
        return "image/png"
    if data.startswith(b"\xff\xd8\xff"):
        return "image/jpeg"
    return "image/webp" if data[:4] == b"RIFF" and data[8:12] == b"WEBP" else ""


def _shaped(pattern: str, limit: int) -> Callable[[str], bool]:
    compiled = re.compile(pattern)
    return lambda text: len(text) <= limit and compiled.fullmatch(text) is not None and is_line(text)


_ADDRESS = (
    _shaped(r"|[^@\s<>\",;]+@[^@\s<>\",;]+\.[^@\s<>\",;]+", 254),
    "a bare e-mail address, as help@halden-rue.example",
)
_LINK = (_shaped(r"|https?://[^\s<>\"]+", 200), "a web address, as https://halden-rue.example/returns")
_FIELDS: dict[str, tuple[Callable[[str], bool], str]] = {
    "slug": (_shaped(r"[a-z0-9][a-z0-9-]*", 60), "at most 60 small letters, digits, hyphens"),
    "name": (_shaped(r"\S|\S[^\r\n]*\S", 120), "one line of 1 to 120 characters"),
    "country": (is_country, "an ISO 3166 code such as DE"),
    "timezone": (lambda name: zone_of(name) is not None, "a zone such as Europe/Berlin"),
    "colour": (_shaped(r"#[0-9a-fA-F]{6}", 7), "a colour such as #1f5d4c"),
    "from_email": _ADDRESS,
    "support_email": _ADDRESS,
    "support_url": _LINK,
    "returns_url": _LINK,
    "privacy_url": _LINK,
}  # fmt: skip


Rgb = tuple[float, float, float]

WHITE, BLACK = "#ffffff", "#101214"
TEXT_CONTRAST = 4.5
FILL_CONTRAST = 3.0
_TEXT_TARGET = 4.6  # a little over the rule: rounding to 8 bits takes some back
_STEP = 0.01  # of lightness, which runs from 0 to 1


@dataclass(frozen=True, slots=True)
class Scheme:
    """What the brand's colour is seen on; the same values as in design/base.css."""

    surface: str
    background: str
    soft_lightness: float
    soft_chroma: float
    step: float  # which way contrast lies


LIGHT = Scheme("#ffffff", "#f6f6f4", soft_lightness=0.962, soft_chroma=0.022, step=-_STEP)
DARK = Scheme("#17191c", "#0f1012", soft_lightness=0.275, soft_chroma=0.045, step=_STEP)


@dataclass(frozen=True, slots=True)
class Palette:
    """The brand's colours in one scheme, each "#rrggbb"."""

    brand: str  # fills: buttons, bars
    brand_hover: str
    on_brand: str  # text on a fill
    brand_text: str  # links
    brand_soft: str  # tints


def palette(colour: str, scheme: Scheme) -> Palette:
    """The readable relatives of a "#rrggbb" colour in this scheme."""
    _, chroma, hue = _to_oklch(colour)
    soft = _from_oklch(scheme.soft_lightness, min(chroma, scheme.soft_chroma), hue)
    pages = (scheme.surface, scheme.background)
    fill = _until(colour, pages, FILL_CONTRAST, scheme.step)
    on_fill = max((WHITE, BLACK), key=lambda ink: contrast(ink, fill))
    away = -_STEP if on_fill == WHITE else _STEP
    fill = _until(fill, (on_fill,), TEXT_CONTRAST, away)
    lightness, fill_chroma, fill_hue = _to_oklch(fill)
    return Palette(
        brand=fill,
        brand_hover=_from_oklch(_within(lightness + 4 * away), fill_chroma, fill_hue),
        on_brand=on_fill,
        brand_text=_until(colour, (*pages, soft), _TEXT_TARGET, scheme.step),
        brand_soft=soft,
    )


@functools.lru_cache(maxsize=512)
def theme_css(colour: str) -> str:
    """The brand's variables as a stylesheet for both schemes."""
    light, dark = (_variables(palette(colour, scheme)) for scheme in (LIGHT, DARK))
    return f":root{{{light}}}\n@media (prefers-color-scheme:dark){{:root{{{dark}}}}}\n"


def contrast(one: str, other: str) -> float:
    """The contrast ratio of two colours, 1 to 21 (WCAG 2.2, relative luminance)."""
    darker, lighter = sorted((_luminance(one), _luminance(other)))
    return (lighter + 0.05) / (darker + 0.05)


def _variables(colours: Palette) -> str:
    names = Palette.__dataclass_fields__
    return ";".join(f"--{name.replace('_', '-')}:{getattr(colours, name)}" for name in names)


def _until(colour: str, others: tuple[str, ...], needed: float, step: float) -> str:
    """The colour, moved in lightness by steps until it stands out against all the others."""
    lightness, chroma, hue = _to_oklch(colour)
    found = colour
    while min(contrast(found, other) for other in others) < needed and 0 <= lightness + step <= 1:
        lightness += step
        found = _from_oklch(lightness, chroma, hue)
    return found


def _within(share: float) -> float:
    return max(0.0, min(1.0, share))


def _luminance(colour: str) -> float:
    red, green, blue = _linear(colour)
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue


def _linear(colour: str) -> Rgb:
    values = [int(colour[at : at + 2], 16) / 255 for at in (1, 3, 5)]
    red, green, blue = (v / 12.92 if v <= 0.04045 else ((v + 0.055) / 1.055) ** 2.4 for v in values)
    return red, green, blue


def _hex(linear: Rgb) -> str:
    levels = (12.92 * v if v <= 0.0031308 else 1.055 * v ** (1 / 2.4) - 0.055 for v in map(_within, linear))
    return "#" + "".join(f"{round(level * 255):02x}" for level in levels)


def _to_oklch(colour: str) -> tuple[float, float, float]:
    red, green, blue = _linear(colour)
    l_ = (0.4122214708 * red + 0.5363325363 * green + 0.0514459929 * blue) ** (1 / 3)
    m_ = (0.2119034982 * red + 0.6806995451 * green + 0.1073969566 * blue) ** (1 / 3)
    s_ = (0.0883024619 * red + 0.2817188376 * green + 0.6299787005 * blue) ** (1 / 3)
    lightness = 0.2104542553 * l_ + 0.7936177850 * m_ - 0.0040720468 * s_
    a = 1.9779984951 * l_ - 2.4285922050 * m_ + 0.4505937099 * s_
    b = 0.0259040371 * l_ + 0.7827717662 * m_ - 0.8086757660 * s_
    return lightness, math.hypot(a, b), math.atan2(b, a)


def _from_oklch(lightness: float, chroma: float, hue: float) -> str:
    """The nearest colour a screen can show: chroma shrinks until it lies inside sRGB."""
    linear = _linear_of(lightness, chroma, hue)
    while chroma > 1e-4 and not all(-1e-4 <= value <= 1 + 1e-4 for value in linear):
        chroma *= 0.92
        linear = _linear_of(lightness, chroma, hue)
    return _hex(linear)


def _linear_of(lightness: float, chroma: float, hue: float) -> Rgb:
    a, b = chroma * math.cos(hue), chroma * math.sin(hue)
    l_ = (lightness + 0.3963377774 * a + 0.2158037573 * b) ** 3
    m_ = (lightness - 0.1055613458 * a - 0.0638541728 * b) ** 3
    s_ = (lightness - 0.0894841775 * a - 1.2914855480 * b) ** 3
    return (
        4.0767416621 * l_ - 3.3077115913 * m_ + 0.2309699292 * s_,
        -1.2684380046 * l_ + 2.6097574011 * m_ - 0.3413193965 * s_,
        -0.0041960863 * l_ - 0.7034186147 * m_ + 1.7076147010 * s_,
    )
