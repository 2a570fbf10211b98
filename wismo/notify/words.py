"""The closed lists that journeys, channels and rows share. Pure."""

from enum import IntEnum, StrEnum


class Kind(StrEnum):
    """What the law and a reader make of a message."""

    TRANSACTIONAL = "transactional"  # facts of their own order, nothing else
    FEEDBACK = "feedback"  # asks for a judgement; may be refused
    MARKETING = "marketing"  # any offer; only to who agreed


class Lane(IntEnum):
    """Who goes first where a provider takes only so much: the lower number."""

    ACTION = 0  # the shopper must act: a code, a failed attempt, a parcel to collect
    DELIVERY = 1
    INFO = 2
    FEEDBACK = 3
    MARKETING = 4


class AddressKind(StrEnum):
    """What sort of place a message can go to."""

    EMAIL = "email"
    PHONE = "phone"  # E.164; SMS, WhatsApp, Alimtalk and LINE's notifications all start from one
    WHATSAPP = "whatsapp"  # a business-scoped user id, with or without a phone number
    LINE = "line"
    MESSENGER = "messenger"
    TELEGRAM = "telegram"
    WEBPUSH = "webpush"
    BUYER = "buyer"  # no address but the buyer: the in-app feed, the shop's own sender


class ReplyAction(StrEnum):
    """What a shopper can answer with one tap. Their buttons carry a signed token, never an id."""

    CONFIRM_ADDRESS = "confirm_address"
    CHANGE_ADDRESS = "change_address"
    CHOOSE_SLOT = "choose_slot"  # another day or time for the next attempt
    COLLECT = "collect"  # rather bring it to a pick-up point
    PAY_ONLINE = "pay_online"  # instead of cash on delivery
    PROBLEM = "problem"  # "I have a problem": to a person of the team
    STOP = "stop"


class ReceiptState(StrEnum):
    """What a provider says of a message it took."""

    ACCEPTED = "accepted"  # queued, sending, sent, deferred: on its way
    DELIVERED = "delivered"
    READ = "read"  # read or opened
    CLICKED = "clicked"
    FAILED = "failed"  # undelivered, bounced, rejected, expired
    COMPLAINED = "complained"  # called spam
    UNSUBSCRIBED = "unsubscribed"


class Failure(StrEnum):
    """Whose fault it is that a message cannot be delivered, which says what to do next."""

    ADDRESS = "address"  # not reachable by this channel: the next of the route, and remember it
    INVALID = "invalid"  # it never was an address of this kind: the next, and never use it again
    OPTED_OUT = "opted_out"  # the reader told the provider: suppress
    CONFIG = "config"  # account, template, region: open the circuit, tell the team, the next of the route
    CONTENT = "content"  # this message alone is refused: the next of the route, and tell the team
    WITHHELD = "withheld"  # the provider holds it back for its own reasons: the next, no retry
    BUSY = "busy"  # too fast: again later
    BROKEN = "broken"  # the provider is unwell: again later
