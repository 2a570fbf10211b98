"""What buyers say of a delivery, and the links they follow."""

from datetime import datetime

from django.db import transaction

from wismo.notify.events import HappeningTold
from wismo.notify.models import Feedback, Message
from wismo.notify.rules.feedback import COMMENT_LIMIT, SCALE, FeedbackKind
from wismo.plumbing.events import announce
from wismo.vocabulary.happening import Happening


@transaction.atomic
def give(message_id: int, kind: FeedbackKind, score: int, comment: str, now: datetime) -> bool:
    """Keep a buyer's judgement; their last word of a kind counts. False where the message is of no order.

    ValueError where the score is not on the scale. A new score is announced, once more when it is changed.
    """
    if score not in SCALE[kind]:
        raise ValueError(f"score: {score} is not one of {SCALE[kind].start} to {SCALE[kind].stop - 1}")
    row = Message.objects.filter(pk=message_id).values_list("shop_id", "order_id").first()
    if row is None or row[1] is None:
        return False
    shop_id, order_id = row
    before = (
        Feedback.objects.filter(shop_id=shop_id, order_id=order_id, kind=kind).select_for_update().first()
    )
    Feedback.objects.bulk_create(
        [
            Feedback(
                shop_id=shop_id,
                order_id=order_id,
                message_id=message_id,
                kind=kind.value,
                score=score,
                comment=comment[:COMMENT_LIMIT],
                at=now,
            )
        ],
        update_conflicts=True,
        unique_fields=["shop", "order", "kind"],
        update_fields=["message", "score", "comment", "at"],
    )
    if before is None or before.score != score:
        announce([_given(shop_id, order_id, kind, score, now)])
    return True


def _given(shop_id: int, order_id: int, kind: FeedbackKind, score: int, now: datetime) -> HappeningTold:
    return HappeningTold(
        shop_id=shop_id,
        at=now,
        name=Happening.FEEDBACK_GIVEN.value,
        order_id=order_id,
        episode=kind.value,
        values={"kind": kind.value, "score": score},
    )


def note_click(message_id: int, now: datetime) -> bool:
    """A person followed the message's link; whether it was the first time."""
    return bool(Message.objects.filter(pk=message_id, clicked_at=None).update(clicked_at=now))
