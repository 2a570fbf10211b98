"""A shop's plan, lanes and adjustments, for tests of what is served."""

from datetime import date, datetime, timedelta
from typing import Any

from tests.makers import NOW
from wismo.promise.actions.plans import draft_plan, publish_plan
from wismo.promise.models import Lane, Learning

# No warehouse works at the weekend, and no parcel comes on a Sunday: NOW is a Tuesday, noon in UTC.
PLAN = """
level = 0.95
show = "range"
origins = ["https://shop.example"]
[[warehouse]]
key = "main"
country = "DE"
region = "SN"
timezone = "Europe/Berlin"
week = { days = "mon-fri", holidays = ["DE-SN"] }
handling = 0
[[cutoff]]
at = "14:00"
[[service]]
key = "standard"
carrier = "own"
to = ["DE", "AT"]
pickup = { days = "mon-fri", holidays = ["DE-SN"] }
delivery = { days = "mon-sat", holidays = ["destination"] }
[[service]]
key = "express"
carrier = "own"
to = ["DE"]
pickup = { days = "mon-fri", holidays = ["DE-SN"] }
delivery = { days = "mon-sat", holidays = ["destination"] }
[[typed]]
service = "standard"
to = ["AT"]
days = [3, 4]
[[class]]
key = "engraved"
skus = ["ENG-*"]
handling = [3, 5]
"""
SURE = [0.0, 0.2, 0.99, 1.0]  # one in five comes after a day, nearly all after two
SLOW = [0.0, 0.0, 0.0, 0.0, 0.2, 0.99, 1.0]
LANES = {
    ("handling", "w=main"): [1.0],
    ("transit", "w=main|s=own/standard|to=DE:803"): SURE,
    ("transit", "w=main|s=own/standard|to=DE:101"): SLOW,
    ("transit", "w=main|s=own/express|to=DE:803"): [0.0, 1.0],
}


def publish(shop: int, text: str = PLAN, *, at: datetime = NOW) -> None:
    """Let this plan hold."""
    draft_plan(shop, text, who="o@halden.example", now=at)
    publish_plan(shop, who="o@halden.example", now=at)


def learn(
    shop: int, lanes: dict[tuple[str, str], list[float]] | None = None, *, at: datetime = NOW, **told: Any
) -> int:
    """A learning that serves, with these lanes; its id."""
    learning = Learning.objects.create(
        shop_id=shop, until=at.date(), made_at=at, finished_at=at, serving=True, **told
    )
    Lane.objects.bulk_create(
        Lane(shop_id=shop, learning=learning, clock=clock, key=key, sample=412, shares=shares)
        for (clock, key), shares in (LANES if lanes is None else lanes).items()
    )
    return learning.pk


def day(number: int) -> date:
    """So many days after NOW."""
    return NOW.date() + timedelta(days=number)
