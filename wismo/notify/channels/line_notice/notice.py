"""LINE notification messages: to a phone number, whether its owner is a friend or not.

Only facts of an order, only with LINE's contract, and only in Japan, Thailand and Taiwan. Delivered is what a
webhook says within 24 hours; no word by then means not delivered.
developers.line.biz/en/reference/line-notification-messages/
"""

import hashlib
from collections.abc import Mapping
from typing import Any

from wismo.notify.channels import line_api, line_card
from wismo.notify.channels.line_heard import answer, authentic, read
from wismo.notify.handover import hand_over
from wismo.notify.port import (
    Account,
    Approved,
    Letter,
    LetterError,
    Outcome,
    Outgoing,
    Provider,
    Request,
    Result,
)
from wismo.notify.words import Failure, Kind
from wismo.plumbing.http import Reply

__all__ = ["answer", "authentic", "open_provider", "read"]

ITEMS, BUTTONS, CONTENT = 15, 2, 300


def open_provider(account: Account) -> Provider:
    """Notification messages by the token of the approved channel."""
    return NoticeProvider(account)


class NoticeProvider:
    """By one of LINE's own templates, or as the card that LINE's review of this journey has seen."""

    def __init__(self, account: Account) -> None:
        self.account = account

    def compose(self, letter: Letter) -> Outgoing:
        """The number leaves as a hash alone."""
        approved = letter.approved
        if letter.kind is not Kind.TRANSACTIONAL or approved is None:
            raise LetterError("LINE's notices carry facts of an order only, and only as LINE approved them")
        to = hashlib.sha256(letter.to.encode()).hexdigest()
        headers = {"X-Line-Delivery-Tag": letter.reference}  # LINE: 16 to 100 characters
        body: Mapping[str, Any]
        if approved.extra.get("flexible"):
            path, body = "/bot/pnp/push", {"messages": [line_card.card(letter)]}
        else:
            path, body = "/v2/bot/message/pnp/templated/push", templated(approved, letter.url)
        form = line_api.request(self.account, path, {"to": to, **body}, headers)
        return Outgoing(letter.message_id, letter.reference, letter.subject, form)

    def send(self, outgoing: Outgoing) -> Outcome:
        """Push it, once: there is no retry key."""
        request: Request = outgoing.form
        return hand_over(request, _outcome)

    def close(self) -> None:
        """Nothing is held."""


def templated(approved: Approved, url: str) -> Mapping[str, Any]:
    """The body by one of LINE's own templates.

    `extra` says which of LINE's items show our variables, in their order, which of them stands out, and
    LINE's buttons, all of which lead to our page: {"items": ["date_002_ja", …], "emphasized":
    "date_002_ja", "buttons": ["check_delivery_status_ja"]}.
    """
    keys, buttons = list(approved.extra.get("items", [])), list(approved.extra.get("buttons", []))
    if len(keys) != len(approved.variables) or len(set(keys)) < len(keys):
        raise LetterError("the template names not one item of LINE's for each of its variables")
    if len(keys) > ITEMS + 1 or len(buttons) > BUTTONS:
        raise LetterError(f"LINE takes {ITEMS} items and {BUTTONS} buttons at most")
    shown = {
        key: line_card.clipped(value, CONTENT)
        for key, (_name, value) in zip(keys, approved.variables, strict=True)
        if value.strip()
    }
    main = approved.extra.get("emphasized", "")
    body: dict[str, Any] = {
        "items": [{"itemKey": key, "content": text} for key, text in shown.items() if key != main],
        "buttons": [{"buttonKey": key, "url": url} for key in buttons],
    }
    if main in shown:
        body["emphasizedItem"] = {"itemKey": main, "content": shown[main]}
    return {"templateKey": approved.name, "body": body}


def _outcome(reply: Reply) -> Outcome:
    # LINE: 422 where the number is nobody's on LINE, or its owner does not take such messages.
    if reply.status == 422:
        return Outcome(Result.REFUSED, "422", failure=Failure.ADDRESS)
    return line_api.outcome(reply)
