"""By which channel, and whether its reader agreed."""

from dataclasses import replace

import pytest

from tests.notify.rules.standing import EMAIL, FRESH, HOUR, NOON, SMS, journey, no, reach, saying, yes
from wismo.notify.journey.model import Ask, NextOn, Operator, Step
from wismo.notify.rules.facts import Choice, Reach
from wismo.notify.rules.gates import decide
from wismo.notify.rules.verdict import Code, Ruling
from wismo.notify.words import Kind

WHATSAPP = saying(
    Reach("whatsapp", "meta", has_address=True, needs_template=True, template="approved"), transactional=yes()
)
PUSH = Reach("webpush", "vapid", has_address=True)
NEWS = journey("out_for_delivery")
OFFER = journey("sale", legs=frozenset())
SURVEY = journey("csat")


def chosen(*reaches: Reach, about: object = NEWS) -> tuple[str, str]:
    """The channel taken and the code, or the code of the gate that stopped it."""
    facts = replace(FRESH, reach=reach(*reaches), milestones=(), leg=None, status=None)
    judgement = decide(facts, about)  # type: ignore[arg-type]
    route = next((v for v in judgement.verdicts if v.gate == "route"), judgement.last)
    return str(route.facts.get("channel", "")), str(judgement.last.code)


def test_the_first_channel_of_the_route_that_can_be_used_is() -> None:
    assert chosen(EMAIL, SMS, WHATSAPP) == ("whatsapp", "ok")
    assert chosen(EMAIL, SMS) == ("sms", "ok")
    assert chosen(EMAIL) == ("email", "ok")


def test_why_each_earlier_channel_was_skipped_is_told() -> None:
    facts = replace(
        FRESH,
        reach=reach(
            replace(WHATSAPP, template="pending"),
            replace(PUSH, has_address=False),
            replace(SMS, trouble="x"),
            EMAIL,
        ),
    )
    assert decide(facts, NEWS).verdicts[-2].facts == {
        "step": 8,
        "channel": "email",
        "provider": "smtp",
        "skipped": {
            "whatsapp": "template_unapproved",
            "line": "not_applicable",
            "line_notice": "not_applicable",
            "kakao": "not_applicable",
            "telegram": "not_applicable",
            "messenger": "not_applicable",
            "webpush": "no_address",
            "sms": "unreachable",
        },
    }


@pytest.mark.parametrize(
    ("one", "code"),
    [
        (replace(WHATSAPP, provider=""), "not_applicable"),
        (replace(WHATSAPP, has_address=False), "no_address"),
        (replace(WHATSAPP, trouble="unreachable"), "unreachable"),
        (replace(WHATSAPP, template="paused"), "template_unapproved"),
        (replace(WHATSAPP, template=""), "window_closed"),
        (replace(WHATSAPP, choices={}), "no_consent"),
        (saying(WHATSAPP, transactional=no()), "opted_out"),
        (replace(WHATSAPP, suppressed={"all": "stop"}), "suppressed:stop"),
        (replace(WHATSAPP, template="", window_open=True), "ok"),
    ],
)
def test_what_stands_in_the_way_of_the_only_channel_is_the_reason(one: Reach, code: str) -> None:
    assert chosen(one)[1] == code


def test_a_channel_that_rests_is_passed_over_and_waited_for_where_it_is_the_only_one() -> None:
    resting = replace(SMS, resting_until=NOON + HOUR)
    assert chosen(resting, EMAIL) == ("email", "ok")
    facts = replace(FRESH, reach=reach(resting))
    verdict = decide(facts, NEWS).last
    assert (verdict.gate, verdict.ruling, verdict.code) == ("route", Ruling.WAIT, "resting")
    assert verdict.again_at == NOON + HOUR
    late = replace(SMS, resting_until=NOON + 9 * HOUR)  # the message is old news by then
    assert decide(replace(FRESH, reach=reach(late)), NEWS).last.ruling is Ruling.STOP


def test_a_condition_of_a_step_is_asked_when_it_is_sent() -> None:
    dear = Step("sms", when=Ask("order.total", Operator.MORE, 100))
    about = replace(NEWS, route=(dear, Step("email")))
    facts = replace(FRESH, reach=reach(SMS, EMAIL))
    cheap, costly = replace(facts, values={"order.total": 9.0}), replace(facts, values={"order.total": 900.0})
    assert [decide(f, about).step for f in (cheap, costly, facts)] == [1, 0, 1]


def test_steps_that_were_tried_are_not_tried_again() -> None:
    facts = replace(FRESH, reach=reach(SMS, EMAIL), step=7)
    assert decide(facts, NEWS).step == 7
    verdict = decide(replace(facts, step=9), NEWS).last
    assert (verdict.gate, verdict.code) == ("route", "not_applicable")


def test_a_route_that_does_not_go_on_without_an_address_ends_there() -> None:
    only_failed = frozenset({NextOn.FAILED})
    about = replace(NEWS, route=(Step("sms", next_on=only_failed), Step("email")))
    facts = replace(FRESH, reach=reach(replace(SMS, has_address=False), EMAIL))
    assert decide(facts, about).last.code == "no_address"


# ── consent ───────────────────────────────────────────────────────────────────────────────────────────────
@pytest.mark.parametrize(
    ("said", "code"),
    [(None, "no_consent"), (yes(), "ok"), (yes(confirmed=False), "no_consent"), (no(), "opted_out")],
)
def test_an_offer_goes_only_to_who_agreed_and_confirmed_it(said: Choice | None, code: str) -> None:
    one = replace(EMAIL, choices={Kind.MARKETING: said} if said else {})
    assert chosen(one, about=OFFER)[1] == code


@pytest.mark.parametrize(("said", "code"), [(None, "ok"), (yes(), "ok"), (no(), "opted_out")])
def test_a_question_for_an_opinion_goes_to_who_did_not_refuse(said: Choice | None, code: str) -> None:
    one = replace(EMAIL, choices={Kind.FEEDBACK: said} if said else {})
    assert chosen(one, about=SURVEY)[1] == code


def test_a_refusal_on_one_channel_is_not_got_round_by_another() -> None:
    line = saying(Reach("line", "line", has_address=True), feedback=no())
    assert chosen(line, EMAIL, about=SURVEY)[1] == "opted_out"
    before = saying(EMAIL, feedback=yes(NOON - HOUR))
    assert chosen(line, before, about=SURVEY)[1] == "opted_out"


def test_who_chooses_one_channel_over_another_is_written_to_there() -> None:
    line = saying(Reach("line", "line", has_address=True), feedback=no())
    assert chosen(line, saying(EMAIL, feedback=yes()), about=SURVEY) == ("email", "ok")


def test_facts_of_their_own_order_go_another_way_than_the_one_that_was_refused() -> None:
    assert chosen(saying(SMS, transactional=no()), EMAIL) == ("email", "ok")
    assert chosen(replace(SMS, suppressed={"all": "stop"}), EMAIL) == ("email", "ok")


@pytest.mark.parametrize("reason", ["stop", "complaint", "person", "unsubscribed", "blocked"])
def test_who_stopped_messages_on_a_channel_is_asked_for_no_opinion_on_another(reason: str) -> None:
    line = Reach("line", "line", has_address=True, suppressed={"all": reason})
    assert chosen(line, EMAIL, about=SURVEY)[1] == f"suppressed:{reason}"


def test_an_address_that_bounced_is_no_refusal() -> None:
    line = Reach("line", "line", has_address=True, suppressed={"all": "hard_bounce"})
    assert chosen(line, EMAIL, about=SURVEY) == ("email", "ok")


def test_a_suppression_of_offers_leaves_the_facts_of_an_order_alone() -> None:
    one = replace(EMAIL, suppressed={"marketing": "unsubscribed"}, choices={Kind.MARKETING: yes()})
    assert chosen(one) == ("email", "ok")
    assert chosen(replace(one, choices={}), about=OFFER)[1] == Code.SUPPRESSED.of("unsubscribed")
