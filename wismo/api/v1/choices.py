"""What a buyer agreed to or refused, as callers tell it."""

from collections.abc import Sequence
from datetime import datetime

from ninja import Schema

from wismo.notify.actions.consents import Wish, unknown_channels
from wismo.notify.words import Kind
from wismo.vocabulary.calendar import is_plausible_moment
from wismo.vocabulary.text import can_keep


class ChoiceIn(Schema):
    """A yes or no to one kind of message on one channel, with the words it was said to.

    `wording` and `page` are the evidence: what the buyer read, and where.
    """

    channel: str
    kind: Kind
    granted: bool
    wording: str = ""
    page: str = ""
    at: datetime | None = None  # None: with the order, or now


def choice_problems(choices: Sequence[ChoiceIn]) -> list[str]:
    """What is wrong with them, each as "field: what to do"."""
    unknown = unknown_channels([choice.channel for choice in choices])
    checks = {
        f"consents: no channel is called {', '.join(map(repr, unknown))}": not unknown,
        "consents: at most 50 of them": len(choices) <= 50,
        "consents: wording at most 2000, page at most 300 characters": all(
            len(one.wording) <= 2000 and len(one.page) <= 300 and can_keep(one.wording + one.page)
            for one in choices
        ),
        "consents: at is a time of 2000 to 2100 with its offset": all(
            is_plausible_moment(one.at) for one in choices
        ),
        "consents: an opt-in says what was read: its wording is missing": all(
            one.wording.strip() or not one.granted for one in choices
        ),
    }
    return [message for message, fine in checks.items() if not fine]


def wishes_of(
    buyer_id: int, choices: Sequence[ChoiceIn], source: str, language: str, at: datetime
) -> list[Wish]:
    """The choices as the buyer's wishes; `at` is when they were told, where they do not say it."""
    return [
        Wish(
            buyer_id=buyer_id,
            channel=one.channel,
            kind=one.kind,
            granted=one.granted,
            source=source,
            at=one.at or at,
            evidence={"wording": one.wording, "page": one.page, "language": language},
        )
        for one in choices
    ]
