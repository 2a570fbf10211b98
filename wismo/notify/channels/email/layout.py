"""The two bodies of a mail: HTML from an MJML layout compiled once a process, and plain text."""

import functools
import html
from pathlib import Path
from typing import Any

from minijinja import Environment, TemplateError, safe
from mjml import mjml2html

from wismo.notify.port import Letter, LetterError
from wismo.shops.rules import DARK, LIGHT, Palette, palette

SOURCE = Path(__file__).parent / "layout.mjml"
FUEL = 200_000  # an order of a thousand lines fits


def html_of(letter: Letter) -> str:
    """The HTML body; every value in it is escaped."""
    try:
        return _layout().render_template("layout.html", **values_of(letter))
    except TemplateError as error:
        raise LetterError(f"layout.mjml: {error.kind}") from error


def values_of(letter: Letter) -> dict[str, Any]:
    """What the layout asks for, as plain data."""
    rtl = letter.direction == "rtl"
    light, dark = _colours(letter.colour)
    return {
        "start": "right" if rtl else "left",
        "end": "left" if rtl else "right",
        "light": light,
        "dark": dark,
        "items": [
            {"title": item.title, "variant": item.variant, "quantity": item.quantity} for item in letter.items
        ],
        **{name: getattr(letter, name) for name in _PLAIN},
        **{name: _address(getattr(letter, name)) for name in _ADDRESSES},
        "details": [list(pair) for pair in letter.details],
        "footer": list(letter.footer),
        "buttons": [{"label": button.label, "url": _address(button.url)} for button in letter.buttons],
        "scores": [{"label": label, "url": _address(page)} for label, page in letter.scores],
        "scale": list(letter.scale),
        "voucher": list(letter.voucher),
    }


def _address(url: str) -> str:
    """A link as it stands in an attribute: minijinja would write each of its slashes as an entity."""
    return safe(html.escape(url))


def text_of(letter: Letter) -> str:
    """The plain text body: the same facts in the same order."""
    items = [
        f"- {item.quantity} × {item.title}" + (f" ({item.variant})" if item.variant else "")
        for item in letter.items
    ]
    blocks = [
        letter.brand,
        letter.heading,
        letter.body,
        " · ".join(letter.scale) if any(letter.scale) else "",
        "\n".join(f"{label}: {page}" for label, page in letter.scores),
        ": ".join(letter.voucher) if letter.voucher[1] else "",
        _link(letter.button, letter.url),
        "\n".join(_link(button.label, button.url) for button in letter.buttons),
        "\n".join(f"{label}: {value}" for label, value in letter.details),
        "\n".join([f"{letter.items_heading}:", *items]) if items else "",
        "-- \n" + "\n".join([*letter.footer, *_ways_out(letter)]),
    ]
    return "\n\n".join(block for block in blocks if block) + "\n"


def _link(label: str, url: str) -> str:
    return f"{label}:\n{url}" if url else ""


def _ways_out(letter: Letter) -> list[str]:
    """Where to choose what one is told of, and where to end what one may end."""
    pairs = (
        (letter.unsubscribe_label, letter.unsubscribe_url),
        (letter.preferences_label, letter.preferences_url),
    )
    return [f"{label}: {url}" for label, url in pairs if label and url]


_PLAIN = (
    *("language", "direction", "brand", "subject", "preheader", "heading", "body"),
    *("button", "items_heading", "unsubscribe_label", "preferences_label"),
)
_ADDRESSES = ("url", "logo_url", "unsubscribe_url", "preferences_url")


@functools.cache
def _layout() -> Environment:
    """MJML is compiled with minijinja's placeholders left in it, so that each mail only fills them."""
    compiled = mjml2html(SOURCE.read_text(encoding="utf-8"))
    return Environment(
        templates={"layout.html": compiled},
        fuel=FUEL,
        undefined_behavior="strict",
        auto_escape_callback=lambda _name: "html",
        debug=False,
    )


@functools.lru_cache(maxsize=512)
def _colours(colour: str) -> tuple[dict[str, str], dict[str, str]]:
    light, dark = palette(colour, LIGHT), palette(colour, DARK)
    return _plain(light), _plain(dark)


def _plain(colours: Palette) -> dict[str, str]:
    return {"brand": colours.brand, "on_brand": colours.on_brand}
