"""The door for providers of channels: who may call, what is answered, what is kept and what becomes of it."""

import base64
import hashlib
import hmac
import json
from datetime import timedelta
from urllib.parse import urlencode

import pytest
from django.db import connection
from django.test import Client
from pytest_django.fixtures import Settings

from tests.notify.calling import NOW, account_at, post, signed, status, work
from tests.notify.replying import META, TWILIO, a_shop_with, told
from wismo.notify.actions.accounts import pause_account, remove_account, set_account
from wismo.notify.channels import providers
from wismo.notify.models import Inbound
from wismo.notify.queries import accounts as account_queries
from wismo.plumbing import limits
from wismo.plumbing.models import InboxRow

pytestmark = pytest.mark.django_db
HEARS = {key: facts for key, facts in providers().items() if facts.hears}


# ── who may call ──────────────────────────────────────────────────────────────────────────────────────────


def test_a_signed_call_is_kept_to_the_byte_and_answered_as_the_provider_wants() -> None:
    shop = a_shop_with("meta")
    body = status(told(shop), "delivered") + b" \n"
    assert post(shop, body, signed(body)).status_code == 200
    row = InboxRow.objects.get()
    assert (row.shop_id, row.source, bytes(row.body), row.headers) == (shop.pk, "meta", body, {})


def test_a_wrong_signature_is_counted_and_nothing_is_kept() -> None:
    shop = a_shop_with("meta")
    for headers in (signed(b"{}", "another"), {}, {"X-Hub-Signature-256": "sha256=é"}):
        answer = post(shop, b"{}", headers)
        assert answer.status_code == 401
        assert json.loads(answer.content)["detail"] == "not kept: the signature or token is wrong"
    assert not InboxRow.objects.exists()
    assert limits.total(shop.pk, "rejected", NOW - timedelta(days=1), "meta") == 3


def test_one_shops_secret_does_not_open_another_shops_door() -> None:
    a_shop_with("meta")
    other = a_shop_with(slug="other")
    set_account(other.pk, "meta", {**META, "app_secret": "theirs"}, who="a test", now=NOW)
    assert post(other, b"{}", signed(b"{}")).status_code == 401
    assert post(other, b"{}", signed(b"{}", "theirs")).status_code == 200


def test_the_providers_test_of_the_address_is_answered_and_not_kept() -> None:
    shop = a_shop_with("meta")
    asked = {"hub.mode": "subscribe", "hub.verify_token": "verify-me", "hub.challenge": "1158201444"}
    answer = Client().get(f"/hooks/{shop.key}/meta", asked)
    assert (answer.status_code, answer.content) == (200, b"1158201444")
    assert answer.headers["Content-Type"].startswith("text/plain")
    wrong = Client().get(f"/hooks/{shop.key}/meta", {**asked, "hub.verify_token": "guessed"})
    assert wrong.status_code == 401
    assert not InboxRow.objects.exists()


def test_no_address_tells_which_part_of_it_is_unknown() -> None:
    shop = a_shop_with("meta")
    paths = (
        "nobody/meta",
        f"{shop.key}/nobody",
        f"{shop.key}/twilio_sms",
        f"{shop.key}/smtp",
        f"{shop.key}/feed",
    )
    posted = [Client().post(f"/hooks/{path}", b"{}", content_type="application/json") for path in paths]
    assert {(a.status_code, a.content, tuple(sorted(a.headers.items()))) for a in posted} == {
        (404, posted[0].content, tuple(sorted(posted[0].headers.items())))
    }
    assert {Client().get(f"/hooks/{path}").status_code for path in paths} == {405}


@pytest.mark.parametrize("method", ["PUT", "DELETE", "HEAD", "OPTIONS"])
def test_a_provider_may_post_and_get_alone(method: str) -> None:
    shop = a_shop_with("meta")
    assert Client().generic(method, f"/hooks/{shop.key}/meta", b"{}").status_code == 405


def test_a_signature_over_the_address_is_checked_against_the_public_one(settings: Settings) -> None:
    settings.BASE_URL = "https://post.halden.example"
    shop = a_shop_with("twilio_sms")
    form = {"MessageSid": "SM1", "SmsStatus": "received", "From": "+4915112345678", "Body": "Hallo"}
    url = f"https://post.halden.example/hooks/{shop.key}/twilio_sms"
    told_as = url + "".join(name + form[name] for name in sorted(form))
    made = hmac.new(TWILIO["auth_token"].encode(), told_as.encode(), hashlib.sha1).digest()
    headers = {"X-Twilio-Signature": base64.b64encode(made).decode(), "Host": "10.0.0.7:8000"}
    settings.ALLOWED_HOSTS = ["*"]
    body, kind = urlencode(form).encode(), "application/x-www-form-urlencoded"
    answer = post(shop, body, headers, provider="twilio_sms", kind=kind)
    assert (answer.status_code, answer.content) == (200, b"<Response/>")
    work()
    assert Inbound.objects.get().key == "SM1"


def test_what_a_gateway_tells_in_the_address_is_kept_without_the_secret_beside_it() -> None:
    shop = a_shop_with()
    account_at(shop, HEARS["seven"])
    answer = Client().get(f"/hooks/{shop.key}/seven?id=1&token=x&status=delivered")
    assert (answer.status_code, bytes(InboxRow.objects.get().body)) == (200, b"id=1&status=delivered")


def test_an_account_at_rest_is_still_heard_and_a_forgotten_one_is_not() -> None:
    shop = a_shop_with("meta")
    pause_account(shop.pk, "meta", who="a test", now=NOW)
    assert post(shop, b"{}", signed(b"{}")).status_code == 200
    remove_account(shop.pk, "meta", who="a test", now=NOW)
    account_queries._heard.cache_clear()  # it is remembered for ten seconds
    assert post(shop, b"{}", signed(b"{}")).status_code == 404


def test_while_the_database_is_away_the_provider_is_asked_to_come_again() -> None:
    shop = a_shop_with("meta")
    with connection.cursor() as cursor:
        cursor.execute("ALTER TABLE plumbing_inboxrow RENAME TO away")
    answer = post(shop, b"{}", signed(b"{}"))
    assert (answer.status_code, answer.headers["Retry-After"]) == (503, "30")


def test_a_body_past_the_limit_is_refused_by_its_length_before_it_is_read() -> None:
    shop = a_shop_with("meta")
    assert post(shop, b"", {}, CONTENT_LENGTH=str(1024 * 1024 + 1)).status_code == 413


@pytest.mark.parametrize("optional", [True, False])
@pytest.mark.parametrize("key", HEARS)
def test_no_provider_lets_anybody_in_who_proves_nothing(key: str, optional: bool) -> None:  # noqa: FBT001
    shop = a_shop_with()
    account_at(shop, HEARS[key], optional=optional)
    odd = {
        "Authorization": "Basic é",
        "Webhook-Signature": "v1,é",
        "X-Line-Signature": "é",
    }
    for body in (b"{}", b"\xff\xfe", b"[]", b"null", b'{"signature": {"timestamp": 1, "signature": 2}}'):
        for headers in ({}, odd):
            assert post(shop, body, headers, provider=key).status_code == 401, body
    assert not InboxRow.objects.exists()
