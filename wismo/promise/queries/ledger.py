"""What orders were promised."""

from collections.abc import Sequence
from datetime import date

from wismo.promise.models import Promise


def first_promises(shop_id: int, references: Sequence[str]) -> dict[str, date]:
    """The latest day each of these orders was first promised, by the order's reference."""
    rows = Promise.objects.filter(shop_id=shop_id, order__reference__in=references, first=True)
    return dict(rows.values_list("order__reference", "latest"))
