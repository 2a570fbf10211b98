"""When readers are not disturbed, by their own clock, and when that ends."""

from dataclasses import replace
from datetime import UTC, date, datetime, time, timedelta
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.notify.rules.standing import BERLIN, EMAIL, FRESH, HOUR, MINUTE, journey, reach, yes
from wismo.notify.journey.model import Quiet
from wismo.notify.rules.facts import Reach
from wismo.notify.rules.gates import decide
from wismo.notify.rules.quiet import JITTER, Silence, quiet_end, read_window
from wismo.notify.rules.verdict import Ruling
from wismo.notify.words import Kind

NEW_YORK, HONOLULU = ZoneInfo("America/New_York"), ZoneInfo("Pacific/Honolulu")
PARIS, SEOUL = ZoneInfo("Europe/Paris"), ZoneInfo("Asia/Seoul")
NIGHTS = Silence(channel="email", marketing=False, ignored=False, country="DE", zones=(BERLIN,))


def berlin(day: int, hour: int, minute: int = 0) -> datetime:
    return datetime(2026, 11, day, hour, minute, tzinfo=BERLIN)


def ends(now: datetime, silence: Silence) -> datetime | None:
    """When it ends, without the small delay."""
    found = quiet_end(now, silence, seed=1)
    return found and found - (found - floor(found))


def floor(at: datetime) -> datetime:
    """The end that a delay of 20 minutes at most is counted from: all ends here are full hours."""
    local = at.astimezone(UTC)
    return local.replace(minute=local.minute - local.minute % 30, second=0, microsecond=0)


@pytest.mark.parametrize(
    ("now", "quiet"),
    [
        (berlin(24, 20, 59), False),
        (berlin(24, 21, 0), True),  # the first moment belongs to it
        (berlin(24, 23, 59), True),
        (berlin(25, 0, 0), True),
        (berlin(25, 7, 59), True),
        (berlin(25, 8, 0), False),  # the last does not
        (berlin(25, 12, 0), False),
    ],
)
def test_quiet_is_from_nine_in_the_evening_until_eight(now: datetime, *, quiet: bool) -> None:
    assert (quiet_end(now, NIGHTS, seed=1) is not None) is quiet
    if quiet:
        assert ends(now, NIGHTS) == berlin(25, 8).astimezone(UTC)


def test_messages_of_a_night_come_back_within_twenty_minutes_each_at_its_own() -> None:
    found = {quiet_end(berlin(24, 23), NIGHTS, seed) for seed in range(200)}
    waits = {end - berlin(25, 8) for end in found if end}
    assert timedelta() <= min(waits)
    assert max(waits) <= JITTER
    assert len(waits) > 150
    assert quiet_end(berlin(24, 23), NIGHTS, 7) == quiet_end(berlin(24, 23), NIGHTS, 7)


@pytest.mark.parametrize(
    ("now", "end"),
    [
        # Europe's clocks go from 2 to 3 on 29 March, and from 3 to 2 on 25 October.
        (datetime(2026, 3, 28, 22, tzinfo=BERLIN), datetime(2026, 3, 29, 6, tzinfo=UTC)),
        (datetime(2026, 10, 24, 22, tzinfo=BERLIN), datetime(2026, 10, 25, 7, tzinfo=UTC)),
    ],
)
def test_a_night_in_which_the_clocks_change_ends_at_eight_all_the_same(now: datetime, end: datetime) -> None:
    assert ends(now, NIGHTS) == end


def test_an_hour_that_comes_twice_is_quiet_both_times() -> None:
    own = replace(NIGHTS, own=(time(1), time(2, 30)))
    twice = [datetime(2026, 10, 25, 2, 10, fold=fold, tzinfo=BERLIN) for fold in (0, 1)]
    assert [quiet_end(now, own, 1) is not None for now in twice] == [True, True]
    first, second = (quiet_end(now, own, 1) for now in twice)
    assert first is not None
    assert second is not None
    # 2:30 comes twice, at 0:30 and at 1:30 UTC, and after the first it is 2:00 again.
    assert datetime(2026, 10, 25, 1, 30, tzinfo=UTC) <= second <= datetime(2026, 10, 25, 1, 50, tzinfo=UTC)
    assert datetime(2026, 10, 25, 0, 30, tzinfo=UTC) <= first


def test_where_several_zones_may_be_the_readers_it_is_quiet_if_it_is_in_any() -> None:
    both = replace(NIGHTS, country="US", zones=(NEW_YORK, HONOLULU))
    noon_in_new_york = datetime(2026, 11, 24, 12, tzinfo=NEW_YORK)  # 7 in Honolulu
    assert ends(noon_in_new_york, both) == datetime(2026, 11, 24, 8, tzinfo=HONOLULU).astimezone(UTC)
    evening = datetime(2026, 11, 24, 21, 30, tzinfo=NEW_YORK)  # then the night of one runs into the other's
    assert ends(evening, both) == datetime(2026, 11, 25, 8, tzinfo=HONOLULU).astimezone(UTC)


def test_the_feed_is_never_quiet_and_a_shop_may_keep_other_hours() -> None:
    assert quiet_end(berlin(24, 23), replace(NIGHTS, channel="inapp"), 1) is None
    own = replace(NIGHTS, own=(time(19), time(9)))
    assert ends(berlin(24, 19), own) == berlin(25, 9).astimezone(UTC)
    assert quiet_end(berlin(25, 9), own, 1) is None


OFFERS = Silence(channel="sms", marketing=True, ignored=False, country="FR", zones=(PARIS,))


@pytest.mark.parametrize(
    ("country", "zone", "now", "end"),
    [
        ("FR", PARIS, "2026-11-24 09:00", "2026-11-24 10:00"),
        ("FR", PARIS, "2026-11-24 11:00", ""),
        ("FR", PARIS, "2026-11-21 20:30", "2026-11-23 10:00"),  # Saturday: after Sunday
        ("FR", PARIS, "2026-11-21 18:30", "2026-11-23 10:00"),
        ("FR", PARIS, "2026-11-20 18:30", ""),  # Friday
        ("FR", PARIS, "2026-11-11 12:00", "2026-11-12 10:00"),  # Armistice Day
        ("US", NEW_YORK, "2026-11-24 20:30", "2026-11-25 09:00"),
        ("IN", ZoneInfo("Asia/Kolkata"), "2026-11-24 09:30", "2026-11-24 10:00"),
        ("KR", SEOUL, "2026-11-24 20:30", ""),
        ("DE", BERLIN, "2026-11-22 12:00", ""),  # a Sunday
    ],
)
def test_marketing_keeps_to_the_hours_of_the_readers_country(
    country: str, zone: ZoneInfo, now: str, end: str
) -> None:
    silence = replace(OFFERS, country=country, zones=(zone,))
    found = ends(datetime.fromisoformat(now).replace(tzinfo=zone), silence)
    assert found == (datetime.fromisoformat(end).replace(tzinfo=zone).astimezone(UTC) if end else None)


def test_a_shop_cannot_widen_what_the_law_narrows_and_other_channels_are_not_bound_by_it() -> None:
    loose = replace(OFFERS, own=(time(3), time(4)), ignored=True)
    assert ends(datetime(2026, 11, 24, 9, tzinfo=PARIS), loose) == datetime(2026, 11, 24, 9, tzinfo=UTC)
    assert quiet_end(datetime(2026, 11, 24, 9, tzinfo=PARIS), replace(OFFERS, channel="email"), 1) is None
    kakao = replace(OFFERS, country="KR", zones=(SEOUL,), channel="kakao")
    assert quiet_end(datetime(2026, 11, 24, 20, 30, tzinfo=SEOUL), kakao, 1) is not None


def test_a_window_is_written_as_two_times() -> None:
    assert read_window("21:00-08:00") == (time(21), time(8))


# ── the gate ──────────────────────────────────────────────────────────────────────────────────────────────
LATE = replace(FRESH, now=berlin(24, 22), happened_at=berlin(24, 22), milestones=())


def at_night(policy: Quiet, expires_at: datetime, **changes: Any) -> tuple[str, str]:
    """The gate that spoke, and its code."""
    facts = replace(LATE, expires_at=expires_at, **changes)
    verdict = decide(facts, journey("out_for_delivery", quiet=policy)).last
    return verdict.gate, str(verdict.code)


def test_what_becomes_of_a_message_in_the_night_is_its_journeys_to_say() -> None:
    assert at_night(Quiet.IGNORE, berlin(25, 2)) == ("quiet", "ok")
    assert at_night(Quiet.DEFER, berlin(25, 2)) == ("quiet", "quiet_defer")
    assert at_night(Quiet.DEFER_OR_DROP, berlin(25, 2)) == ("quiet", "quiet_drop")
    assert at_night(Quiet.DEFER_OR_DROP, berlin(25, 8)) == ("quiet", "quiet_drop")
    assert at_night(Quiet.DEFER_OR_DROP, berlin(25, 8, 30)) == ("quiet", "quiet_defer")


def test_a_deferred_message_names_the_moment_it_is_due_again() -> None:
    verdict = decide(replace(LATE, expires_at=None), journey("shipped")).last
    assert (verdict.ruling, verdict.code) == (Ruling.WAIT, "quiet_defer")
    assert verdict.again_at is not None
    assert berlin(25, 8) <= verdict.again_at <= berlin(25, 8) + 20 * MINUTE
    assert verdict.facts == {"clocks": ["22:00"], "again_at": verdict.again_at.isoformat()}


def test_an_offer_is_held_to_the_law_whatever_the_shop_says() -> None:
    sms = Reach("sms", "twilio_sms", has_address=True, choices={Kind.MARKETING: yes()})
    morning = datetime(2026, 11, 24, 9, tzinfo=PARIS)
    facts = replace(
        *(FRESH,),
        now=morning,
        leg=None,
        status=None,
        milestones=(),
        expires_at=None,
        country="FR",
        zones=(PARIS,),
        reach=reach(sms),
        quiet=(time(1), time(2)),
    )
    assert decide(facts, journey("sale")).last.code == "quiet_defer"
    mail = replace(EMAIL, choices={Kind.MARKETING: yes()})
    assert decide(replace(facts, reach=reach(mail)), journey("sale")).passed


zones = st.lists(
    st.sampled_from([
        BERLIN,
        NEW_YORK,
        SEOUL,
        PARIS,
        ZoneInfo("Australia/Lord_Howe"),
        ZoneInfo("America/Santiago"),
    ]),
    min_size=1,
    max_size=1,
)
moments = st.integers(0, 365 * 24 * 60).map(lambda n: datetime(2026, 1, 1, tzinfo=UTC) + n * MINUTE)


@settings(deadline=None)
@given(moments, zones, st.integers(0, 1_000_000), st.sampled_from(["FR", "US", "IN", "DE"]))
def test_the_end_of_quiet_hours_is_never_quiet_and_never_far(
    now: datetime, of: list[ZoneInfo], seed: int, country: str
) -> None:
    silence = replace(OFFERS, country=country, zones=tuple(of))
    end = quiet_end(now, silence, seed)
    if end is not None:
        assert now < end <= now + 96 * HOUR  # the longest: a holiday's eve, the holiday, a Sunday
        assert quiet_end(end, silence, seed) is None
        assert end.astimezone(of[0]).time() >= time(8)
        assert isinstance(end.date(), date)
