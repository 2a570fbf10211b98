"""WhatsApp through Meta's Cloud API: approved templates, and free text while a reader's 24 hours last.

Sizes are those of Meta's reference of the Cloud API's messages.
"""

from collections.abc import Mapping, Sequence
from typing import Any

from wismo.notify.channels import meta_api
from wismo.notify.channels.meta_api import answer, authentic
from wismo.notify.channels.plain import at_most, in_short, one_line
from wismo.notify.channels.whatsapp.heard import read, reader
from wismo.notify.handover import hand_over, told
from wismo.notify.port import Account, Approved, Button, Letter, LetterError, Outcome, Outgoing
from wismo.notify.words import AddressKind
from wismo.plumbing import http

__all__ = ["KEEP_HEADERS", "answer", "authentic", "open_provider", "read", "reader"]
KEEP_HEADERS: tuple[str, ...] = ()
_TEXT, _BODY = 4096, 1024
_BUTTONS, _BUTTON = 3, 20
_ROWS, _ROW, _DESCRIPTION = 10, 24, 72


def open_provider(account: Account) -> "CloudApi":
    """Ready to send."""
    return CloudApi(account)


class CloudApi:
    """One message a letter, from the account's phone number."""

    def __init__(self, account: Account) -> None:
        self.account = account

    def compose(self, letter: Letter) -> Outgoing:
        """Free text with its buttons inside the reader's window, the approved template outside."""
        if letter.window_open:
            said = _said(letter)
        elif letter.approved is not None:
            said = {"type": "template", "template": _template(letter.approved, letter)}
        else:
            raise LetterError("the reader's 24-hour window is closed, and no template is approved for this")
        body = {
            "messaging_product": "whatsapp",
            "recipient_type": "individual",
            **_recipient(letter),
            "biz_opaque_callback_data": letter.reference,
            **said,
        }
        form = meta_api.request(self.account, self.account.values["phone_number_id"], body)
        return Outgoing(letter.message_id, letter.reference, letter.journey, form)

    def send(self, outgoing: Outgoing) -> Outcome:
        """Hand it over."""
        return hand_over(outgoing.form, _outcome)

    def close(self) -> None:
        """Nothing is held."""


def _recipient(letter: Letter) -> dict[str, str]:
    """By phone number; a person without one by the business-scoped id, which has a field of its own."""
    return {"recipient" if letter.to_kind is AddressKind.WHATSAPP else "to": letter.to}


def _outcome(reply: http.Reply) -> Outcome:
    sent = meta_api.dicts(told(reply).get("messages"))
    return meta_api.outcome(reply, str(sent[0].get("id", "")) if sent else "")


# ── inside the window ─────────────────────────────────────────────────────────────────────────────────────


def _said(letter: Letter) -> dict[str, Any]:
    buttons = [button for button in letter.buttons if button.token]
    if not buttons and letter.url and letter.button:
        bare = f"{letter.brand}: {letter.short.replace(letter.url, '').strip()}"
        parameters = {"display_text": at_most(letter.button, _BUTTON), "url": letter.url}
        return _interactive("cta_url", letter, bare, {"name": "cta_url", "parameters": parameters})
    if not buttons:
        text = {"body": _fitting(_with_hint(in_short(letter), letter), _TEXT), "preview_url": False}
        return {"type": "text", "text": text}
    if len(buttons) <= _BUTTONS and all(len(button.label) <= _BUTTON for button in buttons):
        action = {"buttons": [_button(button) for button in buttons]}
        return _interactive("button", letter, in_short(letter), action)
    rows = [_row(button) for button in buttons[:_ROWS]]
    choices = {"button": at_most(letter.button or letter.heading, _BUTTON), "sections": [{"rows": rows}]}
    return _interactive("list", letter, in_short(letter), choices)


def _interactive(kind: str, letter: Letter, text: str, action: Mapping[str, Any]) -> dict[str, Any]:
    body = {"text": _fitting(_with_hint(text, letter), _BODY)}
    return {"type": "interactive", "interactive": {"type": kind, "body": body, "action": action}}


def _button(button: Button) -> dict[str, Any]:
    return {"type": "reply", "reply": {"id": button.token, "title": button.label}}


def _row(button: Button) -> dict[str, str]:
    row = {"id": button.token, "title": at_most(button.label, _ROW)}
    if len(button.label) > _ROW:
        row["description"] = at_most(button.label, _DESCRIPTION)
    return row


def _with_hint(text: str, letter: Letter) -> str:
    return f"{text}\n{letter.stop_hint}" if letter.stop_hint else text


def _fitting(text: str, most: int) -> str:
    if len(text) > most:
        raise LetterError(f"this message has at most {most} characters, and the text {len(text)}")
    return text


# ── outside ───────────────────────────────────────────────────────────────────────────────────────────────


def _template(approved: Approved, letter: Letter) -> dict[str, Any]:
    components = [*_body(approved), *_template_buttons(approved.extra.get("buttons", ()), letter)]
    return {
        "name": approved.name,
        "language": {"policy": "deterministic", "code": approved.language},
        **({"components": components} if components else {}),
    }


def _body(approved: Approved) -> list[dict[str, Any]]:
    """Our values for the text's placeholders. Meta refuses empty ones, and line breaks in them."""
    named = approved.extra.get("parameter_format") == "NAMED"
    parameters = []
    for name, value in approved.variables:
        text = one_line(value)
        if not text:
            raise LetterError(f"template {approved.name}: {name} is empty, which WhatsApp refuses")
        parameters.append({"type": "text", "text": text, **({"parameter_name": name} if named else {})})
    return [{"type": "body", "parameters": parameters}] if parameters else []


def _template_buttons(registered: Sequence[Mapping[str, str]], letter: Letter) -> list[dict[str, Any]]:
    """What the template's buttons carry, in their order.

    {"type": "quick_reply", "action": "choose_slot"} carries the token of that answer; where it is no longer
    offered, nothing. {"type": "url", "prefix": "https://…/t/"} carries what follows the registered prefix.
    """
    tokens = {str(button.action): button.token for button in letter.buttons}
    found = []
    for index, button in enumerate(registered):
        if button["type"] == "url":
            parameter = {"type": "text", "text": _suffix(button.get("prefix", ""), letter.url)}
        else:
            token = tokens.get(button.get("action", ""), "")
            parameter = {"type": "payload", "payload": token} if token else {}
        if parameter:
            component = {"type": "button", "sub_type": button["type"], "index": str(index)}
            found.append({**component, "parameters": [parameter]})
    return found


def _suffix(prefix: str, url: str) -> str:
    if not prefix or not url.startswith(prefix) or url == prefix:
        raise LetterError(f"the template's button leads to {prefix}…, where this message's page is not")
    return url.removeprefix(prefix)
