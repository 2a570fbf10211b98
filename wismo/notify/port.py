"""What a channel is: it gives a letter its own form, hands it over, says what became of it, and listens.

`channels/<channel>/channel.toml` names the channel's providers; `channels/<channel>/<provider>.py` is one:

    def open_provider(account: Account) -> Provider
    def authentic(account: Account, call: Call) -> bool           # a webhook: on the raw bytes, constant time
    def answer(account: Account, call: Call) -> Answer            # what the provider wants to hear; no I/O
    def read(body: bytes, headers: Mapping[str, str]) -> list[Heard]   # pure; Unreadable says why it cannot
    def look_up(account: Account, traces: Sequence[Trace]) -> dict[str, HeardReceipt]  # by reference
    def confirm(link: str) -> bool                                # optional: visit what it wants visited
    def problems(values: Mapping[str, str]) -> list[str]      # optional: what is wrong with values entered
    def reader(account: Account) -> Callable[[bytes, Mapping[str, str]], list[Heard]]  # optional, in place of
        # `read`, where only the account says how a payload is read (a gateway described in TOML), or which of
        # it is the account's own (Meta)
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from enum import StrEnum
from typing import Any, Protocol

from wismo.notify.words import AddressKind, Failure, Kind, ReceiptState, ReplyAction


class LetterError(Exception):
    """A message cannot be written: a text is missing or broken. Nothing was handed over."""


class Unreadable(Exception):
    """A provider's payload is not one we can read; says why."""


class Result(StrEnum):
    """What became of one hand-over. Only the channel can tell these apart."""

    SENT = "sent"
    RETRY = "retry"  # refused for now: nothing was taken
    DOWN = "down"  # nobody answered: nothing was taken, and the next message would fare no better
    REFUSED = "refused"  # refused for good; `failure` says whose fault it is
    UNKNOWN = "unknown"  # it may have been taken: never send it again blindly


@dataclass(frozen=True, slots=True)
class Outcome:
    """A channel's answer; `detail` is the provider's code or a word for the failure, never an address."""

    result: Result
    detail: str = ""
    provider_id: str = ""
    failure: Failure | None = None  # of REFUSED and RETRY
    again_after: timedelta | None = None  # as the provider asks, of RETRY
    delivered: bool = False  # where taking it is delivering it: the in-app feed


@dataclass(frozen=True, slots=True)
class Account:
    """A shop's account at a provider; the house's own where the shop has none (e-mail by the settings)."""

    shop_id: int
    channel: str
    provider: str
    values: Mapping[str, str] = field(repr=False)  # by the names channel.toml asks for


@dataclass(frozen=True, slots=True)
class LetterItem:
    """One kind of thing in the parcel or order."""

    title: str
    variant: str
    quantity: int


@dataclass(frozen=True, slots=True)
class Button:
    """An answer offered: its label in the reader's language, and the signed token that comes back."""

    action: ReplyAction
    label: str
    token: str = field(repr=False)  # of A-Z a-z 0-9 - _ alone, 64 at most: fits every provider's payload
    url: str = field(repr=False)  # the page where the same can be done, for channels without buttons


@dataclass(frozen=True, slots=True)
class Approved:
    """A text that the provider approved beforehand, with our values for its placeholders, in their order."""

    name: str
    language: str
    category: str
    body: str  # as registered
    variables: tuple[tuple[str, str], ...]  # name, value
    extra: Mapping[str, Any]


@dataclass(frozen=True, slots=True, kw_only=True)
class Letter:
    """A message in one reader's language, before a channel gives it its form. Plain text throughout."""

    message_id: int
    reference: (
        str  # the attempt's UUID: our name for it at the provider, the same however often it is composed
    )
    journey: str
    kind: Kind
    language: str
    direction: str  # "ltr" | "rtl"
    to: str = field(repr=False)
    to_kind: AddressKind
    to_extra: Mapping[str, Any] = field(default_factory=dict, repr=False)
    sender: str = ""  # the shop's e-mail address
    reply_to: str = ""
    brand: str
    colour: str  # "#rrggbb"
    subject: str
    preheader: str
    heading: str
    body: str
    short: str = field(repr=False)  # the whole of it in one or two sentences with its link: SMS, chats, push
    button: str
    url: str = field(repr=False)
    details: tuple[tuple[str, str], ...] = ()  # label, value
    items_heading: str = ""
    items: tuple[LetterItem, ...] = ()
    footer: tuple[str, ...] = ()
    html: str = field(default="", repr=False)  # a shop's own e-mail, rendered; "": the house's layout
    buttons: tuple[Button, ...] = ()
    scores: tuple[tuple[str, str], ...] = field(
        default=(), repr=False
    )  # label and page, of what asks for a score
    approved: Approved | None = None
    window_open: bool = False  # the reader wrote within 24 hours: free text is allowed
    topic: str = ""  # what a newer message of the same takes the place of: 32 characters of A-Z a-z 0-9 - _
    expires_at: datetime | None = None  # not to be delivered later
    now: datetime
    unsubscribe_url: str = field(default="", repr=False)  # one click, by POST; of what is not transactional
    preferences_url: str = field(default="", repr=False)
    stop_hint: str = ""  # "Reply STOP to end.", for where replies are read; "" of what is transactional
    unsubscribe_label: str = ""
    preferences_label: str = ""
    scale: tuple[str, str] = ("", "")  # what the lowest and the highest score mean
    voucher: tuple[str, str] = ("", "")  # label and code
    logo_url: str = ""  # absolute; "": the brand's name stands in its place
    values: Mapping[str, str] = field(default_factory=dict, repr=False)  # all variables a text may use


@dataclass(frozen=True, slots=True)
class Outgoing:
    """A letter in a provider's own form, ready to hand over."""

    message_id: int
    reference: str
    subject: str  # for the log; no secret, no address
    form: Any = field(repr=False)  # the provider's own: a Request, a mail
    parts: int = 1  # that are paid for: a text message may be several


@dataclass(frozen=True, slots=True)
class Request:
    """One call of a provider's HTTP interface, whole."""

    method: str
    url: str = field(repr=False)
    headers: Mapping[str, str] = field(repr=False)
    body: bytes = field(repr=False)


class Provider(Protocol):
    """A way to hand over. One lives for one dispatch run; `send` is called from several threads at once."""

    def compose(self, letter: Letter) -> Outgoing:
        """The letter in the provider's form; LetterError where that cannot be done. No I/O."""

    def send(self, outgoing: Outgoing) -> Outcome:
        """Hand over exactly this one, once. Every failure it can name is an Outcome, not an exception."""

    def close(self) -> None:
        """Let go of what is held."""


# ── what comes back ───────────────────────────────────────────────────────────────────────────────────────


@dataclass(frozen=True, slots=True)
class Call:
    """A webhook's request as it came in. Names of headers are in lower case."""

    method: str
    url: str = field(repr=False)  # the public one, with its query, as the provider called it
    headers: Mapping[str, str] = field(repr=False)
    query: Mapping[str, str] = field(repr=False)
    body: bytes = field(repr=False)


@dataclass(frozen=True, slots=True)
class Answer:
    """What a provider wants to hear. `keep` says whether the body goes to the inbox first."""

    status: int = 200
    body: str = ""
    content_type: str = "text/plain; charset=utf-8"
    keep: bool = True


@dataclass(frozen=True, slots=True)
class HeardReceipt:
    """What became of a message. `reference` is ours where the provider says it back, else ""."""

    key: str  # the provider's own id of this event, or made of what it tells: the same told twice
    state: ReceiptState
    at: datetime | None  # None: when it came in
    provider_id: str = ""
    reference: str = ""
    code: str = ""
    failure: Failure | None = None  # of FAILED
    soft: bool = False  # a FAILED that may heal: a full mailbox
    to: tuple[AddressKind, str] | None = field(default=None, repr=False)


@dataclass(frozen=True, slots=True)
class HeardReply:
    """What a person wrote or tapped. `token` is the button's, `text` their words."""

    key: str
    at: datetime | None
    sender: tuple[AddressKind, str] = field(repr=False)
    text: str = field(default="", repr=False)
    token: str = field(default="", repr=False)
    answers: str = ""  # the provider's id of the message replied to
    also: tuple[tuple[AddressKind, str], ...] = field(default=(), repr=False)  # the same person's other ids
    extra: Mapping[str, Any] = field(default_factory=dict, repr=False)  # profile name, reply token, media


@dataclass(frozen=True, slots=True)
class HeardChoice:
    """A person stopped or allowed messages at the provider: STOP, unfollow, block, a preference, follow."""

    key: str
    at: datetime | None
    address: tuple[AddressKind, str] = field(repr=False)
    granted: bool
    scope: Kind | None = None  # None: all messages
    gone: bool = False  # the address is no longer usable: unfollowed, blocked, expired
    link: str = field(default="", repr=False)  # a token of ours that says which buyer this is
    extra: Mapping[str, Any] = field(default_factory=dict, repr=False)


@dataclass(frozen=True, slots=True)
class HeardTemplate:
    """A provider decided on a template of the shop's."""

    key: str
    name: str
    language: str
    state: str = ""  # pending, approved, rejected, paused, disabled; "": unchanged
    category: str = ""
    reason: str = ""


@dataclass(frozen=True, slots=True)
class HeardOther:
    """Something read and understood that has no consequence here; `what` names it.

    With a link, the provider wants it visited: the team is alerted, and its module's `confirm(link)` called.
    """

    key: str
    what: str
    link: str = field(default="", repr=False)


@dataclass(frozen=True, slots=True)
class HeardBroken:
    """One part of a payload that cannot be read: the others count, and the team is shown this one."""

    key: str
    why: str  # no word of what somebody wrote


Heard = HeardReceipt | HeardReply | HeardChoice | HeardTemplate | HeardOther | HeardBroken


@dataclass(frozen=True, slots=True)
class Trace:
    """An attempt whose fate is unknown, for a provider that can be asked."""

    reference: str
    provider_id: str
    started_at: datetime
    to: str = field(repr=False)
