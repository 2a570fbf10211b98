"""Who writes to us: their address kept, whose it is found out, and when they wrote."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Any

from wismo.notify.actions.people import AddressTold, remember_addresses
from wismo.notify.models import Address
from wismo.notify.queries.people import digest_of
from wismo.notify.queries.replies import Contact, buyers_behind
from wismo.notify.rules.addresses import normal
from wismo.plumbing.bulk import update_rows

_KEPT = ("name",)  # of what a provider tells beside the words: a reply's own token is worth nothing later


@dataclass(frozen=True, slots=True)
class Writer:
    """Somebody who wrote or chose, as the provider names them."""

    addresses: tuple[Contact, ...] = field(repr=False)  # the sender's first, then others of the same person
    at: datetime
    buyer_id: int | None = None  # where what they answer says so
    extra: Mapping[str, Any] = field(default_factory=dict, repr=False)


@dataclass(frozen=True, slots=True)
class Sender:
    """The person behind an address, as far as known."""

    address_id: int
    digest: str
    buyer_id: int | None
    all_addresses: tuple[int, ...]  # theirs, the sender's first


def normals(addresses: Sequence[Contact]) -> tuple[Contact, ...]:
    """The addresses in their normal form; what is none is left out: a short code, a name for a sender."""
    told = ((kind, normal(kind, value)) for kind, value in addresses)
    return tuple(dict.fromkeys((kind, value) for kind, value in told if value))


def recognise(shop_id: int, writers: Sequence[Writer], now: datetime) -> list[Sender | None]:
    """Each one's rows, made where there were none; None for who wrote from no address that can be kept."""
    known = [normals(writer.addresses) for writer in writers]
    contacts = {contact for addresses in known for contact in addresses}
    digests = {contact: digest_of(shop_id, *contact) for contact in contacts}
    rows = Address.objects.filter(shop_id=shop_id, digest__among=list(digests.values()), buyer__isnull=False)
    owners: dict[str, int] = dict(rows.values_list("digest", "buyer_id"))
    behind = buyers_behind(shop_id, contacts)
    buyers = [
        writer.buyer_id or _first(owners.get(digests[one]) or behind.get(one) for one in addresses)
        for writer, addresses in zip(writers, known, strict=True)
    ]
    told = [
        AddressTold(
            buyer, kind, value, {name: writer.extra[name] for name in _KEPT if writer.extra.get(name)}
        )
        for writer, buyer, addresses in zip(writers, buyers, known, strict=True)
        for kind, value in addresses
    ]
    ids = iter(remember_addresses(shop_id, told, now) if told else [])
    return [
        _sender(tuple(next(ids) for _ in addresses), digests[addresses[0]], buyer) if addresses else None
        for buyer, addresses in zip(buyers, known, strict=True)
    ]


def _sender(ids: tuple[int, ...], digest: str, buyer: int | None) -> Sender:
    return Sender(ids[0], digest, buyer, ids)


def _first(buyers: Any) -> int | None:
    return next((buyer for buyer in buyers if buyer), None)


def note_heard(channel: str, heard: Sequence[tuple[Sender, datetime]]) -> None:
    """That these people wrote on the channel: its window is open, and nothing is amiss with their address."""
    last: dict[int, datetime] = {}
    for sender, at in heard:
        last[sender.address_id] = max(at, last.get(sender.address_id, at))
    rows = Address.objects.filter(pk__among=list(last)).values_list("pk", "heard_at", "trouble")
    changed = []
    for pk, heard_at, trouble in rows.select_for_update(no_key=True).order_by("pk"):
        written = last[pk].astimezone(UTC).isoformat()
        times = {**heard_at, channel: max(written, str(heard_at.get(channel, "")))}
        changed.append((pk, times, {name: told for name, told in trouble.items() if name != channel}))
    update_rows(Address, ("heard_at", "trouble"), changed)
