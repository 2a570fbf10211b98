"""What a provider's answers and receipts make of an attempt: it only ever moves up. Pure."""

from collections.abc import Iterable

from wismo.notify.words import ReceiptState

# The states of an attempt, as the table keeps them. What was delivered cannot fail any more, however late and
# in whatever order receipts come; what failed may still turn out to be delivered, and then was.
RANK = {"unknown": 0, "sending": 0, "retry": 1, "accepted": 2, "failed": 3, "delivered": 4, "read": 5}
# Of several: one that failed or was put off says nothing of another that was taken, or may have been.
_FAR = RANK | {"failed": 0, "retry": 0, "unknown": 1, "sending": 1}
_MEANS = {
    ReceiptState.ACCEPTED: "accepted",
    ReceiptState.DELIVERED: "delivered",
    ReceiptState.READ: "read",
    ReceiptState.CLICKED: "read",
    ReceiptState.COMPLAINED: "read",  # whoever calls it spam has seen it
    ReceiptState.UNSUBSCRIBED: "read",
    ReceiptState.FAILED: "failed",
}


def moved(state: str, told: ReceiptState) -> str:
    """The attempt's state after a receipt, the same where the receipt brings nothing new."""
    return higher(state, _MEANS[told])


def higher(one: str, other: str) -> str:
    """Whichever of two states is further on; the first where they are equal."""
    return other if RANK[other] > RANK[one] else one


def furthest(states: Iterable[str]) -> str:
    """The furthest that any of several attempts of a message came; "" for none."""
    return max(states, key=_FAR.__getitem__, default="")
