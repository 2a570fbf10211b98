"""WhatsApp through Twilio: approved content outside a reader's 24 hours, free text inside."""

import json

from wismo.notify.channels import twilio_api
from wismo.notify.channels.plain import in_short_with_a_way_out, one_line
from wismo.notify.channels.twilio_api import BODY_LIMIT, Line, answer, authentic
from wismo.notify.channels.twilio_heard import look_up, read
from wismo.notify.port import Account, Approved, Letter, LetterError, Outcome, Outgoing

__all__ = ["KEEP_HEADERS", "answer", "authentic", "look_up", "open_provider", "read"]
KEEP_HEADERS: tuple[str, ...] = ()
_PREFIX = "whatsapp:"


def open_provider(account: Account) -> "TwilioWhatsApp":
    """Ready to send."""
    return TwilioWhatsApp(account)


class TwilioWhatsApp:
    """One WhatsApp message a letter. `to` is a phone number or a business-scoped user id."""

    def __init__(self, account: Account) -> None:
        self.line = Line(account)

    def compose(self, letter: Letter) -> Outgoing:
        """The approved content with our values; the short text where the reader's window is open."""
        fields = {"To": _PREFIX + letter.to, **self.line.sender(_PREFIX)}
        if letter.approved is not None:
            fields |= _content(letter.approved, letter)
        elif letter.window_open:
            text = in_short_with_a_way_out(letter)
            if len(text) > BODY_LIMIT:
                raise LetterError(f"a message has at most {BODY_LIMIT} characters, and this one {len(text)}")
            fields["Body"] = text
        else:
            raise LetterError("the reader's 24-hour window is closed, and no content is approved for this")
        return self.line.posting(letter, fields)

    def send(self, outgoing: Outgoing) -> Outcome:
        """Hand it over."""
        return twilio_api.send(outgoing)

    def close(self) -> None:
        """Nothing is held."""


def _content(approved: Approved, letter: Letter) -> dict[str, str]:
    """Its id and its variables: those of the text, then the tokens of its buttons, then the page's address.

    `extra`: `buttons` lists the actions whose tokens are further variables, `link` says that the page's
    address is one.
    """
    sid = str(approved.extra.get("content_sid") or approved.name)
    if not sid.startswith("HX"):
        raise LetterError(f"{sid!r} is not the id of a content at Twilio, which begins with HX")
    tokens = {str(button.action): button.token for button in letter.buttons}
    values = [one_line(value) for _name, value in approved.variables]
    values += [tokens.get(action, "") for action in approved.extra.get("buttons", ())]
    values += [letter.url] if approved.extra.get("link") else []
    if not all(values):
        raise LetterError(f"{sid}: a variable would be empty, which WhatsApp refuses")
    numbered = {str(n): value for n, value in enumerate(values, start=1)}
    return {"ContentSid": sid, **({"ContentVariables": json.dumps(numbered)} if numbered else {})}
