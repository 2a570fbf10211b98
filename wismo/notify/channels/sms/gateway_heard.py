"""A described gateway's payloads: what became of messages, and what people answered. Pure."""

import json
from collections.abc import Mapping
from urllib.parse import parse_qsl

from jmespath.exceptions import JMESPathError

from wismo.notify.channels.reading import each
from wismo.notify.channels.sms.description import Description, Messages, Receipts
from wismo.notify.port import Heard, HeardOther, HeardReceipt, HeardReply, Unreadable
from wismo.notify.words import AddressKind, Failure, ReceiptState


def read_by(description: Description, body: bytes, headers: Mapping[str, str]) -> list[Heard]:
    """All that a payload says."""
    receipts = description.receipts
    told = _payload(body, receipts.body if receipts else "json", receipts.field if receipts else "")
    try:
        found = receipts.each.find(told) if receipts and receipts.each.expression else told
    except JMESPathError as error:
        raise Unreadable("[receipt] each finds nothing in it") from error
    events = found if isinstance(found, list) else [found]
    return each(events, lambda event: [_event(description, event)], named="the events")


def _payload(body: bytes, form: str, field: str) -> object:
    try:
        text = body.decode()
        if form != "form":
            return json.loads(text)
        fields = dict(parse_qsl(text, keep_blank_values=True))
        return json.loads(fields[field]) if field in fields else fields
    except (ValueError, RecursionError):
        raise Unreadable(f"not {form} in UTF-8") from None


def _event(description: Description, event: object) -> Heard:
    receipts, messages = description.receipts, description.messages
    if receipts is not None and receipts.state.text(event) and receipts.id.text(event):
        return _receipt(receipts, description.failures, event)
    if messages is not None and messages.sender.text(event):
        return _message(messages, event)
    raise Unreadable("neither a receipt nor a message, by the gateway's description")


def _receipt(receipts: Receipts, failures: Mapping[str, Failure], event: object) -> Heard:
    provider_id, word = receipts.id.text(event), receipts.state.text(event)
    key, code = f"{provider_id}:{word}", receipts.code.text(event)
    state = receipts.states.get(word)
    if state is None:
        return HeardOther(key, f"status {word}")
    failed = state is ReceiptState.FAILED
    # Where a code says nothing, the word may: "UserInBlacklist".
    failure = failures.get(code) or failures.get(word) or Failure.WITHHELD
    return HeardReceipt(
        key=key,
        state=state,
        at=None,
        provider_id=provider_id,
        reference=receipts.reference.text(event),
        code=code if failed else "",
        failure=failure if failed else None,
        soft=failed and failure in {Failure.BUSY, Failure.BROKEN},
    )


def _message(messages: Messages, event: object) -> Heard:
    sender = messages.sender.text(event)
    number = sender if sender.startswith("+") or not sender.isdecimal() else f"+{sender}"
    text = messages.text.text(event)
    key = messages.id.text(event)
    if not key:
        raise Unreadable("a message without an id: the same one told twice could not be known")
    return HeardReply(key=key, at=None, sender=(AddressKind.PHONE, number), text=text)
