"""Telegram: a text with buttons, and one update a call."""

import json
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from pytest_django.fixtures import Settings

from tests.notify.channels.chats import PAGE, TOKEN, a_button, a_call, a_letter, an_account
from tests.peers import Peer, Scripted, a_peer
from wismo.notify.channels.telegram import telegram
from wismo.notify.port import (
    Account,
    HeardChoice,
    HeardOther,
    HeardReply,
    LetterError,
    Outcome,
    Result,
    Unreadable,
)
from wismo.notify.words import AddressKind, Failure

AT = datetime(2026, 11, 24, 9, 30, tzinfo=UTC)
LENA = (AddressKind.TELEGRAM, "7001")
BOT = "7:bot-token"


@pytest.fixture
def peer(settings: Settings) -> Iterator[Peer]:
    settings.PRIVATE_PEERS = True
    with a_peer() as found:
        yield found


def account(api_url: str = "") -> Account:
    return an_account("telegram", "telegram", api_url, token=BOT, secret="hook-secret")


def said_of(**changes: Any) -> Any:
    letter = a_letter(to="7001", to_kind=AddressKind.TELEGRAM, **changes)
    return json.loads(telegram.open_provider(account()).compose(letter).form.body)


def handed_over(peer: Peer, answer: Scripted) -> Outcome:
    peer.usual = answer
    opened = telegram.open_provider(account(peer.url))
    return opened.send(opened.compose(a_letter(to="7001", to_kind=AddressKind.TELEGRAM)))


def test_a_letter_becomes_a_text_with_its_link_and_answers_as_buttons() -> None:
    assert said_of(buttons=(a_button(),)) == {
        "chat_id": "7001",
        "text": "<b>Out for delivery</b>\n\n"
        "Your parcel is with the driver &lt;today&gt; &amp; should arrive by 18:00.\n\n"
        "Order: HR-20418\nExpected: Tuesday 24 November",
        "parse_mode": "HTML",
        "link_preview_options": {"is_disabled": True},
        "reply_markup": {
            "inline_keyboard": [
                [{"text": "Track your parcel", "url": PAGE}],
                [{"text": "Choose another day", "callback_data": TOKEN}],
            ]
        },
    }


def test_what_can_be_refused_says_how() -> None:
    hints = {
        "stop_hint": "Reply STOP to end.",
        "preferences_label": "Choose",
        "preferences_url": PAGE + "?a&b",
    }
    text = said_of(**hints, details=())["text"]
    assert text.endswith(f'\n\nReply STOP to end.\n\n<a href="{PAGE}?a&amp;b">Choose</a>')


def test_a_question_shows_its_scores_in_rows_of_six() -> None:
    scores = tuple((str(n), f"{PAGE}?score={n}") for n in range(11))
    rows = said_of(scores=scores)["reply_markup"]["inline_keyboard"]
    assert [[button["text"] for button in row] for row in rows] == [
        ["0", "1", "2", "3", "4", "5"],
        ["6", "7", "8", "9", "10"],
        ["Track your parcel"],
    ]


def test_what_telegram_would_refuse_is_not_handed_over() -> None:
    with pytest.raises(LetterError, match="64 bytes"):
        said_of(buttons=(a_button(token=TOKEN + "x"),))
    with pytest.raises(LetterError, match="4096 characters"):
        said_of(heading="x" * 4100)


@pytest.mark.parametrize("body", ["x" * 4100, "&" * 4100, "x" * 40_000, "<" * 900 + "y" * 4000])
def test_an_endless_text_is_cut_and_not_refused(body: str) -> None:
    text = said_of(body=body)["text"]
    assert 3000 < len(text) <= 4096
    assert "…" in text


def test_taken_is_sent_with_telegrams_number(peer: Peer) -> None:
    answer = Scripted(200, b'{"ok":true,"result":{"message_id":1207,"chat":{"id":7001}}}')
    assert handed_over(peer, answer) == Outcome(Result.SENT, provider_id="1207")
    assert peer.asked[0].path == f"/bot{BOT}/sendMessage"


@pytest.mark.parametrize(
    ("status", "words", "expected"),
    [
        (
            403,
            "Forbidden: bot was blocked by the user",
            Outcome(Result.REFUSED, "blocked", failure=Failure.OPTED_OUT),
        ),
        (403, "Forbidden: user is deactivated", Outcome(Result.REFUSED, "no_chat", failure=Failure.INVALID)),
        (400, "Bad Request: chat not found", Outcome(Result.REFUSED, "no_chat", failure=Failure.INVALID)),
        (400, "Bad Request: can't parse entities", Outcome(Result.REFUSED, "400", failure=Failure.CONTENT)),
        (401, "Unauthorized", Outcome(Result.REFUSED, "401", failure=Failure.CONFIG)),
        (404, "Not Found", Outcome(Result.REFUSED, "404", failure=Failure.CONFIG)),
        (500, "Internal Server Error", Outcome(Result.UNKNOWN, "500")),
        (503, "", Outcome(Result.RETRY, "503", failure=Failure.BROKEN)),
    ],
)
def test_every_refusal_says_whose_fault_it_is(peer: Peer, status: int, words: str, expected: Outcome) -> None:
    said = {"ok": False, "error_code": status, "description": words}
    assert handed_over(peer, Scripted(status, json.dumps(said).encode())) == expected


def test_too_fast_waits_as_long_as_telegram_says(peer: Peer) -> None:
    said = {"ok": False, "error_code": 429, "parameters": {"retry_after": 35}}
    assert handed_over(peer, Scripted(429, json.dumps(said).encode())) == Outcome(
        Result.RETRY, "429", failure=Failure.BUSY, again_after=timedelta(seconds=35)
    )


def test_only_who_knows_the_secret_is_heard() -> None:
    assert telegram.authentic(account(), a_call(b"{}", x_telegram_bot_api_secret_token="hook-secret"))
    assert not telegram.authentic(account(), a_call(b"{}", x_telegram_bot_api_secret_token="hook-secre"))
    assert not telegram.authentic(account(), a_call(b"{}"))


def heard(update_id: int = 9, **update: Any) -> Any:
    (one,) = telegram.read(json.dumps({"update_id": update_id, **update}).encode(), {})
    return one


def message(text: str = "", **more: Any) -> dict[str, Any]:
    person = {"id": 7001, "first_name": "Lena", "last_name": "Brandt"}
    told = {"message_id": 55, "date": 1795512600, "chat": {"id": 7001, "type": "private"}, "from": person}
    return {**told, **({"text": text} if text else {}), **more}


def test_words_are_replies() -> None:
    name = {"name": "Lena Brandt"}
    assert heard(message=message("Where is it?")) == HeardReply(
        "9", AT, LENA, text="Where is it?", extra=name
    )
    answering = message("Yes", reply_to_message={"message_id": 1207})
    assert heard(message=answering) == HeardReply("9", AT, LENA, text="Yes", answers="1207", extra=name)
    picture = message(photo=[{"file_id": "x"}])
    assert heard(message=picture) == HeardReply("9", AT, LENA, extra={**name, "media": "photo"})


@pytest.mark.parametrize(("command", "word"), [("/stop", "stop"), ("/help@HaldenBot", "help")])
def test_a_command_is_a_word_like_any_other(command: str, word: str) -> None:
    assert heard(message=message(command)).text == word


def test_a_tap_is_an_answer_and_is_acknowledged_at_once() -> None:
    tap = {"id": "4382", "from": {"id": 7001}, "message": {"message_id": 1207}, "data": TOKEN}
    assert heard(callback_query=tap) == HeardReply("9", None, LENA, token=TOKEN, answers="1207")
    answer = telegram.answer(account(), a_call(json.dumps({"callback_query": tap}).encode()))
    assert json.loads(answer.body) == {"method": "answerCallbackQuery", "callback_query_id": "4382"}
    assert (answer.status, answer.content_type, answer.keep) == (200, "application/json", True)
    assert telegram.answer(account(), a_call(b"{}")).body == ""
    assert heard(callback_query={**tap, "data": "not one of ours"}) == HeardOther("9", "callback_query")


@pytest.mark.parametrize(
    ("text", "link"), [("/start lnk_7Q-x", "lnk_7Q-x"), ("/start", ""), ("/start@Bot a", "a")]
)
def test_who_comes_by_the_shops_link_is_known(text: str, link: str) -> None:
    expected = HeardChoice("9", AT, LENA, granted=True, link=link, extra={"name": "Lena Brandt"})
    assert heard(message=message(text)) == expected


def test_who_blocks_the_bot_is_gone_until_they_let_it_in_again() -> None:
    change = {"chat": {"id": 7001, "type": "private"}, "date": 1795512600}
    blocked = {**change, "new_chat_member": {"status": "kicked"}}
    back = {**change, "new_chat_member": {"status": "member"}}
    assert heard(my_chat_member=blocked) == HeardChoice("9", AT, LENA, granted=False, gone=True)
    assert heard(my_chat_member=back) == HeardChoice("9", AT, LENA, granted=True)


def test_what_concerns_nobodys_own_chat_has_no_consequence() -> None:
    group = message("Hello", chat={"id": -100, "type": "supergroup"})
    assert heard(message=group) == HeardOther("9", "message")
    assert heard(edited_message=message("Hello")) == HeardOther("9", "edited_message")
    assert heard(poll={"id": "1"}) == HeardOther("9", "poll")
    assert heard() == HeardOther("9", "nothing")


@pytest.mark.parametrize(
    "body", [b"", b"[]", b"{}", b'{"update_id":1,"message":5}', b'{"update_id":1,"message":{}}']
)
def test_what_is_not_telegrams_says_so(body: bytes) -> None:
    with pytest.raises(Unreadable, match=r"Telegram.s updates|not an update of Telegram.s|not JSON"):
        telegram.read(body, {})
