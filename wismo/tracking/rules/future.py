"""A scan that says it will happen: what is believed of it. Pure."""

from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime, timedelta

from wismo.vocabulary.status import Scan, TzSource

# A time whose zone nobody tells may be 14 hours off, and scanners' clocks are wrong by a day.
LEEWAY = timedelta(days=2)


def believed(scans: Sequence[Scan], received_at: datetime) -> list[Scan]:
    """The scans, without the times that lie further ahead than any clock is wrong.

    Nobody tells of a scan days before it happens: such a time is a slip (a year, day and month changed
    round) or a plan. It is no time, as the year 1 is none: the scan is kept and shown with the carrier's own
    words, and orders nothing. Believed, it would be the last word on its parcel until that day comes.
    """
    latest = received_at + LEEWAY
    return [scan if _is_by(scan, latest) else _without_time(scan) for scan in scans]


def _is_by(scan: Scan, latest: datetime) -> bool:
    at = scan.occurred_at or scan.sort_at
    return at is None or at <= latest


def _without_time(scan: Scan) -> Scan:
    return replace(scan, occurred_at=None, sort_at=None, tz_source=TzSource.NONE)
