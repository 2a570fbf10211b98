"""What the pages of choices say, and their rows."""

from collections.abc import Sequence
from dataclasses import dataclass

from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from wismo.notify.queries.preferences import Standing
from wismo.notify.words import Kind
from wismo.trackpage.present import HIDDEN

TITLES = {
    Kind.TRANSACTIONAL: _("Your orders"),
    Kind.FEEDBACK: _("Your opinion"),
    Kind.MARKETING: _("Offers"),
}
ABOUT = {
    Kind.TRANSACTIONAL: _("Where your parcel is, when it comes, and what you have to do for it."),
    Kind.FEEDBACK: _("A short question once your order has arrived."),
    Kind.MARKETING: _("News, offers, and what you left in your cart. Only if you agree."),
}
# The others go by their own names everywhere.
_NAMES = {"email": _("E-mail"), "sms": _("Text message"), "webpush": _("In your browser")}


@dataclass(frozen=True, slots=True)
class Tick:
    """One kind of message by one way."""

    value: str  # channel and kind, as the form sends them
    name: str
    addresses: tuple[str, ...]
    on: bool
    locked: bool
    note: str


@dataclass(frozen=True, slots=True)
class Group:
    """One kind of message."""

    title: str
    about: str
    rows: tuple[Tick, ...]


def groups_of(rows: Sequence[Standing]) -> list[Group]:
    """The page's groups: one a kind, each with the ways that reach the shopper."""
    return [
        Group(str(TITLES[kind]), str(ABOUT[kind]), tuple(_tick(row) for row in rows if row.kind is kind))
        for kind in Kind
    ]


def _tick(row: Standing) -> Tick:
    return Tick(
        value=f"{row.channel}:{row.kind}",
        name=str(_NAMES.get(row.channel, row.name)),
        addresses=tuple(shown for value in row.addresses if (shown := masked(value))),
        on=row.on,
        locked=row.locked,
        note=_note(row),
    )


def _note(row: Standing) -> str:
    if row.waiting:
        return gettext("Waiting for you: we have sent you a mail, confirm it there.")
    if row.banned in {"hard_bounce", "invalid", "blocked"}:
        return gettext("Messages do not reach this address.")
    if row.banned == "complaint":
        return gettext("You reported our messages as spam, so we do not write here any more.")
    if row.locked:
        return gettext("Stays on until your order has arrived: it tells you what you need to get it.")
    return ""


def masked(address: str) -> str:
    """An e-mail address or phone number as its owner knows it again; "" for what nobody can read."""
    name, at, domain = address.rpartition("@")
    if at:
        return f"{name[:1]}{HIDDEN}@{domain}"
    return f"{HIDDEN} {address[-3:]}" if address.startswith("+") else ""


@dataclass(frozen=True, slots=True)
class Words:
    """A page with one thing to press, or to know."""

    title: str
    text: str
    button: str = ""
    done: bool = False

    @classmethod
    def too_often(cls) -> "Words":
        """Too many presses in an hour."""
        return cls(gettext("One moment"), gettext("Too many tries. Please wait an hour, then try again."))


def to_end(kind: Kind, shop: str) -> Words:
    """What a press will end."""
    told = {"shop": shop}
    if kind is Kind.MARKETING:
        text = gettext("You will get no more offers from %(shop)s at this address.") % told
        return Words(gettext("No more offers?"), text, gettext("End them"))
    if kind is Kind.FEEDBACK:
        text = gettext("%(shop)s will not ask for your opinion at this address any more.") % told
        return Words(gettext("No more questions?"), text, gettext("End them"))
    text = gettext("You will get no more messages about your orders from %(shop)s by this way.") % told
    return Words(gettext("No more messages here?"), text, gettext("End them"))


def ended(kind: Kind, shop: str) -> Words:
    """What a press has ended."""
    told = {"shop": shop}
    title = gettext("Done")
    if kind is Kind.MARKETING:
        text = gettext("You get no more offers from %(shop)s at this address.") % told
    elif kind is Kind.FEEDBACK:
        text = gettext("%(shop)s does not ask for your opinion at this address any more.") % told
    else:
        text = gettext("You get no more messages about your orders from %(shop)s by this way.") % told
    return Words(title, text, done=True)


def to_confirm(shop: str) -> Words:
    """What a press agrees to."""
    return Words(
        gettext("Do you want offers from %(shop)s?") % {"shop": shop},
        gettext(
            "Somebody entered your address to get them. If it was not you, close this page: nothing comes."
        ),
        gettext("Yes, I want them"),
    )


def confirmed(shop: str) -> Words:
    """It was agreed to."""
    text = gettext("You get offers from %(shop)s. Each of them has a link to end them.") % {"shop": shop}
    return Words(gettext("Thank you. It is confirmed."), text, done=True)


def gone_by(shop: str) -> Words:
    """The link came too late, or what it confirms was taken back."""
    text = gettext("It is too old, or you took it back. You get no offers from %(shop)s.") % {"shop": shop}
    return Words(gettext("This link confirms nothing any more"), text)
