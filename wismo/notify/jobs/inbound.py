"""What providers of channels tell us, read from the inbox: receipts, replies, choices, news of templates."""

import hashlib
from collections import defaultdict
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import fields, replace
from datetime import datetime
from typing import Any, TypeVar

from wismo.notify.actions import choices, inbound, receipts, templates
from wismo.notify.actions.alerts import Alert, AlertKind, raise_alerts
from wismo.notify.channels import ProviderFacts, providers
from wismo.notify.port import (
    Heard,
    HeardBroken,
    HeardChoice,
    HeardOther,
    HeardReceipt,
    HeardReply,
    HeardTemplate,
    Unreadable,
)
from wismo.notify.queries.accounts import account_of
from wismo.plumbing import inbox
from wismo.plumbing.inbox import Parsed, Payload, Reader
from wismo.vocabulary.text import keepable

Read = Callable[[bytes, Mapping[str, str]], list[Heard]]
_KEY = 200  # characters of a key that are kept
One = TypeVar("One", HeardReceipt, HeardReply, HeardChoice, HeardTemplate)


def parse(row: Payload) -> Parsed:
    """What a provider's payload says."""
    facts = providers().get(row.source)
    if facts is None or not facts.hears:
        raise inbox.Unreadable(f"no provider of a channel is called {row.source!r}")
    try:
        heard = _read_by(facts, row)(row.body(), row.headers)
    except Unreadable as error:
        raise inbox.Unreadable(str(error)) from error
    broken = [one.why for one in heard if isinstance(one, HeardBroken)]
    return Parsed([_kept(one, row.received_at) for one in heard if not isinstance(one, HeardBroken)], broken)


def _read_by(facts: ProviderFacts, row: Payload) -> Read:
    """How the provider's payloads are read; of a gateway that is described, by the shop's account."""
    code = facts.code()
    if not hasattr(code, "reader"):
        read: Read = code.read
        return read
    account = account_of(row.shop_id, facts.key)
    if account is None:
        raise inbox.Unreadable(
            f"the shop has no account at {facts.name} any more, which says how this is read"
        )
    described: Read = code.reader(account)
    return described


def _kept(heard: Heard, received_at: datetime) -> Heard:
    """As a database takes it, with a short key, and its moment: the provider's clock may run ahead."""
    heard = _keepable(heard)
    if isinstance(heard, HeardReceipt | HeardReply | HeardChoice):
        at = min(heard.at or received_at, received_at)
        return replace(heard, at=at, key=_short(heard.key))
    return heard


def _keepable(heard: Heard) -> Heard:
    """One odd sign in an id or code, and PostgreSQL would refuse the whole payload."""
    told = {one.name: getattr(heard, one.name) for one in fields(heard)}
    return replace(heard, **{name: _cleaned(value) for name, value in told.items() if name != "text"})


def _cleaned(value: Any) -> Any:
    if isinstance(value, Mapping):
        return {_cleaned(name): _cleaned(one) for name, one in value.items()}
    if isinstance(value, list | tuple):
        return type(value)(_cleaned(one) for one in value)
    return keepable(value) if type(value) is str else value


def _short(key: str) -> str:
    """A key that can be kept. One cut off would be the same as that of another event of the message."""
    if len(key) <= _KEY:
        return key
    return f"{key[: _KEY // 2]}:{hashlib.sha256(key.encode(errors='replace')).hexdigest()}"


def record(batch: Sequence[tuple[Payload, Parsed]], now: datetime) -> None:
    """Keep what these payloads tell, with all consequences, in the caller's transaction."""
    told: dict[tuple[int, str], list[Heard]] = defaultdict(list)
    for row, parsed in batch:
        told[row.shop_id, row.source] += parsed.facts
    for (shop_id, provider), heard in sorted(told.items(), key=lambda entry: entry[0]):
        receipts.apply(shop_id, provider, list(_only(HeardReceipt, heard)), now)
        inbound.hear(shop_id, provider, list(_only(HeardReply, heard)), now)
        choices.hear(shop_id, provider, list(_only(HeardChoice, heard)), now)
        templates.hear(shop_id, provider, list(_only(HeardTemplate, heard)), now)
        links = [one.link for one in heard if isinstance(one, HeardOther) and one.link]
        raise_alerts([Alert(shop_id, AlertKind.CONFIRM, provider, link) for link in links], now)


def _only(kind: type[One], heard: Sequence[Heard]) -> Iterator[One]:
    return (one for one in heard if isinstance(one, kind))


_READER = Reader(parse=parse, record=record)
READERS = {key: _READER for key, facts in providers().items() if facts.hears}
