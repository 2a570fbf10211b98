"""Telegram's Bot API: a text with buttons to a chat that the person began. It tells nothing of delivery.

core.telegram.org/bots/api
"""

import html
import json
from collections.abc import Mapping
from datetime import timedelta
from typing import Any

from wismo.notify.channels.plain import at_most
from wismo.notify.channels.telegram.webhook import answer, authentic, read
from wismo.notify.handover import busy_or_broken, hand_over, maybe_taken, told
from wismo.notify.port import Account, Letter, LetterError, Outcome, Outgoing, Provider, Request, Result
from wismo.notify.words import Failure
from wismo.plumbing import http

__all__ = ["answer", "authentic", "open_provider", "read"]

HOME = "https://api.telegram.org"
TEXT, CALLBACK, SCORES_A_ROW = 4096, 64, 6  # characters, bytes, buttons
_A_DAY = 24 * 3600  # seconds
_CONFIG = frozenset({401, 404})  # the token is nobody's


def open_provider(account: Account) -> Provider:
    """Telegram by the shop's bot."""
    return TelegramProvider(account)


class TelegramProvider:
    """There is no key that makes a repeat safe, and no way to ask: silence stays unknown."""

    def __init__(self, account: Account) -> None:
        self.account = account

    def compose(self, letter: Letter) -> Outgoing:
        """One message: heading and body, the link as a button, answers as buttons that call back."""
        body = {
            "chat_id": letter.to,
            "text": text_of(letter),
            "parse_mode": "HTML",
            "link_preview_options": {"is_disabled": True},
            "reply_markup": {"inline_keyboard": keyboard_of(letter)},
        }
        home = (self.account.values.get("api_url") or HOME).rstrip("/")
        said = json.dumps(body, ensure_ascii=False, separators=(",", ":")).encode()
        url = f"{home}/bot{self.account.values['token']}/sendMessage"
        form = Request("POST", url, {"Content-Type": "application/json"}, said)
        return Outgoing(letter.message_id, letter.reference, letter.subject, form)

    def send(self, outgoing: Outgoing) -> Outcome:
        """Hand it over, once."""
        request: Request = outgoing.form
        return hand_over(request, outcome)

    def close(self) -> None:
        """Nothing is held."""


def text_of(letter: Letter) -> str:
    """Heading, body and details in Telegram's HTML, the body cut where Telegram would refuse its length."""
    body, text = letter.body, _text_with(letter, letter.body)
    while len(text) > TEXT and body:  # Telegram counts without the marks: this is the stricter
        fewer = max((len(text) - TEXT) // 5, 1)  # a sign has at most five in HTML
        body = at_most(body, len(body) - fewer) if len(body) > fewer else ""
        text = _text_with(letter, body)
    if len(text) > TEXT:
        raise LetterError(f"Telegram takes {TEXT} characters at most, and there are more beside the text")
    return text


def _text_with(letter: Letter, body: str) -> str:
    lines = [f"<b>{html.escape(letter.heading, quote=False)}</b>", html.escape(body, quote=False)]
    details = [f"{label}: {value}" for label, value in (*letter.details, letter.voucher) if label and value]
    lines += [html.escape("\n".join(details), quote=False)] if details else []
    lines += [html.escape(line, quote=False) for line in (*letter.footer, letter.stop_hint) if line]
    if letter.preferences_label and letter.preferences_url:
        label = html.escape(letter.preferences_label, quote=False)
        lines.append(f'<a href="{html.escape(letter.preferences_url)}">{label}</a>')
    return "\n\n".join(lines)


def keyboard_of(letter: Letter) -> list[list[dict[str, str]]]:
    """The rows of buttons under the message."""
    if any(len(button.token.encode()) > CALLBACK for button in letter.buttons):
        raise LetterError(f"Telegram takes {CALLBACK} bytes of a button at most")
    scores = [{"text": label, "url": url} for label, url in letter.scores]
    rows = [scores[at : at + SCORES_A_ROW] for at in range(0, len(scores), SCORES_A_ROW)]
    rows.append([{"text": letter.button, "url": letter.url}])
    return rows + [[{"text": button.label, "callback_data": button.token}] for button in letter.buttons]


def outcome(reply: http.Reply) -> Outcome:
    """What an answer of Telegram's means for the message."""
    said = told(reply)
    if reply.status == 200 and said.get("ok"):
        # Of private chats, a message's number is one of the bot's and not of the chat's.
        result = said.get("result")
        given = result.get("message_id", "") if isinstance(result, dict) else ""
        return Outcome(Result.SENT, provider_id=str(given))
    if reply.status < 400:
        return Outcome(Result.UNKNOWN, "unreadable")
    if reply.status == 429:
        return Outcome(Result.RETRY, "429", failure=Failure.BUSY, again_after=_wait(said))
    refused = _refused(reply.status, str(said.get("description", "")).lower())
    return maybe_taken(reply) or busy_or_broken(reply) or refused


def _wait(said: Mapping[str, Any]) -> timedelta | None:
    told_of = said.get("parameters")
    seconds = told_of.get("retry_after") if isinstance(told_of, dict) else None
    return timedelta(seconds=min(seconds, _A_DAY)) if isinstance(seconds, int) else None


def _refused(status: int, words: str) -> Outcome:
    if status in _CONFIG:
        return Outcome(Result.REFUSED, str(status), failure=Failure.CONFIG)
    if status == 403 and "blocked by the user" in words:
        return Outcome(Result.REFUSED, "blocked", failure=Failure.OPTED_OUT)
    # 403: the account was deleted, or the bot was never started; 400: there is no such chat.
    if status == 403 or "chat not found" in words:
        return Outcome(Result.REFUSED, "no_chat", failure=Failure.INVALID)
    return Outcome(Result.REFUSED, str(status), failure=Failure.CONTENT)
