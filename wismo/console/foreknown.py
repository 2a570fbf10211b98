"""What a meaning would change, as the team sees it before it decides: parcels, pages and messages."""

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from wismo.console import words
from wismo.console.access import Seat
from wismo.notify.foresight import Foreseen, foreseen, last_message
from wismo.tracking.actions.meanings import rehearsal
from wismo.tracking.queries.codes import UnmappedCode
from wismo.tracking.queries.effects import Change
from wismo.tracking.rules.meaning import Meaning
from wismo.vocabulary.status import Status

SHOWN = 20  # parcels, and messages


@dataclass(frozen=True, slots=True)
class Move:
    """So many parcels that read one thing now and another then."""

    count: int
    status: Status
    status_then: Status


@dataclass(frozen=True, slots=True)
class Unsent:
    """So many messages about one milestone that a gate would stop, and why."""

    count: int
    news: str
    why: str


@dataclass(frozen=True, slots=True)
class Preview:
    """The rehearsal in short."""

    scans: int
    parcels: int
    partial: bool  # only the newest scans were tried
    moves: tuple[Move, ...]  # most parcels first
    same: int  # parcels that read the same, but for lines on their page
    changes: tuple[Change, ...]
    more: int  # changed parcels that are not listed
    to_send: tuple[Foreseen, ...]
    unsent: tuple[Unsent, ...]


def preview_of(seat: Seat, code: UnmappedCode, meaning: Meaning, now: datetime) -> Preview:
    """Try the meaning on the shop's scans, in a transaction that is undone."""
    last = last_message(seat.shop_id)
    with rehearsal(seat.shop_id, code.source, code.code, meaning, now) as would:
        orders = {change.order_id for change in would.changed}
        told = foreseen(seat.shop_id, orders, after=last, now=now)
    moving = [change for change in would.changed if change.moves]
    return Preview(
        scans=would.scans,
        parcels=would.parcels,
        partial=would.scans < code.scans,
        moves=_moves(moving),
        same=would.parcels - len(moving),
        changes=would.changed[:SHOWN],
        more=max(0, len(would.changed) - SHOWN),
        to_send=tuple(message for message in told if message.sent),
        unsent=_unsent(told),
    )


def _moves(changes: Sequence[Change]) -> tuple[Move, ...]:
    counted = Counter((change.status, change.status_then) for change in changes)
    return tuple(Move(count, *pair) for pair, count in counted.most_common())


def _unsent(told: Sequence[Foreseen]) -> tuple[Unsent, ...]:
    stopped = Counter((m.trigger, words.code_words(m.code)) for m in told if not m.sent)
    return tuple(Unsent(n, words.milestone_words(name), why) for (name, why), n in stopped.most_common())
