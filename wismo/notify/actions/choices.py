"""A person ends messages, or allows them again: by a word, by a button, or at the provider."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from wismo.notify.actions import people
from wismo.notify.actions.people import Said
from wismo.notify.actions.senders import Sender, Writer, recognise
from wismo.notify.channels import passports, providers
from wismo.notify.models import Consent, Inbound
from wismo.notify.port import HeardChoice
from wismo.notify.queries.people import Ban, addresses, stop_means_all
from wismo.notify.queries.replies import linked_buyer
from wismo.notify.words import Kind

_OWN_WORD = ("stop", "person")  # the reasons of bans that a person's own word can lift
_STOPPED_BY = ("keyword", "provider")  # sources of a STOP: what was agreed before it is written elsewhere


@dataclass(frozen=True, slots=True)
class Choice:
    """What somebody chose."""

    digest: str  # of the address it is about
    buyer_id: int | None
    channel: str
    at: datetime
    source: str  # keyword, provider
    kind: Kind | None = None  # None: all messages
    evidence: Mapping[str, Any] = field(default_factory=dict)


def stop(shop_id: int, choice: Choice, now: datetime) -> bool:
    """Write to them no more on this channel; whether that was new, and not overtaken by a later word."""
    everywhere = stop_means_all(shop_id)
    if not any(
        one.new for one in people.record_choices(shop_id, _said(shop_id, choice, everywhere=everywhere))
    ):
        return False
    scope = choice.kind.value if choice.kind else "all"
    channel = "" if everywhere else choice.channel
    digests = _digests(shop_id, choice) if everywhere else [choice.digest]
    people.suppress_all(shop_id, [Ban(digest, channel, scope, "stop") for digest in digests], now)
    return True


def start(shop_id: int, choice: Choice) -> bool:
    """Write to them again as before they stopped; whether that was not overtaken by a later word.

    Offers come again only where they were agreed to before: START is not an opt-in to what was never asked.
    """
    kinds = [choice.kind] if choice.kind else [Kind.TRANSACTIONAL, Kind.FEEDBACK]
    if choice.kind is None and _had_offers(shop_id, choice):
        kinds.append(Kind.MARKETING)
    told = [_one(choice, choice.channel, choice.digest, kind, granted=True) for kind in kinds]
    if not any(one.new for one in people.record_choices(shop_id, told)):
        return False
    digests = _digests(shop_id, choice) if stop_means_all(shop_id) else [choice.digest]
    scopes = [choice.kind.value] if choice.kind else ()
    people.lift(shop_id, digests, channel=choice.channel, scopes=scopes, reasons=_OWN_WORD)
    return True


def _said(shop_id: int, choice: Choice, *, everywhere: bool) -> list[Said]:
    if not everywhere:
        return [_one(choice, choice.channel, choice.digest, choice.kind, granted=False)]
    channels = [*passports()]
    return [
        _one(choice, channel, digest, choice.kind, granted=False)
        for digest in _digests(shop_id, choice)
        for channel in channels
    ]


def _one(choice: Choice, channel: str, digest: str, kind: Kind | None, *, granted: bool) -> Said:
    return Said(digest, channel, kind, granted, choice.source, choice.at, evidence=choice.evidence)


def _digests(shop_id: int, choice: Choice) -> list[str]:
    """Of every place the same buyer can be reached at."""
    buyer_id = choice.buyer_id
    places = addresses([shop_id], [buyer_id]).get(buyer_id, ()) if buyer_id else ()
    return list(dict.fromkeys([choice.digest, *(place.digest for place in places)]))


def _had_offers(shop_id: int, choice: Choice) -> bool:
    rows = Consent.objects.filter(
        shop_id=shop_id, digest=choice.digest, channel=choice.channel, kind=Kind.MARKETING
    )
    last = rows.exclude(source__in=_STOPPED_BY).order_by("-id").values_list("granted", "confirmed").first()
    return last == (True, True)


# ── at the provider ───────────────────────────────────────────────────────────────────────────────────────


def hear(shop_id: int, provider: str, told: Sequence[HeardChoice], now: datetime) -> None:
    """Follow what people chose at the provider, each once."""
    once = {choice.key: choice for choice in told}
    rows = Inbound.objects.filter(shop_id=shop_id, provider=provider, key__among=[_key(one) for one in told])
    known = set(rows.values_list("key", flat=True))
    new = [choice for choice in once.values() if _key(choice) not in known]
    writers = [
        Writer((choice.address,), _at(choice, now), linked_buyer(shop_id, choice.link), choice.extra)
        for choice in new
    ]
    channel = providers()[provider].channel
    for choice, sender in zip(new, recognise(shop_id, writers, now), strict=True):
        Inbound.objects.create(
            shop_id=shop_id,
            channel=channel,
            provider=provider,
            key=_key(choice),
            address_id=sender.address_id if sender else None,
            kind="start" if choice.granted else "stop",
            outcome="done" if sender else "",
            at=_at(choice, now),
        )
        if sender:
            _follow(shop_id, channel, choice, sender, now)


def _follow(shop_id: int, channel: str, told: HeardChoice, sender: Sender, now: datetime) -> None:
    choice = Choice(sender.digest, sender.buyer_id, channel, _at(told, now), "provider", told.scope)
    if told.granted:
        start(shop_id, choice)
    elif told.gone:
        # Nothing can go there any more; whoever comes back has not refused anything.
        people.forget_addresses(shop_id, [sender.address_id], now)
    else:
        stop(shop_id, choice, now)


def _key(choice: HeardChoice) -> str:
    return f"choice:{choice.key}"[:200]


def _at(choice: HeardChoice, now: datetime) -> datetime:
    return choice.at or now
