"""What a channel's answer, or a later receipt, means for the message."""

from dataclasses import replace
from datetime import timedelta

import pytest

from tests.notify.rules.standing import HOUR, MINUTE, NOON, journey
from wismo.notify.journey.model import NextOn, Step
from wismo.notify.port import Outcome, Result
from wismo.notify.rules.attempts import MOST, Tried, after_attempt, after_failure, pause
from wismo.notify.rules.verdict import Ruling
from wismo.notify.words import Failure

WAITS = (timedelta(seconds=30), 2 * MINUTE, 10 * MINUTE, HOUR)
FIRST = Tried(number=1, step=0, now=NOON, expires_at=NOON + 4 * HOUR, waits=WAITS, seed=7)
ONE = journey("out_for_delivery", route=(Step("email"),))
TWO = journey("out_for_delivery", route=(Step("sms"), Step("email")))
SURVEY = journey("csat", route=(Step("sms"), Step("email")))


@pytest.mark.parametrize(
    ("outcome", "ruling", "code"),
    [
        (Outcome(Result.SENT), Ruling.DONE, "sent"),
        (Outcome(Result.UNKNOWN, "timeout"), Ruling.DONE, "unknown"),
        (Outcome(Result.REFUSED, "550"), Ruling.STOP, "provider_error:550"),
        (Outcome(Result.REFUSED, "21610", failure=Failure.OPTED_OUT), Ruling.STOP, "opted_out"),
        (Outcome(Result.RETRY, "451"), Ruling.WAIT, "retry"),
        (Outcome(Result.DOWN, "connect"), Ruling.WAIT, "retry"),
    ],
)
def test_what_an_answer_means_where_there_is_one_channel(outcome: Outcome, ruling: Ruling, code: str) -> None:
    verdict = after_attempt(outcome, FIRST, ONE)
    assert (verdict.gate, verdict.ruling, verdict.code) == ("send", ruling, code)
    assert (verdict.facts["attempt"], verdict.facts["detail"]) == (1, outcome.detail)


@pytest.mark.parametrize(("number", "wait"), [(1, 0.5), (2, 2), (3, 10), (4, 60), (5, 60)])
def test_each_retry_waits_longer_and_the_last_wait_stays(number: int, wait: float) -> None:
    tried = replace(FIRST, number=number)
    assert wait * MINUTE <= pause(tried, None) < 1.25 * wait * MINUTE
    assert after_attempt(Outcome(Result.RETRY, "451"), tried, ONE).again_at == NOON + pause(tried, None)


def test_messages_that_failed_together_do_not_come_back_together() -> None:
    assert len({pause(replace(FIRST, seed=seed), None) for seed in range(100)}) == 100


def test_a_provider_that_says_when_is_not_asked_earlier() -> None:
    asked = Outcome(Result.RETRY, "429", failure=Failure.BUSY, again_after=5 * MINUTE)
    again_at = after_attempt(asked, FIRST, ONE).again_at
    assert again_at is not None
    assert NOON + 5 * MINUTE <= again_at < NOON + 6.25 * MINUTE
    soon = after_attempt(replace(asked, again_after=timedelta()), FIRST, ONE).again_at
    assert soon == NOON + pause(FIRST, None)


def test_a_retry_that_would_come_too_late_is_given_up_with_the_providers_reason() -> None:
    late = replace(FIRST, number=4, now=NOON + 3 * HOUR)  # one hour left, and the fourth wait is an hour
    verdict = after_attempt(Outcome(Result.RETRY, "451"), late, ONE)
    assert (verdict.ruling, verdict.code, verdict.again_at) == (Ruling.STOP, "provider_error:451", None)


def test_where_there_is_another_channel_it_is_taken_instead_of_giving_up() -> None:
    late = replace(FIRST, number=4, now=NOON + 3 * HOUR)
    verdict = after_attempt(Outcome(Result.DOWN, "connect"), late, TWO)
    assert (verdict.ruling, verdict.code, verdict.again_at) == (Ruling.WAIT, "next_channel", late.now)
    assert (verdict.facts["step"], verdict.facts["next"]) == (1, "email")


def test_a_message_that_never_expires_is_not_tried_for_ever() -> None:
    tried = replace(FIRST, number=MOST, expires_at=None)
    assert after_attempt(Outcome(Result.RETRY, "451"), tried, ONE).ruling is Ruling.STOP
    before = replace(tried, number=MOST - 1)
    assert after_attempt(Outcome(Result.RETRY, "451"), before, ONE).ruling is Ruling.WAIT


@pytest.mark.parametrize(
    "failure",
    [Failure.ADDRESS, Failure.INVALID, Failure.CONFIG, Failure.CONTENT, Failure.WITHHELD, Failure.OPTED_OUT],
)
def test_facts_of_an_order_go_on_to_the_next_channel_of_their_route(failure: Failure) -> None:
    verdict = after_failure(failure, FIRST, TWO, detail="x")
    assert (verdict.ruling, verdict.code, verdict.facts["step"]) == (Ruling.WAIT, "next_channel", 1)
    assert after_failure(failure, replace(FIRST, step=1), TWO, detail="x").ruling is Ruling.STOP


def test_a_refusal_ends_what_is_no_fact_of_an_order() -> None:
    verdict = after_failure(Failure.OPTED_OUT, FIRST, SURVEY, detail="21610")
    assert (verdict.ruling, verdict.code) == (Ruling.STOP, "opted_out")
    assert after_failure(Failure.ADDRESS, FIRST, SURVEY, detail="30005").code == "next_channel"


def test_a_step_says_which_failures_lead_on() -> None:
    only_unreachable = Step("sms", next_on=frozenset({NextOn.UNREACHABLE}))
    about = replace(TWO, route=(only_unreachable, Step("email")))
    assert after_failure(Failure.INVALID, FIRST, about, detail="x").code == "next_channel"
    assert after_failure(Failure.CONTENT, FIRST, about, detail="x").code == "provider_error:x"


def test_a_failure_that_is_told_when_the_news_is_old_ends_the_message() -> None:
    tried = replace(FIRST, now=NOON + 4 * HOUR)
    assert after_failure(Failure.ADDRESS, tried, TWO, detail="30003").code == "provider_error:30003"


def test_a_step_that_waits_for_a_receipt_names_when_the_next_channel_follows() -> None:
    both = frozenset({NextOn.FAILED, NextOn.NO_DELIVERED})
    about = replace(TWO, route=(Step("whatsapp", wait=10 * MINUTE, next_on=both), Step("email")))
    assert after_attempt(Outcome(Result.SENT), FIRST, about).again_at == NOON + 10 * MINUTE
    assert after_attempt(Outcome(Result.SENT, delivered=True), FIRST, about).again_at is None
    assert after_attempt(Outcome(Result.SENT), replace(FIRST, step=1), about).again_at is None
    assert after_attempt(Outcome(Result.SENT), FIRST, TWO).again_at is None
