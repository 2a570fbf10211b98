"""The addresses that letters carry: signed, with ids alone in them, and short enough for a text message.

Whoever holds one needs no log-in. Each purpose has tokens of its own: a link to one page opens no other.
"""

from django.conf import settings

from wismo.notify.rules.feedback import FeedbackKind
from wismo.notify.words import Kind
from wismo.plumbing import tokens
from wismo.tracking.queries.links import page_url

_KINDS = (Kind.TRANSACTIONAL, Kind.FEEDBACK, Kind.MARKETING)  # by place in a token: only ever
_ASKED = (FeedbackKind.CSAT, FeedbackKind.NPS)  # add at the end


def page(shop_id: int, order_id: int) -> str:
    """The order's own page."""
    return page_url(shop_id, order_id)


def logo(slug: str) -> str:
    """The brand's logo as it is when the mail is opened: a name no file has gets what is current."""
    return f"{settings.BASE_URL}/b/{slug}/logo.current"


def preferences(shop_id: int, buyer_id: int) -> str:
    """Where a buyer chooses what is written to them, and by which way."""
    return _url("p", tokens.make_short("preferences", shop_id, buyer_id))


def unsubscribe(message_id: int, kind: Kind) -> str:
    """Ends messages of this kind to the address that this one went to: one click, by POST (RFC 8058)."""
    return _url("u", tokens.make_short("unsubscribe", message_id, _KINDS.index(kind)))


def confirm(consent_id: int) -> str:
    """Confirms an opt-in, of which the mail that carries this link is the proof."""
    return _url("c", tokens.make_short("confirm", consent_id))


def score(message_id: int, kind: FeedbackKind, number: int | None = None) -> str:
    """Where a buyer judges; a number is chosen beforehand, and saved only by their own press."""
    chosen = "" if number is None else f"?score={number}"
    return _url("f", tokens.make_short("feedback", message_id, _ASKED.index(kind))) + chosen


def click(message_id: int) -> str:
    """To what the message is about, and the click is noted. Its path has at most 30 characters."""
    return _url("r", tokens.make_short("click", message_id))


def read_preferences(token: str) -> tuple[int, int] | None:
    """Shop and buyer; None where the token is not one of ours."""
    ids = tokens.read_short("preferences", token)
    return (ids[0], ids[1]) if ids and len(ids) == 2 else None


def read_unsubscribe(token: str) -> tuple[int, Kind] | None:
    """The message it was in, and what it ends."""
    ids = tokens.read_short("unsubscribe", token)
    return (ids[0], _KINDS[ids[1]]) if ids and len(ids) == 2 and ids[1] < len(_KINDS) else None


def read_confirm(token: str) -> int | None:
    """The opt-in that waits."""
    ids = tokens.read_short("confirm", token)
    return ids[0] if ids and len(ids) == 1 else None


def read_score(token: str) -> tuple[int, FeedbackKind] | None:
    """The message that asked, and for what."""
    ids = tokens.read_short("feedback", token)
    return (ids[0], _ASKED[ids[1]]) if ids and len(ids) == 2 and ids[1] < len(_ASKED) else None


def read_click(token: str) -> int | None:
    """The message the link was in."""
    ids = tokens.read_short("click", token)
    return ids[0] if ids and len(ids) == 1 else None


def _url(page_letter: str, token: str) -> str:
    return f"{settings.BASE_URL}/{page_letter}/{token}"
