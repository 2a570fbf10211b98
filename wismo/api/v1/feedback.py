"""What buyers said of their deliveries."""

from datetime import datetime

from django.http import HttpRequest
from ninja import Query, Router, Schema

from wismo.api.v1.root import shop_of
from wismo.notify.queries.feedback import Given, given
from wismo.notify.rules.feedback import FeedbackKind

router = Router(tags=["feedback"])
MOST = 200


class FeedbackIn(Schema):
    """Which judgements are asked for: `before` is the last id of the page before."""

    kind: FeedbackKind | None = None
    since: datetime | None = None
    before: int | None = None
    limit: int = 50


class FeedbackOut(Schema):
    """One judgement: CSAT from 1 to 5, NPS from 0 to 10."""

    id: int
    order: str
    number: str
    kind: FeedbackKind
    score: int
    comment: str
    at: datetime


@router.get("", response=list[FeedbackOut])
def get_feedback(request: HttpRequest, asked: Query[FeedbackIn]) -> list[FeedbackOut]:
    """Judgements, newest first."""
    limit = max(1, min(asked.limit, MOST))
    rows = given(shop_of(request), asked.kind, since=asked.since, before=asked.before, limit=limit)
    return [_out(row) for row in rows]


def _out(row: Given) -> FeedbackOut:
    return FeedbackOut(
        id=row.id,
        order=row.order_reference,
        number=row.order_number,
        kind=row.kind,
        score=row.score,
        comment=row.comment,
        at=row.at,
    )
