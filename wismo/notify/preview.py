"""A message as it would read if it were sent now: for the console, without sending anything."""

from datetime import datetime

from wismo.notify import queries
from wismo.notify.channels import open_channel
from wismo.notify.journey import journeys
from wismo.notify.letter import write
from wismo.notify.models import Message
from wismo.notify.port import Outgoing
from wismo.shops.queries import brand_of


def preview(shop_id: int, message_id: int, now: datetime) -> Outgoing | None:
    """The message in its channel's form; None where the shop has no such message, or its journey is gone."""
    known = Message.objects.filter(shop_id=shop_id, pk=message_id).values_list("pk", flat=True)
    case = queries.cases(list(known), now).get(message_id)
    journey = journeys().get(case.journey) if case else None
    if case is None or journey is None:
        return None
    items = queries.items_of(case)
    return open_channel(case.channel).compose(write(case, journey, brand_of(shop_id), items))
