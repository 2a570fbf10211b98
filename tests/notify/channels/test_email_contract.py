"""Mail by SendGrid as its official OpenAPI file wants it."""

from dataclasses import replace
from typing import Any

import pytest

from tests.notify.channels.letters import ASKING, LETTER, account
from tests.notify.openapi import Refused, assert_allowed
from tests.shared import needs_shared
from wismo.notify.channels.email import sendgrid
from wismo.notify.port import Letter, Request

FILE = "sendgrid_tsg_mail_v3.json"
pytestmark = needs_shared


def mend(told: Any) -> None:
    """The file types custom_args as a text; SendGrid's own page and all its libraries send an object."""
    parts = list(told.values()) if isinstance(told, dict) else told if isinstance(told, list) else []
    for part in parts:
        mend(part)
    typed = told.get("custom_args") if isinstance(told, dict) else None
    if isinstance(typed, dict) and typed.get("type") == "string":
        told["custom_args"] = {"type": "object"}


def request_of(letter: Letter) -> Request:
    request: Request = (
        sendgrid.open_provider(account("sendgrid", api_key="SG.x")).compose(letter).form.request
    )
    return request


@pytest.mark.parametrize(
    "letter",
    [
        LETTER,
        replace(LETTER, **ASKING),
        replace(LETTER, reply_to=""),
        replace(LETTER, language="ar", direction="rtl"),
    ],
    ids=["facts", "asking", "no reply", "right to left"],
)
def test_every_mail_is_one_that_sendgrid_takes(letter: Letter) -> None:
    assert_allowed(request_of(letter), FILE, mend)


def test_a_mail_without_a_recipient_would_be_refused() -> None:
    request = request_of(LETTER)
    without = request.body.replace(b'"to":', b'"cc":')
    with pytest.raises(Refused):
        assert_allowed(replace(request, body=without), FILE, mend)
