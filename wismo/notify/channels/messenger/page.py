"""A Facebook Page's messages: free text while a reader's 24 hours last, an approved utility template after.

Meta: https://developers.facebook.com/documentation/business-messaging/messenger-platform/send-messages
"""

from collections.abc import Mapping, Sequence
from typing import Any

from wismo.notify.channels import meta_api
from wismo.notify.channels.messenger.heard import read, reader
from wismo.notify.channels.meta_api import answer, authentic
from wismo.notify.channels.plain import at_most, in_short_with_a_way_out, one_line
from wismo.notify.handover import hand_over, told
from wismo.notify.port import Account, Approved, Letter, LetterError, Outcome, Outgoing
from wismo.notify.words import Kind
from wismo.plumbing import http

__all__ = ["KEEP_HEADERS", "answer", "authentic", "open_provider", "read", "reader"]
KEEP_HEADERS: tuple[str, ...] = ()
_TEXT, _TEXT_WITH_BUTTON, _TITLE, _QUICK_REPLIES = 2000, 640, 20, 13


def open_provider(account: Account) -> "Page":
    """Ready to send."""
    return Page(account)


class Page:
    """One message a letter, from the account's Page to a person it knows by their Page-scoped id."""

    def __init__(self, account: Account) -> None:
        self.account = account

    def compose(self, letter: Letter) -> Outgoing:
        """An answer inside the window, the approved template outside."""
        if letter.window_open:
            said = {"messaging_type": "RESPONSE", "message": _said(letter)}
        elif letter.approved is None:
            raise LetterError("the reader's 24-hour window is closed, and no utility template is approved")
        elif letter.kind is not Kind.TRANSACTIONAL:
            raise LetterError("outside a reader's 24 hours Messenger takes facts of their order alone")
        else:
            said = {"messaging_type": "UTILITY", "message": {"template": _template(letter.approved, letter)}}
        body = {"recipient": {"id": letter.to}, **said}
        form = meta_api.request(self.account, self.account.values["page_id"], body)
        return Outgoing(letter.message_id, letter.reference, letter.journey, form)

    def send(self, outgoing: Outgoing) -> Outcome:
        """Hand it over."""
        return hand_over(outgoing.form, _outcome)

    def close(self) -> None:
        """Nothing is held."""


def _outcome(reply: http.Reply) -> Outcome:
    return meta_api.outcome(reply, str(told(reply).get("message_id") or ""))


def _said(letter: Letter) -> dict[str, Any]:
    """The text with its answers to tap, or with a button to its page. `metadata` comes back in the echo."""
    buttons = [button for button in letter.buttons if button.token][:_QUICK_REPLIES]
    text = in_short_with_a_way_out(letter)
    if buttons:
        replies = [
            {"content_type": "text", "title": at_most(button.label, _TITLE), "payload": button.token}
            for button in buttons
        ]
        return {"text": _fitting(text, _TEXT), "quick_replies": replies, "metadata": letter.reference}
    if not letter.url or not letter.button:
        return {"text": _fitting(text, _TEXT), "metadata": letter.reference}
    link = {"type": "web_url", "url": letter.url, "title": at_most(letter.button, _TITLE)}
    bare = one_line(text.replace(letter.url, ""))
    shown = {"template_type": "button", "text": _fitting(bare, _TEXT_WITH_BUTTON), "buttons": [link]}
    return {"attachment": {"type": "template", "payload": shown}, "metadata": letter.reference}


def _fitting(text: str, most: int) -> str:
    if len(text) > most:
        raise LetterError(f"this message has at most {most} characters, and the text {len(text)}")
    return text


def _template(approved: Approved, letter: Letter) -> dict[str, Any]:
    """The template with our values. Its buttons are in `extra`, as those of WhatsApp's templates are."""
    values = [one_line(value) for _name, value in approved.variables]
    if not all(values):
        raise LetterError(f"template {approved.name}: a variable is empty, which Messenger refuses")
    texts = [{"type": "text", "text": value} for value in values]
    buttons = _buttons(approved.extra.get("buttons", ()), letter)
    components = ([{"type": "body", "parameters": texts}] if texts else []) + (
        [{"type": "buttons", "parameters": buttons}] if buttons else []
    )
    return {"name": approved.name, "language": {"code": approved.language}, "components": components}


def _buttons(registered: Sequence[Mapping[str, str]], letter: Letter) -> list[dict[str, str]]:
    """{"type": "postback", "action": "problem"} and {"type": "url", "prefix": "https://…"}, in order."""
    tokens = {str(button.action): button.token for button in letter.buttons}
    found = []
    for button in registered:
        if button["type"] == "url":
            prefix = button.get("prefix", "")
            if not prefix or not letter.url.startswith(prefix):
                raise LetterError(
                    f"the template's button leads to {prefix}…, where this message's page is not"
                )
            found.append({"type": "URL", "url": letter.url.removeprefix(prefix)})
        else:
            # Every registered button wants its payload, also of an answer that is no longer offered.
            found.append({"type": "POSTBACK", "payload": tokens.get(button.get("action", "")) or "none"})
    return found
