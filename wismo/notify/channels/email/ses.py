"""Amazon SES by its API version 2; what becomes of mail comes back through a topic of Amazon SNS.

Its requests are signed here rather than by boto3, which is a hundred times the size of what is needed.
"""

import base64
import json
from collections.abc import Mapping
from typing import Any

from django.utils import timezone

from wismo.notify.channels.email import sns
from wismo.notify.channels.email.esp import code_of
from wismo.notify.channels.email.hearing import (
    REFERENCE,
    Sort,
    Told,
    heard,
    made_of,
    named,
    of_iso,
    text,
    within,
)
from wismo.notify.channels.email.inbound import of_mime
from wismo.notify.channels.email.mail import mail_of
from wismo.notify.channels.email.proofs import kept, same, secret_of
from wismo.notify.channels.email.sigv4 import Signer
from wismo.notify.handover import busy_or_broken, hand_over, maybe_taken
from wismo.notify.handover import told as told_in
from wismo.notify.port import (
    Account,
    Call,
    Heard,
    HeardOther,
    Letter,
    Outcome,
    Outgoing,
    Request,
    Result,
    Unreadable,
)
from wismo.notify.words import Failure
from wismo.plumbing import http

KEEP_HEADERS = ()
answer = kept
confirm = sns.confirm
_TAG_VALUE = 256
# docs.aws.amazon.com/ses/latest/APIReference-V2/API_SendEmail.html#API_SendEmail_Errors
_ACCOUNT = frozenset({
    "AccountSuspendedException",
    "SendingPausedException",
    "MailFromDomainNotVerifiedException",
    "NotFoundException",
    "LimitExceededException",
})
_EVENTS = {  # docs.aws.amazon.com/ses/latest/dg/event-publishing-retrieving-sns-contents.html
    "Send": Sort.ACCEPTED,
    "DeliveryDelay": Sort.ACCEPTED,
    "Delivery": Sort.DELIVERED,
    "Open": Sort.OPENED,
    "Click": Sort.CLICKED,
    "Reject": Sort.CONTENT,
    "Rendering Failure": Sort.CONTENT,
    "Complaint": Sort.COMPLAINED,
    "Subscription": Sort.OTHER,
}
_WITHHELD = frozenset({"ContentRejected", "AttachmentRejected", "MessageTooLarge"})


def open_provider(account: Account) -> "SesProvider":
    """SES in the account's region."""
    return SesProvider(account)


class SesProvider:
    """Holds nothing but keys: any number of threads may send by it."""

    def __init__(self, account: Account) -> None:
        values, region = account.values, account.values.get("region", "")
        self.signer = Signer(
            values.get("access_key_id", ""), values.get("secret_access_key", ""), region, "ses"
        )
        base = values.get("api_url") or f"https://email.{region}.amazonaws.com"
        self.url = base.rstrip("/") + "/v2/email/outbound-emails"
        self.configuration_set = values.get("configuration_set", "")

    def compose(self, letter: Letter) -> Outgoing:
        """The whole mail, and our reference as a tag, which comes back with every event."""
        mail = mail_of(letter).message().as_bytes(linesep="\r\n")  # type: ignore[call-arg]
        wanted: dict[str, Any] = {
            "Content": {"Raw": {"Data": base64.b64encode(mail).decode("ascii")}},
            "Destination": {"ToAddresses": [letter.to]},
            "EmailTags": [{"Name": REFERENCE, "Value": letter.reference}],
        }
        if self.configuration_set:
            wanted["ConfigurationSetName"] = self.configuration_set
        body = json.dumps(wanted).encode()
        return Outgoing(letter.message_id, letter.reference, letter.subject, body)

    def send(self, outgoing: Outgoing) -> Outcome:
        """Sign it for this moment and post it once."""
        body: bytes = outgoing.form
        headers = self.signer.headers(
            "POST", self.url, body, timezone.now(), {"Content-Type": "application/json"}
        )
        return hand_over(Request("POST", self.url, headers, body), _outcome)

    def close(self) -> None:
        """Nothing is held: connections belong to the way out."""


def _outcome(reply: http.Reply) -> Outcome:
    if reply.status == 200:
        given = text(told_in(reply), "MessageId")
        return Outcome(Result.SENT, provider_id=given) if given else Outcome(Result.UNKNOWN, "unreadable")
    # In the header the name stands before a colon, in the body behind a hash.
    said = reply.headers.get("x-amzn-errortype", "") or text(told_in(reply), "__type")
    name = said.partition(":")[0].rpartition("#")[2]
    again = maybe_taken(reply) or busy_or_broken(reply)
    if again is not None:
        return again
    ours = reply.status in {401, 403} or name in _ACCOUNT
    failure = Failure.CONFIG if ours else Failure.CONTENT
    return Outcome(Result.REFUSED, code_of(name) or str(reply.status), failure=failure)


# ── what comes back ───────────────────────────────────────────────────────────────────────────────────────


def authentic(account: Account, call: Call) -> bool:
    """Signed by Amazon, and from the account's own topic.

    NoAnswer where the certificate cannot be fetched: to SNS a 5xx says "again", a 4xx "never again".
    """
    message, topic = sns.message_of(call.body), secret_of(account, "topic_arn")
    return bool(topic) and same(text(message, "TopicArn"), topic) and sns.is_signed(message)


def read(body: bytes, _headers: Mapping[str, str]) -> list[Heard]:
    """The events of a message: one for each reader it speaks of."""
    message = sns.message_of(body)
    if not message:
        raise Unreadable("the body is not an object of JSON")
    key, kind = text(message, "MessageId") or made_of(body), text(message, "Type")
    if kind != "Notification" and "Message" in message:
        link = sns.subscription_link(message)
        return [HeardOther(key, "confirm" if link else kind, link)]
    said = text(message, "Message").encode(errors="replace")
    told = sns.message_of(said) if "Message" in message else message
    if not told:  # "Successfully validated SNS topic for Amazon SES event publishing."
        return [HeardOther(key, "notice")]
    if text(told, "notificationType") == "Received":
        return [_reply(told, key)]
    return [one for event in _events(told, key, text(message, "Timestamp")) for one in heard(event)]


def _events(told: Mapping[str, Any], key: str, stamp: str) -> list[Told]:
    name, mail = text(told, "eventType", "notificationType"), within(told, "mail")
    event = within(told, name[:1].lower() + name[1:].replace(" ", ""))
    at = of_iso(text(event, "timestamp") or text(mail, "timestamp") or stamp)
    sort, code = _sort(name, event)
    return [
        Told(
            sort=sort,
            name=name,
            key=key,
            at=at,
            provider_id=text(mail, "messageId"),
            reference=_reference(mail),
            code=code,
            address=address,
        )
        for address in _addresses(event, mail)
    ]


def _sort(name: str, event: Mapping[str, Any]) -> tuple[Sort, str]:
    if name != "Bounce":
        return _EVENTS.get(name, Sort.OTHER), text(event, "complaintFeedbackType")
    kind, detail = text(event, "bounceType"), text(event, "bounceSubType")
    code = f"{kind}.{detail}"
    if kind != "Permanent":  # Transient, Undetermined
        return (Sort.WITHHELD if detail in _WITHHELD else Sort.SOFT), code
    return (Sort.BLOCKED if detail in {"Suppressed", "OnAccountSuppressionList"} else Sort.HARD), code


def _addresses(event: Mapping[str, Any], mail: Mapping[str, Any]) -> list[str]:
    """Whom the event is about: those it names, else all the mail went to."""
    for name in ("bouncedRecipients", "complainedRecipients", "delayedRecipients"):
        listed = event.get(name)
        if isinstance(listed, list):
            return [text(one, "emailAddress") for one in listed if isinstance(one, Mapping)]
    named_in = event.get("recipients") or mail.get("destination")
    return [str(one) for one in named_in] if isinstance(named_in, list) and named_in else [""]


def _reference(mail: Mapping[str, Any]) -> str:
    """Ours, among the tags of an event or, where the topic includes them, the headers of the mail."""
    tags = within(mail, "tags").get(REFERENCE)
    if isinstance(tags, list) and tags:
        return str(tags[0])
    return named(mail.get("headers"), "name", "value").get("x-wismo-reference", "")


def _reply(told: Mapping[str, Any], key: str) -> Heard:
    """A mail that the receipt rule put into the message; one it put into S3 is not fetched."""
    content = text(told, "content")
    if not content:
        return HeardOther(key, "received_elsewhere")
    action = within(told, "receipt", "action")
    try:
        raw = base64.b64decode(content) if text(action, "encoding") == "BASE64" else content.encode()
    except ValueError as error:
        raise Unreadable("the mail is not base64") from error
    return of_mime(key, raw, of_iso(text(within(told, "mail"), "timestamp")))
