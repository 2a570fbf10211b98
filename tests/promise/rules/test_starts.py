"""The day a warehouse starts with an order, why, and until when that day holds."""

from datetime import date, datetime
from typing import Any

import pytest

from tests.promise.rules.yard import (
    AWAY,
    BAN,
    BUSY,
    CLOSED,
    ENGRAVED,
    EVERY_HOUR,
    EXPRESS,
    NIGHT,
    RIYADH,
    SAMOA,
    SPRING,
    STRIKE,
    asked,
    codes,
    local,
    only,
    way,
)
from wismo.promise.rules.question import Item

# The case of the field's list, the order, what is asked, the day it starts, until when it does, the reasons.
CASES: list[tuple[str, datetime, dict[str, Any], str, str, list[str]]] = [
    ("1 the last second", local("2026-07-06T13:59:59"), {}, "2026-07-06", "2026-07-06T14:00", []),
    (
        "1 the first too late",
        local("2026-07-06T14:00:00"),
        {},
        "2026-07-07",
        "2026-07-07T14:00",
        ["cutoff_passed"],
    ),
    (
        "1 in the warehouse's zone",
        local("2026-07-06T07:59:59", "America/New_York"),
        {},
        "2026-07-06",
        "2026-07-06T14:00",
        [],
    ),
    (
        "1 in the warehouse's zone, too late",
        local("2026-07-06T08:00:00", "America/New_York"),
        {},
        "2026-07-07",
        "2026-07-07T14:00",
        ["cutoff_passed"],
    ),
    (
        "2 another service",
        local("2026-07-06T14:00"),
        {"on": way(service=EXPRESS)},
        "2026-07-06",
        "2026-07-06T17:00",
        [],
    ),
    (
        "2 a class of goods",
        local("2026-07-06T10:00"),
        {"items": ENGRAVED},
        "2026-07-07",
        "2026-07-07T10:00",
        ["cutoff_passed"],
    ),
    (
        "2 a mixed cart",
        local("2026-07-06T09:59"),
        {"items": (Item("A"), *ENGRAVED)},
        "2026-07-06",
        "2026-07-06T10:00",
        [],
    ),
    (
        "2 a weekday",
        local("2026-07-03T12:00"),
        {},
        "2026-07-06",
        "2026-07-06T14:00",
        ["cutoff_passed", "closed_day"],
    ),
    (
        "2 an eve",
        local("2026-12-24T11:00"),
        {},
        "2026-12-28",
        "2026-12-28T14:00",
        ["cutoff_passed", "closed_day"],
    ),
    (
        "3 before a gap",
        local("2026-03-29T01:59:59"),
        {"on": only(NIGHT)},
        "2026-03-29",
        "2026-03-29T03:00",
        [],
    ),
    (
        "3 after a gap",
        local("2026-03-29T03:00"),
        {"on": only(NIGHT)},
        "2026-03-30",
        "2026-03-30T02:30",
        ["cutoff_passed"],
    ),
    (
        "3 before a fold",
        local("2026-10-25T02:29:59"),
        {"on": only(NIGHT)},
        "2026-10-25",
        "2026-10-25T02:30",
        [],
    ),
    (
        "3 in the second hour of a fold",
        local("2026-10-25T02:10", fold=1),
        {"on": only(NIGHT)},
        "2026-10-26",
        "2026-10-26T02:30",
        ["cutoff_passed"],
    ),
    (
        "4 the buyer's day is another",
        local("2026-07-06T20:00", "America/Los_Angeles"),
        {},
        "2026-07-07",
        "2026-07-07T14:00",
        [],
    ),
    (
        "5 beyond the date line",
        local("2026-07-06T15:00", "America/Los_Angeles"),
        {"on": way(warehouse=SAMOA)},
        "2026-07-07",
        "2026-07-07T14:00",
        [],
    ),
    (
        "5 the day that Samoa left out",
        local("2011-12-29T14:00", "Pacific/Apia"),
        {"on": way(warehouse=SAMOA)},
        "2012-01-03",
        "2012-01-03T14:00",
        ["cutoff_passed"],
    ),
]
CASES += [
    (
        "6 a queue",
        local("2026-07-06T09:00"),
        {"on": only(BUSY), "load": {date(2026, 7, 6): 250}},
        "2026-07-08",
        "2026-07-06T14:00",
        ["backlog"],
    ),
    (
        "6 the queue's last free place",
        local("2026-07-06T09:00"),
        {"on": only(BUSY), "load": {date(2026, 7, 3): 100, date(2026, 7, 6): 99, date(2026, 7, 7): 500}},
        "2026-07-06",
        "2026-07-06T14:00",
        [],
    ),
    (
        "6 no cut-off at all",
        local("2026-07-06T23:59"),
        {"on": way(EVERY_HOUR)},
        "2026-07-06",
        "2026-07-07T00:00",
        [],
    ),
    (
        "7 a holiday of the state",
        local("2027-03-08T09:00"),
        {},
        "2027-03-09",
        "2027-03-09T14:00",
        ["closed_day"],
    ),
    (
        "8 a weekend of Friday and Saturday",
        local("2026-07-03T09:00", "Asia/Riyadh"),
        {"on": way(warehouse=RIYADH)},
        "2026-07-05",
        "2026-07-05T14:00",
        ["closed_day"],
    ),
    (
        "9 Eid, as far as it is known",
        local("2026-05-25T14:00", "Asia/Riyadh"),
        {"on": way(warehouse=RIYADH)},
        "2026-06-01",
        "2026-06-01T14:00",
        ["cutoff_passed", "closed_day"],
    ),
    (
        "9 a strike",
        local("2026-07-06T15:00"),
        {"on": way(adjustments=(STRIKE,))},
        "2026-07-09",
        "2026-07-09T14:00",
        ["cutoff_passed", "adjusted_closed"],
    ),
    (
        "10 a vacation",
        local("2026-07-08T09:00"),
        {"on": only(AWAY)},
        "2026-07-20",
        "2026-07-20T14:00",
        ["vacation"],
    ),
    ("10 an embargo", local("2026-07-07T09:00"), {"on": way(adjustments=(BAN,))}, "", "", ["embargo"]),
    (
        "10 after it",
        local("2026-07-09T14:00"),
        {"on": way(adjustments=(BAN,))},
        "2026-07-10",
        "2026-07-10T12:00",
        ["cutoff_passed"],
    ),
    (
        "11 a pre-order",
        local("2026-01-15T09:00"),
        {"items": SPRING},
        "2026-03-02",
        "2026-03-02T14:00",
        ["preorder"],
    ),
    (
        "11 the latest of a mixed cart",
        local("2026-01-15T09:00"),
        {"items": (Item("A", available_on=date(2026, 4, 2)), *SPRING)},
        "2026-04-02",
        "2026-04-02T11:00",
        ["preorder"],
    ),
    ("11 it has come", local("2026-03-10T09:00"), {"items": SPRING}, "2026-03-10", "2026-03-10T14:00", []),
    (
        "15 a payment's hold",
        local("2026-07-03T09:00"),
        {"payment": "transfer"},
        "2026-07-08",
        "2026-07-03T12:00",
        ["payment_hold"],
    ),
    (
        "13 elsewhere",
        local("2026-07-03T11:00"),
        {"on": way(warehouse=RIYADH)},
        "2026-07-05",
        "2026-07-05T14:00",
        ["closed_day"],
    ),
    ("15 none", local("2026-07-03T09:00"), {"payment": "card"}, "2026-07-03", "2026-07-03T12:00", []),
    ("19 a leap day", local("2024-02-28T15:00"), {}, "2024-02-29", "2024-02-29T14:00", ["cutoff_passed"]),
    (
        "19 a year's end",
        local("2026-12-31T11:00"),
        {},
        "2027-01-04",
        "2027-01-04T14:00",
        ["cutoff_passed", "closed_day"],
    ),
    ("19 beyond the calendars", local("2028-01-03T09:00"), {}, "", "", ["beyond_calendar"]),
    (
        "19 goods of a later year",
        local("2027-06-01T09:00"),
        {"items": (Item(available_on=date(2028, 5, 1)),)},
        "",
        "",
        ["beyond_calendar"],
    ),
    (
        "20 a cut-off that never comes",
        local("2026-07-06T09:00"),
        {"on": only(CLOSED)},
        "",
        "",
        ["no_working_day"],
    ),
]


@pytest.mark.parametrize(
    ("at", "how", "day", "until", "why"), [case[1:] for case in CASES], ids=[c[0] for c in CASES]
)
def test_an_order_starts_on_that_day_for_those_reasons(
    at: datetime, how: dict[str, Any], day: str, until: str, why: list[str]
) -> None:
    found = asked(at, **how)
    assert (str(found.day or ""), codes(found)) == (day, why)
    assert (
        found.order_by.replace(tzinfo=None).isoformat(timespec="minutes") if found.order_by else ""
    ) == until
