"""Text messages through Twilio."""

from dataclasses import replace

from wismo.notify.channels import twilio_api
from wismo.notify.channels.plain import in_short_with_a_way_out
from wismo.notify.channels.twilio_api import BODY_LIMIT, Line, answer, authentic
from wismo.notify.channels.twilio_heard import look_up, read
from wismo.notify.port import Account, Letter, LetterError, Outcome, Outgoing
from wismo.notify.rules.segments import count

__all__ = ["KEEP_HEADERS", "answer", "authentic", "look_up", "open_provider", "read"]
KEEP_HEADERS: tuple[str, ...] = ()  # a form says all


def open_provider(account: Account) -> "TwilioSms":
    """Ready to send."""
    return TwilioSms(account)


class TwilioSms:
    """One text message a letter."""

    def __init__(self, account: Account) -> None:
        self.line = Line(account)

    def compose(self, letter: Letter) -> Outgoing:
        """The brand, the short text, its link, and how to end it."""
        text = in_short_with_a_way_out(letter)
        if len(text) > BODY_LIMIT:
            raise LetterError(f"a text message has at most {BODY_LIMIT} characters, and this one {len(text)}")
        fields = {"To": letter.to, **self.line.sender(), "Body": text, "SmartEncoded": "true"}
        return replace(self.line.posting(letter, fields), parts=count(text).segments)

    def send(self, outgoing: Outgoing) -> Outcome:
        """Hand it over."""
        return twilio_api.send(outgoing)

    def close(self) -> None:
        """Nothing is held."""
