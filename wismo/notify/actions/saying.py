"""What we say back in the same chat: to a word, to a tap, or in the words of somebody of the team.

It is a message of the journey `team_reply`, whose facts say the words and the one address they go back to.
"""

from dataclasses import dataclass, field
from datetime import datetime, timedelta
from uuid import uuid4

from wismo.notify.actions.queue import Draft, queue
from wismo.notify.models import Message
from wismo.notify.queries.journeys import journeys_of
from wismo.notify.queries.replies import language_of
from wismo.notify.wording import all_texts, fill, reading_order
from wismo.plumbing import limits
from wismo.shops.queries import brand_of

JOURNEY = "team_reply"
MOST = 10  # answers by ourselves to one address in an hour: two machines must not talk to each other for ever
# 47 CFR 64.1200(a)(12): one confirmation of a STOP, within five minutes, without anything else in it.
CONFIRMED_WITHIN = timedelta(minutes=5)


@dataclass(frozen=True, slots=True)
class To:
    """The place in a chat that is answered."""

    shop_id: int
    channel: str
    address_id: int
    digest: str
    buyer_id: int | None
    order_id: int | None = None  # whose page the answer leads to; None where it needs none


@dataclass(frozen=True, slots=True)
class Words:
    """The words themselves, or which of the house's answers it is."""

    text: str = field(default="", repr=False)
    answer: str = ""  # of [answer] in texts/*.toml
    language: str = ""


def say(to: To, words: Words, now: datetime, *, until: datetime | None = None) -> int:
    """Queue the words for this place alone; the message's id."""
    journey = journeys_of(to.shop_id)[JOURNEY]
    back = {"address": to.address_id, "channel": to.channel, "answer": words.answer}
    draft = Draft(
        to.shop_id,
        journey,
        now,
        order_id=to.order_id,
        buyer_id=to.buyer_id,
        episode=uuid4().hex[:24],
        facts={"text": words.text, "back": back},
        due_at=now,
    )
    queue([draft], now)
    told = Message.objects.filter(shop_id=to.shop_id, dedupe_key=draft.dedupe_key)
    told.update(channel=to.channel, **({"expires_at": until} if until else {}))
    return told.values_list("pk", flat=True).get()


def answer(to: To, name: str, now: datetime, *, language: str = "") -> int | None:
    """Say one of the house's answers, unless this address had too many of them within the hour."""
    if limits.count(to.shop_id, "answers", to.digest, now=now, length=limits.HOUR) > MOST:
        return None
    until = now + CONFIRMED_WITHIN if name == "stopped" else None
    text = answer_text(to.shop_id, name, language or _language(to))
    return say(to, Words(text, name, language), now, until=until)


def answer_text(shop_id: int, name: str, language: str) -> str:
    """One of the house's answers in the reader's language."""
    brand = brand_of(shop_id)
    spoken = reading_order(language, brand.languages)
    texts = next(found for tag in spoken if (found := all_texts().get(tag)))
    return fill(texts.answer[name], {"brand": brand.name, "contact": brand.support_email}, texts.language)


def _language(to: To) -> str:
    return language_of([to.buyer_id]).get(to.buyer_id, "") if to.buyer_id else ""
