"""The two bodies of a mail: HTML from an MJML layout compiled once a process, and plain text."""

import dataclasses
import functools
import html
from pathlib import Path

from minijinja import Environment, TemplateError, safe
from mjml import mjml2html

from wismo.notify.port import Letter, LetterError
from wismo.shops.rules import DARK, LIGHT, Palette, palette

SOURCE = Path(__file__).parent / "layout.mjml"
FUEL = 200_000  # an order of a thousand lines fits


def html_of(letter: Letter) -> str:
    """The HTML body; every value in it is escaped."""
    rtl = letter.direction == "rtl"
    light, dark = _colours(letter.colour)
    try:
        return _layout().render_template(
            "layout.html",
            start="right" if rtl else "left",
            end="left" if rtl else "right",
            light=light,
            dark=dark,
            items=[dataclasses.asdict(item) for item in letter.items],
            **{name: getattr(letter, name) for name in _PLAIN},
            # Our own address: minijinja would write each of its slashes as an entity.
            url=safe(html.escape(letter.url)),
            details=[list(pair) for pair in letter.details],
            footer=list(letter.footer),
        )
    except TemplateError as error:
        raise LetterError(f"layout.mjml: {error.kind}") from error


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
        f"{letter.button}:\n{letter.url}",
        "\n".join(f"{label}: {value}" for label, value in letter.details),
        "\n".join([f"{letter.items_heading}:", *items]) if items else "",
        "-- \n" + "\n".join(letter.footer),
    ]
    return "\n\n".join(block for block in blocks if block) + "\n"


_PLAIN = (
    *("language", "direction", "brand", "subject", "preheader", "heading", "body"),
    *("button", "items_heading"),
)


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
