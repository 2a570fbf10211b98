"""Buttons: what their tokens say, and until when an answer can be followed."""

import re
from datetime import date, timedelta
from uuid import UUID

import pytest

from wismo.notify.rules.answers import (
    LIFE,
    Parcel,
    Standing,
    Tapped,
    hindrance,
    make_token,
    read_token,
)
from wismo.notify.words import ReplyAction
from wismo.vocabulary.status import Leg, Status

KEY = b"k" * 32
MADE = date(2026, 11, 24)
ATTEMPT = str(UUID(int=7))


@pytest.mark.parametrize("action", ReplyAction)
def test_a_token_says_its_attempt_and_action_and_fits_every_providers_payload(action: ReplyAction) -> None:
    token = make_token(KEY, ATTEMPT, action, made=MADE)
    assert re.fullmatch(r"[A-Za-z0-9_-]{42}", token)
    assert read_token(KEY, token, today=MADE) == Tapped(ATTEMPT, action, expired=False)


def test_after_its_life_a_button_is_old_paper() -> None:
    token = make_token(KEY, ATTEMPT, ReplyAction.COLLECT, made=MADE)
    last = read_token(KEY, token, today=MADE + LIFE)
    late = read_token(KEY, token, today=MADE + LIFE + timedelta(days=1))
    assert last is not None
    assert late is not None
    assert (last.expired, late.expired) == (False, True)


def test_a_token_that_was_changed_or_made_with_another_key_is_none() -> None:
    token = make_token(KEY, ATTEMPT, ReplyAction.STOP, made=MADE)
    forged = [
        token[:place] + ("A" if token[place] != "A" else "B") + token[place + 1 :] for place in range(42)
    ]
    for other in (*forged, token[:-4], token + "AAAA", "", "é" * 42, "=" * 42, "confirm:1"):
        assert read_token(KEY, other, today=MADE) is None
    assert read_token(b"x" * 32, token, today=MADE) is None


def _standing(
    *parcels: Status, cancelled: bool = False, cash: bool = False, leg: Leg = Leg.FORWARD
) -> Standing:
    ended = {Status.DELIVERED, Status.LOST, Status.RETURNED}
    return Standing(cancelled, cash, tuple(Parcel(status, leg, status in ended) for status in parcels))


@pytest.mark.parametrize(
    ("action", "standing", "bar"),
    [
        (ReplyAction.CHOOSE_SLOT, _standing(Status.FAILED_ATTEMPT), ""),
        (ReplyAction.CHOOSE_SLOT, _standing(Status.OUT_FOR_DELIVERY), "with_the_driver"),
        (ReplyAction.CHOOSE_SLOT, _standing(Status.DELIVERED), "ended"),
        (ReplyAction.CHOOSE_SLOT, _standing(Status.FAILED_ATTEMPT, cancelled=True), "cancelled"),
        (ReplyAction.CHOOSE_SLOT, _standing(), "nothing_shipped"),
        (ReplyAction.COLLECT, _standing(Status.AVAILABLE_FOR_PICKUP), "with_the_driver"),
        (ReplyAction.COLLECT, _standing(Status.OUT_FOR_DELIVERY, Status.IN_TRANSIT), ""),
        (ReplyAction.COLLECT, _standing(Status.IN_TRANSIT, leg=Leg.RTO), "ended"),
        (ReplyAction.CHANGE_ADDRESS, _standing(), ""),
        (ReplyAction.CHANGE_ADDRESS, _standing(Status.OUT_FOR_DELIVERY), "with_the_driver"),
        (ReplyAction.CONFIRM_ADDRESS, _standing(Status.OUT_FOR_DELIVERY), ""),
        (ReplyAction.PAY_ONLINE, _standing(Status.OUT_FOR_DELIVERY, cash=True), ""),
        (ReplyAction.PAY_ONLINE, _standing(Status.IN_TRANSIT), "paid"),
        (ReplyAction.PAY_ONLINE, _standing(Status.DELIVERED, cash=True), "ended"),
        (ReplyAction.PROBLEM, _standing(Status.DELIVERED, cancelled=True), ""),
        (ReplyAction.STOP, _standing(Status.LOST), ""),
    ],
)
def test_an_answer_is_followed_only_while_it_can_still_change_something(
    action: ReplyAction, standing: Standing, bar: str
) -> None:
    assert hindrance(action, standing) == bar
