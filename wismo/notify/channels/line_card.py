"""A letter as a LINE card: a Flex Message of one bubble in the brand's colours. Pure.

Limits are LINE's: developers.line.biz/en/reference/messaging-api/#flex-message (1,500 characters of altText,
once 400) and #action-objects. A bubble has 30 KB at most, so that one endless text is cut.
"""

from collections.abc import Sequence
from typing import Any

from wismo.notify.port import Button, Letter, LetterError
from wismo.shops.rules import LIGHT, palette

ALT_TEXT, LABEL, DATA, URI, TEXT = 1500, 40, 300, 1000, 2000
SCORES_A_ROW = 6
GREY = "#6b7075"
Part = dict[str, Any]


def card(letter: Letter) -> Part:
    """The message object; LetterError where LINE would refuse it."""
    return {
        "type": "flex",
        "altText": clipped(f"{letter.heading}\n{letter.body}", ALT_TEXT),
        "contents": {
            "type": "bubble",
            "direction": letter.direction,
            "header": _header(letter),
            "body": _body(letter),
            "footer": _footer(letter),
        },
    }


def clipped(text: str, limit: int) -> str:
    """The text, with an ellipsis where it is longer than the limit in UTF-16 units, as LINE counts."""
    text = text.strip()
    units = text.encode("utf-16-le", "replace")
    if len(units) <= 2 * limit:
        return text
    return f"{units[: 2 * (limit - 1)].decode('utf-16-le', 'ignore').rstrip()}…"


def _header(letter: Letter) -> Part:
    colours = palette(letter.colour, LIGHT)
    name = _text(letter.brand, size="sm", weight="bold", color=colours.on_brand)
    return _box("vertical", [name], backgroundColor=colours.brand, paddingAll="md")


def _body(letter: Letter) -> Part:
    parts = [_text(letter.heading, size="lg", weight="bold"), _text(letter.body, size="sm", margin="md")]
    parts += [
        _box(
            "baseline",
            [
                _text(label, size="sm", color=GREY, flex=2),
                _text(value, size="sm", flex=3),
            ],
            margin="md",
        )
        for label, value in (*letter.details, letter.voucher)
        if label and value
    ]
    small = {"size": "xs", "color": GREY, "margin": "md"}
    parts += [_text(line, **small) for line in (*letter.footer, letter.stop_hint) if line]
    if letter.preferences_label and letter.preferences_url:
        action = {"type": "uri", "uri": _uri(letter.preferences_url)}
        parts.append(_text(letter.preferences_label, decoration="underline", action=action, **small))
    return _box("vertical", parts)


def _footer(letter: Letter) -> Part:
    rows = range(0, len(letter.scores), SCORES_A_ROW)
    parts = [_score_row(letter.scores[at : at + SCORES_A_ROW]) for at in rows]
    main = {"type": "uri", "label": clipped(letter.button, LABEL), "uri": _uri(letter.url)}
    parts.append(_button("primary", main, color=palette(letter.colour, LIGHT).brand))
    parts += [_button("secondary", _postback(button)) for button in letter.buttons]
    return _box("vertical", parts, spacing="sm")


def _postback(button: Button) -> Part:
    if len(button.token) > DATA:
        raise LetterError("a button's token is longer than LINE takes")
    label, said = clipped(button.label, LABEL), clipped(button.label, DATA)
    return {"type": "postback", "label": label, "data": button.token, "displayText": said}


def _button(style: str, action: Part, **more: object) -> Part:
    return {"type": "button", "style": style, "height": "sm", "action": action, **more}


def _score_row(scores: Sequence[tuple[str, str]]) -> Part:
    cells = [
        _text(
            label,
            size="md",
            align="center",
            decoration="underline",
            action={"type": "uri", "label": clipped(label, LABEL), "uri": _uri(url)},
        )
        for label, url in scores
    ]
    return _box("horizontal", cells, margin="md")


def _uri(url: str) -> str:
    if len(url) > URI or not url.startswith(("https://", "http://")):
        raise LetterError("a link is not one that LINE takes: http or https, 1,000 characters at most")
    return url


def _box(layout: str, contents: Sequence[Part], **more: object) -> Part:
    return {"type": "box", "layout": layout, "contents": list(contents), **more}


def _text(text: str, **more: object) -> Part:
    # LINE refuses an empty text.
    return {"type": "text", "text": clipped(text, TEXT) or " ", "wrap": True, **more}
