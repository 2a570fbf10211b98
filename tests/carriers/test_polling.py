"""A poll's request, as its pack describes it: each value stands where it belongs and can do nothing there."""

import base64
import json
from urllib.parse import parse_qs, urlsplit
from xml.etree import ElementTree as ET

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.carriers.polls import KEY, SIMPLE, poll_of
from wismo.carriers.pack import Poll
from wismo.carriers.polling import Parcel, PollError, Request, missing, poll_request, register_request
from wismo.carriers.registry import packs
from wismo.carriers.schema import PackError


def test_a_request_says_what_the_pack_says() -> None:
    request = poll_request(poll_of(SIMPLE), KEY, [Parcel("1Z 9/8", language="de")])
    assert request == Request(
        "GET", "https://api.example/track/1Z%209%2F8?lang=de&v=2", {"X-Key": "Token s3cret"}, b""
    )


def test_what_is_not_known_is_left_out_of_a_query() -> None:
    assert poll_request(poll_of(SIMPLE), KEY, [Parcel("1")]).url == "https://api.example/track/1?v=2"


def test_what_has_to_be_known_is_named() -> None:
    poll = poll_of(SIMPLE)
    assert missing(poll, {}, Parcel("1")) == ["api_key", "postcode"]
    assert missing(poll, KEY, Parcel("1", postcode="10115")) == []
    with pytest.raises(PollError, match="the account lacks api_key; enter it for this source"):
        poll_request(poll, {}, [Parcel("1")])


MANY = """
[poll]
method = "POST"
url = "https://api.example/many"
json = { about = "{each}", all = "{numbers}", deep = [{ full = true }] }
each = { number = "{number}", courier = "{carrier_key:int}", zip = "{postcode}" }
batch = 3
join = ";"
account = []
source = "acme docs"
confidence = "official"
[poll.auth]
kind = "none"
[poll.register]
method = "POST"
url = "https://api.example/new"
json = "{each}"
each = "{number}"
batch = 2
"""


def test_many_numbers_go_in_one_request() -> None:
    request = poll_request(poll_of(MANY), {}, [Parcel("A1", "100001", "10115"), Parcel('B"2')])
    assert json.loads(request.body) == {
        "about": [{"number": "A1", "courier": 100001, "zip": "10115"}, {"number": 'B"2'}],
        "all": 'A1;B"2',
        "deep": [{"full": True}],
    }
    assert request.headers == {"Content-Type": "application/json"}


def test_numbers_are_registered_before_they_are_asked_about() -> None:
    request = register_request(poll_of(MANY), {}, [Parcel("A1"), Parcel("B2")])
    assert (request.method, request.url, request.body) == (
        "POST", "https://api.example/new", b'["A1", "B2"]',
    )  # fmt: skip
    with pytest.raises(PollError, match="no register"):
        register_request(poll_of(SIMPLE), KEY, [Parcel("A1")])


@pytest.mark.parametrize("count", [0, 4])
def test_a_request_holds_as_many_numbers_as_go(count: int) -> None:
    with pytest.raises(PollError, match=f"{count} numbers in one request; 1 to 3 go"):
        poll_request(poll_of(MANY), {}, [Parcel("1")] * count)


def test_a_courier_that_is_no_number_is_refused_where_one_is_asked_for() -> None:
    with pytest.raises(PollError, match="carrier_key is 'ups', and a number is asked for"):
        poll_request(poll_of(MANY), {}, [Parcel("1", "ups")])


OTHERS = {
    "form": 'form = { trackno = "{number}", key = "{api_key}" }',
    "text": """content_type = "text/xml"\ntext = "<ask key='{api_key}'><no>{number}</no></ask>" """,
    "query": 'query = { ids = "{numbers}" }',
    "json": 'json = { no = "{number}" }',
}


def other(body: str, auth: str = 'kind = "none"') -> Poll:
    """A poll of one number with a body, or authentication, of another kind."""
    return poll_of(f"""
        [poll]
        method = "POST"
        url = "https://api.example/t/{{number}}?a=1"
        {OTHERS[body]}
        account = ["api_key"]
        source = "acme docs"
        confidence = "guess"
        [poll.auth]
        {auth}
        """)


line = st.text(st.characters(codec="utf-8", exclude_categories=("Cc", "Cs")), min_size=1, max_size=20)


@given(number=line.filter(lambda text: text.strip(".")), key=line)
def test_no_value_can_leave_its_place(number: str, key: str) -> None:
    account, parcels = {"api_key": key}, [Parcel(number)]
    asked = {name: poll_request(other(name), account, parcels) for name in OTHERS}
    for request in asked.values():
        parts = urlsplit(request.url)
        assert (parts.scheme, parts.netloc, parts.fragment) == ("https", "api.example", "")
        assert parts.path.count("/") == 2
    assert parse_qs(urlsplit(asked["query"].url).query, strict_parsing=True) == {"a": ["1"], "ids": [number]}
    assert json.loads(asked["json"].body) == {"no": number}
    assert parse_qs(asked["form"].body.decode()) == {"trackno": [number], "key": [key]}


@given(number=st.text("AB12<>&'\"{}]-", min_size=1), key=st.text("ab<>&'\"", min_size=1))
def test_no_value_can_leave_its_element(number: str, key: str) -> None:
    root = ET.fromstring(poll_request(other("text"), {"api_key": key}, [Parcel(number)]).body)  # noqa: S314  # ours
    assert (root.tag, root.attrib, [(child.tag, child.text) for child in root]) == (
        "ask", {"key": key}, [("no", number)],
    )  # fmt: skip


@pytest.mark.parametrize("number", [".", ".."])
def test_a_number_that_would_climb_the_path_is_refused(number: str) -> None:
    with pytest.raises(PollError, match="cannot stand in an address"):
        poll_request(other("json"), KEY, [Parcel(number)])


@pytest.mark.parametrize("key", ["a\r\nX-Evil: 1", "naïve"])
def test_a_key_that_no_header_can_hold_is_refused_without_telling_it(key: str) -> None:
    with pytest.raises(PollError, match="the header X-Key would hold") as refused:
        poll_request(poll_of(SIMPLE), {"api_key": key}, [Parcel("1")])
    assert key not in str(refused.value)


def test_a_key_in_the_query_and_a_user_and_password() -> None:
    by_query = other("json", 'kind = "query"\nparameter = "key"\nvalue = "{api_key}"')
    request = poll_request(by_query, {"api_key": "a&b"}, [Parcel("1")])
    assert request.url == "https://api.example/t/1?a=1&key=a%26b"
    basic = poll_request(
        other("json", 'kind = "basic"\nusername = "{api_key}"\npassword = ""'), KEY, [Parcel("1")]
    )
    assert basic.headers["Authorization"] == "Basic " + base64.b64encode(b"s3cret:").decode()


@pytest.mark.parametrize(
    ("sound", "broken", "message"),
    [
        ("{number}", "{numbre}", r"\[poll\]: url: {numbre} is no placeholder here; use one of api_key,"),
        ("/{number}", "", r"\[poll\]: url: the request names no number"),
        ("https://", "ftp://", r"\[poll\]: url: 'ftp://.*' is not an address"),
        ("Token {api_key}", "{token}", r"\[poll.auth\]: value: {token} is no placeholder here"),
        ("needs = [", 'needs = ["phone", ', r"\[poll\]: needs: 'phone' is not known of a shipment"),
        ('v = "2"', "v = 2", r"\[poll.query\]: v: 2 is not a text"),
        ("[404]", '["404"]', r"absent_status: \['404'\] is not a list of whole numbers"),
        ("[poll.auth]", "batch = 5\n[poll.auth]", r"batch: {number} speaks of one number; put it into each"),
        ("[poll.auth]", "batch = 0\n[poll.auth]", r"batch: 0 is not a whole number of 1 at least"),
        ("[poll.auth]", 'json = { a = "{each}" }\n[poll.auth]', r"each: .* go together; write both"),
        ("[poll.auth]", 'json = {}\ntext = ""\n[poll.auth]', r"text: a request has one body"),
        (
            "[poll.auth]",
            "rate.per_second = 0\n[poll.auth]",
            r"\[poll.rate\]: per_second: 0 is not a number above",
        ),
        (
            '["api_key"]',
            '["api_key", "token"]',
            r"account: 'token' is a placeholder of its own; .* api_token",
        ),
        ('["api_key"]', '["api_key", "number"]', r"account: 'number' is a placeholder of its own"),
        ("[poll.auth]", 'names_number = "no"\n[poll.auth]', r"names_number: 'no' is neither true nor false"),
        (
            "/{number}",
            '/{numbers}"\nnames_number = false\nbatch = 2\nnote = "',
            r"batch: an answer that does not say whose it is speaks of one number",
        ),
        ("[poll.auth]", 'methods = "GET"\n[poll.auth]', r"\[poll\]: methods: is not a key here"),
    ],
)
def test_a_broken_poll_says_where_and_what_to_do(sound: str, broken: str, message: str) -> None:
    with pytest.raises(PackError, match=message):
        poll_of(SIMPLE.replace(sound, broken, 1))


@pytest.mark.parametrize("source", [source for source, pack in packs().items() if pack.poll])
def test_every_pack_that_is_polled_makes_its_requests(source: str) -> None:
    poll = packs()[source].poll
    assert poll is not None
    account = dict.fromkeys(poll.account, "x1")
    parcel = Parcel("AB123", carrier_key="100001", postcode="10115", country="DE", language="de")
    for ask, make in ((poll.ask, poll_request), (poll.register, register_request)):
        if ask is None:
            continue
        request = make(poll, account, [parcel] * ask.batch, "t0k")
        assert urlsplit(request.url).scheme in {"https", "http"}
        assert "AB123" in request.url or b"AB123" in request.body
        assert "{" not in request.url
