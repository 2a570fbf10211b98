"""What a channel is: it composes a letter into its own form, hands it over, and says what became of it."""

from dataclasses import dataclass, field
from enum import StrEnum
from typing import Protocol


class LetterError(Exception):
    """A message cannot be written: a text is missing or broken. Nothing was handed over."""


class Result(StrEnum):
    """What became of one hand-over. Only the channel can tell these apart."""

    SENT = "sent"
    RETRY = "retry"  # refused for now: nothing was taken
    DOWN = "down"  # nobody answered: nothing was taken, and the next message would fare no better
    REFUSED = "refused"  # refused for good
    UNKNOWN = "unknown"  # it may have been taken: never send it again blindly


@dataclass(frozen=True, slots=True)
class Outcome:
    """A channel's answer; `detail` is the provider's code or a word for the failure, never an address."""

    result: Result
    detail: str = ""
    provider_id: str = ""


@dataclass(frozen=True, slots=True)
class LetterItem:
    """One kind of thing in the parcel or order."""

    title: str
    variant: str
    quantity: int


@dataclass(frozen=True, slots=True)
class Letter:
    """A message in one reader's language, before a channel gives it its form. Plain text throughout."""

    message_id: int
    reference: str  # ours, the same however often it is composed
    language: str
    direction: str  # "ltr" | "rtl"
    to: str = field(repr=False)
    sender: str
    reply_to: str
    brand: str
    colour: str  # "#rrggbb"
    subject: str
    preheader: str
    heading: str
    body: str
    button: str
    url: str = field(repr=False)
    details: tuple[tuple[str, str], ...]  # label, value
    items_heading: str
    items: tuple[LetterItem, ...]
    footer: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Outgoing:
    """A letter in a channel's own form, ready to hand over."""

    message_id: int
    reference: str
    to: str = field(repr=False)
    sender: str
    sender_name: str
    reply_to: str
    subject: str
    text: str = field(repr=False)
    html: str = field(repr=False)


class Channel(Protocol):
    """A way to reach a buyer. One lives for one dispatch run, and may hold a connection that long."""

    def compose(self, letter: Letter) -> Outgoing:
        """The letter in this channel's form; LetterError where that cannot be done. No I/O."""

    def send(self, outgoing: Outgoing) -> Outcome:
        """Hand over exactly this one, once. Every failure it can name is an Outcome, not an exception."""

    def close(self) -> None:
        """Let go of what is held."""
