"""What people say back: words that end messages, taps on buttons, and all the rest for the team.

Each reply is heard once, however often its provider tells it, and each button of a message acts once.
"""

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime

from django.db import IntegrityError, transaction

from wismo.notify.actions import choices
from wismo.notify.actions.answering import NO_LONGER, STOPPED, TO_TEAM, Tap, follow
from wismo.notify.actions.choices import Choice
from wismo.notify.actions.conversations import Entry, take_down
from wismo.notify.actions.saying import To, answer
from wismo.notify.actions.senders import Sender, Writer, note_heard, recognise
from wismo.notify.channels import providers
from wismo.notify.models import Inbound
from wismo.notify.port import HeardReply
from wismo.notify.queries.people import suppressions
from wismo.notify.queries.replies import Context, answers_key, by_provider_id, by_reference, last_to
from wismo.notify.rules.answers import Tapped, read_token
from wismo.notify.rules.keywords import Word, answered_by, word_of
from wismo.plumbing import limits
from wismo.vocabulary.text import can_keep

LONGEST = 10_000  # characters of a reply that are kept
MOST = 120  # replies of one address within an hour that reach the team
NOT_TEXT = "[not text: a picture, a place or a file]"


@dataclass(frozen=True, slots=True)
class Reply:
    """A reply with all that is known of it."""

    told: HeardReply = field(repr=False)
    shop_id: int
    channel: str
    provider: str
    at: datetime
    sender: Sender
    context: Context | None  # what it answers, as far as known
    tapped: Tapped | None
    text: str = field(repr=False)

    @property
    def to(self) -> To:
        """Where we would answer."""
        order_id = self.context.order_id if self.context else None
        sender = self.sender
        return To(self.shop_id, self.channel, sender.address_id, sender.digest, sender.buyer_id, order_id)

    @property
    def language(self) -> str:
        """What the message was written in that they answer; "" where it is not known."""
        return self.context.language if self.context else ""


def hear(shop_id: int, provider: str, told: Sequence[HeardReply], now: datetime) -> None:
    """Follow what people said, in the order they said it; each reply once."""
    rows = Inbound.objects.filter(
        shop_id=shop_id, provider=provider, key__among=[one.key[:200] for one in told]
    )
    known = set(rows.values_list("key", flat=True))
    once = {one.key[:200]: one for one in told if one.key[:200] not in known}
    replies = _with_context(shop_id, provider, sorted(once.values(), key=lambda one: one.at or now), now)
    note_heard(providers()[provider].channel, [(reply.sender, reply.at) for reply in replies])
    stopped = _stopped(shop_id, replies, now)
    for reply in replies:
        _hear(reply, stopped, now)


def _with_context(shop_id: int, provider: str, told: Sequence[HeardReply], now: datetime) -> list[Reply]:
    """The replies with their senders and what they answer, read in a constant number of queries."""
    channel = providers()[provider].channel
    taps = [read_token(answers_key(), one.token, today=now.date()) if one.token else None for one in told]
    named = [tap.reference if tap else _reference(one) for one, tap in zip(told, taps, strict=True)]
    ours = by_reference([name for name in named if name], shop_id)
    theirs = by_provider_id(shop_id, provider, [one.answers for one in told if one.answers])
    found = [
        ours.get(name) or (None if tap else theirs.get(one.answers))
        for one, tap, name in zip(told, taps, named, strict=True)
    ]
    writers = [
        Writer((one.sender, *one.also), one.at or now, context.buyer_id if context else None, one.extra)
        for one, context in zip(told, found, strict=True)
    ]
    senders = recognise(shop_id, writers, now)
    last = last_to(shop_id, channel, {sender.digest for sender in senders if sender})
    return [
        Reply(
            told=one,
            shop_id=shop_id,
            channel=channel,
            provider=provider,
            at=one.at or now,
            sender=sender,
            context=context or last.get(sender.digest),
            tapped=tap if context else None,
            text=_kept(one),
        )
        for one, sender, context, tap in zip(told, senders, found, taps, strict=True)
        if sender is not None  # a short code or a name for a sender: nobody we could answer
    ]


def _reference(reply: HeardReply) -> str:
    return str(reply.extra.get("reference", ""))


def _kept(reply: HeardReply) -> str:
    text = reply.text if can_keep(reply.text) else "".join(sign for sign in reply.text if can_keep(sign))
    return text.strip()[:LONGEST] or (
        NOT_TEXT if reply.extra.get("media") or reply.extra.get("place") else ""
    )


def _stopped(shop_id: int, replies: Sequence[Reply], now: datetime) -> set[str]:
    """The digests of those who ended messages on this channel before."""
    channel = {"", replies[0].channel} if replies else set()
    bans = suppressions([shop_id], {reply.sender.digest for reply in replies}, now)
    return {
        digest
        for digest, found in bans.items()
        if any(ban.reason == "stop" and ban.scope == "all" and ban.channel in channel for ban in found)
    }


def _hear(reply: Reply, stopped: set[str], now: datetime) -> None:
    digest = reply.sender.digest
    word = word_of(reply.text, stopped=digest in stopped)
    if word is Word.STOP:
        _end(reply, stopped, now)
    elif reply.tapped is not None and reply.context is not None:
        _tap(reply, reply.tapped, reply.context, stopped, now)
    elif word is Word.START:
        if _note(reply, "start") and choices.start(reply.shop_id, _choice(reply)):
            stopped.discard(digest)
            _answer(reply, "started", now)
    elif word is Word.HELP:
        if _note(reply, "help"):
            _answer(reply, "help", now)
    elif reply.text:
        _to_team(reply, now)


def _end(reply: Reply, stopped: set[str], now: datetime) -> None:
    """STOP: confirmed once, however often it is said."""
    if not _note(reply, "stop"):
        return
    before = reply.sender.digest in stopped
    if choices.stop(reply.shop_id, _choice(reply), now):
        stopped.add(reply.sender.digest)
        if not before:
            _answer(reply, "stopped", now)


def _choice(reply: Reply) -> Choice:
    sender, evidence = reply.sender, {"words": reply.text[:200]}
    return Choice(sender.digest, sender.buyer_id, reply.channel, reply.at, "keyword", evidence=evidence)


def _tap(reply: Reply, tapped: Tapped, context: Context, stopped: set[str], now: datetime) -> None:
    tap = Tap(
        context=context,
        action=tapped.action,
        expired=tapped.expired,
        provider=reply.provider,
        key=reply.told.key,
        channel=reply.channel,
        sender=reply.sender,
        at=reply.at,
    )
    before = context.digest in stopped
    outcome = follow(tap, now)
    if outcome == STOPPED:
        stopped.add(context.digest)
    if outcome is not None and not (outcome == STOPPED and before):
        _answer(reply, "no_longer" if outcome == NO_LONGER else outcome, now)


def _to_team(reply: Reply, now: datetime) -> None:
    if not _note(reply, "text", outcome=TO_TEAM):
        return
    subject = reply.sender.digest
    if limits.count(reply.shop_id, "replies", subject, now=now, length=limits.HOUR) > MOST:
        return
    context = reply.context
    entry = Entry(reply.channel, reply.sender, reply.text, reply.at, context.message_id if context else None)
    # A mail box that answers by itself would be answered for ever, and people do not expect it of a shop's.
    if take_down(reply.shop_id, entry) and reply.channel != "email":
        _answer(reply, TO_TEAM, now)


def _note(reply: Reply, kind: str, *, outcome: str = "done") -> bool:
    """Keep that it was heard; False where another worker was faster."""
    try:
        with transaction.atomic():
            Inbound.objects.create(
                shop_id=reply.shop_id,
                channel=reply.channel,
                provider=reply.provider,
                key=reply.told.key[:200],
                address_id=reply.sender.address_id,
                attempt_id=reply.context.attempt_id if reply.context else None,
                kind=kind,
                outcome=outcome,
                at=reply.at,
            )
    except IntegrityError:
        return False
    return True


def _answer(reply: Reply, name: str, now: datetime) -> None:
    """Say it back, unless the provider has said it already."""
    if reply.told.extra.get("answered") or answered_by(reply.provider, reply.text):
        return
    answer(reply.to, name, now, language=reply.language)
