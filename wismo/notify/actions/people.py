"""Where people can be reached, what they said, and who must not be written to: every write of it.

All of it hangs on the digest of an address (`queries.people.digest_of`), not on a buyer: it outlives erasure.
"""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from django.db import transaction

from wismo.notify.models import Address, Consent, Preference, Suppression
from wismo.notify.queries.people import Ban, digest_of
from wismo.notify.rules.addresses import normal
from wismo.notify.words import AddressKind, Kind


@dataclass(frozen=True, slots=True)
class AddressTold:
    """A place a buyer can be reached at; `buyer_id` is None where nobody knows whose it is."""

    buyer_id: int | None
    kind: AddressKind
    value: str = field(repr=False)
    extra: Mapping[str, Any] = field(default_factory=dict, repr=False)
    country: str = ""  # of a phone number written without its country's prefix


def remember_address(
    shop_id: int, buyer_id: int | None, kind: AddressKind, value: str, extra: Mapping[str, Any], now: datetime
) -> int:
    """Keep one place; the id of its row. ValueError where it is no address of this kind."""
    (pk,) = remember_addresses(shop_id, [AddressTold(buyer_id, kind, value, extra)], now)
    return pk


@transaction.atomic
def remember_addresses(shop_id: int, told: Sequence[AddressTold], now: datetime) -> list[int]:
    """Keep these places, one row each; their ids in the same order. Told again, one that was gone is back.

    A buyer once known of an address stays known where none is told; what is told of it is added.
    """
    normals = [normal(one.kind, one.value, country=one.country) for one in told]
    if not all(normals):
        kinds = sorted({one.kind.value for one, value in zip(told, normals, strict=True) if not value})
        raise ValueError(f"value: not an address of the kind {', '.join(kinds)}")
    digests = [digest_of(shop_id, one.kind, value) for one, value in zip(told, normals, strict=True)]
    known = {row.digest: row for row in _rows(shop_id, digests)}
    kept: dict[str, Address] = {}
    for one, value, key in zip(told, normals, digests, strict=True):
        before = kept.get(key) or known.get(key)
        kept[key] = Address(
            shop_id=shop_id,
            buyer_id=one.buyer_id or (before.buyer_id if before else None),
            kind=one.kind,
            value=value,
            digest=key,
            extra={**(before.extra if before else {}), **one.extra},
            created_at=before.created_at if before else now,
            gone_at=None,
        )
    Address.objects.bulk_create(
        kept.values(),
        update_conflicts=True,
        unique_fields=["shop", "kind", "digest"],
        update_fields=["buyer", "extra", "gone_at"],
        batch_size=500,
    )
    ids = dict(_rows(shop_id, digests).values_list("digest", "pk"))
    return [ids[key] for key in digests]


def _rows(shop_id: int, digests: Sequence[str]) -> Any:
    return Address.objects.filter(shop_id=shop_id, digest__among=list(digests))


def forget_addresses(shop_id: int, ids: Collection[int], now: datetime) -> None:
    """These places are gone: unfollowed, blocked, expired. They are never used again unless told anew."""
    Address.objects.filter(shop_id=shop_id, pk__in=ids, gone_at=None).update(gone_at=now)


@dataclass(frozen=True, slots=True)
class Said:
    """What a person said of a kind of message (None: of all kinds) on a channel, at one address."""

    digest: str
    channel: str
    kind: Kind | None
    granted: bool
    source: str  # checkout, preferences, one_click, keyword, provider, api, import
    at: datetime
    confirmed: bool = True  # False: it counts once the link in a mail was followed
    evidence: Mapping[str, Any] = field(default_factory=dict)  # wording, language, page


@dataclass(frozen=True, slots=True)
class Recorded:
    """One choice as it was written down; `new` says that it changed what holds."""

    consent_id: int
    said: Said
    kind: Kind
    new: bool


def record_choice(shop_id: int, said: Said) -> list[Recorded]:
    """Write one choice down; one record a kind."""
    return record_choices(shop_id, [said])


@transaction.atomic
def record_choices(shop_id: int, told: Sequence[Said]) -> list[Recorded]:
    """Write down what people said, for good, and let the latest of each key hold. Safe to repeat.

    What was said earlier than what holds is evidence only. An opt-in that still has to be confirmed takes
    nothing from one that is.
    """
    spread = [(said, kind) for said in told for kind in ([said.kind] if said.kind else list(Kind))]
    digests = {said.digest for said in told}
    spread = _unwritten(shop_id, spread, digests)
    rows = Consent.objects.bulk_create(
        [_consent(shop_id, said, kind) for said, kind in spread], batch_size=500
    )
    held = {_key(row): row for row in Preference.objects.filter(shop_id=shop_id, digest__among=list(digests))}
    changed: dict[tuple[str, str, str], Preference] = {}
    recorded = []
    for (said, kind), row in zip(spread, rows, strict=True):
        before = changed.get(_key(row)) or held.get(_key(row))
        new = before is None or _overtakes(row, before)
        if new:
            changed[_key(row)] = _preference(row)
        recorded.append(Recorded(row.pk, said, kind, new))
    Preference.objects.bulk_create(
        changed.values(),
        update_conflicts=True,
        unique_fields=["shop", "digest", "channel", "kind"],
        update_fields=["granted", "confirmed", "consent", "at"],
        batch_size=500,
    )
    return recorded


def _unwritten(
    shop_id: int, spread: Sequence[tuple[Said, Kind]], digests: Collection[str]
) -> list[tuple[Said, Kind]]:
    """Those not yet written down: an order posted again tells its consents again."""
    rows = Consent.objects.filter(
        shop_id=shop_id, digest__among=list(digests), at__in={said.at for said, _ in spread}
    )
    written = set(rows.values_list("digest", "channel", "kind", "granted", "confirmed", "source", "at"))
    once: dict[tuple[Any, ...], tuple[Said, Kind]] = {}
    for said, kind in spread:
        key = (said.digest, said.channel, kind.value, said.granted, said.confirmed, said.source, said.at)
        if key not in written:
            once.setdefault(key, (said, kind))
    return list(once.values())


def _consent(shop_id: int, said: Said, kind: Kind) -> Consent:
    return Consent(
        shop_id=shop_id,
        digest=said.digest,
        channel=said.channel,
        kind=kind.value,
        granted=said.granted,
        confirmed=said.confirmed,
        source=said.source,
        evidence=dict(said.evidence),
        at=said.at,
    )


def _key(row: Consent | Preference) -> tuple[str, str, str]:
    return row.digest, row.channel, row.kind


def _overtakes(row: Consent, before: Preference) -> bool:
    waits = row.granted and not row.confirmed
    if waits and before.granted and before.confirmed:
        return False
    return row.at >= before.at


def _preference(row: Consent) -> Preference:
    return Preference(
        shop_id=row.shop_id,
        digest=row.digest,
        channel=row.channel,
        kind=row.kind,
        granted=row.granted,
        confirmed=row.confirmed,
        consent=row,
        at=row.at,
    )


_FOR_GOOD = frozenset({"hard_bounce", "complaint", "invalid"})  # a person's START does not heal these


def suppress(shop_id: int, ban: Ban, now: datetime) -> None:
    """Never write to this address again, within the ban's channel and scope."""
    suppress_all(shop_id, [ban], now)


@transaction.atomic
def suppress_all(shop_id: int, bans: Sequence[Ban], now: datetime) -> None:
    """Put these bans into force. One that stands for good is not weakened by a lesser one."""
    rows = Suppression.objects.filter(shop_id=shop_id, digest__among=[ban.digest for ban in bans])
    held = {(row.digest, row.channel, row.scope): row for row in rows.order_by("pk").select_for_update()}
    news = {(ban.digest, ban.channel, ban.scope): ban for ban in bans}
    Suppression.objects.bulk_create(
        [
            Suppression(
                shop_id=shop_id,
                digest=ban.digest,
                channel=ban.channel,
                scope=ban.scope,
                reason=ban.reason,
                at=now,
                expires_at=ban.expires_at,
            )
            for key, ban in sorted(news.items())
            if key not in held or not _stands(held[key], ban)
        ],
        update_conflicts=True,
        unique_fields=["shop", "digest", "channel", "scope"],
        update_fields=["reason", "at", "expires_at"],
        batch_size=500,
    )


def _stands(held: Suppression, ban: Ban) -> bool:
    for_good = held.expires_at is None and held.reason in _FOR_GOOD
    return for_good and (ban.reason not in _FOR_GOOD or ban.expires_at is not None)


def lift(
    shop_id: int,
    digests: Collection[str],
    *,
    channel: str | None = None,
    scopes: Collection[str] = (),
    reasons: Collection[str] = (),
) -> int:
    """End the bans on these addresses (of one channel, of these scopes and reasons, where told); how many.

    A person's own word lifts reasons `stop` and `person` alone: name them in `reasons`.
    """
    rows = Suppression.objects.filter(shop_id=shop_id, digest__among=list(digests))
    if channel is not None:
        rows = rows.filter(channel__in=["", channel])
    if scopes:
        rows = rows.filter(scope__in=scopes)
    if reasons:
        rows = rows.filter(reason__in=reasons)
    return rows.delete()[0]
