"""Who asks too often, counted in the memory of this process alone: a look that writes nothing."""


class Buckets:
    """A bucket a subject: it holds `burst` requests, and `rate` of them come back each second."""

    def __init__(self, *, rate: float, burst: int, most: int = 100_000) -> None:
        """`most` subjects are remembered, those that asked last."""
        self.burst, self._rate, self._most = burst, rate, most
        self._left: dict[str, tuple[float, float]] = {}  # subject: requests left, and when; the latest last

    def take(self, subject: str, now: float) -> float:
        """Take one, at `now` seconds of a clock that only goes on: 0, or the seconds until there is one."""
        left, at = self._left.pop(subject, (float(self.burst), now))
        left = min(float(self.burst), left + (now - at) * self._rate)
        wait = 0.0 if left >= 1.0 else (1.0 - left) / self._rate
        self._left[subject] = (left if wait else left - 1.0, now)
        while len(self._left) > self._most:
            self._left.pop(next(iter(self._left)), None)
        return wait

    def forget(self) -> None:
        """As if nobody had asked."""
        self._left.clear()
