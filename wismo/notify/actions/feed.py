"""The in-app feed: items put there, and read."""

from collections.abc import Collection, Mapping, Sequence
from datetime import datetime
from typing import Any

from wismo.notify.models import FeedItem
from wismo.notify.port import Outgoing


def keep(shop_id: int, taken: Sequence[Outgoing], now: datetime) -> None:
    """Put these in their buyers' feeds, in the caller's transaction. News of a topic replaces what was there.

    Safe to repeat. What was read and is replaced is unread again.
    """
    # Two of one topic: the later message is the news. One statement may not write a row twice.
    newest = {(one.form["buyer_id"], one.form["topic"]): one for one in sorted(taken, key=_age)}
    FeedItem.objects.bulk_create(
        [_item(shop_id, one.message_id, one.form, now) for one in newest.values()],
        update_conflicts=True,
        unique_fields=["shop", "buyer", "topic"],
        update_fields=["message", "title", "body", "url", "language", "at", "read_at"],
        batch_size=500,
    )


def mark_read(shop_id: int, buyer_id: int, ids: Collection[int], until: datetime, now: datetime) -> int:
    """These items were seen as they stood at `until`; how many were unread. Newer news stays unread."""
    rows = FeedItem.objects.filter(
        shop_id=shop_id, buyer_id=buyer_id, pk__in=ids, read_at=None, at__lte=until
    )
    return rows.update(read_at=now)


def _age(one: Outgoing) -> int:
    return one.message_id


def _item(shop_id: int, message_id: int, form: Mapping[str, Any], now: datetime) -> FeedItem:
    return FeedItem(shop_id=shop_id, message_id=message_id, at=now, **form)
