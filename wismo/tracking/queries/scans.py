"""Scans as they lie in the table."""

from datetime import UTC, datetime, timedelta, timezone

from wismo.tracking.models import ScanRecord
from wismo.vocabulary.reason import Reason
from wismo.vocabulary.status import Leg, Scan, Status, TzSource


def moment_of(at: datetime, offset: int | None) -> datetime:
    """The instant in the offset it was told in; in UTC where that is not known."""
    return at.astimezone(timezone(timedelta(minutes=offset)) if offset is not None else UTC)


def scan_of(row: ScanRecord) -> Scan:
    """The scan as the carrier's pack read it."""
    moment = moment_of(row.at, row.offset)
    known = row.tz_source not in {TzSource.UNKNOWN, TzSource.NONE}
    return Scan(
        source=row.source,
        carrier=row.carrier,
        tracking_number=row.tracking_number,
        key=row.key,
        code=row.code,
        text=row.text,
        status=Status(row.status) if row.status else None,
        leg=Leg(row.leg),
        reason=Reason(row.reason) if row.reason else None,
        occurred_at=moment if known else None,
        occurred_raw=row.occurred_raw,
        tz_source=TzSource(row.tz_source),
        place=row.place,
        eta=row.eta,
        sort_at=None if row.tz_source == TzSource.NONE else moment,
        correction=row.correction,
    )
