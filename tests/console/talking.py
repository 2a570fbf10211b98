"""What shoppers wrote to a team, as the tests of the console need it."""

import time_machine

from tests.console import rows
from tests.notify.replying import META, hear, told, words
from tests.notify.rows import MINUTE, NOON
from wismo.notify.actions import conversations
from wismo.notify.actions.accounts import set_account
from wismo.notify.models import Attempt, AttemptState, Conversation, Message, MessageState
from wismo.shops.models import Shop


def some_talk(shop: Shop) -> Conversation:
    """A shopper asked, was answered, and asked again."""
    set_account(shop.pk, "meta", META, who="a test", now=NOON)
    attempt = told(shop, number="HR-20418")
    hear(shop, words("Where is my parcel?\nI was at home all day.", answers=attempt.provider_id))
    talk = Conversation.objects.get(shop=shop)
    with time_machine.travel(NOON + 2 * MINUTE, tick=False):
        conversations.answer(
            shop.pk,
            talk.pk,
            "The driver tries again tomorrow.",
            way="here",
            who="ines@halden.example",
            now=NOON,
        )
    hear(shop, words("<b>Thank you</b>, can it be after five?", "in-2", at=NOON + 3 * MINUTE))
    talk.refresh_from_db()
    return talk


def a_doubtful_message(shop: Shop, number: str = "HR-20500") -> Message:
    """Nobody knows whether it arrived."""
    order = rows.an_order(shop, number)
    message = rows.a_message(order, trigger="delivered", state=MessageState.UNKNOWN, code="unknown")
    Attempt.objects.create(
        shop=shop,
        message=message,
        number=1,
        channel="sms",
        provider="twilio_sms",
        digest="d" * 64,
        reference=f"00000000-0000-0000-0000-{message.pk:012}",
        state=AttemptState.UNKNOWN,
        started_at=NOON,
    )
    return message
