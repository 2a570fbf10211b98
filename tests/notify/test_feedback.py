"""How buyers judge: kept once a kind, announced when the score changes, counted for the shop."""

import pytest

from tests.notify.rows import HOUR, NOON, make_order, make_shop
from tests.notify.test_consents import sent
from wismo.notify.actions.feedback import give, note_click
from wismo.notify.models import Campaign, Feedback, Message, MessagingSettings
from wismo.notify.queries.feedback import asked, given, link_hosts, scores, target_of
from wismo.notify.rules.feedback import FeedbackKind, is_bad, score_of
from wismo.orders.models import Cart, Order
from wismo.plumbing.models import EventRow
from wismo.tracking.queries.links import page_url

CSAT, NPS = FeedbackKind.CSAT, FeedbackKind.NPS


@pytest.fixture
def order() -> Order:
    return make_order(make_shop(support_url="https://help.halden.example/contact"))


@pytest.mark.parametrize(
    ("kind", "counts", "answers", "value"),
    [
        (CSAT, {}, 0, None),
        (CSAT, {5: 3, 4: 1, 3: 1, 1: 1}, 6, 66.7),
        (NPS, {10: 5, 9: 1, 8: 2, 6: 1, 0: 1}, 10, 40.0),
        (NPS, {0: 1}, 1, -100.0),
        (NPS, {7: 4}, 4, 0.0),
    ],
)
def test_what_many_answers_come_to(
    kind: FeedbackKind, counts: dict[int, int], answers: int, value: float | None
) -> None:
    score = score_of(kind, counts)
    assert (score.answers, score.value, sum(score.by_score.values())) == (answers, value, answers)
    assert list(score.by_score) == list(range(1, 6) if kind is CSAT else range(11))


def test_which_judgements_somebody_should_see_to() -> None:
    assert [is_bad(CSAT, score) for score in (1, 2, 3, 4, 5)] == [True, True, False, False, False]
    assert [is_bad(NPS, score) for score in (0, 6, 7, 10)] == [True, True, False, False]


@pytest.mark.django_db
def test_the_last_word_of_a_kind_counts(order: Order) -> None:
    message = sent(order)
    assert give(message.pk, CSAT, 2, "It was wet.", NOON) is True
    assert give(message.pk, CSAT, 4, "It dried.", NOON + HOUR) is True
    assert give(message.pk, NPS, 9, "", NOON) is True
    rows = Feedback.objects.order_by("kind").values_list("kind", "score", "comment", "at", "message_id")
    assert list(rows) == [
        ("csat", 4, "It dried.", NOON + HOUR, message.pk),
        ("nps", 9, "", NOON, message.pk),
    ]


@pytest.mark.django_db
def test_a_judgement_is_announced_and_a_comment_alone_is_not(order: Order) -> None:
    message = sent(order)
    for score, comment in ((2, ""), (2, "It was wet."), (3, "It was wet.")):
        give(message.pk, CSAT, score, comment, NOON)
    told = [row.facts for row in EventRow.objects.filter(name="HappeningTold").order_by("pk")]
    assert [(facts["name"], facts["order_id"], facts["values"]) for facts in told] == [
        ("feedback_given", order.pk, {"kind": "csat", "score": 2}),
        ("feedback_given", order.pk, {"kind": "csat", "score": 3}),
    ]


@pytest.mark.django_db
def test_a_score_off_the_scale_is_refused(order: Order) -> None:
    message = sent(order)
    for kind, score in ((CSAT, 0), (CSAT, 6), (NPS, 11), (NPS, -1)):
        with pytest.raises(ValueError, match="is not one of"):
            give(message.pk, kind, score, "", NOON)
    assert give(99, CSAT, 5, "", NOON) is False
    assert not Feedback.objects.exists()


@pytest.mark.django_db
def test_the_page_knows_what_was_said_before(order: Order) -> None:
    message = sent(order)
    before = asked(message.pk, CSAT)
    assert before
    assert (before.order_number, before.language, before.score) == ("HR-20418", "en", None)
    give(message.pk, CSAT, 5, "Quick.", NOON)
    after = asked(message.pk, CSAT)
    assert after
    assert (after.score, after.comment) == (5, "Quick.")
    assert asked(99, CSAT) is None


@pytest.mark.django_db
def test_judgements_are_listed_newest_first_and_counted_within_a_time(order: Order) -> None:
    other = make_order(order.shop, "HR-2", email="max@buyer.example")
    give(sent(order).pk, CSAT, 5, "", NOON)
    give(sent(other).pk, CSAT, 1, "Late.", NOON + HOUR)
    rows = given(order.shop_id)
    assert [(row.order_number, row.score) for row in rows] == [("HR-2", 1), ("HR-20418", 5)]
    assert [row.score for row in given(order.shop_id, before=rows[0].id)] == [5]
    assert [row.score for row in given(order.shop_id, since=NOON + HOUR)] == [1]
    assert (given(order.shop_id, NPS), given(make_shop("other").pk)) == ([], [])
    assert scores(order.shop_id, NOON, NOON + HOUR)[CSAT].value == 100.0
    assert scores(order.shop_id, NOON, NOON + 2 * HOUR)[CSAT].value == 50.0


# ── links ─────────────────────────────────────────────────────────────────────────────────────────────────


@pytest.mark.django_db
def test_a_click_is_noted_the_first_time(order: Order) -> None:
    message = sent(order)
    assert [note_click(message.pk, NOON), note_click(message.pk, NOON + HOUR)] == [True, False]
    message.refresh_from_db()
    assert message.clicked_at == NOON


@pytest.mark.django_db
def test_a_link_leads_to_the_order(order: Order) -> None:
    assert target_of(sent(order).pk) == page_url(order.shop_id, order.pk)
    assert target_of(99) == ""


@pytest.mark.django_db
def test_a_link_of_no_order_leads_to_the_buyers_last_one(order: Order) -> None:
    message = sent(order)
    Message.objects.filter(pk=message.pk).update(order=None)
    assert target_of(message.pk) == ""
    Message.objects.filter(pk=message.pk).update(buyer=order.buyer_id)
    assert target_of(message.pk) == page_url(order.shop_id, order.pk)


@pytest.mark.django_db
def test_a_link_leads_to_a_cart_or_campaign_on_the_shops_own_hosts_alone(order: Order) -> None:
    message = sent(order)
    assert link_hosts(order.shop_id) == ["127.0.0.1", "help.halden.example"]
    cart = Cart.objects.create(
        shop_id=order.shop_id,
        buyer_id=order.buyer_id,
        reference="c",
        url="https://halden.example/c",
        changed_at=NOON,
    )
    Message.objects.filter(pk=message.pk).update(order=None, cart=cart)
    assert target_of(message.pk) == ""
    MessagingSettings.objects.create(shop_id=order.shop_id, link_hosts=["halden.example"])
    assert target_of(message.pk) == "https://halden.example/c"
    campaign = Campaign.objects.create(
        shop_id=order.shop_id,
        name="Sale",
        journey="sale",
        values={"link": "https://www.halden.example/sale"},
        by="lena@halden.example",
        created_at=NOON,
    )
    Message.objects.filter(pk=message.pk).update(cart=None, campaign=campaign)
    assert target_of(message.pk) == "https://www.halden.example/sale"
    Message.objects.filter(pk=message.pk).update(
        facts={"link": "https://evil.example/"}, campaign=None, order=order
    )
    assert target_of(message.pk) == page_url(order.shop_id, order.pk)
