"""When the messages of a campaign are due: so many a minute, and never a rush to catch up. Pure."""

from dataclasses import dataclass, replace
from datetime import datetime, timedelta

AHEAD = timedelta(minutes=2)  # queued beforehand, so that a short pause of the worker shows nowhere
REFILL = timedelta(minutes=1)  # left of it when more is queued
_MINUTE = timedelta(minutes=1)
FASTEST = 60_000  # a minute: what the quickest provider takes


@dataclass(frozen=True, slots=True)
class Pace:
    """A campaign's slots, one a message: the first at `starts_at`, the next free one is number `queued`."""

    starts_at: datetime
    queued: int
    per_minute: int

    def slot(self, number: int) -> datetime:
        """When this message is due."""
        return self.starts_at + _MINUTE * number / self.per_minute

    @property
    def next(self) -> datetime:
        """The first free slot."""
        return self.slot(self.queued)

    def from_now(self, now: datetime) -> "Pace":
        """The same pace with no slot in the past: what was missed while nobody worked is not made up for."""
        return self.later(max(timedelta(), now - self.next))

    def later(self, span: timedelta) -> "Pace":
        """Everything still to come that much later."""
        return replace(self, starts_at=self.starts_at + span)

    def room(self, now: datetime) -> int:
        """How many may be queued now; none while those that are last long enough."""
        if self.next > now + REFILL:
            return 0
        return (now + AHEAD - self.next) * self.per_minute // _MINUTE + 1

    def again(self, number: int) -> "Pace":
        """With the next slots given to so many messages that had one before: they are counted already."""
        return self.later(_MINUTE * number / self.per_minute)
