"""Messages sent over a real SMTP server, and what becomes of them when it fails."""

import re

import pytest
from django.test import Client
from pytest_django.fixtures import Settings

from tests.notify.post import free_port, parts, post_office, use_smtp
from tests.notify.rows import (
    HOUR,
    MINUTE,
    NOON,
    codes,
    make_order,
    make_parcel,
    make_shop,
    state,
    tell,
    tell_order,
)
from wismo.notify.jobs import dispatch, reconcile
from wismo.notify.models import Message
from wismo.notify.rules.gates import GATES
from wismo.plumbing import tokens
from wismo.shops.actions import change_shop
from wismo.shops.models import Brand

pytestmark = pytest.mark.django_db(transaction=True)
LATER = NOON + 15 * MINUTE
LAST = ["bucket", "render", "send"]  # what no rule can foretell


def test_a_message_arrives_with_both_bodies_and_its_own_id(settings: Settings) -> None:
    settings.BASE_URL = "https://track.halden.example"
    parcel = make_parcel(make_order(make_shop()), eta=None)
    message = tell(parcel, "out_for_delivery", NOON, "2026-11-24")
    with post_office(settings) as office:
        assert dispatch(LATER) == 1
    (mail,) = office.taken
    assert office.recipients == ["lina@buyer.example"]
    assert (mail["From"], mail["To"]) == ("Halden & Rue <orders@halden.example>", "lina@buyer.example")
    assert (mail["Subject"], mail["Reply-To"]) == (
        "Order HR-20418 is out for delivery",
        "help@halden.example",
    )
    attempt = message.attempts_made.get()
    assert mail["Message-ID"] == f"<{attempt.reference}@halden.example>"
    assert (mail["X-Wismo-Message"], mail["Auto-Submitted"]) == (str(message.pk), "auto-generated")
    plain, html = parts(mail)
    assert "It left with the UPS driver on Tuesday 24 November at 13:00." in plain  # 12:00 UTC in Munich
    assert "Expected: Thursday 26 November" in plain
    assert "- 2 × Ribbed mug" in plain
    assert '<html lang="en" dir="ltr"' in html
    token = plain.partition("https://track.halden.example/t/")[2].split()[0]
    assert tokens.read("track", token, max_age=HOUR) == (parcel.shop_id, parcel.order_id)
    assert f'href="https://track.halden.example/t/{token}"' in html


def test_a_mail_shows_the_brands_logo_from_the_page_that_has_it(settings: Settings, client: Client) -> None:
    shop, picture = make_shop(), b"\x89PNG\r\n\x1a\n" + b"\0" * 16
    tell(make_parcel(make_order(shop)), "delivered")
    with post_office(settings) as office:
        change_shop(shop.pk, logo=picture)
        assert dispatch(LATER) == 1
    (src,) = re.findall(r'<img[^>]*src="([^"]+)"', parts(office.taken[0])[1])
    assert src.startswith(settings.BASE_URL)
    assert client.get(src.removeprefix(settings.BASE_URL)).content == picture


def test_what_was_sent_is_recorded_with_the_gates_it_passed(settings: Settings) -> None:
    message = tell(make_parcel(make_order(make_shop(), language="ja")), "picked_up")
    with post_office(settings) as office:
        assert dispatch(LATER) == 1
        assert dispatch(LATER + MINUTE) == 0
    assert len(office.taken) == 1
    assert state(message) == ("sent", "sent")
    assert (message.language, message.subject) == ("ja", "ご注文 HR-20418 を発送しました")
    assert (message.attempts, message.lease_until) == (1, None)
    attempt = message.attempts_made.get()
    assert (attempt.state, attempt.provider, attempt.wording) == ("accepted", "smtp", "house:ja")
    assert attempt.provider_id == office.taken[0]["Message-ID"]
    assert message.finished_at is not None
    assert [gate for gate, _outcome, _code in codes(message)] == [gate.__name__ for gate in GATES] + LAST
    assert {outcome for _gate, outcome, _code in codes(message)[:-1]} == {"pass"}
    assert message.decisions.get(outcome="done").facts["channel"] == "email"


def test_an_arabic_reader_gets_a_mail_that_runs_from_right_to_left(settings: Settings) -> None:
    tell(make_parcel(make_order(make_shop(), language="ar-EG")), "delivered")
    with post_office(settings) as office:
        assert dispatch(LATER) == 1
    (mail,) = office.taken
    plain, html = parts(mail)
    assert mail["Subject"] == "وصل طلبك HR-20418"
    assert "الثلاثاء 24 نوفمبر الساعة 13:00" in plain
    assert '<html lang="ar" dir="rtl"' in html
    assert "direction:ltr" not in html
    assert "text-align:right" in html


def test_a_language_the_shop_does_not_offer_falls_back_to_its_first(settings: Settings) -> None:
    tell_order(make_order(make_shop(languages=["ko", "en"]), language="ja"))
    with post_office(settings) as office:
        assert dispatch(LATER) == 1
    # A header whose first word is too long for its line is folded before it: readers drop the space.
    assert office.taken[0]["Subject"].strip() == "주문 HR-20418 접수되었습니다"


def test_connections_are_lent_from_one_message_to_the_next(settings: Settings) -> None:
    order = make_order(make_shop())
    for i in range(5):
        tell(make_parcel(order, f"p{i}"), "delivered")
    with post_office(settings) as office:
        assert dispatch(LATER) == 5
    assert len(office.taken) == 5
    assert len(office.connections) <= 5  # lent from one to the next


def test_a_connection_the_server_closed_after_a_mail_is_opened_again(settings: Settings) -> None:
    order = make_order(make_shop())
    for i in range(3):
        tell(make_parcel(order, f"p{i}"), "delivered")
    with post_office(settings, hang_up_after=True) as office:
        assert dispatch(LATER) == 3
    assert (len(office.taken), len(office.connections)) == (3, 3)


def test_a_server_that_ends_each_connection_with_421_took_nothing(settings: Settings) -> None:
    order = make_order(make_shop())
    for i in range(3):
        tell(make_parcel(order, f"p{i}"), "delivered")
    with post_office(settings, data="421 too many on one connection") as office:
        assert dispatch(LATER) == 0
    assert set(Message.objects.values_list("state", "code")) == {("queued", "retry")}
    assert len(office.connections) == 3


def test_a_refused_recipient_is_final(settings: Settings) -> None:
    message = tell(make_parcel(make_order(make_shop())), "picked_up")
    with post_office(settings, rcpt="550 5.1.1 no such user") as office:
        assert dispatch(LATER) == 1
        assert dispatch(LATER + HOUR) == 0
    assert office.taken == []
    assert state(message) == ("not_sent", "provider_error:550")
    assert codes(message)[-1] == ("send", "stop", "provider_error:550")


@pytest.mark.parametrize("how", [{"rcpt": "451 4.7.1 try again"}, {"data": "452 4.2.2 mailbox full"}])
def test_a_server_that_says_not_now_is_asked_again(settings: Settings, how: dict[str, str]) -> None:
    message = tell(make_parcel(make_order(make_shop())), "picked_up")
    with post_office(settings, **how):
        assert dispatch(LATER) == 0
    assert state(message) == ("queued", "retry")
    assert (message.attempts, message.lease_until, message.finished_at) == (1, None, None)
    with post_office(settings) as office:
        assert dispatch(LATER + MINUTE) == 1
    assert len(office.taken) == 1
    assert (state(message), message.attempts) == (("sent", "sent"), 2)
    assert [code for gate, _outcome, code in codes(message) if gate == "send"] == ["retry", "sent"]


def test_where_nobody_answers_all_of_it_is_tried_again_after_a_while(settings: Settings) -> None:
    order = make_order(make_shop())
    messages = [tell(make_parcel(order, f"p{i}"), "delivered") for i in range(3)]
    use_smtp(settings, free_port())
    assert dispatch(LATER) == 0
    assert [state(m) for m in messages] == [("queued", "retry")] * 3
    assert [m.attempts for m in messages] == [1, 1, 1]
    assert messages[0].decisions.get(gate="send").facts["detail"] == "connect"
    assert dispatch(LATER) == 0  # none is due yet
    with post_office(settings) as office:
        assert dispatch(LATER + MINUTE) == 3
    assert len(office.taken) == 3


def test_retries_end_where_the_news_grows_old(settings: Settings) -> None:
    message = tell(make_parcel(make_order(make_shop())), "out_for_delivery", NOON, "2026-11-24")
    use_smtp(settings, free_port())
    for attempt in range(1, 13):
        dispatch(NOON + attempt * 25 * MINUTE)
    assert state(message)[0] == "not_sent"
    assert message.expires_at == NOON + 10 * MINUTE + 4 * HOUR
    tried = list(message.decisions.filter(gate="send").order_by("pk"))
    assert 5 <= len(tried) <= 6  # after 30 s, 2 min, 10 min and then each hour, and up to a quarter more
    assert tried[-1].at < message.expires_at


def test_a_server_that_hangs_up_on_the_mail_leaves_it_unknown_and_it_is_never_sent_again(
    settings: Settings, caplog: pytest.LogCaptureFixture
) -> None:
    message = tell(make_parcel(make_order(make_shop())), "picked_up")
    with post_office(settings, hang_up=True) as office:
        assert dispatch(LATER) == 1
        office.hang_up = False
        assert reconcile(LATER + 2 * MINUTE) == 1
        assert dispatch(LATER + HOUR) == 0
    assert len(office.taken) == 1
    assert state(message) == ("unknown", "unknown")
    sent = message.decisions.filter(gate="send")
    assert [(row.outcome, row.code, row.facts["detail"]) for row in sent] == [
        ("done", "unknown", "disconnect"),
        ("done", "unknown", "disconnect"),
    ]
    assert "lina" not in caplog.text


def test_a_message_that_cannot_be_written_costs_only_itself(
    settings: Settings, caplog: pytest.LogCaptureFixture
) -> None:
    unbranded = make_shop("meridian")
    Brand.objects.filter(shop=unbranded).delete()
    broken = tell(make_parcel(make_order(unbranded)), "picked_up")
    other = tell(make_parcel(make_order(make_shop())), "picked_up")
    with post_office(settings) as office:
        assert dispatch(LATER) == 2
    assert [mail["Subject"] for mail in office.taken] == ["Order HR-20418 is on its way"]
    assert [state(m) for m in (broken, other)] == [("not_sent", "render_error"), ("sent", "sent")]
    assert broken.decisions.get().facts == {"error": "KeyError"}
    assert caplog.messages[-1] == f"message {broken.pk} cannot be prepared: KeyError"


def test_a_shop_whose_reply_address_is_none_is_told_so_and_nothing_is_handed_over(settings: Settings) -> None:
    message = tell(make_parcel(make_order(make_shop(support_email="help at halden"))), "picked_up")
    with post_office(settings) as office:
        assert dispatch(LATER) == 1
    assert office.taken == []
    assert state(message) == ("not_sent", "render_error")
    assert message.decisions.get(gate="render").facts == {
        "error": "the reply-to's address is not well-formed"
    }


def test_a_mail_back_end_that_is_not_there_is_each_messages_own_fault_and_no_lease_is_kept(
    settings: Settings,
) -> None:
    order = make_order(make_shop())
    messages = [tell(make_parcel(order, f"p{i}"), "delivered") for i in range(3)]
    settings.EMAIL_BACKEND = "nobody.has.this.Backend"
    dispatch(LATER)
    assert {m.lease_until for m in Message.objects.exclude(state="sending")} == {None}
    assert len(messages) == 3
