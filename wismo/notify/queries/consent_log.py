"""What was said at one address, for the person who asks and for whoever must prove it."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from wismo.notify.models import Consent


@dataclass(frozen=True, slots=True)
class SaidBefore:
    """One consent or refusal, as it was written down."""

    digest: str
    channel: str
    kind: str
    granted: bool
    confirmed: bool
    source: str
    at: datetime
    evidence: Mapping[str, Any]


def consent_log(shop_id: int, digests: Sequence[str], limit: int = 500) -> list[SaidBefore]:
    """All that was said at these addresses, newest first."""
    rows = Consent.objects.filter(shop_id=shop_id, digest__among=list(digests)).order_by("-at", "-pk")
    names = ("digest", "channel", "kind", "granted", "confirmed", "source", "at", "evidence")
    return [SaidBefore(*row) for row in rows.values_list(*names)[:limit]]
