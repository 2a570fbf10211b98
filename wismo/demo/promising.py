"""The demo's promises, by the ways of a real shop: plan, past orders, dates shown, other days."""

import csv
import time
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from importlib import resources
from pathlib import Path
from random import Random
from urllib.parse import urlencode

from django.conf import settings
from django.utils import timezone

from wismo.demo.places import PLACES, Place
from wismo.demo.world import Story
from wismo.orders.rules import OrderSnapshot
from wismo.promise import serving
from wismo.promise.actions.adjustments import PERSON, keep_adjustments
from wismo.promise.actions.importing import keep_history
from wismo.promise.actions.outlooks import look
from wismo.promise.actions.plans import draft_plan, publish_plan
from wismo.promise.behind import LEDGER
from wismo.promise.jobs.looking import alert, look_again
from wismo.promise.jobs.nightly import learn
from wismo.promise.learning.mapping import read_mapping
from wismo.promise.learning.reading import read_history
from wismo.promise.queries.plans import plan_of
from wismo.promise.quoting import Quoter
from wismo.promise.rules.declared import Declared
from wismo.promise.rules.question import Answer, Item, Question
from wismo.promise.showing import show
from wismo.promise.signing import widget_key
from wismo.tracking.models import Shipment

PARCELS = 35  # of the past, by service and city: few enough that no model is tried, which takes its time
FIRST, LAST = 120, 35  # days before now that they were bought; the demo's own orders are all younger
UNTAUGHT = frozenset({"AE", "KR"})  # nothing was sent there yet: dates stand on published and typed days
SEEN = (("product", 40), ("cart", 6), ("checkout", 1))  # minutes before the order a date was shown
STRIKER = "royal-mail"
_DAY = timedelta(days=1)


@dataclass(frozen=True, slots=True)
class Placed:
    """What an order brings along: its promise's id, and by carrier the (service, warehouse) it goes by."""

    promise: str
    ways: Mapping[str, tuple[str, str]]


def teach(shop_id: int, seed: int, who: str, now: datetime) -> None:
    """Publish the plan, take in the past orders, and learn from them."""
    draft_plan(shop_id, _text("plan.toml"), who=who, now=now)
    publish_plan(shop_id, who=who, now=now)
    path = settings.HOME / "past-orders.csv"
    _write(path, _past(serving.quoter_of(shop_id, now), Random(seed), now))  # noqa: S311  # repeatable on purpose
    history, _ = read_history(path, read_mapping(_text("past.toml")))
    keep_history(shop_id, history, today=now.date())
    learn_anew(shop_id)


def learn_anew(shop_id: int) -> None:
    """Learn from all parcels, as a night does, and answer from that at once."""
    while learn(shop_id, timezone.now(), anew=True) is None:  # a worker is at it: it is done in a moment
        time.sleep(0.2)
    serving.forget()


def promised(shop_id: int, told: Sequence[Story], now: datetime) -> dict[str, Placed]:
    """Show each buyer a date on three pages; by the order's reference, what came of it."""
    quoter = serving.quoter_of(shop_id, now)
    placed = {story.order.reference: _placed(shop_id, quoter, story) for story in told}
    LEDGER.flush()
    return placed


def strike(shop_id: int, who: str, now: datetime) -> None:
    """A carrier is slower these days, as somebody of the team has heard."""
    told = Declared(
        effect="slower",
        stage="transit",
        days=2,
        first_day=now.date() - 3 * _DAY,
        last_day=now.date() + 3 * _DAY,
        carrier=STRIKER,
        why="A strike at Royal Mail (made up)",
    )
    keep_adjustments(shop_id, [told], source=PERSON, who=who, now=now)


def asked_at(shop_id: int) -> str:
    """Where the widget of the shop asks for a date, for a buyer in one of the demo's cities."""
    place = PLACES[0]
    key = widget_key(shop_id, plan_of(shop_id)[0].widget)
    asked = urlencode({"shop": key, "country": place.country, "postcode": place.cities[0][1]})
    return f"{settings.BASE_URL}/v1/promise?{asked}"


def look_at_news() -> None:
    """Look at what has moved; the workers do it, too, and nobody need wait for them."""
    look_again(timezone.now())


def next_morning(shop_id: int) -> None:
    """What a night and a morning do: learn, look at every open parcel, alert to the riskiest."""
    look_at_news()
    learn_anew(shop_id)
    under_way = Shipment.objects.filter(shop_id=shop_id, ended=False)
    look(list(under_way.values_list("pk", flat=True)), timezone.now())
    alert(timezone.now())


def _text(name: str) -> str:
    return (resources.files("wismo.demo") / name).read_text(encoding="utf-8")


def _write(path: Path, rows: Iterator[dict[str, str]]) -> None:
    with path.open("w", encoding="utf-8", newline="") as file:
        first = next(rows)
        table = csv.DictWriter(file, list(first))
        table.writeheader()
        table.writerow(first)
        table.writerows(rows)


def _past(quoter: Quoter, chance: Random, now: datetime) -> Iterator[dict[str, str]]:
    """Orders of the months before, on the calendars of the plan: some of every lane slower than the rest."""
    for place in PLACES:
        for _, postcode in place.cities if place.country not in UNTAUGHT else ():
            for offer in quoter.offers(Question(at=now, country=place.country, postcode=postcode)):
                yield from _lane(quoter, chance, place, postcode, offer, now)


def _lane(
    quoter: Quoter, chance: Random, place: Place, postcode: str, offer: Answer, now: datetime
) -> Iterator[dict[str, str]]:
    house = next(one for one in quoter.plan.warehouses if one.key == offer.warehouse)
    service = next(one for one in quoter.plan.services if one.key == offer.service)
    way = quoter.ways.way(house, service, place.country, postcode=postcode)
    slow = chance.uniform(0.1, 0.35)  # the share that takes a day more, and of these again
    for number in range(PARCELS):
        bought = now.date() - chance.randint(LAST, FIRST) * _DAY
        packed = way.days.add(bought, int(chance.random() < 0.4))
        handed = way.pickup.on_or_after(packed)
        more = next(days for days in range(9) if chance.random() > slow or days == 8)
        yield {
            "order": f"PAST-{service.key}-{postcode}-{number}",
            "bought": f"{bought}",
            "handed over": f"{handed}",
            "at the door": f"{way.delivery.add(handed, 1 + more)}",
            "warehouse": house.key,
            "carrier": service.carrier,
            "service": service.key,
            "country": place.country,
            "postcode": postcode,
        }


def _placed(shop_id: int, quoter: Quoter, story: Story) -> Placed:
    carriers = {one.key: one.carrier for one in quoter.plan.services}
    taken = story.parcels[0][0].carrier if story.parcels else ""
    name, ways = "", {}
    for place, minutes in SEEN:
        question = _question(story.order, minutes)
        offers = {carriers[offer.service]: offer for offer in quoter.offers(question)}
        # Before the checkout nobody has chosen a service: the first that goes there is shown.
        first = next(iter(offers.values()))
        answer = offers.get(taken, first) if place == "checkout" else first
        name = show(shop_id, quoter, question, answer, place=place, now=question.at)
        ways = {carrier: (offer.service, offer.warehouse) for carrier, offer in offers.items()}
    return Placed(name, ways)


def _question(order: OrderSnapshot, minutes: int) -> Question:
    return Question(
        at=order.placed_at - timedelta(minutes=minutes),
        country=order.country,
        postcode=order.postcode,
        items=tuple(Item(sku=line.sku, quantity=line.quantity) for line in order.lines),
    )
