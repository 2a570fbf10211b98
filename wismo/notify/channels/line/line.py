"""LINE's push messages: a card to the user id of a friend. LINE tells nothing of their delivery."""

from wismo.notify.channels import line_api, line_card
from wismo.notify.channels.line_heard import answer, authentic, read
from wismo.notify.handover import hand_over
from wismo.notify.port import Account, Letter, Outcome, Outgoing, Provider, Request

__all__ = ["answer", "authentic", "open_provider", "read"]


def open_provider(account: Account) -> Provider:
    """LINE by the shop's channel access token."""
    return LineProvider(account)


class LineProvider:
    """Safe to repeat: LINE knows a retry key for 24 hours, and answers 409 to one it has taken."""

    def __init__(self, account: Account) -> None:
        self.account = account

    def compose(self, letter: Letter) -> Outgoing:
        """One card."""
        body = {"to": letter.to, "messages": [line_card.card(letter)]}
        headers = {"X-Line-Retry-Key": letter.reference}
        form = line_api.request(self.account, "/v2/bot/message/push", body, headers)
        return Outgoing(letter.message_id, letter.reference, letter.subject, form)

    def send(self, outgoing: Outgoing) -> Outcome:
        """Push it."""
        request: Request = outgoing.form
        return hand_over(request, line_api.outcome)

    def close(self) -> None:
        """Nothing is held."""
