"""What every Alimtalk is, whoever carries it: a registered text with its placeholders filled. Pure.

Kakao compares what is sent with what was registered and drops what differs, so nothing else is ever sent.
"""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

import phonenumbers

from wismo.notify.port import Approved, Letter, LetterError

LENGTH, BUTTONS = 1000, 5
_PLACEHOLDER = re.compile(r"#\{([^{}]+)\}")


@dataclass(frozen=True, slots=True)
class Alimtalk:
    """One message, ready for a dealer."""

    template: str  # the dealer's code of it
    content: str = field(repr=False)
    variables: Mapping[str, str] = field(repr=False)  # "#{name}" -> value, as it stands in the text
    buttons: tuple[Mapping[str, str], ...] = field(repr=False)  # type, name, linkMobile, linkPc: filled
    country: str  # "82"
    number: str = field(repr=False)  # as dialled within that country: digits alone


def alimtalk(letter: Letter) -> Alimtalk:
    """The letter's approved text with our values; LetterError where Kakao would refuse it."""
    approved = letter.approved
    if approved is None:
        raise LetterError("Alimtalk speaks only by approved texts, and this journey has none")
    registered = list(approved.extra.get("buttons", []))
    values = filled(approved, registered)
    content = _fill(approved.body, values)
    if len(content) > LENGTH or len(registered) > BUTTONS:
        raise LetterError(f"an Alimtalk has {LENGTH} characters and {BUTTONS} buttons at most")
    if not is_the_registered(approved.body, content):
        raise LetterError("the text is not the registered one with its placeholders filled")
    country, number = dialled(letter.to)
    return Alimtalk(
        template=approved.name,
        content=content,
        variables={f"#{{{name}}}": value for name, value in values.items()},
        buttons=tuple({k: _fill(str(v), values) for k, v in button.items()} for button in registered),
        country=country,
        number=number,
    )


def filled(approved: Approved, buttons: list[Mapping[str, Any]]) -> Mapping[str, str]:
    """Our values by the names of the text's placeholders, in the order they first stand there."""
    said = [approved.body, *(str(value) for button in buttons for value in button.values())]
    names = list(dict.fromkeys(name for text in said for name in _PLACEHOLDER.findall(text)))
    if len(names) != len(approved.variables):
        given = len(approved.variables)
        raise LetterError(f"the registered text has {len(names)} placeholders, and {given} values are given")
    told = zip(names, approved.variables, strict=True)
    values = {name: _without_its_prefix(name, value, said) for name, (_ours, value) in told}
    empty = [name for name, value in values.items() if not value.strip()]
    if empty:
        raise LetterError(f"nothing is known to fill {', '.join(empty)} with")
    return values


def _without_its_prefix(name: str, value: str, said: Sequence[str]) -> str:
    """A link without what is registered before its placeholder: "https://#{link}" takes host and path."""
    before = [text.partition(f"#{{{name}}}")[0] for text in said if f"#{{{name}}}" in text]
    links = [prefix for prefix in before if prefix.startswith(("https://", "http://"))]
    return next((value.removeprefix(prefix) for prefix in links if value.startswith(prefix)), value)


def is_the_registered(body: str, content: str) -> bool:
    """Whether a text is the registered one: the same word for word, with something in each placeholder."""
    fixed = _PLACEHOLDER.split(body)[::2]
    pattern = "(.+?)".join(re.escape(part) for part in fixed)
    return re.fullmatch(pattern, content, re.DOTALL) is not None and not _PLACEHOLDER.search(content)


def dialled(phone: str) -> tuple[str, str]:
    """Country code and number as dialled there: +821012345678 is 82 and 01012345678."""
    try:
        number = phonenumbers.parse(phone)
    except phonenumbers.NumberParseException as error:
        raise LetterError("the phone number is not well-formed") from error
    national = phonenumbers.format_number(number, phonenumbers.PhoneNumberFormat.NATIONAL)
    return str(number.country_code), re.sub(r"\D", "", national)


def _fill(text: str, values: Mapping[str, str]) -> str:
    return _PLACEHOLDER.sub(lambda found: values[found[1]], text)
