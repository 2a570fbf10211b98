"""What a failure teaches about an address: not reachable there for a while, never, or not wanted."""

from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from wismo.notify.actions.alerts import Alert, AlertKind, raise_alerts
from wismo.notify.actions.people import AddressTold, remember_addresses, suppress_all
from wismo.notify.models import Address, Attempt, Receipt
from wismo.notify.queries.people import Ban, Place, addresses
from wismo.notify.words import Failure, Kind, ReceiptState
from wismo.plumbing.bulk import update_rows

UNREACHABLE = timedelta(days=30)  # then the channel is tried once more
SOFT_MOST, SOFT_WITHIN = 3, timedelta(days=30)  # soft bounces of a mailbox, after which it is left alone
_OF_OFFERS = frozenset({"131050"})  # WhatsApp: the reader stopped marketing messages, and these alone
_KEPT = frozenset({Failure.ADDRESS, Failure.INVALID})


@dataclass(frozen=True, slots=True)
class Failed:
    """A hand-over that failed for a reason, and whose it was."""

    shop_id: int
    buyer_id: int | None
    channel: str
    digest: str
    failure: Failure
    code: str
    journey: str


def of_failures(failed: Sequence[Failed], now: datetime) -> None:
    """Remember what each failure says of its address; what says nothing of one is passed over."""
    by_shop: dict[int, list[Failed]] = defaultdict(list)
    for one in failed:
        by_shop[one.shop_id].append(one)
    for shop_id, told in sorted(by_shop.items()):
        _remember_trouble(shop_id, [one for one in told if one.failure in _KEPT], now)
        suppress_all(shop_id, [ban for one in told if (ban := _ban(one))], now)
    raise_alerts([_refused(one) for one in failed if one.failure is Failure.CONTENT], now)


def _ban(one: Failed) -> Ban | None:
    if one.failure is Failure.OPTED_OUT:
        return Ban(one.digest, one.channel, _stopped(one.code), "stop")
    if one.failure is Failure.INVALID and one.channel == "email":
        return Ban(one.digest, one.channel, "all", "hard_bounce")
    return None


def _stopped(code: str) -> str:
    """The scope of what the reader ended at the provider."""
    return Kind.MARKETING.value if code in _OF_OFFERS else "all"


def _refused(one: Failed) -> Alert:
    subject = f"{one.journey} {one.channel}"
    text = f"{one.channel} refused a message of {one.journey} for what it says (code {one.code})."
    return Alert(one.shop_id, AlertKind.CONTENT, subject, text)


def _remember_trouble(shop_id: int, failed: Sequence[Failed], now: datetime) -> None:
    if not failed:
        return
    rows = _rows(shop_id, failed, now)
    changes: dict[int, dict[str, object]] = {}
    for one in failed:
        if one.digest in rows:
            pk, trouble = rows[one.digest]
            changes.setdefault(pk, dict(trouble))[one.channel] = _trouble(one, now)
    update_rows(Address, ("trouble",), list(changes.items()))


def _trouble(one: Failed, now: datetime) -> dict[str, str]:
    if one.failure is Failure.INVALID:
        return {"state": "invalid", "why": one.code}
    return {"state": "unreachable", "until": (now + UNREACHABLE).isoformat(), "why": one.code}


def _rows(
    shop_id: int, failed: Sequence[Failed], now: datetime
) -> Mapping[str, tuple[int, Mapping[str, object]]]:
    """The rows of these addresses by digest; an order's e-mail or phone gets one now."""
    known = _known(shop_id, failed)
    without = {one.digest: one.buyer_id for one in failed if one.digest not in known and one.buyer_id}
    places = addresses([shop_id], [pk for pk in without.values() if pk])
    told = [
        AddressTold(buyer_id, place.kind, place.value)
        for buyer_id, found in places.items()
        for place in found
        if place.digest in without and place.id is None and _is_kept(place)
    ]
    if not told:
        return known
    remember_addresses(shop_id, told, now)
    return _known(shop_id, failed)


def _is_kept(place: Place) -> bool:
    return place.kind.value in {"email", "phone"}


def _known(shop_id: int, failed: Sequence[Failed]) -> dict[str, tuple[int, Mapping[str, object]]]:
    rows = Address.objects.filter(shop_id=shop_id, digest__in={one.digest for one in failed})
    return {digest: (pk, trouble) for pk, digest, trouble in rows.values_list("pk", "digest", "trouble")}


@dataclass(frozen=True, slots=True)
class Told:
    """A receipt that speaks of the person, not of the message."""

    channel: str
    digest: str
    state: ReceiptState
    soft: bool
    failure: Failure | None
    kind: Kind | None  # of the message
    code: str  # the provider's


def of_receipts(shop_id: int, told: Sequence[Told], now: datetime) -> None:
    """Who bounces for good, complains or unsubscribes is not written to again; nor who bounces too often."""
    bans = [ban for one in told if (ban := _ban_of(one))]
    soft = {one.digest for one in told if one.channel == "email" and one.soft}
    bans += [
        Ban(digest, "email", "all", "soft_bounces", now + SOFT_WITHIN)
        for digest in soft
        if _soft_bounces(shop_id, digest, now) >= SOFT_MOST
    ]
    suppress_all(shop_id, bans, now)


def _ban_of(one: Told) -> Ban | None:
    if one.state is ReceiptState.COMPLAINED:
        return Ban(one.digest, one.channel, "all", "complaint")
    if one.state is ReceiptState.UNSUBSCRIBED:
        scope = one.kind.value if one.kind in {Kind.FEEDBACK, Kind.MARKETING} else Kind.MARKETING.value
        return Ban(one.digest, one.channel, scope, "unsubscribed")
    if one.state is not ReceiptState.FAILED or one.soft:
        return None
    if one.failure is Failure.OPTED_OUT:
        return Ban(one.digest, one.channel, _stopped(one.code), "stop")
    hard = one.channel == "email" and one.failure in {Failure.ADDRESS, Failure.INVALID}
    return Ban(one.digest, one.channel, "all", "hard_bounce") if hard else None


def _soft_bounces(shop_id: int, digest: str, now: datetime) -> int:
    """Of this address lately, the one just recorded among them."""
    attempts = Attempt.objects.filter(shop_id=shop_id, digest=digest, channel="email")
    since = now - SOFT_WITHIN
    recent = attempts.filter(started_at__gte=since).values("pk")
    rows = Receipt.objects.filter(
        shop_id=shop_id, attempt_id__in=recent, state=ReceiptState.FAILED, received_at__gte=since
    )
    return rows.values("attempt_id").distinct().count()
