"""What a dispatcher has to lock before it judges the messages it claimed."""

from collections.abc import Collection

from django.db.models import Q
from django.db.models.functions import Coalesce

from wismo.notify.models import Message, MessageState


def buyers_of(message_ids: Collection[int]) -> list[int]:
    """The people these messages are for."""
    whom = Coalesce("buyer_id", "order__buyer_id", "cart__buyer_id")
    rows = Message.objects.filter(pk__among=list(message_ids)).values_list(whom, flat=True)
    return sorted({pk for pk in rows if pk})


def mergeable(message_ids: Collection[int]) -> list[int]:
    """Messages beside these that would become one with one of them; none asked for costs one look."""
    told = Message.objects.filter(pk__among=list(message_ids)).exclude(collapse_key="")
    keys = set(told.values_list("shop_id", "collapse_key"))
    if not keys:
        return []
    waiting = Q(state__in=(MessageState.QUEUED, MessageState.CLAIMED), attempts=0)
    found = Message.objects.filter(
        waiting, shop_id__in={shop for shop, _ in keys}, collapse_key__in={key for _, key in keys}
    ).exclude(pk__in=message_ids)
    rows = found.order_by("pk").values_list("pk", "shop_id", "collapse_key")
    return [pk for pk, shop_id, key in rows if (shop_id, key) in keys]
