"""What comes back from a carrier that was asked: a token, the next page, "not known yet"."""

import base64
import json

import pytest

from tests.carriers.polls import KEY, SIMPLE, poll_of
from wismo.carriers.polling import (
    Parcel,
    PollError,
    Token,
    is_absent,
    next_request,
    poll_request,
    token_of,
    token_request,
)

OAUTH = """
[poll]
url = "https://api.example/{number}"
account = ["client_id", "client_secret"]
source = "acme docs"
confidence = "official"
[poll.auth]
kind = "oauth2"
token_url = "https://api.example/token"
"""
CLIENT = {"client_id": "me", "client_secret": "p&w"}


def test_a_token_is_asked_for_and_shown() -> None:
    poll = poll_of(OAUTH + 'scope = "track"')
    asked = token_request(poll, CLIENT)
    assert (asked.method, asked.url) == ("POST", "https://api.example/token")
    assert asked.body == b"grant_type=client_credentials&client_id=me&client_secret=p%26w&scope=track"
    token = token_of(poll, b'{"access_token": "t0k", "expires_in": "14399"}')
    assert token == Token("t0k", 14399)
    assert poll_request(poll, CLIENT, [Parcel("1")], token.text).headers == {"Authorization": "Bearer t0k"}
    with pytest.raises(PollError, match="no access token yet"):
        poll_request(poll, CLIENT, [Parcel("1")])


def test_some_want_the_credentials_of_a_token_as_user_and_password() -> None:
    asked = token_request(poll_of(OAUTH + 'style = "basic"'), CLIENT)
    assert asked.body == b"grant_type=client_credentials"
    assert asked.headers["Authorization"] == "Basic " + base64.b64encode(b"me:p&w").decode()


@pytest.mark.parametrize(
    "answer", [b"", b"{}", b"[]", b'{"access_token": ""}', b'{"access_token": "a\\nb"}', b"<a/>"]
)
def test_an_answer_without_a_token_is_an_error(answer: bytes) -> None:
    with pytest.raises(PollError, match="the answer to the request for a token"):
        token_of(poll_of(OAUTH), answer)


def test_a_token_of_unknown_life_is_good_for_five_minutes() -> None:
    assert token_of(poll_of(OAUTH), b'{"access_token": "t", "expires_in": null}').seconds == 300


@pytest.mark.parametrize(
    ("said", "url"),
    [
        ("/track/1?page=2", "https://api.example/track/1?page=2"),
        ("https://api.example/2", "https://api.example/2"),
        ("", None),
        (None, None),
        (7, None),
    ],
)
def test_the_next_page_is_on_the_same_host(said: object, url: str | None) -> None:
    poll = poll_of(SIMPLE)
    sent = poll_request(poll, KEY, [Parcel("1")])
    request = next_request(poll, sent, json.dumps({"meta": {"next": said}}).encode())
    assert (request and request.url) == url
    assert request is None or request.headers == sent.headers


@pytest.mark.parametrize(
    "url", ["https://evil.example/x", "http://api.example/x", "//evil.example", "file:///etc"]
)
def test_a_next_page_elsewhere_is_not_followed(url: str) -> None:
    poll = poll_of(SIMPLE)
    sent = poll_request(poll, KEY, [Parcel("1")])
    with pytest.raises(PollError, match="not followed"):
        next_request(poll, sent, json.dumps({"meta": {"next": url}}).encode())


def test_the_next_page_of_a_key_in_the_query_is_asked_with_the_key() -> None:
    poll = poll_of(
        SIMPLE.replace('kind = "header"', 'kind = "query"\nparameter = "key"').replace("Token ", "")
    )
    sent = poll_request(poll, KEY, [Parcel("1")])
    request = next_request(poll, sent, b'{"meta": {"next": "?page=2"}}')
    assert request is not None
    assert request.url == "https://api.example/track/1?page=2&key=s3cret"


@pytest.mark.parametrize(
    ("status", "answer", "absent"),
    [
        (404, b"gone", True),
        (200, b'{"errors": [{"code": "150"}]}', True),
        (200, b'{"errors": [{"code": "151"}]}', False),
        (200, b"not JSON", False),
        (500, b"", False),
    ],
)
def test_not_known_yet_is_no_failure(status: int, answer: bytes, *, absent: bool) -> None:
    assert is_absent(poll_of(SIMPLE), status, answer) is absent
