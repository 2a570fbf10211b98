"""What a pack says that no source has confirmed yet."""

from collections.abc import Iterable
from dataclasses import dataclass

from wismo.carriers.pack import Confidence, Pack, StatusRow

UNVERIFIED = "unverified"
_DOUBTFUL = frozenset({Confidence.THIRD_PARTY, Confidence.GUESS})


@dataclass(frozen=True, slots=True)
class Doubt:
    """One pack's facts to be confirmed."""

    source: str
    auth: bool  # how its webhooks show who they are from
    rows: tuple[StatusRow, ...]  # codes whose meaning is not certain, each with a note that says why


def doubts_of(packs: Iterable[Pack]) -> list[Doubt]:
    """What is to be confirmed, pack by pack; packs that are sure of everything are left out."""
    found = (doubt_of(pack) for pack in packs)
    return [doubt for doubt in found if doubt.auth or doubt.rows]


def doubt_of(pack: Pack) -> Doubt:
    """What is to be confirmed of this pack."""
    known = (*pack.statuses.rows, *pack.phrases)
    # A note beside the carrier's own word, or a real payload's, only explains.
    rows = tuple(row for row in known if row.note and row.confidence in _DOUBTFUL)
    return Doubt(pack.id, auth=pack.auth is not None and pack.auth.confidence == UNVERIFIED, rows=rows)
