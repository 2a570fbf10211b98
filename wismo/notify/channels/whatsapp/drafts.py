"""A text of ours as a WhatsApp template that Meta can approve. Pure.

Meta: https://developers.facebook.com/documentation/business-messaging/whatsapp/templates/overview
"""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import timedelta
from typing import Any

from wismo.notify.channels.plain import at_most, one_line
from wismo.notify.port import LetterError
from wismo.notify.wording.pen import BrokenText, pen_of
from wismo.notify.wording.writing import NUMBERS
from wismo.notify.words import Kind, ReplyAction

_BODY, _BUTTON, _NAME = 1024, 25, 512
_SHORTEST, _LONGEST = 30, 43_200  # seconds that a utility message may wait at Meta
_OPEN, _CLOSE = "\ue000", "\ue001"  # of the private use area: in no text
_PLACE = re.compile(f"{_OPEN}([a-z_]+){_CLOSE}")
_LANGUAGES = {"zh-Hans": "zh_CN", "zh-Hant": "zh_TW"}
_OFFERING = frozenset({"voucher", "worth", "offer", "product", "title"})


@dataclass(frozen=True, slots=True)
class Source:
    """What a template is made of."""

    journey: str
    kind: Kind
    language: str
    brand: str
    short: str  # as written, with its variables
    example: Mapping[str, Any]  # a made-up value of each variable; "" of those that the template leaves out
    button: str = ""
    page: str = ""  # where pages of messages are: what comes before their own part
    answers: Sequence[tuple[ReplyAction, str]] = ()  # with their labels
    max_age: timedelta | None = None


@dataclass(frozen=True, slots=True)
class Draft:
    """A template to be sent in, and what we need to know to fill it in once it is approved."""

    name: str
    language: str  # Meta's
    category: str  # "utility", "marketing"
    body: str
    variables: tuple[str, ...]
    examples: tuple[str, ...]
    buttons: tuple[Mapping[str, str], ...]  # as a letter's `approved.extra["buttons"]`
    labels: tuple[str, ...]
    ttl_seconds: int | None

    def form(self) -> dict[str, Any]:
        """The body of the request that creates it."""
        body: dict[str, Any] = {"type": "BODY", "text": self.body}
        if self.examples:
            body["example"] = {"body_text": [list(self.examples)]}
        buttons = [_shown(button, label) for button, label in zip(self.buttons, self.labels, strict=True)]
        return {
            "name": self.name,
            "language": self.language,
            "category": self.category.upper(),
            **({"message_send_ttl_seconds": self.ttl_seconds} if self.ttl_seconds else {}),
            "components": [body, *([{"type": "BUTTONS", "buttons": buttons}] if buttons else [])],
        }


def draft(source: Source, version: int = 1) -> Draft:
    """The template of a text. LetterError with what Meta would refuse."""
    body, variables = _numbered(source)
    category = category_of(source.kind, variables)
    if len(body) > _BODY:
        raise LetterError(f"a template has at most {_BODY} characters, and this one {len(body)}")
    if body.startswith("{{") or body.endswith("}}"):
        raise LetterError(
            "a template may neither begin nor end with a variable: write a word before or after it"
        )
    buttons, labels = _buttons(source)
    return Draft(
        name=f"{re.sub(r'[^a-z0-9_]', '_', source.journey.lower())}_{version}"[:_NAME],
        language=_LANGUAGES.get(source.language, source.language.replace("-", "_")),
        category=category,
        body=body,
        variables=variables,
        examples=tuple(str(source.example[name]) for name in variables),
        buttons=buttons,
        labels=labels,
        ttl_seconds=_ttl(source.max_age) if category == "utility" else None,
    )


def category_of(kind: Kind, variables: Sequence[str]) -> str:
    """Utility where it tells facts of a reader's own order and nothing else, as Meta wants it."""
    of_an_order = "number" in variables and not _OFFERING & set(variables)
    return "utility" if kind is Kind.TRANSACTIONAL and of_an_order else "marketing"


def _numbered(source: Source) -> tuple[str, tuple[str, ...]]:
    """The text with {{1}}, {{2}}, … in place of its variables, and their names in that order."""
    places = {
        name: value if name in NUMBERS or value == "" else f"{_OPEN}{name}{_CLOSE}"
        for name, value in source.example.items()
    }
    text = _filled(source, source.short, places)
    names = tuple(dict.fromkeys(_PLACE.findall(text)))
    body = _PLACE.sub(lambda place: f"{{{{{names.index(place.group(1)) + 1}}}}}", text)
    return f"{source.brand}: {body}", names


def _filled(source: Source, text: str, values: Mapping[str, Any]) -> str:
    try:
        return one_line(pen_of(source.language).fill(text, {**values, "brand": source.brand}))
    except BrokenText as error:
        raise LetterError(f"the text cannot be filled in: {error.why}") from error


def _buttons(source: Source) -> tuple[tuple[Mapping[str, str], ...], tuple[str, ...]]:
    """Quick replies first, then the link: Meta wants each kind together."""
    buttons: list[Mapping[str, str]] = [
        {"type": "quick_reply", "action": str(action)} for action, _label in source.answers
    ]
    labels = [at_most(label, _BUTTON) for _action, label in source.answers]
    if source.page and source.button:
        buttons.append({"type": "url", "prefix": source.page})
        labels.append(at_most(_filled(source, source.button, source.example), _BUTTON))
    return tuple(buttons), tuple(labels)


def _shown(button: Mapping[str, str], label: str) -> dict[str, Any]:
    if button["type"] != "url":
        return {"type": "QUICK_REPLY", "text": label}
    url = button["prefix"] + "{{1}}"
    return {"type": "URL", "text": label, "url": url, "example": [button["prefix"] + "AbC123"]}


def _ttl(max_age: timedelta | None) -> int | None:
    """How long Meta may try: as long as the news is news. Left out, it is thirty days."""
    return None if max_age is None else min(max(int(max_age.total_seconds()), _SHORTEST), _LONGEST)
