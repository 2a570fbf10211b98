"""The first page of the day: what needs attention, and how it goes."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from urllib.parse import urlencode
from zoneinfo import ZoneInfo

from django.http import HttpRequest, HttpResponse
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_safe

from wismo.console import words
from wismo.console.access import Seat, seated
from wismo.console.chart import chart_of
from wismo.console.page import Waiting, show, waiting_for
from wismo.console.privacy import masked
from wismo.notify import log
from wismo.notify.queries import messages as notify
from wismo.plumbing import inbox_queries, limits
from wismo.shops import queries as shops
from wismo.tracking.queries import figures, lists

DAY = timedelta(hours=24)
WEEK = timedelta(days=7)
CHART_DAYS = 14
QUIET = timedelta(days=3)  # without a scan for this long, a parcel waits
CURRENT = timedelta(hours=3)  # a feed that spoke within this time is current
REJECTED = "rejected"  # how the door counts payloads with a wrong signature or token


@dataclass(frozen=True, slots=True)
class Tile:
    """Something to look into, with the way there."""

    count: str
    text: str
    tone: str
    icon: str
    href: str


@dataclass(frozen=True, slots=True)
class FeedShown:
    """A source, when it last spoke, and how that is to be read."""

    source: str
    last_at: datetime | None
    count: int
    word: str
    tone: str


@dataclass(frozen=True, slots=True)
class End:
    """What became of some messages, and the log of them."""

    count: int
    text: str
    why: str
    query: str


@dataclass(frozen=True, slots=True)
class Kept:
    """Deliveries of the last seven days against the promised day."""

    delivered: int
    promised: int
    on_time: int

    @property
    def share(self) -> int:
        """Per cent of those with a promised day that kept it."""
        return round(100 * self.on_time / self.promised)


@require_safe
@seated()
def overview(request: HttpRequest, seat: Seat) -> HttpResponse:
    """Queues with something in them, four figures, and the feeds."""
    now = timezone.now()
    zone = ZoneInfo(seat.timezone)
    first = timezone.localdate(now) - timedelta(days=CHART_DAYS - 1)
    midnight = datetime(first.year, first.month, first.day, tzinfo=zone)
    by_day = figures.deliveries_by_day(seat.shop_id, since=midnight, zone=zone)
    waiting = lists.waiting_longest(seat.shop_id, quiet_since=now - QUIET, limit=6)
    under_way = figures.under_way(seat.shop_id)
    ends = notify.counts(seat.shop_id, now - DAY)
    todo = waiting_for(seat)
    facts = {
        "now": now,
        "under_way": under_way,
        "tiles": _tiles(seat, under_way, todo, log.unknown_count(seat.shop_id)),
        "kept": _kept(by_day, timezone.localdate(now)),
        "median": figures.median_days_to_door(seat.shop_id, since=now - WEEK),
        "chart": chart_of(by_day, first=first, days=CHART_DAYS) if by_day else None,
        "waiting": waiting if seat.sees_shoppers else [masked(row) for row in waiting],
        "ends": _ends(ends),
        "sent": ends["sent"],
        "feeds": _feeds(seat.shop_id, now),
        "rejected": limits.total(seat.shop_id, REJECTED, limits.window_of(now - DAY, limits.DAY)),
    }
    return show(request, seat, "console/overview.html", facts, waiting=todo)


def _tiles(seat: Seat, parcels: figures.UnderWay, waiting: Waiting, unknown: int) -> list[Tile]:
    rto = "?open=on&leg=rto"
    rows = (
        (parcels.late, "late parcel{s}", "bad", "clock-alert", "shipments", "?late=on"),
        (parcels.stalled, "stalled parcel{s}", "warn", "timer-off", "shipments", "?silent=stalled"),
        (
            parcels.not_picked_up,
            "label{s} made, not picked up",
            "warn",
            "package",
            "shipments",
            "?silent=not_picked_up",
        ),
        (
            parcels.failed_attempts,
            "parcel{s} after a failed attempt",
            "bad",
            "package-x",
            "shipments",
            "?status=failed_attempt",
        ),
        (parcels.going_back, "parcel{s} on the way back to you", "warn", "undo-2", "shipments", rto),
        (waiting.parked, "payload{s} parked in the inbox", "warn", "download", "inbox", ""),
        (waiting.codes, "carrier code{s} to map", "info", "scan-line", "codes", ""),
        (unknown, "message{s} of unknown outcome", "warn", "message-circle", "messages", "?state=unknown"),
    )
    return [
        Tile(_told(n, room), text.format(s="" if n == 1 else "s"), tone, icon, _to(seat, room) + query)
        for n, text, tone, icon, room, query in rows
        if n
    ]


def _told(count: int, room: str) -> str:
    return words.capped(count) if room in {"inbox", "codes"} else str(count)


def _to(seat: Seat, room: str) -> str:
    return reverse(f"console:{room}", args=[seat.slug])


def _ends(counts: notify.Counts) -> list[End]:
    ends = [
        End(counts["sent"], "Sent", "", "state=sent"),
        End(counts["queued"], "Still to be sent", "", "state=queued"),
        End(counts["unknown"], "Outcome unknown", "not sent again", "state=unknown"),
    ]
    for code, count in sorted(counts["not_sent"].items(), key=lambda item: -item[1]):
        query = urlencode({"state": "not_sent", "code": code})
        ends.append(End(count, "Not sent", words.code_words(code), query))
    return [end for end in ends if end.count]


def _kept(by_day: Sequence[figures.DayOfDeliveries], today: date) -> Kept:
    week = [row for row in by_day if row.day > today - WEEK]
    on_time = sum(row.on_time for row in week)
    promised = on_time + sum(row.late for row in week)
    return Kept(promised + sum(row.unpromised for row in week), promised, on_time)


def _feeds(shop_id: int, now: datetime) -> list[FeedShown]:
    """Every source that may post or did; one that is silent for a week is said to be."""
    heard = {f.source: f for f in inbox_queries.feeds(shop_id, since=now - DAY, oldest=now - WEEK)}
    shown = []
    for source in sorted({*shops.sources_of(shop_id), *heard}):
        feed = heard.get(source)
        if feed is None:
            shown.append(FeedShown(source, None, 0, "Nothing for 7 days", "bad"))
            continue
        current = now - feed.last_at <= CURRENT
        word, tone = ("Current", "good") if current else ("Quiet", "warn")
        shown.append(FeedShown(source, feed.last_at, feed.count, word, tone))
    return shown
