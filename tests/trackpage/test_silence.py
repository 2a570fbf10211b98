"""What a shopper reads of a parcel that has been quiet for too long: calm, and true."""

from datetime import timedelta

from tests.trackpage.values import NOW, PARCEL, page, parcel
from wismo.tracking.rules.silence import Silence
from wismo.vocabulary.status import Status


def test_a_stalled_parcel_is_said_to_be_quiet_and_not_to_be_on_time() -> None:
    shown = page(parcel(Status.IN_TRANSIT, silent=Silence.STALLED, last_scan_at=NOW - timedelta(days=6)))
    assert shown.hero.headline == "Arriving Friday 27 November", (
        "the carrier's word stands until it takes it back"
    )
    assert (shown.hero.chip.text, shown.hero.chip.tone) == ("Shipped", "info")
    assert shown.hero.detail == "The carrier has not scanned it for longer than usual."
    assert shown.hero.promise
    assert (shown.hero.promise.text, shown.hero.promise.tone) == ("Promised: Friday 27 November", "info")
    assert shown.notice is None


def test_a_label_nobody_picked_up_is_no_longer_said_to_be_scanned_within_a_day() -> None:
    unscanned = {"last_scan_at": None, "updates": (), "expected_on": None}
    fresh, old = (
        page(parcel(Status.UNKNOWN, silent=silent, **unscanned)) for silent in (None, Silence.NOT_PICKED_UP)
    )
    assert "within 24 hours" in fresh.hero.detail
    assert (old.hero.headline, old.hero.detail) == (
        "Handed to the carrier",
        "The carrier has not scanned it yet.",
    )


def test_an_order_that_was_cancelled_waits_for_no_scan() -> None:
    told = page(parcel(Status.INFO_RECEIVED, silent=Silence.NOT_PICKED_UP), cancelled=True)
    assert told.hero.detail == "It will not be sent."
    assert page(PARCEL).hero.detail == ""
