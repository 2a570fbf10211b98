"""The fields of a form that a provider posts. Pure."""

from collections.abc import Mapping
from email import message_from_bytes, policy
from email.message import Message
from urllib.parse import parse_qsl

from wismo.notify.port import Unreadable

_FIELDS = 200


def fields_of(body: bytes, headers: Mapping[str, str]) -> dict[str, str]:
    """Every field's last value, in whatever character set; what was attached is left out."""
    kind = headers.get("content-type", "")
    try:
        if kind.startswith("multipart/form-data"):
            return _multipart(body, kind)
        return dict(parse_qsl(body.decode(), keep_blank_values=True, max_num_fields=_FIELDS))
    except (ValueError, LookupError) as error:
        raise Unreadable("the form cannot be read") from error


def _multipart(body: bytes, kind: str) -> dict[str, str]:
    whole = b"Content-Type: " + kind.encode("latin-1") + b"\r\nMIME-Version: 1.0\r\n\r\n" + body
    form = message_from_bytes(whole, policy=policy.compat32)
    parts = [part for part in form.walk() if part is not form]
    if not parts:
        raise Unreadable("the form has no fields")
    named = ((part.get_param("name", header="content-disposition"), part) for part in parts[:_FIELDS])
    return {
        name: _words(part) for name, part in named if isinstance(name, str) and part.get_filename() is None
    }


def _words(part: Message) -> str:
    content = part.get_payload(decode=True)
    if not isinstance(content, bytes):
        return ""
    return content.decode(part.get_content_charset("utf-8"), "replace").rstrip("\r\n")
