"""The demo's catch-all folder of mails: read only, one flat folder of `*.eml` files."""

import email.policy
from dataclasses import dataclass
from datetime import UTC, datetime
from email.message import EmailMessage
from email.parser import BytesParser
from pathlib import Path

SHOWN = 100
HEADERS = ("From", "To", "Subject", "Date", "Reply-To", "Message-ID", "List-Unsubscribe", "Content-Language")


@dataclass(frozen=True, slots=True)
class MailRow:
    """A mail in the list."""

    name: str  # of its file
    at: datetime
    to: str
    subject: str
    message_id: int | None  # of our own message it is; None: not one of ours


@dataclass(frozen=True, slots=True)
class Mail:
    """One mail, opened."""

    name: str
    at: datetime
    subject: str
    headers: tuple[tuple[str, str], ...]
    text: str
    html: str
    message_id: int | None


def mails(folder: Path) -> list[MailRow]:
    """The newest mails of the folder, newest first."""
    return [_row(path) for path in _files(folder)[:SHOWN]]


def mail(folder: Path, name: str) -> Mail | None:
    """The mail in the file of this name. A name is only ever compared, never made into a path."""
    path = next((path for path in _files(folder) if path.name == name), None)
    if path is None:
        return None
    message = _parsed(path)
    return Mail(
        name=path.name,
        at=_written(path),
        subject=str(message.get("Subject", "")),
        headers=tuple((name, str(message[name])) for name in HEADERS if message[name]),
        text=_part(message, "plain"),
        html=_part(message, "html"),
        message_id=_message_id(message),
    )


def _files(folder: Path) -> list[Path]:
    found = [path for path in folder.glob("*.eml") if path.is_file() and not path.is_symlink()]
    return sorted(found, key=lambda path: (path.stat().st_mtime_ns, path.name), reverse=True)


def _parsed(path: Path) -> EmailMessage:
    return BytesParser(policy=email.policy.default).parsebytes(path.read_bytes())


def _row(path: Path) -> MailRow:
    message = _parsed(path)
    to, subject = str(message.get("To", "")), str(message.get("Subject", ""))
    return MailRow(path.name, _written(path), to, subject, _message_id(message))


def _message_id(message: EmailMessage) -> int | None:
    told = str(message.get("X-Wismo-Message", ""))
    return int(told) if told.isascii() and told.isdigit() else None


def _written(path: Path) -> datetime:
    return datetime.fromtimestamp(path.stat().st_mtime, tz=UTC)


def _part(message: EmailMessage, kind: str) -> str:
    part = message.get_body(preferencelist=(kind,))
    return str(part.get_content()) if part else ""
