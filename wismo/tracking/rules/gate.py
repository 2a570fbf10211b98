"""The gate before a carrier's account: how many requests may pass now, and when it closes. Pure.

Three things close it: the rate and the daily quota, a pause the carrier asked for, and the circuit, which
opens after FAILURES in a row and then lets one probe through at a time.
"""

from dataclasses import dataclass, replace
from datetime import UTC, date, datetime, time, timedelta
from enum import StrEnum

from wismo.carriers.pack import Rate
from wismo.tracking.rules.polling import backoff

FAILURES = 5  # in a row, and the circuit opens
COOLING = timedelta(minutes=1)  # the first time; it doubles with each probe that fails
COLDEST = timedelta(hours=1)
LONGEST_PAUSE = timedelta(hours=24)  # of those a carrier asks for; one that says more is asked again then
FAR = timedelta(minutes=10)  # further ahead no request is reserved
PROBE = timedelta(minutes=5)  # how long one probe keeps others out, should its worker die


class Circuit(StrEnum):
    """How the gate stands, for people."""

    CLOSED = "closed"  # requests pass
    PAUSED = "paused"  # the carrier asked us to wait
    OPEN = "open"  # too many failures in a row
    HALF_OPEN = "half_open"  # the next request is a probe


@dataclass(frozen=True, slots=True)
class Gate:
    """The gate's state. `day` is in UTC, and `used` the requests of that day."""

    free_at: datetime | None = None
    closed_until: datetime | None = None
    failures: int = 0
    day: date | None = None
    used: int = 0

    def allows(self, rate: Rate, now: datetime) -> int:
        """How many requests may be made at once, now."""
        if self.closed_until is not None and now < self.closed_until:
            return 0
        if self._reserved_until(rate, now) > now:
            return 0
        burst = 1 if self.failures >= FAILURES else _burst(rate)
        return burst if rate.per_day is None else max(0, min(burst, rate.per_day - self.used_on(now)))

    def take(self, requests: int, rate: Rate, now: datetime) -> "Gate":
        """The gate after these requests were let through. A probe locks out all others until it is back."""
        gate = self.count(requests, rate, now)
        return replace(gate, closed_until=now + PROBE) if self.failures >= FAILURES else gate

    def count(self, requests: int, rate: Rate, now: datetime) -> "Gate":
        """The gate after these requests were made. With the last one of a day it closes until the next."""
        used = self.used_on(now) + requests
        shut = [self.closed_until] if self.closed_until is not None else []
        if rate.per_day is not None and used >= rate.per_day:
            shut.append(datetime.combine(now.astimezone(UTC).date() + timedelta(days=1), time(), UTC))
        return replace(
            self,
            free_at=self._reserved_until(rate, now) + _time_of(requests, rate),
            closed_until=max(shut, default=None),
            day=now.astimezone(UTC).date(),
            used=used,
        )

    def succeeded(self, now: datetime, *, probe: bool) -> "Gate":
        """After an answer. One that was under way when the gate closed does not open it again."""
        if not probe and self.closed_until is not None and now < self.closed_until:
            return self
        return replace(self, failures=0, closed_until=None)

    def failed(self, now: datetime, chance: float) -> "Gate":
        """After no answer, or one that says the carrier's own side is broken. `chance` is from 0 to 1."""
        return self._closed(now, chance, until=None)

    def busy(self, now: datetime, chance: float, retry_after: timedelta | None) -> "Gate":
        """After an answer that asks for a pause: for this long, or (None) as we see fit."""
        asked = (
            retry_after
            if retry_after is not None
            else backoff(self.failures + 1, chance, first=COOLING, longest=COLDEST)
        )
        return self._closed(now, chance, until=now + min(asked, LONGEST_PAUSE))

    def _closed(self, now: datetime, chance: float, until: datetime | None) -> "Gate":
        failures = self.failures + 1
        waits = [until] if until is not None else []
        if failures >= FAILURES:
            times = failures - FAILURES + 1
            waits.append(now + backoff(times, chance, first=COOLING, longest=COLDEST))
        if self.failures < FAILURES and self.closed_until is not None:
            waits.append(self.closed_until)  # a pause that another answer asked for
        return replace(self, failures=failures, closed_until=max(waits, default=None))

    def denied(self, now: datetime, chance: float) -> "Gate":
        """After the account itself was refused: to insist would get it locked."""
        longest = backoff(1, chance, first=COLDEST, longest=COLDEST)
        return replace(self, failures=max(FAILURES, self.failures + 1), closed_until=now + longest)

    def circuit(self, now: datetime) -> Circuit:
        """How it stands at `now`, rate and quota apart."""
        shut = self.closed_until is not None and now < self.closed_until
        if self.failures >= FAILURES:
            return Circuit.OPEN if shut else Circuit.HALF_OPEN
        return Circuit.PAUSED if shut else Circuit.CLOSED

    def _reserved_until(self, rate: Rate, now: datetime) -> datetime:
        """When the requests made so far are used up; one far ahead was set by a clock that stepped back."""
        far = now + _time_of(_burst(rate), rate) + FAR
        return self.free_at if self.free_at is not None and now < self.free_at <= far else now

    def used_on(self, now: datetime) -> int:
        """The requests made on the day of `now`."""
        return self.used if self.day == now.astimezone(UTC).date() else 0


def _burst(rate: Rate) -> int:
    """The requests of one second at once, then the rest of that second nothing."""
    return max(1, int(rate.per_second))


def _time_of(requests: int, rate: Rate) -> timedelta:
    return timedelta(seconds=requests / rate.per_second)
