"""Whether a message may still be sent: every gate, and their order."""

from dataclasses import replace
from datetime import date, datetime, timedelta
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.notify.rules.standing import EMAIL, FRESH, HOUR, MINUTE, NOON, SMS, journey, reach
from wismo.notify.journey.library import house
from wismo.notify.journey.model import AllOf, Ask, Cap, Holdout, Journey, Operator
from wismo.notify.journey.sense import TO_BUYER
from wismo.notify.rules.facts import Facts, Reached, SentBefore
from wismo.notify.rules.gates import GATES, bucket_of, decide
from wismo.notify.rules.verdict import Code, Ruling
from wismo.vocabulary.milestone import Milestone
from wismo.vocabulary.status import Leg, Status


def with_milestones(*reached: tuple[str, datetime]) -> Facts:
    return replace(FRESH, milestones=tuple(Reached(word, at) for word, at in reached))


def told_a_day(day: str) -> Facts:
    """News of that day, where the last that was announced is the first of December."""
    told_on = date(2026, 12, 1)
    return replace(
        FRESH, milestones=(), late=True, told_on=told_on, values={**FRESH.values, "event.day": day}
    )


def test_fresh_and_true_news_passes_every_gate_in_the_fixed_order() -> None:
    judgement = decide(FRESH, journey("out_for_delivery"))
    assert [(verdict.gate, verdict.code) for verdict in judgement.verdicts] == [
        *(("condition", "ok"), ("cancelled", "ok"), ("leg", "ok"), ("superseded", "ok"), ("promise", "ok")),
        *(("moved", "ok"), ("age", "ok"), ("suppressed", "ok"), ("consent", "ok"), ("holdout", "ok")),
        *(("cap", "ok"), ("route", "ok"), ("quiet", "ok")),
    ]
    assert judgement.passed
    assert judgement.step == house()["out_for_delivery"].channels.index("email")


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
        ("new_date", replace(FRESH, milestones=()), "promise", "promise_kept"),
        ("new_date", told_a_day("2026-11-30"), "promise", "superseded:promise_changed"),
        ("delayed", told_a_day("2026-11-30"), "promise", "superseded:promise_changed"),
        ("stalled", replace(FRESH, milestones=()), "moved", "moved_again"),
        ("lost", replace(FRESH, status=Status.IN_TRANSIT), "moved", "moved_again"),
        ("damaged", replace(FRESH, status=Status.LOST), "moved", "moved_again"),
        ("out_for_delivery", replace(FRESH, now=NOON + 4 * HOUR), "age", "too_old"),
        (
            "out_for_delivery",
            replace(FRESH, reach=reach(replace(EMAIL, has_address=False))),
            "route",
            "no_address",
        ),
        (
            "out_for_delivery",
            with_milestones(("out_for_delivery", NOON), ("delivered", NOON + 12 * MINUTE)),
            "superseded",
            "superseded:delivered",
        ),
    ],
)
def test_a_gate_that_does_not_hold_stops_the_message(key: str, facts: Facts, gate: str, code: str) -> None:
    verdict = decide(facts, journey(key)).last
    assert (verdict.gate, verdict.ruling, verdict.code) == (gate, Ruling.STOP, code)


@pytest.mark.parametrize(
    ("key", "facts"),
    [
        ("out_for_delivery", replace(FRESH, now=NOON + 4 * HOUR - timedelta(microseconds=1))),
        ("out_for_delivery", replace(FRESH, expires_at=None, now=NOON + 400 * HOUR - MINUTE)),
        ("return_to_origin", replace(FRESH, leg=Leg.RTO)),
        ("delayed", replace(FRESH, late=True, milestones=())),
        ("delayed", replace(FRESH, late=None, milestones=())),
        ("new_date", told_a_day("2026-12-01")),
        ("delayed", told_a_day("2026-12-01")),
        ("stalled", replace(FRESH, stalled=True, milestones=())),
        ("lost", replace(FRESH, status=Status.LOST, milestones=())),
        ("order_confirmed", replace(FRESH, leg=None, status=None, late=None, milestones=())),
        ("order_cancelled", replace(FRESH, leg=None, status=None, cancelled_at=NOON)),
    ],
)
def test_a_gate_that_holds_lets_it_pass(key: str, facts: Facts) -> None:
    noon = replace(facts, now=facts.now.replace(hour=12) if facts.now.hour < 8 else facts.now)
    assert decide(noon, journey(key)).passed


def test_yesterdays_failed_attempt_does_not_supersede_todays_delivery_round() -> None:
    facts = with_milestones(("failed_attempt", NOON - 20 * HOUR), ("out_for_delivery", NOON))
    assert decide(facts, journey("out_for_delivery")).passed


def test_a_delivery_supersedes_even_where_a_carriers_clock_puts_it_earlier() -> None:
    facts = with_milestones(("delivered", NOON - 5 * MINUTE), ("out_for_delivery", NOON))
    assert decide(facts, journey("out_for_delivery")).last.code == "superseded:delivered"


def test_the_last_of_several_later_milestones_is_the_reason_given() -> None:
    facts = with_milestones(("failed_attempt", NOON + HOUR), ("available_for_pickup", NOON + 2 * HOUR))
    verdict = decide(facts, journey("out_for_delivery")).last
    assert verdict.code == "superseded:available_for_pickup"
    assert verdict.facts == {
        "milestone": "available_for_pickup",
        "at": "2026-11-24T14:00:00+00:00",
        "happened_at": "2026-11-24T12:00:00+00:00",
    }


def test_nobody_with_a_case_open_is_asked_how_the_delivery_was() -> None:
    facts = replace(FRESH, leg=None, status=None, milestones=(Reached("claim_opened", NOON - 30 * HOUR),))
    assert decide(facts, journey("csat")).last.code == "superseded:claim_opened"


def test_a_journey_that_is_switched_off_says_so() -> None:
    verdict = decide(FRESH, journey("out_for_delivery", enabled=False)).last
    assert (verdict.gate, verdict.code) == ("condition", "switched_off")


def test_a_condition_that_is_not_so_names_what_was_asked_and_what_was_seen() -> None:
    asked = AllOf((
        Ask("order.total", Operator.AT_LEAST, 50),
        Ask("order.country", Operator.IN, ("AT", "CH")),
    ))
    facts = replace(FRESH, values={"order.total": 60.0, "order.country": "DE"})
    verdict = decide(facts, journey("out_for_delivery", when=asked)).last
    assert (verdict.gate, verdict.code) == ("condition", "condition_false")
    assert verdict.facts == {
        "order.total": 60.0,
        "order.country": "DE",
        "wanted": 'order.country in "AT", "CH"',
    }


@pytest.mark.parametrize(
    ("parcels", "all_delivered", "delivered", "all_of_them"),
    [(1, False, True, False), (1, True, True, False), (3, False, True, True), (3, True, False, True)],
)
def test_the_last_of_several_parcels_is_told_once_and_not_twice(
    *, parcels: int, all_delivered: bool, delivered: bool, all_of_them: bool
) -> None:
    values = {"order.parcels": parcels, "order.all_delivered": all_delivered}
    facts = replace(FRESH, values=values, milestones=())
    assert decide(facts, journey("delivered")).passed is delivered
    assert decide(replace(facts, leg=None), journey("all_delivered")).passed is all_of_them


# ── hold-outs and caps ────────────────────────────────────────────────────────────────────────────────────
HALF = Holdout("ofd_2026q4", 50)


def test_a_hold_out_is_always_the_same_people_and_about_as_many_as_asked() -> None:
    people = [f"person {n}" for n in range(2000)]
    held = [
        decide(replace(FRESH, person=who), journey("out_for_delivery", holdout=HALF)).last for who in people
    ]
    assert [verdict.code for verdict in held].count("holdout") == 1018
    again = [
        decide(replace(FRESH, person=who), journey("out_for_delivery", holdout=HALF)).last for who in people
    ]
    assert held == again


def test_where_somebody_stands_in_an_experiment_is_recorded_whether_or_not_they_are_held_out() -> None:
    bucket = bucket_of("ofd_2026q4", "digest-of-a-buyer")
    assert bucket == 1373
    verdict = decide(FRESH, journey("out_for_delivery", holdout=Holdout("ofd_2026q4", 13.7))).verdicts[9]
    assert verdict.facts == {"experiment": "ofd_2026q4", "bucket": 1373, "held_out": False}
    held = decide(FRESH, journey("out_for_delivery", holdout=Holdout("ofd_2026q4", 13.75))).last
    assert (held.code, held.facts["held_out"]) == ("holdout", True)


def test_who_must_act_and_who_is_nobody_we_know_are_never_held_out() -> None:
    everyone = Holdout("all", 50)
    for who in ("a", "b", "c", "d", "e"):
        must = journey("failed_attempt", holdout=everyone)
        assert decide(replace(FRESH, person=who, milestones=()), must).passed
    assert decide(replace(FRESH, person=""), journey("out_for_delivery", holdout=everyone)).passed


CAP = Cap("on_the_way", 2, timedelta(hours=24))


@pytest.mark.parametrize(
    ("sent", "passes"),
    [
        ((), True),
        ((NOON,), True),
        ((NOON, NOON - HOUR), False),
        ((NOON, NOON - 24 * HOUR + MINUTE), True),
        ((NOON, NOON - 24 * HOUR + 2 * MINUTE), False),
    ],
)
def test_a_cap_counts_the_messages_of_its_group_within_its_span(
    *, sent: tuple[datetime, ...], passes: bool
) -> None:
    before = (*(SentBefore("on_the_way", at) for at in sent), SentBefore("marketing", NOON))
    verdict = decide(replace(FRESH, sent=before), journey("out_for_delivery", cap=CAP)).last
    assert verdict.ruling is (Ruling.PASS if passes else Ruling.STOP)
    assert passes or verdict.code == "cap:on_the_way"


# ── for whatever facts ────────────────────────────────────────────────────────────────────────────────────
times = st.integers(-72, 72).map(lambda hours: NOON + hours * HOUR)
any_facts = st.builds(
    Facts,
    now=times,
    happened_at=times,
    due_at=times,
    expires_at=st.none() | times,
    cancelled_at=st.none() | times,
    leg=st.sampled_from(Leg),
    status=st.sampled_from(Status),
    late=st.booleans(),
    stalled=st.booleans(),
    milestones=st.lists(st.builds(Reached, st.sampled_from(Milestone).map(str), times), max_size=4).map(
        tuple
    ),
    values=st.fixed_dictionaries({"order.parcels": st.integers(1, 3), "order.all_delivered": st.booleans()}),
    zones=st.just(FRESH.zones),
    reach=st.sampled_from([{}, reach(EMAIL), reach(EMAIL, SMS)]),
)
a_journey = st.sampled_from(sorted(house())).map(lambda key: house()[key])


@settings(deadline=None)
@given(any_facts, a_journey)
def test_the_first_gate_that_does_not_hold_is_the_one_that_speaks(facts: Facts, about: Journey) -> None:
    judgement = decide(facts, about)
    spoken = [gate(facts, about) for gate in GATES]
    firsts = [place for place, verdict in enumerate(spoken) if verdict.ruling is not Ruling.PASS]
    until = firsts[0] + 1 if firsts else len(spoken)
    assert judgement.verdicts == tuple(spoken[:until])
    assert judgement.passed == (not firsts) == (judgement.step is not None)


@settings(deadline=None)
@given(any_facts, a_journey)
def test_no_news_of_an_arrival_reaches_a_buyer_whose_parcel_goes_back(facts: Facts, about: Journey) -> None:
    for leg in (Leg.RTO, Leg.RETURN):
        passed = decide(replace(facts, leg=leg), about).passed
        assert not (passed and about.legs and about.trigger in TO_BUYER)


@settings(deadline=None)
@given(any_facts, a_journey)
def test_every_verdict_has_a_code_of_the_closed_list_and_facts_that_json_can_keep(
    facts: Facts, about: Journey
) -> None:
    plain: list[Any] = [verdict.facts for verdict in decide(facts, about).verdicts]
    for verdict in decide(facts, about).verdicts:
        assert verdict.code.partition(":")[0] in set(Code)
    assert all(_plain(value) for told in plain for value in told.values())


def _plain(value: Any) -> bool:
    if isinstance(value, dict):
        return all(_plain(item) for item in value.values())
    if isinstance(value, list):
        return all(map(_plain, value))
    return value is None or type(value) in {str, int, float, bool}
