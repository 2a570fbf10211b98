"""What LINE's webhook tells: every sample is read, and every event to the right end."""

import base64
import hashlib
import hmac
import json
from collections import Counter
from datetime import UTC, datetime
from typing import Any

import pytest

from tests.notify.channels.chats import (
    REFERENCE,
    TOKEN,
    a_call,
    an_account,
)
from tests.shared import FOLDER, needs_shared
from wismo.notify.channels.line import line
from wismo.notify.port import (
    Account,
    HeardChoice,
    HeardOther,
    HeardReceipt,
    HeardReply,
    Unreadable,
)
from wismo.notify.words import AddressKind, ReceiptState

SAMPLES = FOLDER / "peers" / "webhooks" / "line"
SECRET, LENA = "channel secret", "U206d25c2ea6bd87c17655609a1c37cb8"


def account() -> Account:
    return an_account("line", "line", token="channel token", secret=SECRET)


def signed(body: bytes, secret: str = SECRET) -> str:
    return base64.b64encode(hmac.new(secret.encode(), body, hashlib.sha256).digest()).decode()


def test_only_what_line_signed_is_authentic() -> None:
    body = b'{"destination":"U1","events":[]}'
    assert line.authentic(account(), a_call(body, x_line_signature=signed(body)))
    assert not line.authentic(account(), a_call(body + b" ", x_line_signature=signed(body)))
    assert not line.authentic(account(), a_call(body, x_line_signature=signed(body, "another")))
    assert not line.authentic(account(), a_call(body))
    assert not line.authentic(account(), a_call(body, x_line_signature="é"))


def heard(*events: dict[str, Any]) -> list[Any]:
    full = [
        {
            "timestamp": 1462629479859,
            "source": {"type": "user", "userId": LENA},
            "webhookEventId": f"event {at}",
            "deliveryContext": {"isRedelivery": False},
            "mode": "active",
            **event,
        }
        for at, event in enumerate(events)
    ]
    return line.read(json.dumps({"destination": "U1", "events": full}).encode(), {})


AT = datetime(2016, 5, 7, 13, 57, 59, 859000, tzinfo=UTC)
FRIEND = (AddressKind.LINE, LENA)


def test_words_and_taps_are_replies() -> None:
    text = {"type": "message", "replyToken": "r", "message": {"id": "5", "type": "text", "text": "Hello"}}
    quoting = {"type": "message", "message": {"type": "text", "text": "Yes", "quotedMessageId": "46"}}
    picture = {"type": "message", "message": {"id": "6", "type": "image"}}
    tap = {"type": "postback", "replyToken": "r", "postback": {"data": TOKEN}}
    assert heard(text, quoting, picture, tap) == [
        HeardReply("event 0", AT, FRIEND, text="Hello", extra={"reply_token": "r"}),
        HeardReply("event 1", AT, FRIEND, text="Yes", answers="46", extra={"reply_token": ""}),
        HeardReply("event 2", AT, FRIEND, extra={"reply_token": "", "media": "image"}),
        HeardReply("event 3", AT, FRIEND, token=TOKEN, extra={"reply_token": "r"}),
    ]


def test_friends_come_go_and_are_linked() -> None:
    link = {"type": "accountLink", "link": {"result": "ok", "nonce": "Vb771wDYtXuammLszK6h9A"}}
    written = {"type": "message", "message": {"id": "5", "type": "text", "text": "link-AbC_123-x"}}
    failed = {"type": "accountLink", "link": {"result": "failed", "nonce": "Vb771wDYtXuammLszK6h9A"}}
    assert heard({"type": "follow"}, {"type": "unfollow"}, link, failed, written) == [
        HeardChoice("event 0", AT, FRIEND, granted=True),
        HeardChoice("event 1", AT, FRIEND, granted=False, gone=True),
        HeardChoice("event 2", AT, FRIEND, granted=True, link="Vb771wDYtXuammLszK6h9A"),
        HeardOther("event 3", "accountLink"),
        HeardChoice("event 4", AT, FRIEND, granted=True, link="AbC_123-x"),
    ]


def test_a_notice_that_arrived_is_delivered_and_one_without_our_tag_is_nobodys() -> None:
    ours = {"type": "delivery", "delivery": {"data": REFERENCE}}
    other = {"type": "delivery", "delivery": {"data": hashlib.sha256(b"+818012345678").hexdigest()}}
    assert heard(ours, other) == [
        HeardReceipt("event 0", ReceiptState.DELIVERED, AT, reference=REFERENCE),
        HeardOther("event 1", "delivery"),
    ]


def test_what_is_said_in_a_group_or_to_another_module_is_not_said_to_the_shop() -> None:
    message = {"type": "message", "message": {"type": "text", "text": "Hello"}}
    group = {**message, "source": {"type": "group", "groupId": "C1", "userId": LENA}}
    assert heard(group, {**message, "mode": "standby"}) == [
        HeardOther("event 0", "message"),
        HeardOther("event 1", "message"),
    ]


@needs_shared
@pytest.mark.parametrize(
    ("file", "count"), [("tests_text_webhook.json", 27), ("tests_v3_text_webhook.json", 28)]
)
def test_every_sample_of_lines_is_read(file: str, count: int) -> None:
    found = line.read((SAMPLES / file).read_bytes(), {})
    assert len(found) == count
    replies = [one for one in found if isinstance(one, HeardReply)]
    assert [one.text for one in replies if one.text] == ["Hello, world", "Hello, world"]
    assert [one.extra["media"] for one in replies if "media" in one.extra] == [
        *("video", "audio", "location", "sticker", "file", "image"),
    ]
    assert [(one.granted, one.gone, one.link) for one in found if isinstance(one, HeardChoice)] == [
        (True, False, ""),
        (False, True, ""),
        (True, False, "Vb771wDYtXuammLszK6h9A"),
    ]
    others = Counter(one.what for one in found if isinstance(one, HeardOther))
    assert others["postback"] == 4  # of the shop's own menus
    assert others["message"] == 3  # in groups and rooms
    assert others["undefined"] == 1


@pytest.mark.parametrize("body", [b"", b"[]", b'{"events":1}', b'{"events":[1]}'])
def test_what_is_not_lines_says_so(body: bytes) -> None:
    with pytest.raises(Unreadable, match=r"LINE.s events|not JSON"):
        line.read(body, {})
