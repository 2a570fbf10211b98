"""Hand-overs that nobody has heard the end of."""

from collections.abc import Collection
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from wismo.notify.models import Attempt, AttemptState, MessageState
from wismo.notify.queries.people import addresses, digest_of
from wismo.notify.words import AddressKind


@dataclass(frozen=True, slots=True)
class Stranded:
    """A message that is still being sent, so it is written, though its lease has ended."""

    shop_id: int
    message_id: int
    journey: str
    attempt_id: int
    number: int
    channel: str
    provider: str
    digest: str
    buyer_id: int | None
    reference: str
    provider_id: str
    started_at: datetime
    code: str  # what was heard: "timeout"; "" where the sender stopped before

    @property
    def detail(self) -> str:
        """Why nobody can tell."""
        return self.code or "sender stopped"


def stranded(now: datetime, limit: int = 500) -> list[Stranded]:
    """The last hand-over of each message whose lease has ended while it was being sent, oldest first."""
    rows = Attempt.objects.filter(
        message__state=MessageState.SENDING,
        message__lease_until__lt=now,
        state__in=(AttemptState.SENDING, AttemptState.UNKNOWN),
    )
    names = (
        *("shop_id", "message_id", "message__journey", "pk", "number", "channel", "provider", "digest"),
        *("message__buyer_id", "reference", "provider_id", "started_at", "code"),
    )
    found = {}
    ordered: Any = rows.order_by("message__lease_until", "pk").values_list(*names)
    for told in ordered[:limit]:
        one = Stranded(*told)
        found[one.message_id] = one
    return list(found.values())


def of_others(shop_id: int, references: Collection[str], provider_ids: Collection[str]) -> set[str]:
    """Those of these ids that a provider gave to attempts other than these."""
    rows = Attempt.objects.filter(shop_id=shop_id, provider_id__in=[one for one in provider_ids if one])
    return set(rows.exclude(reference__in=references).values_list("provider_id", flat=True))


@dataclass(frozen=True, slots=True)
class Known:
    """Where a stranded message was sent to."""

    kind: AddressKind
    value: str = field(repr=False)


def places_of(found: list[Stranded]) -> dict[tuple[int, str], Known]:
    """The addresses, by shop and digest, as far as their buyers still have them."""
    buyers = {one.buyer_id for one in found if one.buyer_id}
    if not buyers:
        return {}
    shops = {one.shop_id for one in found}
    told = addresses(shops, buyers)
    return {
        (shop_id, place.digest): Known(place.kind, place.value)
        for shop_id in shops
        for places in told.values()
        for place in places
        if digest_of(shop_id, place.kind, place.value) == place.digest
    }
