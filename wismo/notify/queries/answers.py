"""What the page behind a button shows: which answer it gives, and whether it is still possible."""

from dataclasses import dataclass
from datetime import date

from wismo.notify.models import Inbound
from wismo.notify.queries.replies import Context, answers_key, by_reference, language_of, standing_of
from wismo.notify.rules.answers import hindrance, read_token
from wismo.notify.words import ReplyAction
from wismo.orders.models import Order


@dataclass(frozen=True, slots=True)
class Asked:
    """A button's answer as its page shows it."""

    context: Context
    action: ReplyAction
    expired: bool
    outcome: str  # of an earlier tap; "" where it was not tapped yet
    bar: str  # why it is no longer possible; "" where it is
    order_number: str
    language: str  # the reader's


def asked(token: str, today: date) -> Asked | None:
    """What the token's button asks for; None where the token is not ours, or its message is gone."""
    tapped = read_token(answers_key(), token, today=today)
    context = by_reference([tapped.reference]).get(tapped.reference) if tapped else None
    if tapped is None or context is None:
        return None
    before = Inbound.objects.filter(attempt_id=context.attempt_id, action=tapped.action.value)
    standing = standing_of(context.order_id, context.shipment_id)
    return Asked(
        context=context,
        action=tapped.action,
        expired=tapped.expired,
        outcome=before.values_list("outcome", flat=True).first() or "",
        bar="expired" if tapped.expired else hindrance(tapped.action, standing),
        order_number=_number(context.order_id),
        language=context.language or _spoken(context.buyer_id),
    )


def _number(order_id: int | None) -> str:
    numbers = Order.objects.filter(pk=order_id) if order_id else Order.objects.none()
    return numbers.values_list("number", flat=True).first() or ""


def _spoken(buyer_id: int | None) -> str:
    return language_of([buyer_id]).get(buyer_id, "") if buyer_id else ""
