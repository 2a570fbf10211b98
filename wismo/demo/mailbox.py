"""A catch-all mailbox: takes every mail over real SMTP and keeps it as a file."""

from datetime import UTC, datetime
from itertools import count
from pathlib import Path

from aiosmtpd.controller import Controller
from aiosmtpd.smtp import SMTP, Envelope, Session


class Keeper:
    """Keeps each mail as `<time>-<number>.eml`, whole or not at all."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self._number = count(1)
        folder.mkdir(parents=True, exist_ok=True)

    async def handle_DATA(self, _server: SMTP, _session: Session, envelope: Envelope) -> str:  # noqa: N802
        """Keep the mail before it is acknowledged."""
        content = envelope.content or b""
        name = f"{datetime.now(UTC):%Y%m%dT%H%M%S}-{next(self._number):06d}"
        draft = self.folder / f"{name}.part"
        draft.write_bytes(content.encode() if isinstance(content, str) else content)
        Path(draft).replace(self.folder / f"{name}.eml")
        return "250 Kept"


def open_mailbox(folder: Path, port: int) -> Controller:
    """A running SMTP server on loopback; `stop()` ends it."""
    controller = Controller(Keeper(folder), hostname="127.0.0.1", port=port)
    controller.start()
    return controller
