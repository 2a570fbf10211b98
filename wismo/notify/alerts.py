"""Telling the team, by e-mail and through Apprise, which knows some hundred services.

Apprise makes its own connections, outside the house's one way out: so its addresses are set by the operator,
at the command line, and never by a form.
"""

import logging
import smtplib
from collections.abc import Sequence
from importlib import import_module
from importlib.util import find_spec
from typing import Any

from anymail.exceptions import AnymailError  # type: ignore[import-untyped]
from django.conf import settings
from django.core.mail import EmailMessage

from wismo.notify.queries.telling import Team, Untold

log = logging.getLogger(__name__)
MISSING = "Apprise is not installed: pip install 'wismo[apprise]'"
_TITLES = {
    "provider": "A provider does not take our messages",
    "unknown": "Nobody can tell whether a message was sent",
    "text": "A text of yours is broken; ours is used instead",
    "content": "A provider refuses a message for what it says",
    "confirm": "A provider waits for a subscription to be confirmed",
}


class NotToldError(Exception):
    """The team could not be told; says why, and names no address."""


def is_installed() -> bool:
    """Whether Apprise is there: it is an extra."""
    return find_spec("apprise") is not None


def _services() -> Any:
    """Apprise, fetched when it is first needed: it takes most of a second."""
    return import_module("apprise")


def check(url: str) -> None:
    """ValueError where Apprise would not know what to do with an address."""
    if not is_installed():
        raise ValueError(MISSING)
    if _services().Apprise.instantiate(url, suppress_exceptions=True) is None:
        scheme = url.partition(":")[0]
        raise ValueError(f"Apprise does not understand this address of {scheme!r}: see its wiki for the form")


def tell(team: Team, alerts: Sequence[Untold]) -> None:
    """Tell the team of these, wherever it wants to hear; NotToldError where nothing of it worked."""
    title = f"{team.shop}: {_TITLES.get(alerts[0].kind, alerts[0].kind)}"
    if len(alerts) > 1:
        title = f"{team.shop}: {len(alerts)} things need a look"
    words = "\n\n".join(f"{_TITLES.get(a.kind, a.kind)} ({a.subject})\n{a.text}" for a in alerts)
    say(team, title, f"{words}\n\n{settings.BASE_URL}/console/{team.slug}/alerts/\n")


def say(team: Team, title: str, words: str) -> None:
    """Say this to the team; NotToldError where it has places and none of them took it."""
    failed = [why for why in (_mail(team, title, words), _apprise(team, title, words)) if why is not None]
    if all(failed):
        raise NotToldError("; ".join(failed) or "there is nowhere to tell the team")


def _mail(team: Team, title: str, words: str) -> str | None:
    """None where no e-mail is wanted; "" where it was sent; else why it was not."""
    if not team.emails:
        return None
    try:
        mail = EmailMessage(title, words, to=list(team.emails), headers={"Auto-Submitted": "auto-generated"})
        mail.send()
    except (OSError, smtplib.SMTPException, AnymailError, ValueError) as error:
        return f"e-mail: {type(error).__name__}"
    return ""


def _apprise(team: Team, title: str, words: str) -> str | None:
    """None where nothing is wanted; "" where every service took it; else why one did not."""
    if not team.urls:
        return None
    if not is_installed():
        return MISSING
    apprise = _services()
    asset = apprise.AppriseAsset(app_id="Wismo", async_mode=False, secure_logging=True)
    sender = apprise.Apprise(asset=asset)
    understood = [sender.add(url) for url in team.urls]
    if not all(understood):
        log.warning("shop %d: Apprise does not understand every address of the team", team.shop_id)
    try:
        taken = bool(sender.notify(body=words, title=title))
    except Exception as error:  # whatever one of its hundred services breaks on
        return f"Apprise: {type(error).__name__}"
    return "" if taken else "Apprise: a service did not take it"
