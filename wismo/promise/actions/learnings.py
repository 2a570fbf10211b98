"""A night's learning, taken back by a person."""

from datetime import datetime

from django.db import transaction

from wismo.plumbing import audit
from wismo.promise.models import Learning


@transaction.atomic
def take_back(shop_id: int, learning_id: int, *, who: str, now: datetime) -> bool:
    """Let the learning before this one serve again; whether that was possible.

    Only the newest that serves can be taken back, and only where another is left to serve.
    """
    serving = Learning.objects.select_for_update().filter(shop_id=shop_id, serving=True)
    newest = list(serving.order_by("-made_at", "-pk").values_list("pk", flat=True)[:2])
    if len(newest) < 2 or newest[0] != learning_id:
        return False
    Learning.objects.filter(pk=learning_id).update(serving=False)
    audit.record(shop_id, who=who, did="took a learning back", subject=str(learning_id), now=now)
    return True
