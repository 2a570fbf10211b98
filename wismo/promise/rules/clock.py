"""A clock: how long something takes, in operating days, as shares of all. Pure."""

from bisect import bisect_left
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Clock:
    """`shares[k]` have ended after `k` operating days or fewer: rising, at most 1; the rest never ends."""

    shares: tuple[float, ...]
    sample: int = 0  # parcels behind it

    def by(self, days: int) -> float:
        """The share that has ended after so many operating days."""
        if days < 0 or not self.shares:
            return 0.0
        return self.shares[min(days, len(self.shares) - 1)]

    def quantile(self, share: float) -> int | None:
        """The operating days after which that share has ended; None where it never comes to that."""
        found = bisect_left(self.shares, share)
        return found if found < len(self.shares) else None

    def after(self, gone: int) -> "Clock":
        """The clock of those that have not ended after `gone` days, counted from then on."""
        left = 1.0 - self.by(gone)
        if left <= 0.0:
            return Clock((0.0,), self.sample)
        start = self.by(gone)
        return Clock(tuple((share - start) / left for share in self.shares[gone:]), self.sample)


def typed(least: int, most: int) -> Clock:
    """A clock between two days that somebody wrote down, each as likely as the other."""
    width = most - least + 1
    return Clock((*(0.0,) * least, *((step + 1) / width for step in range(width))))
