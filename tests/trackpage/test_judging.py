"""Judging a delivery, and following a message's link."""

import re

import pytest
import time_machine
from django.test import Client

from tests.trackpage.rows import a_shop, link
from tests.trackpage.told import NOW, a_message, path
from wismo.notify import links
from wismo.notify.models import Feedback, Message
from wismo.notify.rules.feedback import FeedbackKind
from wismo.shops.models import Shop

pytestmark = [
    pytest.mark.django_db,
    pytest.mark.filterwarnings("ignore:No directory at:UserWarning"),  # nothing was collected for a test
]
STRICT = Client(enforce_csrf_checks=True)
PHONE = "Mozilla/5.0 (iPhone; CPU iPhone OS 18_1 like Mac OS X) AppleWebKit/605.1.15 Mobile/15E148"


@pytest.fixture
def shop() -> Shop:
    return a_shop()


def page(shop: Shop, kind: FeedbackKind = FeedbackKind.CSAT, number: int | None = None) -> str:
    message = Message.objects.first() or a_message(shop)
    return path(links.score(message.pk, kind, number))


def chosen(body: str) -> list[str]:
    return re.findall(r'name="score" value="(\d+)" checked', body)


@pytest.mark.parametrize(("number", "shown"), [(4, ["4"]), (None, []), (0, []), (6, []), (99, [])])
def test_opening_a_score_link_chooses_it_and_writes_nothing(
    client: Client, shop: Shop, number: int | None, shown: list[str]
) -> None:
    answer = client.get(page(shop, number=number))
    assert (answer.status_code, chosen(answer.content.decode())) == (200, shown)
    client.head(page(shop, number=number))
    assert not Feedback.objects.exists()


@time_machine.travel(NOW, tick=False)
def test_a_post_saves_it_and_the_page_says_thank_you(shop: Shop) -> None:
    url = page(shop)
    answer = STRICT.post(f"{url}?score=4", {"score": "5", "comment": " Quick, and dry. "})
    assert (answer.status_code, answer.headers["Location"]) == (303, f"{url}?saved=1&lang=en")
    row = Feedback.objects.get()
    assert (row.kind, row.score, row.comment, row.at) == ("csat", 5, "Quick, and dry.", NOW)
    body = STRICT.get(answer.headers["Location"]).content.decode()
    assert "Thank you. We have it." in body
    assert (chosen(body), "Quick, and dry." in body, "Save the change" in body) == (["5"], True, True)
    assert "That should not have been so" not in body


def test_a_bad_judgement_is_offered_help_and_can_be_changed(shop: Shop) -> None:
    url = page(shop, FeedbackKind.NPS)
    STRICT.post(url, {"score": "6"})
    assert "That should not have been so" in STRICT.get(f"{url}?saved=1").content.decode()
    STRICT.post(url, {"score": "10"})
    assert list(Feedback.objects.values_list("kind", "score")) == [("nps", 10)]


@pytest.mark.parametrize("score", ["", "0", "6", "-1", "4.0", "٤", "x" * 500])
def test_without_a_score_of_the_scale_nothing_is_saved_and_nothing_typed_is_lost(
    shop: Shop, score: str
) -> None:
    answer = STRICT.post(page(shop), {"score": score, "comment": "Wet <b>box</b>"})
    body = answer.content.decode()
    assert (answer.status_code, "Choose one." in body) == (422, True)
    assert "Wet &lt;b&gt;box&lt;/b&gt;" in body
    assert not Feedback.objects.exists()


def test_a_long_comment_is_cut_and_kept(shop: Shop) -> None:
    assert STRICT.post(page(shop), {"score": "3", "comment": "x" * 9000}).status_code == 303
    assert len(Feedback.objects.get().comment) == 2000


def test_one_order_is_judged_thirty_times_an_hour(shop: Shop) -> None:
    with time_machine.travel(NOW, tick=False):
        codes = [STRICT.post(page(shop), {"score": "3"}).status_code for _ in range(31)]
    assert codes == [303] * 30 + [429]


# ── links ─────────────────────────────────────────────────────────────────────────────────────────────────


@time_machine.travel(NOW, tick=False)
def test_a_person_who_follows_a_link_is_noted_once(client: Client, shop: Shop) -> None:
    message = a_message(shop)
    url = path(links.click(message.pk))
    answer = client.get(url, headers={"user-agent": PHONE})
    assert answer.status_code == 302
    assert message.order
    assert path(answer.headers["Location"]).partition(":")[0] == link(message.order).partition(":")[0]
    message.refresh_from_db()
    assert message.clicked_at == NOW


@pytest.mark.parametrize(
    ("method", "headers"),
    [
        ("head", {"user-agent": PHONE}),
        ("get", {"user-agent": "Slackbot-LinkExpanding 1.0"}),
        ("get", {"user-agent": PHONE, "sec-purpose": "prefetch"}),
        ("get", {"user-agent": PHONE, "purpose": "prefetch"}),
        ("get", {}),
    ],
)
def test_a_machine_that_looks_is_let_through_and_not_counted(
    client: Client, shop: Shop, method: str, headers: dict[str, str]
) -> None:
    message = a_message(shop)
    answer = getattr(client, method)(path(links.click(message.pk)), headers=headers)
    assert answer.status_code == 302
    message.refresh_from_db()
    assert message.clicked_at is None


def test_a_link_takes_no_post(client: Client, shop: Shop) -> None:
    assert client.post(path(links.click(a_message(shop).pk))).status_code == 405
