"""What buyers said of their deliveries, and where messages' links lead."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.conf import settings
from django.db.models import Count

from wismo.notify.models import Feedback, Message, MessagingSettings
from wismo.notify.rules.clicks import host_of, leads_to
from wismo.notify.rules.feedback import FeedbackKind, Score, score_of
from wismo.orders.models import Order
from wismo.shops.queries import brand_of
from wismo.tracking.queries.links import page_url


@dataclass(frozen=True, slots=True)
class Asked:
    """What a buyer is asked to judge, and what they said before."""

    shop_id: int
    order_id: int
    order_number: str
    language: str  # the buyer's
    score: int | None
    comment: str


def asked(message_id: int, kind: FeedbackKind) -> Asked | None:
    """What the page behind a message's score link shows; None where the message is of no order."""
    names = ("shop_id", "order_id", "order__number", "order__buyer__language")
    row = Message.objects.filter(pk=message_id).exclude(order=None).values_list(*names).first()
    if row is None:
        return None
    shop_id, order_id, number, language = row
    before = Feedback.objects.filter(shop_id=shop_id, order_id=order_id, kind=kind).first()
    return Asked(
        shop_id=shop_id,
        order_id=order_id,
        order_number=number,
        language=language,
        score=before.score if before else None,
        comment=before.comment if before else "",
    )


@dataclass(frozen=True, slots=True)
class Given:
    """One judgement."""

    id: int
    order_id: int
    order_reference: str
    order_number: str
    kind: FeedbackKind
    score: int
    comment: str
    at: datetime


def given(
    shop_id: int,
    kind: FeedbackKind | None = None,
    *,
    since: datetime | None = None,
    before: int | None = None,
    limit: int = 50,
) -> list[Given]:
    """Judgements, newest first, starting below the id `before`."""
    rows = Feedback.objects.filter(shop_id=shop_id).select_related("order")
    if kind:
        rows = rows.filter(kind=kind)
    if since:
        rows = rows.filter(at__gte=since)
    if before is not None:
        rows = rows.filter(pk__lt=before)
    return [
        Given(
            id=row.pk,
            order_id=row.order_id,
            order_reference=row.order.reference,
            order_number=row.order.number,
            kind=FeedbackKind(row.kind),
            score=row.score,
            comment=row.comment,
            at=row.at,
        )
        for row in rows.order_by("-pk")[:limit]
    ]


def scores(shop_id: int, since: datetime, until: datetime) -> dict[FeedbackKind, Score]:
    """What the answers of a time come to, by kind."""
    rows = Feedback.objects.filter(shop_id=shop_id, at__gte=since, at__lt=until)
    counts: dict[str, dict[int, int]] = {kind.value: {} for kind in FeedbackKind}
    for kind, score, number in rows.order_by().values_list("kind", "score").annotate(n=Count("pk")):
        counts[kind][score] = number
    return {kind: score_of(kind, counts[kind.value]) for kind in FeedbackKind}


def target_of(message_id: int) -> str:
    """Where a message's link leads; "" where that is nowhere we may send anybody.

    A cart or a link of the shop's own, if its host is one of the shop's; else the page of the order, or of
    the buyer's last one.
    """
    names = ("shop_id", "order_id", "buyer_id", "cart__url", "campaign__values", "facts")
    row = Message.objects.filter(pk=message_id).values_list(*names).first()
    if row is None:
        return ""
    shop_id, order_id, buyer_id, cart_url, campaign, facts = row
    hosts = link_hosts(shop_id)
    for url in _links(facts, campaign, cart_url):
        if leads_to(url, hosts):
            return url
    order_id = order_id or _last_order(shop_id, buyer_id)
    return page_url(shop_id, order_id) if order_id else ""


def _last_order(shop_id: int, buyer_id: int | None) -> int | None:
    rows = Order.objects.filter(shop_id=shop_id, buyer_id=buyer_id) if buyer_id else Order.objects.none()
    return rows.order_by("-placed_at", "-pk").values_list("pk", flat=True).first()


def _links(
    facts: Mapping[str, Any], campaign: Mapping[str, Any] | None, cart_url: str | None
) -> Iterator[str]:
    for values in (facts, campaign or {}):
        if isinstance(link := values.get("link"), str):
            yield link
    if cart_url:
        yield cart_url


def link_hosts(shop_id: int) -> list[str]:
    """Where links of the shop's messages may lead: our own host, those of the brand's pages, those listed."""
    brand = brand_of(shop_id)
    own = (settings.BASE_URL, brand.support_url, brand.returns_url, brand.privacy_url)
    listed = MessagingSettings.objects.filter(shop_id=shop_id).values_list("link_hosts", flat=True).first()
    found = [host_of(url) for url in own] + [str(host).lower() for host in listed or ()]
    return list(dict.fromkeys(host for host in found if host))
