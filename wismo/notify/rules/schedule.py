"""When a message that waits is due. Pure."""

from datetime import UTC, datetime, timedelta, tzinfo

from wismo.notify.journey.model import Wait
from wismo.notify.rules.workdays import add_working_days


def due(at: datetime, wait: Wait, zone: tzinfo, country: str) -> datetime:
    """The moment, in UTC, a wait later than `at`: its span, then its working days, then its time of day.

    Working days and the time of day are those of the reader's `zone` and `country`.
    """
    found = at + wait.span
    if wait.business_days:
        local = found.astimezone(zone)
        day = add_working_days(local.date(), wait.business_days, country)
        found = datetime.combine(day, local.time(), zone)
    if wait.until is not None:
        local = found.astimezone(zone)
        there = datetime.combine(local.date(), wait.until, zone)
        if there.astimezone(UTC) < found.astimezone(UTC):
            there = datetime.combine(local.date() + timedelta(days=1), wait.until, zone)
        found = there
    return found.astimezone(UTC)
