"""The in-app feed as its buyer may see it, and who may look."""

from dataclasses import dataclass
from datetime import datetime, timedelta

from wismo.notify.models import ChannelAccount, FeedItem
from wismo.notify.queries.accounts import accounts_of
from wismo.plumbing import tokens

LIFE = timedelta(days=30)  # of a token: the shop's server asks for a new one with every page it serves
SHOWN = 50


@dataclass(frozen=True, slots=True)
class Item:
    """One piece of news."""

    id: int
    title: str
    body: str
    url: str
    language: str
    at: datetime
    read: bool


def feed_token(shop_id: int, buyer_id: int) -> str:
    """What the shop gives to the page or app of a buyer who is logged in there."""
    return tokens.make("feed", shop_id, buyer_id)


def feed_reader(token: str) -> tuple[int, int] | None:
    """Shop and buyer of a token; None where it is forged or too old."""
    ids = tokens.read("feed", token, max_age=LIFE)
    return (ids[0], ids[1]) if ids and len(ids) == 2 else None


def feed_of(shop_id: int, buyer_id: int) -> list[Item]:
    """A buyer's newest items, the newest first."""
    rows = FeedItem.objects.filter(shop_id=shop_id, buyer_id=buyer_id).order_by("-at", "-pk")[:SHOWN]
    names = ("pk", "title", "body", "url", "language", "at", "read_at")
    return [
        Item(pk, title, body, url, language, at, read_at is not None)
        for pk, title, body, url, language, at, read_at in rows.values_list(*names)
    ]


def feed_origin(shop_id: int) -> str:
    """The one page besides ours whose scripts may read the shop's feeds; "" for none."""
    if not ChannelAccount.objects.filter(shop_id=shop_id, provider="feed").exists():
        return ""
    found = (facts for facts in accounts_of([shop_id]) if facts.account.provider == "feed")
    return next((facts.account.values.get("origin", "").rstrip("/") for facts in found), "")
