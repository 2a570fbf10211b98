"""The door: what is answered 202 is kept to the byte, everything else keeps nothing."""

import json
from datetime import timedelta
from io import BytesIO
from typing import Any

import pytest
from django.db import connection
from django.test import Client
from django.utils import timezone

from tests.api.doors import a_door, add_door
from tests.inboxes import states
from wismo.plumbing import limits
from wismo.plumbing.models import InboxRow
from wismo.shops.queries import shop_key

pytestmark = pytest.mark.django_db
BODY = b'{"Shipment": {"AWB": "268", "Status": {}}}  \n\xff'
YESTERDAY = timedelta(days=1)


def rejected(shop_id: int, source: str) -> int:
    """How many payloads of the source were turned away lately."""
    return limits.total(shop_id, "rejected", timezone.now() - YESTERDAY, source)


def test_a_signed_payload_is_kept_to_the_byte_and_answered_with_its_receipt() -> None:
    door = a_door()
    answer = door.post(BODY)
    assert answer.status_code == 202
    row = InboxRow.objects.get()
    assert json.loads(answer.content) == {"receipt": row.receipt}
    assert (row.shop_id, row.source, bytes(row.body)) == (door.shop_id, "delhivery", BODY)
    assert states() == {row.receipt: "pending"}


def test_only_the_headers_a_pack_asks_for_are_kept_and_never_the_proof() -> None:
    door = a_door("shopify")
    door.post(
        b"{}", **{"X-Shopify-Topic": "fulfillment_events/create", "User-Agent": "Shopify", "Cookie": "a=b"}
    )
    assert InboxRow.objects.get().headers == {"x-shopify-topic": "fulfillment_events/create"}


@pytest.mark.parametrize("source", ["delhivery", "aftership"])
def test_a_wrong_proof_is_counted_and_nothing_is_kept(source: str) -> None:
    door = a_door(source)
    for _ in range(2):
        answer = door.post(BODY, secret="another")
        assert answer.status_code == 401
        assert json.loads(answer.content)["detail"] == "not kept: the signature or token is wrong"
    assert not InboxRow.objects.exists()
    assert rejected(door.shop_id, source) == 2


def test_a_body_changed_on_the_way_does_not_fit_its_signature() -> None:
    door = a_door("aftership")
    client = Client()
    from_sender = door.post(BODY)
    assert from_sender.status_code == 202
    signature = from_sender.wsgi_request.headers["aftership-hmac-sha256"]  # type: ignore[attr-defined]
    changed = client.post(
        door.address,
        BODY + b" ",
        content_type="application/json",
        headers={"aftership-hmac-sha256": signature},
    )
    assert changed.status_code == 401
    assert InboxRow.objects.count() == 1


def test_one_shops_secret_does_not_open_another_shops_door() -> None:
    mine, other = a_door(slug="mine"), a_door(slug="other")
    assert other.post(BODY, secret=mine.secret).status_code == 401
    assert not InboxRow.objects.exists()
    assert (rejected(mine.shop_id, "delhivery"), rejected(other.shop_id, "delhivery")) == (0, 1)


def test_one_sources_secret_does_not_open_another_sources_door() -> None:
    delhivery = a_door()
    fedex = add_door(delhivery.shop_id, "fedex")
    assert fedex.post(BODY, secret=delhivery.secret).status_code == 401
    assert not InboxRow.objects.exists()


def test_no_address_tells_which_part_of_it_is_unknown() -> None:
    door = a_door()
    key = shop_key(door.shop_id)
    answers = [
        Client().post(address, BODY, content_type="application/json")
        for address in (
            f"/hooks/nobody/{door.source}",  # no such shop
            f"/hooks/{key}/nobody",  # no such source
            f"/hooks/{key}/fedex",  # a source this shop has not opened
            "/hooks",
            "/hooks/",
            "/hooks/nobody",
            f"/hooks/{key}/{door.source}/more",
            f"/hooks/{key}/no%20slug",
            f"/hooks/{key}/%00",
            f"/hooks/{key}/%0A",
        )
    ]
    assert {(a.status_code, a.content, tuple(sorted(a.headers.items()))) for a in answers} == {
        (404, answers[0].content, tuple(sorted(answers[0].headers.items())))
    }


@pytest.mark.parametrize("length", [str(1024 * 1024 + 1), "9" * 5000])
def test_a_body_past_the_limit_is_refused_by_its_length_before_it_is_read(length: str) -> None:
    door = a_door()
    request = {"CONTENT_TYPE": "application/json", "CONTENT_LENGTH": length}
    answer = Client().generic("POST", door.address, b"", **request)  # type: ignore[arg-type]
    assert answer.status_code == 413
    assert json.loads(answer.content)["detail"] == "not kept: a payload has at most 1048576 bytes"
    assert rejected(door.shop_id, door.source) == 0  # its signature was never looked at


def test_a_body_of_just_the_limit_is_kept() -> None:
    assert a_door().post(b"x" * 1024 * 1024).status_code == 202


@pytest.mark.parametrize("length", ["", "-1", "1e3", "²"])
def test_a_body_without_a_length_is_refused(length: str) -> None:
    door = a_door()
    answer = Client().generic("POST", door.address, b"", CONTENT_LENGTH=length)
    assert answer.status_code == 411
    assert not InboxRow.objects.exists()


@pytest.mark.parametrize("method", ["GET", "PUT", "DELETE", "HEAD", "OPTIONS"])
def test_only_posting_is_possible(method: str) -> None:
    answer = Client().generic(method, a_door().address, BODY)
    assert (answer.status_code, answer.headers["Allow"]) == (405, "POST")


def test_while_the_database_is_away_the_sender_is_asked_to_come_again() -> None:
    door = a_door()
    with connection.cursor() as cursor:
        cursor.execute("ALTER TABLE plumbing_inboxrow RENAME TO away")
    answer = door.post(BODY)
    assert (answer.status_code, answer.headers["Retry-After"]) == (503, "30")
    assert "receipt" not in json.loads(answer.content)


def test_a_body_whose_connection_ended_early_is_not_kept() -> None:
    door = a_door()
    cut: dict[str, Any] = {
        "HTTP_X_API_KEY": door.secret,
        "CONTENT_LENGTH": str(len(BODY)),
        "wsgi.input": BytesIO(BODY[:10]),
    }
    answer = Client().generic("POST", door.address, b"", **cut)
    assert answer.status_code == 400
    assert not InboxRow.objects.exists()
