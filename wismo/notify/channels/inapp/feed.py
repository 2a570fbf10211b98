"""The feed's hand-over: the item is written where the answer is recorded, in the same transaction.

Nothing is sent, so there is nothing to wait for, and an item is there exactly when its message says so.
"""

from wismo.notify.port import Account, Letter, LetterError, Outcome, Outgoing, Provider, Result

TITLE = 250


def open_provider(account: Account) -> Provider:
    """The shop's feed."""
    return FeedProvider()


class FeedProvider:
    """`local`: what is composed goes to `actions.feed.keep`, and not out of the house."""

    local = True

    def compose(self, letter: Letter) -> Outgoing:
        """The item as `actions.feed.keep` takes it."""
        if not letter.to.isdecimal():
            raise LetterError("the feed is a buyer's, and this letter is to somebody else")
        form = {
            "buyer_id": int(letter.to),
            "topic": letter.topic or letter.reference,
            "title": letter.heading[:TITLE],
            "body": letter.body,
            "url": letter.url,
            "language": letter.language,
        }
        return Outgoing(letter.message_id, letter.reference, letter.subject, form)

    def send(self, outgoing: Outgoing) -> Outcome:
        """Taking it is delivering it."""
        return Outcome(Result.SENT, delivered=True)

    def close(self) -> None:
        """Nothing is held."""
