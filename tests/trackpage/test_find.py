"""Looking an order up: by number and proof, not too often, whatever is typed."""

import re

import pytest
import time_machine
from django.test import Client, RequestFactory
from django.utils import timezone

from tests.trackpage.rows import a_parcel, a_shop, an_order, link
from wismo.plumbing.client import address_of
from wismo.shops.models import Shop

pytestmark = [
    pytest.mark.django_db,
    pytest.mark.filterwarnings("ignore:No directory at:UserWarning"),  # nothing was collected for a test
]


@pytest.fixture
def shop() -> Shop:
    return a_shop()


@pytest.mark.parametrize("proof", ["lena.hr-20418@example.com", "LENA.HR-20418@EXAMPLE.COM", "80331"])
def test_number_and_mail_or_postcode_lead_to_the_order(client: Client, shop: Shop, proof: str) -> None:
    an_order(shop, timezone.now())
    answer = client.post("/find/halden/", {"number": "#HR-20418", "proof": proof})
    assert answer.status_code == 302
    assert "HR-20418" in client.get(answer.headers["Location"]).content.decode()


def test_unknown_and_wrong_get_the_same_answer(client: Client, shop: Shop) -> None:
    an_order(shop, timezone.now())
    wrong = client.post("/find/halden/", {"number": "HR-20418", "proof": "10115"})
    unknown = client.post("/find/halden/", {"number": "HR-99999", "proof": "10115"})
    assert wrong.status_code == unknown.status_code == 422
    bodies = [re.sub(r'value="[^"]*"', "", answer.content.decode()) for answer in (wrong, unknown)]
    assert bodies[0] == bodies[1]
    assert "We found no order that matches both." in bodies[0]


def test_a_number_tried_too_often_rests_for_an_hour(client: Client, shop: Shop) -> None:
    an_order(shop, timezone.now())
    with time_machine.travel("2026-11-24T12:00:00Z", tick=False) as clock:
        typed = {"number": "HR-20418", "proof": "1"}
        codes = [
            client.post("/find/halden/", typed, REMOTE_ADDR=f"10.0.0.{n}").status_code for n in range(11)
        ]
        assert codes == [422] * 10 + [429]
        # Not even the right proof tells that it is right.
        refused = client.post("/find/halden/", {**typed, "proof": "80331"}, REMOTE_ADDR="10.0.0.99")
        assert refused.status_code == 429
        assert refused.headers["Retry-After"] == "3600"
        assert "Too many tries." in refused.content.decode()
        clock.shift(3600)
        assert client.post("/find/halden/", {**typed, "proof": "80331"}).status_code == 302


def test_an_address_that_tries_many_numbers_rests_too(client: Client, shop: Shop) -> None:
    with time_machine.travel("2026-11-24T12:00:00Z", tick=False):
        codes = [
            client.post("/find/halden/", {"number": f"HR-{n}", "proof": "1"}).status_code for n in range(31)
        ]
    assert codes == [422] * 30 + [429]


def test_spellings_that_find_the_same_order_share_its_tries(client: Client, shop: Shop) -> None:
    an_order(shop, timezone.now(), number="HI-1")
    spellings = ["HI-1", "hi-1", "#HI-1", "h\u0131-1", " #hi-1 "]
    with time_machine.travel("2026-11-24T12:00:00Z", tick=False):
        codes = [
            client.post(
                "/find/halden/", {"number": spellings[n % 5], "proof": "1"}, REMOTE_ADDR=f"10.0.0.{n}"
            ).status_code
            for n in range(11)
        ]
    assert codes == [422] * 10 + [429]


def test_all_addresses_of_one_ipv6_line_share_their_tries(client: Client, shop: Shop) -> None:
    def tried(n: int, address: str) -> int:
        typed = {"number": f"HR-{n}", "proof": "1"}
        return client.post("/find/halden/", typed, REMOTE_ADDR=address).status_code

    with time_machine.travel("2026-11-24T12:00:00Z", tick=False):
        codes = [tried(n, f"2001:db8:1:2:{n:x}::1") for n in range(31)]
        assert codes == [422] * 30 + [429]
        assert tried(99, "2001:db8:1:3::1") == 422


@pytest.mark.parametrize(
    ("told", "counted"),
    [
        ("203.0.113.9", "203.0.113.9"),
        ("::ffff:203.0.113.9", "203.0.113.9"),
        ("2001:db8:1:2:3:4:5:6", "2001:db8:1:2::/64"),
        ("fe80::1%eth0", "fe80::/64"),
        ("", ""),
        ("unix:", "unix:"),
    ],
)
def test_tries_are_counted_by_line(told: str, counted: str) -> None:
    assert address_of(RequestFactory().get("/", REMOTE_ADDR=told)) == counted


WEIRD = ["\0", "A\0B", "x" * 5000, "9" * 30, "-1", "\U0010ffff", "' OR 1=1 --"]


@pytest.mark.parametrize("value", WEIRD)
def test_whatever_stands_in_a_field_the_shopper_gets_an_answer(
    client: Client, shop: Shop, value: str
) -> None:
    order = an_order(shop, timezone.now())
    a_parcel(order, timezone.now())
    refused = 400 if "\0" in value else 200
    for name in ("parcel", "lang", value):
        assert client.get(link(order), {name: value}).status_code == refused
        assert client.get("/find/halden/", {name: value}).status_code == refused
    for form in ({"number": value, "proof": "80331"}, {"number": "HR-20418", "proof": value}):
        assert client.post("/find/halden/", form).status_code == (400 if "\0" in value else 422)
    assert client.get(f"/b/halden/logo.{value.strip(chr(0))[:50] or 'x'}").status_code == 404


def test_half_a_surrogate_pair_in_a_field_is_refused(client: Client, shop: Shop) -> None:
    body = (
        b'--x\r\nContent-Disposition: form-data; name="number"\r\n\r\n\\ud800\r\n'
        b'--x\r\nContent-Disposition: form-data; name="proof"\r\n\r\n80331\r\n--x--\r\n'
    )
    kind = "multipart/form-data; boundary=x; charset=raw_unicode_escape"
    assert client.post("/find/halden/", body, content_type=kind).status_code == 400


def test_an_empty_field_says_what_to_enter(client: Client, shop: Shop) -> None:
    answer = client.post("/find/halden/", {"number": "", "proof": ""})
    assert answer.status_code == 422
    assert "Enter the order number from your confirmation." in answer.content.decode()


def test_the_look_up_of_no_shop_is_not_found(client: Client) -> None:
    assert client.get("/find/nobody/").status_code == 404
