"""How far messages came already: their hand-overs."""

from collections import defaultdict
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from django.db.models import Count

from wismo.notify.models import Attempt, AttemptState, Message
from wismo.notify.rules.receipts import furthest


@dataclass(frozen=True, slots=True)
class Made:
    """One hand-over of a message."""

    pk: int
    number: int
    channel: str
    provider: str
    digest: str
    reference: str
    state: AttemptState
    provider_id: str
    started_at: datetime

    @property
    def open(self) -> bool:
        """Whether nobody can tell yet what became of it."""
        return self.state in {AttemptState.SENDING, AttemptState.UNKNOWN}


class History:
    """The hand-overs of several messages, in their order."""

    def __init__(self, made: dict[int, list[Made]], members: Mapping[int, int]) -> None:
        self._made, self._members = made, members

    def of(self, message_id: int) -> Sequence[Made]:
        """Those of one message."""
        return self._made.get(message_id, ())

    def last_open(self, message_id: int) -> Made | None:
        """The last one, where its fate is not known: it must not be followed by another."""
        made = self.of(message_id)
        return made[-1] if made and made[-1].open else None

    def tries(self, message_id: int, channel: str) -> int:
        """How often this channel was tried."""
        return sum(one.channel == channel for one in self.of(message_id))

    def members(self, message_id: int) -> int:
        """How many other messages it speaks for since it was first handed over."""
        return self._members.get(message_id, 0)

    def furthest(self, message_id: int) -> str:
        """How far the furthest came; "" for none."""
        return furthest(one.state for one in self.of(message_id))


def history(message_ids: Collection[int]) -> History:
    """The hand-overs of these messages, and whom they spoke for; no query for none."""
    found: dict[int, list[Made]] = defaultdict(list)
    if not message_ids:
        return History(found, {})
    names = ("message_id", "pk", "number", "channel", "provider", "digest", "reference", "state")
    rows = Attempt.objects.filter(message_id__in=message_ids).order_by("message_id", "number", "pk")
    for pk, *told in rows.values_list(*names, "provider_id", "started_at"):
        found[pk].append(Made(*told))
    merged = Message.objects.filter(merged_into__id__among=list(message_ids)).order_by()
    counted = merged.values("merged_into").annotate(many=Count("pk"))
    members = {leader: many for leader, many in counted.values_list("merged_into", "many") if leader}
    return History(found, members)
