"""What buyers agree to or refuse, wherever they say it: at checkout, on the page, by the API, in a mail.

Where the law or the shop wants an opt-in by e-mail confirmed, it waits for the link in a mail: CONSENT_ASKED.
"""

from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any

from django.db import transaction

from wismo.notify.actions.people import Recorded, Said, lift, record_choices
from wismo.notify.channels import passports
from wismo.notify.events import HappeningTold
from wismo.notify.models import Attempt, Consent, Message, Preference
from wismo.notify.queries.people import (
    Choices,
    Place,
    addresses,
    choices,
    countries_of,
    stop_means_all,
    wants_double_opt_in,
)
from wismo.notify.queries.preferences import reached_by, standing
from wismo.notify.rules.consent import Need, needed, stricter
from wismo.notify.words import Kind
from wismo.plumbing.events import announce
from wismo.vocabulary.happening import Happening

CONFIRM_LIFE = timedelta(days=30)  # of the link in a mail
ASK_AGAIN = timedelta(days=1)  # whoever enters an address twice does not fill its mailbox
# What a person's own word put into force, their own hand ends: their ticks, not a form filled in for them.
_OWN_WORD = ("stop", "person")
_OWN_HAND = frozenset({"preferences", "mail"})


@dataclass(frozen=True, slots=True)
class Wish:
    """What a buyer wants of a kind of message on a channel, and how we know."""

    buyer_id: int
    channel: str
    kind: Kind
    granted: bool
    source: str
    at: datetime
    evidence: Mapping[str, Any] = field(default_factory=dict)


@transaction.atomic
def keep_wishes(shop_id: int, wishes: Sequence[Wish]) -> list[Recorded]:
    """Write the wishes down at every address the channel reaches the buyer by. Safe to repeat.

    An opt-in that has to be confirmed is announced, once a day at most; one that was confirmed stays so.
    """
    buyers = {wish.buyer_id for wish in wishes}
    places, countries = addresses([shop_id], buyers), countries_of([shop_id], buyers)
    every_time = wants_double_opt_in(shop_id)
    spoken = [
        (wish, _said(wish, place, countries[wish.buyer_id], every_time=every_time))
        for wish in wishes
        for place in reached_by(wish.channel, places.get(wish.buyer_id, ()))
    ]
    before = choices([shop_id], {said.digest for _, said in spoken})
    recorded = record_choices(shop_id, [said for _, said in spoken])
    by_own_hand = [one for one in recorded if one.said.granted and one.said.source in _OWN_HAND]
    for one in by_own_hand:
        _lift(shop_id, one)
    owner = {id(said): wish.buyer_id for wish, said in spoken}
    announce(
        _asked(shop_id, one, owner[id(one.said)])
        for one in recorded
        if one.new and not one.said.confirmed and not _asked_lately(one, before)
    )
    return recorded


def _said(wish: Wish, place: Place, country: str, *, every_time: bool) -> Said:
    need = needed(wish.channel, wish.kind, country)
    if wish.channel == "email":
        need = stricter(need, double_opt_in=every_time)
    return Said(
        digest=place.digest,
        channel=wish.channel,
        kind=wish.kind,
        granted=wish.granted,
        source=wish.source,
        at=wish.at,
        confirmed=not (wish.granted and need is Need.DOUBLE_OPT_IN),
        evidence=wish.evidence,
    )


def _lift(shop_id: int, one: Recorded) -> None:
    lift(
        shop_id,
        [one.said.digest],
        channel=one.said.channel,
        scopes=["all", one.kind.value],
        reasons=_OWN_WORD,
    )


def _asked_lately(one: Recorded, before: Choices) -> bool:
    held = before.get((one.said.digest, one.said.channel), {}).get(one.kind)
    if held is None or not held.granted or held.confirmed:
        return False
    return abs(one.said.at - held.at) < ASK_AGAIN


def _asked(shop_id: int, one: Recorded, buyer_id: int) -> HappeningTold:
    return HappeningTold(
        shop_id=shop_id,
        at=one.said.at,
        name=Happening.CONSENT_ASKED.value,
        buyer_id=buyer_id,
        episode=str(one.consent_id),
        values={"consent": one.consent_id},
    )


@transaction.atomic
def change_preferences(
    shop_id: int,
    buyer_id: int,
    wanted: Mapping[tuple[str, Kind], bool],
    evidence: Mapping[str, Any],
    now: datetime,
) -> list[Recorded]:
    """Bring what holds of a buyer to what they ticked; what cannot be refused, or has no address, is left."""
    now_on = {(s.channel, s.kind): s for s in standing(shop_id, buyer_id, now)}
    asked = {pair: want for pair, want in wanted.items() if pair in now_on and not now_on[pair].locked}
    # What ended with one STOP comes back kind by kind: the rest must then be refused by itself.
    stopped = any(now_on[pair].banned in _OWN_WORD for pair in asked) and any(asked.values())
    changed = {pair: want for pair, want in asked.items() if stopped or want != now_on[pair].on}
    return keep_wishes(
        shop_id,
        [
            Wish(buyer_id, channel, kind, granted=want, source="preferences", at=now, evidence=evidence)
            for (channel, kind), want in changed.items()
        ],
    )


@transaction.atomic
def unsubscribe(message_id: int, kind: Kind, now: datetime) -> bool:
    """No more of this kind to the address this message went to; to none, where the shop's STOP means all.

    Whether there was anybody. Safe to repeat.
    """
    row = Message.objects.filter(pk=message_id).values_list("shop_id", "buyer_id", "order__buyer_id").first()
    if row is None:
        return False
    shop_id, buyer_id = row[0], row[1] or row[2]
    pairs = set(Attempt.objects.filter(message_id=message_id).values_list("channel", "digest"))
    if not pairs or stop_means_all(shop_id):
        pairs |= set(_everywhere(shop_id, buyer_id))
    record_choices(
        shop_id,
        [
            Said(
                digest,
                channel,
                kind,
                granted=False,
                source="one_click",
                at=now,
                evidence={"message": message_id},
            )
            for channel, digest in sorted(pairs)
        ],
    )
    return True


def _everywhere(shop_id: int, buyer_id: int) -> Iterator[tuple[str, str]]:
    places = addresses([shop_id], [buyer_id]).get(buyer_id, ())
    for channel in passports():
        for place in reached_by(channel, places):
            yield channel, place.digest


@transaction.atomic
def confirm(consent_id: int, now: datetime) -> bool:
    """An opt-in is confirmed by the link in its mail; False where it is too old or was withdrawn since."""
    asked = Consent.objects.filter(pk=consent_id, granted=True, at__gt=now - CONFIRM_LIFE).first()
    if asked is None:
        return False
    held = Preference.objects.filter(
        shop_id=asked.shop_id, digest=asked.digest, channel=asked.channel, kind=asked.kind
    ).first()
    if held is None or not held.granted:
        return False
    if held.confirmed:
        return True
    said = Said(
        digest=asked.digest,
        channel=asked.channel,
        kind=Kind(asked.kind),
        granted=True,
        source="mail",
        at=max(now, held.at),
        evidence={"confirms": consent_id},
    )
    for one in record_choices(asked.shop_id, [said]):
        _lift(asked.shop_id, one)
    return True


def unknown_channels(channels: Collection[str]) -> tuple[str, ...]:
    """Those of these that are no channel of the house."""
    return tuple(sorted(set(channels) - passports().keys()))
