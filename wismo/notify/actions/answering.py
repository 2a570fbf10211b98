"""A shopper's tap on a button: done where it is still possible, told up the house, and shown to the team."""

from dataclasses import dataclass, field
from datetime import datetime

from django.db import IntegrityError, transaction

from wismo.notify.actions import choices
from wismo.notify.actions.choices import Choice
from wismo.notify.actions.conversations import Entry, take_down
from wismo.notify.actions.decisions import Judged, decide
from wismo.notify.actions.senders import Sender, Writer, recognise
from wismo.notify.events import ShopperReplied
from wismo.notify.models import Inbound
from wismo.notify.queries.answers import Asked
from wismo.notify.queries.people import addresses
from wismo.notify.queries.replies import Context, standing_of
from wismo.notify.rules.answers import hindrance
from wismo.notify.rules.verdict import Code, Ruling, Verdict
from wismo.notify.wording import all_texts
from wismo.notify.words import ReplyAction
from wismo.plumbing.events import announce

PAGE = "page"  # stands for a provider where the tap was made on our own page
LONGEST = 2000  # characters that are written with an answer
DONE, TO_TEAM, STOPPED, NO_LONGER = "done", "to_team", "stopped", "no_longer_possible"
_OUTCOMES = {ReplyAction.PROBLEM: TO_TEAM, ReplyAction.STOP: STOPPED}
# These need nobody of the team: the rest waits for a person until a floor of the house does it by itself.
_ALONE = frozenset({ReplyAction.CONFIRM_ADDRESS, ReplyAction.STOP})


@dataclass(frozen=True, slots=True)
class Tap:
    """One tap, and where it was made."""

    context: Context  # the hand-over whose button it was
    action: ReplyAction
    expired: bool
    provider: str  # PAGE for our own
    key: str  # the provider's for the reply
    channel: str
    sender: Sender | None  # None where nobody knows the address any more
    at: datetime
    text: str = field(default="", repr=False)  # written with it


def follow(tap: Tap, now: datetime) -> str | None:
    """What came of it: DONE, TO_TEAM, STOPPED or NO_LONGER; None where this button was tapped before."""
    context = tap.context
    bar = (
        "expired"
        if tap.expired
        else hindrance(tap.action, standing_of(context.order_id, context.shipment_id))
    )
    outcome = NO_LONGER if bar else _OUTCOMES.get(tap.action, DONE)
    try:
        with transaction.atomic():
            _note(tap, outcome)
    except IntegrityError:
        return None
    seen = {"action": tap.action.value, "outcome": outcome, **({"bar": bar} if bar else {})}
    verdict = Verdict("reply", Ruling.DONE, Code.ANSWERED, seen)
    decide([Judged(context.shop_id, context.message_id, verdict)], now)
    if not bar:
        _carry_out(tap, now)
    return outcome


def _note(tap: Tap, outcome: str) -> None:
    Inbound.objects.create(
        shop_id=tap.context.shop_id,
        channel=tap.channel,
        provider=tap.provider,
        key=tap.key[:200],
        address_id=tap.sender.address_id if tap.sender else None,
        attempt_id=tap.context.attempt_id,
        kind="action",
        action=tap.action.value,
        outcome=outcome,
        at=tap.at,
    )


def _carry_out(tap: Tap, now: datetime) -> None:
    context = tap.context
    if tap.action is ReplyAction.STOP:
        evidence = {"button": context.journey}
        choice = Choice(
            context.digest, context.buyer_id, context.channel, tap.at, "keyword", evidence=evidence
        )
        choices.stop(context.shop_id, choice, now)
    if tap.action not in _ALONE and tap.sender is not None:
        said = f"[{all_texts()['en'].action[tap.action]}] {tap.text}".strip()
        take_down(context.shop_id, Entry(tap.channel, tap.sender, said, tap.at, context.message_id))
    announce([
        ShopperReplied(
            context.shop_id,
            tap.at,
            order_id=context.order_id,
            shipment_id=context.shipment_id,
            buyer_id=context.buyer_id,
            message_id=context.message_id,
            journey=context.journey,
            action=tap.action.value,
            channel=tap.channel,
        )
    ])


@transaction.atomic
def follow_on_page(asked: Asked, text: str, now: datetime) -> str | None:
    """The same by the page of a button, for channels that have none: `follow` says what came of it."""
    context = asked.context
    tap = Tap(
        context=context,
        action=asked.action,
        expired=asked.expired,
        provider=PAGE,
        key=f"{context.reference}:{asked.action}",
        channel=context.channel,
        sender=_reader(context, now),
        at=now,
        text=text.strip()[:LONGEST],
    )
    return follow(tap, now)


def _reader(context: Context, now: datetime) -> Sender | None:
    """Whom the message went to, where the buyer still has that address."""
    buyer = context.buyer_id
    places = addresses([context.shop_id], [buyer]).get(buyer, ()) if buyer else ()
    contact = next(((place.kind, place.value) for place in places if place.digest == context.digest), None)
    return recognise(context.shop_id, [Writer((contact,), now, buyer)], now)[0] if contact else None
