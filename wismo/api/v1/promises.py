"""Delivery dates out: what would be promised to whom, and the key of the shop's widget."""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import replace
from datetime import date, datetime
from http import HTTPStatus
from typing import Annotated, Literal

from django.conf import settings
from django.http import HttpRequest
from django.templatetags.static import static
from django.utils import timezone
from ninja import Router, Schema

from wismo.api.v1.batches import EACH, Answered, Batch
from wismo.api.v1.root import Refused, shop_of
from wismo.promise.plan.model import Plan
from wismo.promise.quoting import Quoter
from wismo.promise.rules.asking import question_problems
from wismo.promise.rules.question import Answer, Because, Item, Question
from wismo.promise.rules.reasons import say
from wismo.promise.serving import quoter_of
from wismo.promise.showing import show
from wismo.promise.signing import widget_key

router = Router(tags=["promises"])
MOST = 100  # destinations × services of one request


class DestinationIn(Schema):
    """Where an order would go. `region` is ISO 3166-2 without the country: "BY", "SP"."""

    country: str
    region: str = ""
    postcode: str = ""


class ItemIn(Schema):
    """Something in the cart. Without a `product_class` the plan finds it by the `sku`."""

    sku: str = ""
    product_class: str = ""
    quantity: int = 1
    available_on: date | None = None


class QuoteIn(Schema):
    """One cart at one moment, to up to 100 destinations × services.

    Without `services` each that goes there answers, without `at` it is now, without `level` the plan's holds.
    """

    destinations: list[Annotated[DestinationIn, EACH]]
    services: list[str] = []
    items: list[ItemIn] = []
    at: datetime | None = None
    place: Literal["product", "cart", "checkout"] = "checkout"
    payment: str = ""
    warehouse: str = ""
    level: float | None = None


class ReasonOut(Schema):
    """One reason, as a code and in words."""

    code: str
    text: str


class ParcelOut(Schema):
    """One parcel of an order that is sent in several."""

    warehouse: str
    skus: list[str]
    hand_over: date
    earliest: date
    latest: date


class QuoteOut(Schema):
    """The date for one destination and service; `latest` null is no promise, and the reasons say why.

    Send `id` with the order, as its `promise`. `order_by` is until when an order is promised the same.
    """

    destination: int  # its place in the list, from 0
    service: str
    id: str
    earliest: date | None
    latest: date | None
    hand_over: date | None
    order_by: datetime | None
    level: float
    rung: str
    sample: int
    reasons: list[ReasonOut]
    parcels: list[ParcelOut] = []


class QuotesOut(Answered):
    """The answers, and what is wrong with the destinations that have none."""

    answers: list[QuoteOut]


class WidgetOut(Schema):
    """What the shop's page needs to show dates by itself."""

    key: str
    address: str
    script: str
    origins: list[str]  # of the plan: the pages that may ask


@router.post("/quote", response=QuotesOut)
def post_quote(request: HttpRequest, asked: QuoteIn) -> QuotesOut:
    """Answer each destination and service; what is shown is noted in the ledger."""
    shop_id, now = shop_of(request), timezone.now()
    quoter = quoter_of(shop_id, now)
    _refuse_unknown(asked, quoter.plan)
    batch = Batch(asked.destinations)
    questions = batch.sound(
        asked.destinations, lambda destination: _question(asked, destination, now), question_problems
    )
    told = batch.answer()
    answers = [
        _out(place, answer, show(shop_id, quoter, question, answer, place=asked.place, now=now))
        for place, question in questions.items()
        for answer in _answers(quoter, question, asked.services)
    ]
    return QuotesOut(kept=told.kept, refused=told.refused, answers=answers)


@router.get("/widget", response=WidgetOut)
def get_widget(request: HttpRequest) -> WidgetOut:
    """The public key of the shop's widget, and where it is asked."""
    shop_id = shop_of(request)
    plan = quoter_of(shop_id, timezone.now()).plan
    return WidgetOut(
        key=widget_key(shop_id, plan.widget),
        address=f"{settings.BASE_URL}/v1/promise",
        script=f"{settings.BASE_URL}{static('api/promise.js')}",
        origins=list(plan.origins),
    )


def _refuse_unknown(asked: QuoteIn, plan: Plan) -> None:
    """What is wrong for all destinations alike."""
    services = [one.key for one in plan.services]
    told = {
        **{f"services.{place}": (key, services) for place, key in enumerate(asked.services)},
        "payment": (asked.payment, ["", *(one.key for one in plan.payments)]),
        "warehouse": (asked.warehouse, ["", *(one.key for one in plan.warehouses)]),
        **{
            f"items.{place}.product_class": (item.product_class, ["", *(one.key for one in plan.classes)])
            for place, item in enumerate(asked.items)
        },
    }
    wrong = [f"{where}: {_unknown(key, known)}" for where, (key, known) in told.items() if key not in known]
    each = len(asked.services) or len(services)
    if len(asked.destinations) * each > MOST:
        wrong.append(
            f"destinations: at most {MOST} destinations × services a call; these have {each} services"
        )
    if wrong:
        raise Refused(HTTPStatus.UNPROCESSABLE_ENTITY, wrong)


def _unknown(key: str, known: Iterable[str]) -> str:
    named = ", ".join(filter(None, known)) or "none"
    return f"the plan has no {key!r}; it has {named}"


def _question(asked: QuoteIn, destination: DestinationIn, now: datetime) -> Question:
    return Question(
        at=asked.at or now,
        country=destination.country.strip().upper(),
        region=destination.region.strip().upper(),
        postcode=destination.postcode.strip(),
        warehouse=asked.warehouse,
        items=tuple(Item(**item.dict()) for item in asked.items),
        payment=asked.payment,
        level=asked.level,
    )


def _answers(quoter: Quoter, question: Question, services: Sequence[str]) -> Iterator[Answer]:
    if not services:
        # Where none goes, the one answer says why.
        yield from quoter.offers(question) or [quoter.quote(question)]
    for service in services:
        yield quoter.quote(replace(question, service=service))


def _out(place: int, answer: Answer, shown: str) -> QuoteOut:
    return QuoteOut(
        destination=place,
        id=shown,
        rung=answer.rung.value,
        reasons=[_reason(because) for because in answer.reasons],
        parcels=[
            ParcelOut(**{name: getattr(parcel, name) for name in ParcelOut.model_fields})
            for parcel in answer.parcels
        ],
        **{name: getattr(answer, name) for name in _SAME},
    )


_SAME = ("service", "earliest", "latest", "hand_over", "order_by", "level", "sample")


def _reason(because: Because) -> ReasonOut:
    return ReasonOut(code=because.code, text=say(because.code, because.facts))
