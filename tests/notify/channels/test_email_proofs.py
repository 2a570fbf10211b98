"""Nobody but the provider is believed, and without a secret nobody is."""

import base64
import hashlib
import hmac
import json
import time
from datetime import UTC, datetime, timedelta

import pytest
from cryptography.hazmat.primitives.asymmetric import rsa
from cryptography.hazmat.primitives.asymmetric.padding import PKCS1v15
from cryptography.hazmat.primitives.hashes import SHA1, SHA256

from tests.notify.channels.letters import account, call
from tests.shared import FOLDER, needs_shared
from wismo.notify.channels import providers
from wismo.notify.channels.email import mailersend, mailgun, resend, sendgrid, ses, sns
from wismo.notify.channels.email.sigv4 import Signer
from wismo.notify.standard_webhooks import is_signed, signature
from wismo.plumbing.http import NoAnswer, Reply

ENTERED = {
    "webhook_password": "s3cret",
    "webhook_signing_key": "s3cret",
    "signing_secret": "s3cret",
    "verification_key": "s3cret",
    "secret": "s3cret",
}
HEARING = sorted(key for key, facts in providers().items() if facts.hears and facts.channel == "email")


@pytest.mark.parametrize("provider", HEARING)
@pytest.mark.parametrize("values", [{}, ENTERED], ids=["nothing entered", "another secret"])
@pytest.mark.parametrize("body", [b"{}", b"", b"[", b"[[]]", b'{"signature": 7}', b"\xff"])
def test_a_call_without_its_proof_is_not_believed(provider: str, values: dict[str, str], body: bytes) -> None:
    code = providers()[provider].code()
    for headers in ({}, {"authorization": "Basic d2lzbW86"}, {"authorization": "Bearer "}, {"signature": ""}):
        assert not code.authentic(account(provider, **values), call(body, **headers))


BY_PASSWORD = ["postmark", "brevo", "sparkpost", "mailjet"]


@pytest.mark.parametrize("provider", BY_PASSWORD)
@pytest.mark.parametrize(
    ("said", "believed"),
    [
        ("Basic " + base64.b64encode(b"wismo:s3cret").decode(), True),
        ("Bearer s3cret", True),
        ("Basic " + base64.b64encode(b"wismo:S3cret").decode(), False),
        ("Basic " + base64.b64encode(b"other:s3cret").decode(), False),
        ("s3cret", False),
        ("Bearer s3cret\udcff", False),
    ],
)
def test_the_password_in_the_address_is_asked_for(provider: str, said: str, believed: bool) -> None:  # noqa: FBT001
    code = providers()[provider].code()
    assert code.authentic(account(provider, webhook_password="s3cret"), call(authorization=said)) is believed


def mailgun_body(at: float, key: str = "s3cret") -> bytes:
    stamp, token = str(int(at)), "t0ken"
    proof = hmac.new(key.encode(), f"{stamp}{token}".encode(), hashlib.sha256).hexdigest()
    return json.dumps({
        "signature": {"timestamp": stamp, "token": token, "signature": proof},
        "event-data": {"event": "delivered", "recipient": "lina@buyer.example", "timestamp": at},
    }).encode()


def test_mailgun_signs_a_time_and_a_token() -> None:
    ours, now = account("mailgun", webhook_signing_key="s3cret"), time.time()
    assert mailgun.authentic(ours, call(mailgun_body(now)))
    assert mailgun.authentic(ours, call(mailgun_body(now - 8 * 3600)))  # its last try
    assert not mailgun.authentic(ours, call(mailgun_body(now - 25 * 3600)))
    assert not mailgun.authentic(ours, call(mailgun_body(now, key="other")))


def test_a_token_of_mailgun_counts_once_whatever_stands_beside_it() -> None:
    genuine, forged = mailgun_body(1_800_000_000), json.loads(mailgun_body(1_800_000_000))
    forged["event-data"]["timestamp"] = 1_800_000_009
    assert [one.key for one in mailgun.read(genuine, {})] == [
        one.key for one in mailgun.read(json.dumps(forged).encode(), {})
    ]


def test_mail_that_comes_in_by_mailgun_is_a_signed_form() -> None:
    stamp = str(int(time.time()))
    proof = hmac.new(b"s3cret", f"{stamp}t0ken".encode(), hashlib.sha256).hexdigest()
    body = (
        f"timestamp={stamp}&token=t0ken&signature={proof}&from=Lina+<lina@buyer.example>&stripped-text=STOP"
    )
    form = call(body.encode(), content_type="application/x-www-form-urlencoded")
    assert mailgun.authentic(account("mailgun", webhook_signing_key="s3cret"), form)
    assert not mailgun.authentic(account("mailgun", webhook_signing_key="other"), form)
    (reply,) = mailgun.read(form.body, form.headers)
    assert (getattr(reply, "sender", None), getattr(reply, "text", "")) == (
        ("email", "lina@buyer.example"),
        "STOP",
    )


def test_mailersend_signs_the_body_by_the_webhooks_or_the_routes_secret() -> None:
    body = b'{"type": "activity.delivered"}'
    proof = hmac.new(b"s3cret", body, hashlib.sha256).hexdigest()
    for name in ("signing_secret", "inbound_secret"):
        assert mailersend.authentic(account("mailersend", **{name: "s3cret"}), call(body, signature=proof))
    assert not mailersend.authentic(account("mailersend", signing_secret="x"), call(body, signature=proof))
    changed = call(body + b" ", signature=proof)
    assert not mailersend.authentic(account("mailersend", signing_secret="s3cret"), changed)


# ── Standard Webhooks ─────────────────────────────────────────────────────────────────────────────────────


def test_the_vector_of_svix_is_reproduced() -> None:
    # docs.svix.com/receiving/verifying-payloads/how-manual
    secret, body = "whsec_plJ3nmyCDGBKInavdOK15jsl", b'{"event_type":"ping","data":{"success":true}}'
    message_id, at = "msg_loFOjxBNrRLzqYUf", 1731705121
    said = signature(secret, message_id, at, body)
    assert said == "v1,rAvfW3dJ/X/qxhsaXPOyyCGmRKsaKWcsNccKXlIktD0="


def test_resend_signs_as_svix_does() -> None:
    secret, body = "whsec_" + base64.b64encode(b"k" * 24).decode(), b'{"type": "email.delivered"}'
    at = int(time.time())
    headers = {
        "svix_id": "msg_1",
        "svix_timestamp": at,
        "svix_signature": signature(secret, "msg_1", at, body),
    }
    ours = account("resend", signing_secret=secret)
    assert resend.authentic(ours, call(body, **headers))
    assert not resend.authentic(ours, call(body + b" ", **headers))
    assert not resend.authentic(ours, call(body, **{**headers, "svix_id": "msg_2"}))


@pytest.mark.parametrize(("late", "believed"), [(0, True), (299, True), (301, False), (-301, False)])
def test_a_signature_holds_for_five_minutes(late: int, believed: bool) -> None:  # noqa: FBT001
    now, body = datetime(2026, 11, 24, 12, tzinfo=UTC), b"{}"
    at = int((now - timedelta(seconds=late)).timestamp())
    headers = {
        "webhook-id": "m",
        "webhook-timestamp": str(at),
        "webhook-signature": f"v1,AAAA {signature('s3cret', 'm', at, body)} v1a,x",
    }
    assert is_signed("s3cret", headers, body, now) is believed
    assert not is_signed("", headers, body, now)


# ── SendGrid ──────────────────────────────────────────────────────────────────────────────────────────────


@needs_shared
def test_the_vector_of_sendgrid_is_believed_and_a_changed_one_is_not() -> None:
    path = FOLDER / "peers" / "webhooks" / "sendgrid" / "signed_eventwebhook_vector.json"
    vector = json.loads(path.read_text())
    ours, body = account("sendgrid", verification_key=vector["public_key"]), vector["payload"].encode()
    headers = {
        "x_twilio_email_event_webhook_signature": vector["signature"],
        "x_twilio_email_event_webhook_timestamp": vector["timestamp"],
    }
    assert sendgrid.authentic(ours, call(body, **headers))
    assert not sendgrid.authentic(ours, call(body.strip(), **headers))
    later = {**headers, "x_twilio_email_event_webhook_timestamp": "1600112503"}
    assert not sendgrid.authentic(ours, call(body, **later))
    assert not sendgrid.authentic(account("sendgrid", verification_key="AAAA"), call(body, **headers))


def test_mail_that_comes_in_by_sendgrid_carries_our_password_and_events_never_do() -> None:
    ours, said = (
        account("sendgrid", webhook_password="s3cret"),
        "Basic " + base64.b64encode(b"wismo:s3cret").decode(),
    )
    form = call(b"", content_type="multipart/form-data; boundary=x", authorization=said)
    assert sendgrid.authentic(ours, form)
    assert not sendgrid.authentic(ours, call(b"[]", authorization=said))


# ── Amazon ────────────────────────────────────────────────────────────────────────────────────────────────

TOPIC = "arn:aws:sns:eu-central-1:123456789012:wismo"
CERTIFICATE = "https://sns.eu-central-1.amazonaws.com/SimpleNotificationService-0123abcd.pem"
KEY = rsa.generate_private_key(65537, 2048)


def notice(version: str = "2", **changes: str) -> dict[str, str]:
    message = {
        "Type": "Notification",
        "MessageId": "22b80b92-fdea-4c2c-8f9d-bdfb0c7bf324",
        "TopicArn": TOPIC,
        "Message": '{"eventType": "Delivery"}',
        "Timestamp": "2026-11-24T12:00:00.000Z",
        "SignatureVersion": version,
        "SigningCertURL": CERTIFICATE,
        **changes,
    }
    how = {"1": SHA1, "2": SHA256}.get(version, SHA256)()  # noqa: S303
    proof = KEY.sign(sns.signed_text(message), PKCS1v15(), how)
    return {**message, "Signature": base64.b64encode(proof).decode()}


def believed(message: dict[str, str]) -> bool:
    return sns.is_signed(message, lambda _address: KEY.public_key())


@pytest.mark.parametrize("version", ["1", "2"])
def test_what_amazon_signed_is_believed_until_a_word_is_changed(version: str) -> None:
    message = notice(version)
    assert believed(message)
    for name in ("Message", "MessageId", "Timestamp", "TopicArn", "Type"):
        assert not believed({**message, name: message[name] + " "})
    assert not believed({**message, "Signature": "AAAA"})
    assert not believed({**message, "Signature": "not base64"})


def test_the_subject_is_signed_where_there_is_one() -> None:
    assert sns.signed_text({"Type": "Notification", "Message": "m", "Subject": "s", "MessageId": "i"}) == (
        b"Message\nm\nMessageId\ni\nSubject\ns\nType\nNotification\n"
    )


@pytest.mark.parametrize(
    "address",
    [
        "http://sns.eu-central-1.amazonaws.com/SimpleNotificationService-0123abcd.pem",
        "https://sns.eu-central-1.amazonaws.com.evil.example/SimpleNotificationService-0123abcd.pem",
        "https://evil.example/SimpleNotificationService-0123abcd.pem",
        "https://sns.eu-central-1.amazonaws.com@evil.example/SimpleNotificationService-0123abcd.pem",
        "https://sns.eu-central-1.amazonaws.com:8443/SimpleNotificationService-0123abcd.pem",
        "https://bucket.s3.amazonaws.com/SimpleNotificationService-0123abcd.pem",
        "https://sns.eu-central-1.amazonaws.com/?Action=SimpleNotificationService-0123abcd.pem",
        "https://sns.eu-central-1.amazonaws.com/elsewhere.pem",
        "",
    ],
)
def test_a_certificate_from_anywhere_else_is_not_even_fetched(address: str) -> None:
    assert not believed(notice(SigningCertURL=address))


@pytest.mark.parametrize("topic", ["", "arn:aws:sns:eu-central-1:999999999999:wismo"])
def test_a_genuine_message_of_somebody_elses_topic_is_not_believed(topic: str) -> None:
    message = call(json.dumps(notice(TopicArn="arn:aws:sns:eu-central-1:666666666666:evil")).encode())
    assert not ses.authentic(account("ses", topic_arn=topic), message)


LINK = "https://sns.eu-central-1.amazonaws.com/?Action=ConfirmSubscription&TopicArn=a&Token=t"


def test_a_subscription_is_confirmed_by_visiting_amazon_and_nobody_else() -> None:
    message = notice(Type="SubscriptionConfirmation", Token="t", SubscribeURL=LINK)
    assert believed(message)
    (heard,) = ses.read(json.dumps(message).encode(), {})
    assert (getattr(heard, "what", ""), getattr(heard, "link", "")) == ("confirm", LINK)
    visited: list[tuple[str, str]] = []

    def visit(method: str, url: str) -> Reply:
        visited.append((method, url))
        return Reply(200, {}, b"<ConfirmSubscriptionResponse/>")

    assert ses.confirm(LINK, visit)
    assert not ses.confirm("https://evil.example/?Action=ConfirmSubscription", visit)
    assert visited == [("GET", LINK)]
    elsewhere = {**message, "SubscribeURL": "https://evil.example/"}
    (heard,) = ses.read(json.dumps(elsewhere).encode(), {})
    assert getattr(heard, "link", None) == ""


@pytest.mark.parametrize(
    ("method", "proof"),
    [  # AWS's test suite for Signature Version 4: get-vanilla, post-vanilla
        ("GET", "5fa00fa31553b73ebf1942676e86291e8372ff2a2260956d9b8aae1d763fbf31"),
        ("POST", "5da7c1a2acd57cee7505fc6676e4e544621c30862966e37dddb68e92efbe5d6b"),
    ],
)
def test_the_vectors_of_amazons_signature_are_reproduced(method: str, proof: str) -> None:
    signer = Signer("AKIDEXAMPLE", "wJalrXUtnFEMI/K7MDENG+bPxRfiCYEXAMPLEKEY", "us-east-1", "service")
    now = datetime(2015, 8, 30, 12, 36, tzinfo=UTC)
    headers = signer.headers(method, "https://example.amazonaws.com/", b"", now, {})
    assert headers["Authorization"] == (
        "AWS4-HMAC-SHA256 Credential=AKIDEXAMPLE/20150830/us-east-1/service/aws4_request, "
        f"SignedHeaders=host;x-amz-date, Signature={proof}"
    )


def test_a_certificate_that_cannot_be_fetched_just_now_is_no_refusal() -> None:
    def away(_address: str) -> rsa.RSAPublicKey:
        raise NoAnswer("sns.eu-central-1.amazonaws.com did not answer in time")

    with pytest.raises(NoAnswer):
        sns.is_signed(notice(), away)
