"""Whether a message may still be sent: every gate, and their order."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from wismo.notify.journey import TO_BUYER, Journey, Subject, journeys
from wismo.notify.port import Outcome, Result
from wismo.notify.rules import GATES, Code, Facts, Reached, Ruling, after_attempt, decide
from wismo.vocabulary.milestone import Milestone
from wismo.vocabulary.status import Leg, Status

NOON = datetime(2026, 11, 24, 12, 0, tzinfo=UTC)
MINUTE, HOUR = timedelta(minutes=1), timedelta(hours=1)
FRESH = Facts(
    now=NOON + MINUTE,
    happened_at=NOON,
    expires_at=NOON + 4 * HOUR,
    cancelled_at=None,
    leg=Leg.FORWARD,
    status=Status.OUT_FOR_DELIVERY,
    late=False,
    milestones=(Reached("picked_up", NOON - 24 * HOUR), Reached("out_for_delivery", NOON)),
    usable_address=True,
)
WAITS = (30 * timedelta(seconds=1), 2 * MINUTE, 10 * MINUTE, HOUR)


def with_milestones(*reached: tuple[str, datetime]) -> Facts:
    return replace(FRESH, milestones=tuple(Reached(word, at) for word, at in reached))


def test_fresh_and_true_news_passes_every_gate() -> None:
    verdict = decide(FRESH, journeys()["out_for_delivery"])
    assert (verdict.gate, verdict.ruling, verdict.code) == ("send", Ruling.PASS, "")
    assert verdict.facts == {
        "passed": ["cancelled", "wrong_leg", "superseded", "promise_kept", "too_old", "no_address"]
    }


@pytest.mark.parametrize(
    ("key", "facts", "gate", "code"),
    [
        ("out_for_delivery", replace(FRESH, cancelled_at=NOON), "cancelled", "cancelled"),
        ("out_for_delivery", replace(FRESH, status=Status.CANCELLED), "cancelled", "cancelled"),
        ("out_for_delivery", replace(FRESH, leg=Leg.RTO), "leg", "wrong_leg"),
        ("delivered", replace(FRESH, leg=Leg.RTO, status=Status.DELIVERED), "leg", "wrong_leg"),
        ("delivered", replace(FRESH, leg=Leg.RETURN, status=Status.DELIVERED), "leg", "wrong_leg"),
        ("return_to_origin", FRESH, "leg", "wrong_leg"),
        ("delayed", replace(FRESH, milestones=()), "promise", "promise_kept"),
        ("out_for_delivery", replace(FRESH, now=NOON + 4 * HOUR), "age", "too_old"),
        ("out_for_delivery", replace(FRESH, usable_address=False), "address", "no_address"),
        (
            "out_for_delivery",
            with_milestones(("out_for_delivery", NOON), ("delivered", NOON + 12 * MINUTE)),
            "superseded",
            "superseded:delivered",
        ),
    ],
)
def test_a_gate_that_does_not_hold_stops_the_message(key: str, facts: Facts, gate: str, code: str) -> None:
    verdict = decide(facts, journeys()[key])
    assert (verdict.gate, verdict.ruling, verdict.code) == (gate, Ruling.STOP, code)


@pytest.mark.parametrize(
    ("key", "facts"),
    [
        ("out_for_delivery", replace(FRESH, now=NOON + 4 * HOUR - timedelta(microseconds=1))),
        ("out_for_delivery", replace(FRESH, expires_at=None, now=NOON + 400 * HOUR)),
        ("return_to_origin", replace(FRESH, leg=Leg.RTO)),
        ("delayed", replace(FRESH, late=True, milestones=())),
        ("order_confirmed", replace(FRESH, leg=None, status=None, late=None, milestones=())),
    ],
)
def test_a_gate_that_holds_lets_it_pass(key: str, facts: Facts) -> None:
    assert decide(facts, journeys()[key]).ruling is Ruling.PASS


def test_yesterdays_failed_attempt_does_not_supersede_todays_delivery_round() -> None:
    facts = with_milestones(("failed_attempt", NOON - 20 * HOUR), ("out_for_delivery", NOON))
    assert decide(facts, journeys()["out_for_delivery"]).ruling is Ruling.PASS


def test_a_delivery_supersedes_even_where_a_carriers_clock_puts_it_earlier() -> None:
    facts = with_milestones(("delivered", NOON - 5 * MINUTE), ("out_for_delivery", NOON))
    assert decide(facts, journeys()["out_for_delivery"]).code == "superseded:delivered"


def test_the_last_of_several_later_milestones_is_the_reason_given() -> None:
    facts = with_milestones(("failed_attempt", NOON + HOUR), ("available_for_pickup", NOON + 2 * HOUR))
    verdict = decide(facts, journeys()["out_for_delivery"])
    assert verdict.code == "superseded:available_for_pickup"
    assert verdict.facts == {
        "milestone": "available_for_pickup",
        "at": "2026-11-24T14:00:00+00:00",
        "happened_at": "2026-11-24T12:00:00+00:00",
    }


times = st.integers(-72, 72).map(lambda hours: NOON + hours * HOUR)
any_facts = st.builds(
    Facts,
    now=times,
    happened_at=times,
    expires_at=st.none() | times,
    cancelled_at=st.none() | times,
    leg=st.sampled_from(Leg),
    status=st.sampled_from(Status),
    late=st.booleans(),
    milestones=st.lists(st.builds(Reached, st.sampled_from(Milestone).map(str), times), max_size=4).map(
        tuple
    ),
    usable_address=st.booleans(),
)
a_journey = st.sampled_from(sorted(journeys())).map(lambda key: journeys()[key])


@given(any_facts, a_journey)
def test_the_first_gate_that_does_not_hold_is_the_one_that_speaks(facts: Facts, journey: Journey) -> None:
    verdict = decide(facts, journey)
    spoken = [gate(facts, journey) for gate in GATES]
    assert verdict == next((v for v in spoken if v), verdict)
    assert (verdict.ruling is Ruling.PASS) == (not any(spoken))


@given(any_facts, a_journey)
def test_no_news_of_an_arrival_reaches_a_buyer_whose_parcel_goes_back(facts: Facts, journey: Journey) -> None:
    for leg in (Leg.RTO, Leg.RETURN):
        verdict = decide(replace(facts, leg=leg), journey)
        assert verdict.ruling is Ruling.STOP or journey.milestone not in TO_BUYER


@given(st.sampled_from(sorted(TO_BUYER)), st.sets(st.sampled_from(Leg), min_size=1))
def test_no_journey_of_an_arrival_can_be_written_for_another_leg(milestone: str, legs: set[Leg]) -> None:
    def write() -> Journey:
        word = Milestone(milestone)
        return Journey("x", 1, word, Subject.SHIPMENT, frozenset(legs), HOUR, frozenset(), ("email",))

    if legs == {Leg.FORWARD}:
        assert write().legs == {Leg.FORWARD}
    else:
        with pytest.raises(ValueError, match="is only true on"):
            write()


@pytest.mark.parametrize(
    ("outcome", "ruling", "code"),
    [
        (Outcome(Result.SENT), Ruling.DONE, "sent"),
        (Outcome(Result.UNKNOWN, "timeout"), Ruling.DONE, "unknown"),
        (Outcome(Result.REFUSED, "550"), Ruling.STOP, "provider_error:550"),
        (Outcome(Result.RETRY, "451"), Ruling.WAIT, "retry"),
        (Outcome(Result.DOWN, "connect"), Ruling.WAIT, "retry"),
    ],
)
def test_what_a_channels_answer_means(outcome: Outcome, ruling: Ruling, code: str) -> None:
    verdict = after_attempt(outcome, 1, FRESH, WAITS)
    assert (verdict.gate, verdict.ruling, verdict.code) == ("send", ruling, code)
    assert (verdict.facts["attempt"], verdict.facts["detail"]) == (1, outcome.detail)


@pytest.mark.parametrize(("attempt", "wait"), [(1, 0.5), (2, 2), (3, 10), (4, 60), (5, 60)])
def test_each_retry_waits_longer_and_the_last_wait_stays(attempt: int, wait: float) -> None:
    verdict = after_attempt(Outcome(Result.RETRY, "451"), attempt, FRESH, WAITS)
    assert verdict.again_at == FRESH.now + wait * MINUTE


def test_a_retry_that_would_come_too_late_is_given_up_with_the_providers_reason() -> None:
    late = replace(FRESH, now=NOON + 3 * HOUR)  # one hour left, and the fourth wait is an hour
    verdict = after_attempt(Outcome(Result.RETRY, "451"), 4, late, WAITS)
    assert (verdict.ruling, verdict.code, verdict.again_at) == (Ruling.STOP, "provider_error:451", None)


def test_the_codes_are_a_closed_list() -> None:
    assert sorted(Code) == [
        *("cancelled", "duplicate", "no_address", "promise_kept", "provider_error", "render_error", "retry"),
        *("sent", "superseded", "too_old", "unknown", "wrong_leg"),
    ]
