"""A test of a text to a member of the team, by the very way a shopper's message goes."""

import re
import uuid
from dataclasses import dataclass, field, replace
from datetime import datetime

from wismo.notify.channels import passports, providers
from wismo.notify.port import Approved, Letter, LetterError, Outcome, Result
from wismo.notify.preview import Trial, sample_letter
from wismo.notify.queries.accounts import AccountFacts, accounts_of
from wismo.notify.queries.authoring import template_rows
from wismo.notify.rules.addresses import normal
from wismo.notify.words import AddressKind
from wismo.plumbing import audit, limits

MARK = "[Test]"
MOST = 20  # an hour and shop: a test must not become a way to write to people
SENT = "sent a test message"


class NotSent(Exception):
    """The test could not be handed over; says why, in words for the one who asked."""


@dataclass(frozen=True, slots=True)
class Destination:
    """Where a channel's test can go."""

    kind: AddressKind
    asked: bool  # whether the member types it; an e-mail only ever goes to their own


def destination(channel: str) -> Destination:
    """What a test of this channel needs to know."""
    kind = passports()[channel].reaches[0]
    return Destination(kind, asked=kind not in {AddressKind.EMAIL, AddressKind.BUYER})


@dataclass(frozen=True, slots=True)
class Asker:
    """The member who asks for a test."""

    email: str = field(repr=False)  # their own
    typed: str = field(repr=False)  # the number or id they gave, for a channel that needs one
    country: str  # of a number without its country's prefix


def send_test(shop_id: int, trial: Trial, by: Asker, *, now: datetime, provider: str = "") -> Outcome:
    """Hand one marked message over; NotSent says why that could not be. No message of a shopper is touched.

    It leaves by the account at `provider`; "" for the one that the channel would use.
    """
    where = destination(trial.channel)
    address = _address(where, by)
    facts = _account(shop_id, trial.channel, provider, now)
    if limits.count(shop_id, "tests", "shop", now=now, length=limits.HOUR) > MOST:
        raise NotSent(f"{MOST} tests were sent within this hour. Try again in the next.")
    subject = f"{trial.key.journey} {trial.channel} {trial.key.language}"[:120]
    audit.record(shop_id, who=by.email, did=SENT, subject=subject, now=now)
    outcome = _hand_over(shop_id, trial, facts, (where.kind, address), now)
    if outcome.result is not Result.SENT:
        raise NotSent(_words(facts, outcome))
    return outcome


_KINDS = {
    AddressKind.PHONE: "a phone number with its country’s prefix",
    AddressKind.EMAIL: "an e-mail address",
}


def _address(where: Destination, by: Asker) -> str:
    told = by.typed if where.asked else by.email
    address = normal(where.kind, told, country=by.country)
    if where.kind is AddressKind.BUYER:
        raise NotSent("This channel writes to a known shopper only: look at its preview instead.")
    if not address:
        raise NotSent(f"“{told}” is not {_KINDS.get(where.kind, 'an address')} that can be written to.")
    return address


def _account(shop_id: int, channel: str, provider: str, now: datetime) -> AccountFacts:
    found = [
        facts
        for facts in accounts_of([shop_id])
        if facts.account.channel == channel and facts.usable and provider in {"", facts.account.provider}
    ]
    if not found:
        raise NotSent("No account is connected for this channel: connect one first.")
    awake = (facts for facts in found if facts.resting_until is None or facts.resting_until <= now)
    return next(awake, found[0])


def _hand_over(
    shop_id: int, trial: Trial, facts: AccountFacts, to: tuple[AddressKind, str], now: datetime
) -> Outcome:
    provider = providers()[facts.account.provider].open(facts.account)
    try:
        letter, _ = sample_letter(shop_id, trial, now, to=to, reference=str(uuid.uuid4()))
        approved = _approved(shop_id, facts.account.provider, letter)
        return provider.send(provider.compose(replace(_marked(letter), approved=approved)))
    except LetterError as error:
        raise NotSent(f"It cannot be written: {error}.") from error
    finally:
        provider.close()


def _approved(shop_id: int, provider: str, letter: Letter) -> Approved | None:
    """What the provider approved of this journey in this language: outside a chat it carries nothing else."""
    rows = [row for row in template_rows(shop_id, letter.journey) if row.provider == provider]
    good = (row for row in rows if row.state == "approved" and row.language == letter.language)
    row = next(good, None)
    if row is None:
        return None
    known = {**letter.values, "url": letter.url}
    return Approved(
        name=row.name,
        language=row.provider_language or row.language,
        category=row.category,
        body=row.body,
        variables=tuple((name, str(known.get(name, ""))) for name in row.variables),
        extra=row.extra,
    )


def _marked(letter: Letter) -> Letter:
    return replace(
        letter,
        subject=f"{MARK} {letter.subject}",
        heading=f"{MARK} {letter.heading}",
        short=f"{MARK} {letter.short}",
        topic=re.sub(r"[^A-Za-z0-9_-]", "-", f"test-{letter.journey}")[:32],
    )


def _words(facts: AccountFacts, outcome: Outcome) -> str:
    named = providers()[facts.account.provider].name
    if outcome.result is Result.UNKNOWN:
        return f"{named} did not say whether it took it ({outcome.detail}). Look whether it came."
    if outcome.result is Result.DOWN:
        return f"{named} could not be reached."
    return f"{named} refused it: {outcome.detail or 'without a reason'}."
