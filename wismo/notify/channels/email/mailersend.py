"""MailerSend. It signs its webhooks; a tag is all it says back of ours."""

from collections.abc import Mapping
from typing import Any, Final

from django.core.mail import EmailMultiAlternatives

from wismo.notify.channels.email.esp import Esp
from wismo.notify.channels.email.hearing import Sort, Told, every, heard, of_iso, text, within
from wismo.notify.channels.email.inbound import of_mime
from wismo.notify.channels.email.mail import unsubscribe_url_of
from wismo.notify.channels.email.proofs import by_hmac, kept, secret_of
from wismo.notify.port import Account, Call, Heard, Letter

KEEP_HEADERS = ()
_TAG: Final = "wismo:"
_EVENTS = {  # developers.mailersend.com/api/v1/webhooks.html
    "sent": Sort.ACCEPTED,
    "deferred": Sort.ACCEPTED,
    "delivered": Sort.DELIVERED,
    "opened": Sort.OPENED,
    "opened_unique": Sort.OPENED,
    "clicked": Sort.CLICKED,
    "clicked_unique": Sort.CLICKED,
    "hard_bounced": Sort.HARD,
    "soft_bounced": Sort.SOFT,
    "spam_complaint": Sort.COMPLAINED,
    "unsubscribed": Sort.UNSUBSCRIBED,
}


def _dress(mail: EmailMultiAlternatives, letter: Letter) -> None:
    mail.extra_headers.clear()  # its larger plans alone allow headers of one's own, others refuse the mail
    mail.tags = [f"{_TAG}{letter.reference}"]  # type: ignore[attr-defined]
    ends = unsubscribe_url_of(letter)
    if ends:  # mailersend.com/help/custom-headers: the way to have one's own
        mail.esp_extra = {"list_unsubscribe": ends}  # type: ignore[attr-defined]


open_provider = Esp("mailersend", {"api_token": "api_token", "api_url": "api_url"}, dress=_dress).open
answer = kept


def authentic(account: Account, call: Call) -> bool:
    """An HMAC-SHA256 of the body, by the secret of the webhook or of the inbound route."""
    said = call.headers.get("signature", "")
    secrets = [secret_of(account, name) for name in ("signing_secret", "inbound_secret")]
    return any([by_hmac(secret, call.body, said) for secret in secrets])


def read(body: bytes, _headers: Mapping[str, str]) -> list[Heard]:
    """One event or one mail a call."""
    return every(body, _heard)


def _heard(found: Mapping[str, Any]) -> list[Heard]:
    data = within(found, "data")
    if text(found, "type") == "inbound.message":
        raw = text(data, "raw").encode(errors="replace")
        return [of_mime(text(data, "id"), raw, of_iso(text(data, "created_at")))]
    name, mail = text(data, "type"), within(data, "email")
    sort = _EVENTS.get(name, Sort.OTHER)
    return heard(
        Told(
            sort=sort,
            name=name or text(found, "type"),
            key=text(data, "id"),
            at=of_iso(text(data, "created_at")),
            provider_id=text(within(mail, "message"), "id"),
            reference=_reference(mail.get("tags")),
            code=name if sort in {Sort.HARD, Sort.SOFT} else "",
            address=text(within(mail, "recipient"), "email"),
        )
    )


def _reference(tags: Any) -> str:
    listed = tags if isinstance(tags, list) else []
    ours = (tag for tag in listed if isinstance(tag, str) and tag.startswith(_TAG))
    return next(ours, "").removeprefix(_TAG)
