"""A shop's own e-mail: MJML, compiled when it is published, filled in when it is sent."""

import html
import re
from collections.abc import Mapping
from typing import Any

from minijinja import safe
from mjml import mjml2html

from wismo.notify.port import Letter, LetterError
from wismo.notify.wording.pen import BrokenText, html_pen_of
from wismo.shops.rules import DARK, LIGHT, palette

LONGEST = 200_000  # characters of MJML; Gmail cuts an e-mail off at 102 KB anyway
GIVEN = frozenset({
    *("language", "direction", "start", "end", "light", "dark", "brand", "subject", "preheader", "heading"),
    *("body", "button", "url", "details", "items", "items_heading", "footer", "buttons", "scores"),
    *("unsubscribe_url", "preferences_url"),
})
_FETCHES = re.compile(r"<\s*mj-include\b", re.IGNORECASE)


def compiled(mjml: str) -> str:
    """The MJML as HTML with its placeholders left in; BrokenText where it is not MJML."""
    if len(mjml) > LONGEST:
        raise BrokenText(f"it is longer than {LONGEST:,} characters")
    if _FETCHES.search(mjml):
        raise BrokenText("mj-include would read files of the server: write the part itself")
    try:
        page = str(mjml2html(mjml))
    except ValueError as error:
        raise BrokenText(f"not MJML: {error}") from error
    html_pen_of("en").check(page)
    return page


def page_of(letter: Letter, page: str) -> str:
    """The compiled e-mail filled in with this letter; every value in it is escaped. LetterError if broken."""
    try:
        return html_pen_of(letter.language).fill(page, page_values(letter))
    except BrokenText as error:
        raise LetterError(f"the shop's own e-mail, line {error.line}: {error.why}") from error


def page_values(letter: Letter) -> Mapping[str, Any]:
    """What a shop's own e-mail may ask for, beside the variables of every text."""
    rtl = letter.direction == "rtl"
    light, dark = palette(letter.colour, LIGHT), palette(letter.colour, DARK)
    plain = ("language", "direction", "brand", "subject", "preheader", "heading", "body", "button")
    return {
        **letter.values,
        **{name: getattr(letter, name) for name in plain},
        "start": "right" if rtl else "left",
        "end": "left" if rtl else "right",
        "light": {"brand": light.brand, "on_brand": light.on_brand},
        "dark": {"brand": dark.brand, "on_brand": dark.on_brand},
        "url": _address(letter.url),
        "details": [list(pair) for pair in letter.details],
        "items": [
            {"title": item.title, "variant": item.variant, "quantity": item.quantity} for item in letter.items
        ],
        "items_heading": letter.items_heading,
        "footer": list(letter.footer),
        "buttons": [{"label": button.label, "url": _address(button.url)} for button in letter.buttons],
        "scores": [{"label": label, "url": _address(url)} for label, url in letter.scores],
        "unsubscribe_url": _address(letter.unsubscribe_url),
        "preferences_url": _address(letter.preferences_url),
    }


def _address(url: str) -> str:
    """Our own address: minijinja would write each of its slashes as an entity."""
    return safe(html.escape(url))
