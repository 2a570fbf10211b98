"""What may have been taken is never sent again, and what surely was not is never left open."""

from collections.abc import Callable

import pytest

from wismo.notify.channels import line_api, meta_api, twilio_api
from wismo.notify.channels.kakao import sens, solapi
from wismo.notify.channels.telegram import telegram
from wismo.notify.channels.webpush import vapid
from wismo.notify.channels.whatsapp import meta
from wismo.notify.handover import told
from wismo.notify.port import Outcome, Result
from wismo.plumbing.http import Reply

READS: dict[str, Callable[[Reply], Outcome]] = {
    "line": line_api.outcome,
    "twilio": twilio_api._outcome,
    "solapi": solapi._outcome,
    "sens": sens._outcome,
    "telegram": telegram.outcome,
    "whatsapp": meta._outcome,
    "messenger": lambda reply: meta_api.outcome(reply, ""),
}


@pytest.mark.parametrize(
    "provider", sorted(READS.keys() - {"line"})
)  # LINE says with its status alone that it took it
@pytest.mark.parametrize("body", [b"", b"<html>", b"[]", b"{}", b"7", b"[" * 100_000])
def test_a_yes_nobody_can_read_is_taken_for_neither_yes_nor_no(provider: str, body: bytes) -> None:
    assert READS[provider](Reply(200, {}, body)).result is Result.UNKNOWN


@pytest.mark.parametrize("provider", READS)
@pytest.mark.parametrize("status", [500, 502, 504, 520])
def test_what_broke_at_the_provider_may_have_been_taken(provider: str, status: int) -> None:
    assert READS[provider](Reply(status, {}, b"<html>")).result is Result.UNKNOWN


@pytest.mark.parametrize("read", [*READS.values(), vapid.outcome])
@pytest.mark.parametrize("status", [408, 425, 429])
def test_what_a_provider_does_not_want_just_now_is_sent_later(
    read: Callable[[Reply], Outcome], status: int
) -> None:
    assert read(Reply(status, {}, b"{}")).result is Result.RETRY


def test_telegrams_wish_to_wait_is_believed_within_reason() -> None:
    for said in ("[]", '{"retry_after": "x"}', '{"retry_after": null}', "7"):
        answer = Reply(429, {}, f'{{"parameters": {said}}}'.encode())
        assert (telegram.outcome(answer).result, telegram.outcome(answer).again_after) == (Result.RETRY, None)
    endless = Reply(429, {}, b'{"parameters": {"retry_after": 99999999999999999}}')
    wait = telegram.outcome(endless).again_after
    assert wait is not None
    assert wait.days == 1


def test_an_answer_too_deep_to_read_says_nothing() -> None:
    assert told(Reply(200, {}, b'{"a":' * 100_000)) == {}
