"""A gateway of a shop's own, described in its account."""

import base64
import hashlib
import hmac
import json
from datetime import timedelta

import pytest

from tests.notify.channels.chats import NOW, PAGE, REFERENCE
from tests.notify.channels.gateways import (
    DOOR,
    an_account,
)
from tests.notify.channels.phones import PHONE, a_text
from wismo.notify.channels.sms import gateway
from wismo.notify.channels.sms.description import DescriptionError, describe
from wismo.notify.port import (
    Account,
    Call,
    HeardReceipt,
    Result,
)
from wismo.notify.words import Failure, ReceiptState

DELIVERED = ReceiptState.DELIVERED
OWN = """
name = "Ours"
[send]
url = "http://sms.example/{account.path}/send"
headers = { X-Key = "{account.key}" }
query = { to = "{to_digits}" }
[send.json]
text = "{text}"
long = "{unicode:bool}"
ttl = "{seconds:int}"
ref = "{reference}"
n = 1
list = ["{to}"]
[answer]
success = "ok"
id = "id"
code = "code"
[failures]
77 = "opted_out"
[receipt]
each = "events"
id = "id"
state = "state"
[receipt.states]
there = "delivered"
[door]
kind = "hmac"
header = "X-Signature"
algorithm = "sha512"
encoding = "base64"
prefix = "v1="
"""


def own(description: str = OWN, **values: str) -> Account:
    return an_account("sms_gateway", description=description, secrets='key = "k"\npath = "a b/c"', **values)


def test_a_shops_own_gateway_is_asked_as_it_is_described() -> None:
    request = (
        gateway.open_provider(own()).compose(a_text(short="荷物", expires_at=NOW + timedelta(hours=1))).form
    )
    assert request.url == "http://sms.example/a%20b%2Fc/send?to=4915112345678"
    assert request.headers["X-Key"] == "k"
    assert json.loads(request.body) == {
        "text": f"Halden & Rue: 荷物 {PAGE}",
        "long": True,
        "ttl": 3600,
        "ref": REFERENCE,
        "n": 1,
        "list": [PHONE],
    }


def test_its_signature_is_checked_over_the_raw_body() -> None:
    body = b'{"events": [{"id": "1", "state": "there"}]}'
    signature = "v1=" + base64.b64encode(hmac.new(b"s3cret", body, hashlib.sha512).digest()).decode()
    assert gateway.authentic(own(), Call("POST", DOOR, {"x-signature": signature}, {}, body))
    assert not gateway.authentic(own(), Call("POST", DOOR, {"x-signature": signature}, {}, body + b" "))
    assert gateway.reader(own())(body, {}) == [HeardReceipt("1:there", DELIVERED, None, "1")]


def test_a_password_in_the_address_proves_who_calls() -> None:
    account = own(OWN.split("[door]", maxsplit=1)[0] + '[door]\nkind = "basic"')
    proof = base64.b64encode(b"wismo:s3cret").decode()
    assert gateway.authentic(account, Call("POST", DOOR, {"authorization": f"Basic {proof}"}, {}, b""))
    assert not gateway.authentic(account, Call("POST", DOOR, {"authorization": "Basic x"}, {}, b""))
    description = describe(account.values["description"])
    assert (
        gateway.callback(description, account) == "https://wismo:s3cret@wismo.halden.example/hooks/halden/x"
    )


def test_a_description_that_cannot_be_used_is_a_fault_of_the_account() -> None:
    opened = gateway.open_provider(own("name = 5 6"))
    outcome = opened.send(opened.compose(a_text()))
    assert (outcome.result, outcome.failure) == (Result.REFUSED, Failure.CONFIG)
    assert outcome.detail.startswith("description: ")
    assert not gateway.authentic(own("x"), Call("POST", DOOR, {}, {"token": "s3cret"}, b""))


@pytest.mark.parametrize(
    ("wrong", "right", "why"),
    [
        ('name = "Ours"', "", "name is missing"),
        ("[send]", "[sent]", "sent: there is no such key; there are answer, door, failures"),
        ('url = "http', 'uri = "http', "[send] uri: there is no such key"),
        ('url = "http://', 'url = "ftp://', "[send] url: write it whole, https://…"),
        ("{text}", "{txt}", "[send] {txt}: there are callback_url, entity"),
        ('"opted_out"', '"gone"', "[failures] 77: 'gone' is none of address, invalid"),
        ('"delivered"', '"arrived"', "[receipt.states] there: 'arrived' is none of accepted"),
        ('success = "ok"', 'success = "ok["', "[answer] success: 'ok[' is no JMESPath"),
        ('kind = "hmac"', 'kind = "none"', "[door] kind: token, basic, hmac"),
        ('header = "X-Signature"', "", "[door] header is missing"),
        ('algorithm = "sha512"', 'algorithm = "md5"', "[door] algorithm: sha1, sha256 or sha512"),
        ('encoding = "base64"', 'encoding = "rot13"', "[door] encoding: hex or base64"),
        ("query =", 'form = { a = "b" }\nquery =', "[send] form, json: a request has one body"),
        ("query =", 'method = "DELETE"\nquery =', "[send] method: POST, PUT or GET"),
        ("query =", 'basic = ["x"]\nquery =', "[send] basic: write the user and the password"),
        ('each = "events"', 'body = "xml"', "[receipt] body: json or form"),
        ('state = "state"', "", "[receipt] state is missing"),
        ('[failures]\n77 = "opted_out"', "", ""),
    ],
)
def test_a_description_says_what_is_wrong_and_what_to_write(wrong: str, right: str, why: str) -> None:
    assert wrong in OWN
    changed = OWN.replace(wrong, right)
    if not why:
        assert describe(changed).failures == {}
        return
    with pytest.raises(DescriptionError) as caught:
        describe(changed)
    assert any(why in problem for problem in caught.value.problems)


def test_all_that_is_wrong_is_said_at_once() -> None:
    changed = OWN.replace("{text}", "{txt}").replace('"delivered"', '"arrived"')
    assert len(gateway.problems({"description": changed, "secrets": ""})) == 2
    assert gateway.problems({"description": OWN, "secrets": "key"})[0].startswith("secrets: write one a line")
    assert gateway.problems({"description": OWN, "secrets": 'key = "k"'}) == []
