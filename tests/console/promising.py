"""Promises, outlooks and nights of learning, as rows: what the pages of promises are looked at with."""

from datetime import UTC, date, datetime, timedelta
from typing import Any

from tests.console import rows
from tests.console.rows import DAY, NOW
from wismo.orders.models import Order
from wismo.promise.actions.plans import draft_plan, publish_plan
from wismo.promise.models import Adjustment, Feed, Learning, Outlook, Passage, Promise
from wismo.shops.models import Shop
from wismo.tracking.models import Shipment

PLAN = """\
# Nine of ten, and we say so.
level = 0.90

[[warehouse]]
key = "main"
country = "DE"
timezone = "Europe/Berlin"
week = { days = "mon-fri", holidays = ["DE"] }
handling = [0, 1]

[[cutoff]]
at = "14:00"
days = "mon-fri"

[[service]]
key = "standard"
carrier = "dhl"
name = "Standard"
to = ["DE", "FR"]

[[typed]]
service = "standard"
to = ["DE"]
days = [1, 3]

[[typed]]
service = "standard"
to = ["FR"]
days = [2, 5]

[[class]]
key = "engraved"
skus = ["ENG-*"]
handling = [3, 4]

[[event]]
key = "christmas"
day = "2026-12-24"
"""
TODAY = date(2026, 11, 24)  # a Tuesday


def a_promise(order: Order | None, shop: Shop, key: str, **fields: Any) -> Promise:
    """Shown at the checkout on 1 November, for the 6th; kept where it says when it came in time."""
    asked = fields.pop("asked_at", datetime(2026, 11, 1, 12, 0, tzinfo=UTC))
    latest = fields.get("latest", date(2026, 11, 6))
    came = fields.get("arrived_on")
    usual: dict[str, Any] = {
        "place": "checkout",
        "shown_at": asked,
        "asked_at": asked,
        "earliest": latest,
        "latest": latest,
        "level": 0.95,
        "rung": "own_lane",
        "sample": 120,
        "warehouse": "main",
        "carrier": "dhl",
        "service": "standard",
        "country": "DE",
        "area": "DE-BY",
        "first": order is not None,
        "kept": None if came is None else came <= latest,
    }
    return Promise.objects.create(shop=shop, order=order, key=key, **(usual | fields))


def promises(shop: Shop, count: int, late: int = 0, **fields: Any) -> None:
    """So many first promises of five days; the `late` first of them came two days after."""
    latest = fields.setdefault("latest", date(2026, 11, 6))
    asked = datetime(latest.year, latest.month, latest.day, 12, tzinfo=UTC) - 5 * DAY
    known = Promise.objects.count()
    for n in range(count):
        order = rows.an_order(shop, f"P-{known + n}", placed_at=asked)
        came = latest + 2 * DAY if n < late else latest - DAY
        a_promise(order, shop, f"k{known + n}", asked_at=asked, **{"arrived_on": came, **fields})


def an_outlook(shipment: Shipment, risk: float | None = 0.8, **fields: Any) -> Outlook:
    """A parcel promised for today that will rather come in two days."""
    usual = {
        "promised_on": TODAY,
        "shown_on": TODAY + 2 * DAY,
        "likely_on": TODAY + 2 * DAY,
        "looked_at": NOW,
        "reasons": [{"code": "slip_seen", "facts": {"share": 0.81, "gone": 4, "promised": "2026-11-24"}}],
    }
    return Outlook.objects.create(shop=shipment.shop, shipment=shipment, risk=risk, **(usual | fields))


def a_night(shop: Shop, until: date, **fields: Any) -> Learning:
    """A night that read to the end of the day before `until`."""
    made = datetime(until.year, until.month, until.day, 3, tzinfo=UTC)
    usual = {"made_at": made, "finished_at": made + timedelta(minutes=1), "serving": True, "parcels": 1840}
    report: dict[str, Any] = {"lanes": 41, "gate": None, "alarms": [], "seconds": 3.1}
    return Learning.objects.create(shop=shop, until=until, **({"report": report} | usual | fields))


def a_passage(shop: Shop, n: int, days: int, **fields: Any) -> Passage:
    """A parcel that was bought `days` before it arrived, on 20 November or before."""
    arrived = fields.pop("arrived_on", TODAY - (4 + n % 20) * DAY)
    bought = arrived - timedelta(days=days)
    place = {
        "warehouse": "main",
        "service": "standard",
        "carrier": "dhl",
        "country": "DE",
        "postcode": "80331",
    }
    return Passage.objects.create(
        shop=shop,
        reference=f"past-{n}",
        bought_on=bought,
        ready_on=bought,
        handed_on=bought,
        arrived_on=arrived,
        **(place | fields),
    )


def a_plan(shop: Shop, text: str = PLAN) -> int:
    """Published; its version."""
    draft_plan(shop.pk, text, who="ines.moreira@halden.example", now=NOW)
    return publish_plan(shop.pk, who="ines.moreira@halden.example", now=NOW)


def an_adjustment(shop: Shop, **fields: Any) -> Adjustment:
    """A strike from tomorrow on, for two days."""
    usual = {
        "effect": "slower",
        "stage": "transit",
        "days": 2,
        "first_day": TODAY + DAY,
        "last_day": TODAY + 2 * DAY,
        "carrier": "dhl",
        "country": "FR",
        "postcodes": ["69"],
        "why": "Strike in Lyon",
        "source": "person",
        "who": "ines.moreira@halden.example",
        "made_at": NOW,
    }
    return Adjustment.objects.create(shop=shop, **(usual | fields))


def a_promising_shop(shop: Shop) -> Shipment:
    """A shop with twelve weeks of promises, one of them bad, parcels at risk, nights and past parcels."""
    _weeks(shop)
    story = _risks(shop)
    _nights(shop)
    for n in range(60):
        a_passage(shop, n, 2 + n * n % 11)
    a_plan(shop)
    draft_plan(shop.pk, PLAN.replace("0.90", "0.97"), who="omar@halden.example", now=NOW)
    _other_days(shop)
    return story


def _weeks(shop: Shop) -> None:
    ways = (("dhl", "main", "DE-BY", "DE"), ("ups", "main", "DE-BE", "DE"), ("ups", "south", "FR:6", "FR"))
    for week in range(1, 12):
        for place, (carrier, warehouse, area, country) in enumerate(ways):
            told = {"carrier": carrier, "warehouse": warehouse, "area": area, "country": country}
            bad = 9 if week == 4 and place == 1 else 1
            promises(shop, 14 - 5 * place, bad, latest=TODAY - week * 7 * DAY, **told)
    promises(shop, 2, latest=TODAY - DAY, arrived_on=None, rung="published", service="express")


def _risks(shop: Shop) -> Shipment:
    story = rows.a_full_story(shop, "HR-30001")
    late = [{"code": "cutoff_passed", "facts": {"at": "14:00", "day": "2026-11-01"}}]
    a_promise(story.order, shop, "story", latest=TODAY - DAY, reasons=late, plan_version=3, learning_id=7)
    later = {"place": "page", "first": False, "latest": TODAY + 2 * DAY, "shown_at": NOW}
    a_promise(story.order, shop, "moved", shipment=story, **later)
    an_outlook(story, 0.86, alerted_at=NOW - 30 * rows.HOUR, excepted_at=NOW - 4 * rows.HOUR)
    for n, risk in enumerate((0.62, 0.31, 0.07)):
        parcel = rows.a_shipment(rows.an_order(shop, f"HR-3010{n}"), f"1Z30100{n}")
        an_outlook(parcel, risk, alerted_at=NOW - DAY if n == 0 else None)
    return story


def _nights(shop: Shop) -> None:
    gate = {
        "challenger": "lightgbm",
        "served": False,
        "parcels": 610,
        "gain": -0.08,
        "low": -0.2,
        "high": 0.05,
    }
    drift = {"code": "drift", "facts": {"area": "DE-BE", "was": 2.0, "now": 3.5}}
    a_night(shop, TODAY - DAY)
    a_night(shop, TODAY, report={"lanes": 44, "gate": gate, "alarms": [drift], "seconds": 3.4})


def _other_days(shop: Shop) -> None:
    an_adjustment(shop)
    an_adjustment(shop, effect="closed", stage="handling", days=0, first_day=TODAY, why="Stock-taking")
    an_adjustment(shop, why="Storm", ended_at=NOW, country="", carrier="", postcodes=[])
    Feed.objects.create(shop=shop, name="weather", url="https://feeds.example/weather.csv", answered_at=NOW)
    trouble = "https://feeds.example/roads.json answered 503"
    Feed.objects.create(shop=shop, name="roads", url="https://feeds.example/roads.json", error=trouble)
