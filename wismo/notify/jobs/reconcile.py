"""What dead senders and silent providers leave behind: repeated if that is safe, asked about, or shown."""

import logging
from collections import defaultdict
from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime
from typing import Any

from wismo.notify.actions import receipts
from wismo.notify.actions.claims import take_back
from wismo.notify.actions.reconciling import leave_unknown, repeat
from wismo.notify.channels import providers
from wismo.notify.port import Account, HeardReceipt, Trace
from wismo.notify.queries.accounts import accounts_of
from wismo.notify.queries.due import anything_left
from wismo.notify.queries.stranded import Known, Stranded, of_others, places_of, stranded
from wismo.notify.rules.repeats import repeatable

log = logging.getLogger(__name__)


def reconcile(now: datetime) -> int:
    """Settle what can be settled of messages whose lease has ended; how many."""
    # Without this look an idle worker would keep taking SQLite's write lock.
    if not anything_left(now):
        return 0
    taken = take_back(now)
    found = stranded(now)
    again = [one for one in found if _is_repeatable(one, now)]
    others = [one for one in found if not _is_repeatable(one, now)]
    return taken + repeat(again, now) + _ask(others, now)


def _is_repeatable(one: Stranded, now: datetime) -> bool:
    """Whether the provider still knows the reference."""
    facts = providers().get(one.provider)
    return facts is not None and facts.idempotent and repeatable(one.started_at, now)


def _ask(found: Sequence[Stranded], now: datetime) -> int:
    """Ask those providers that can be asked; what they do not know stays unknown. Outside any transaction."""
    known = places_of(list(found))
    by_account: dict[tuple[int, str], list[Stranded]] = defaultdict(list)
    for one in found:
        by_account[one.shop_id, one.provider].append(one)
    accounts = {
        (facts.account.shop_id, facts.account.provider): facts.account
        for facts in accounts_of({one.shop_id for one in found})
    }
    for (shop_id, provider), ours in by_account.items():
        heard = _looked_up(accounts.get((shop_id, provider)), ours, known)
        receipts.apply(shop_id, provider, heard, now)
    return leave_unknown(found, now)  # those that were settled are no longer held


def _looked_up(
    account: Account | None, ours: Sequence[Stranded], known: dict[tuple[int, str], Known]
) -> list[HeardReceipt]:
    facts = providers().get(ours[0].provider)
    if account is None or facts is None or not facts.asks:
        return []
    traces = [_trace(one, known) for one in ours]
    try:
        look_up: Any = facts.code().look_up
        told: dict[str, HeardReceipt] = look_up(account, traces)
    except Exception as error:  # whatever it breaks on: the messages stay unknown, and people are told
        log.error("provider %s could not be asked: %s", facts.key, type(error).__name__)  # noqa: TRY400
        return []
    # One that was found by reader and time alone may be another attempt's, whose answer did come.
    others = of_others(account.shop_id, list(told), [receipt.provider_id for receipt in told.values()])
    return [
        replace(receipt, reference=reference)
        for reference, receipt in told.items()
        if receipt.provider_id not in others
    ]


def _trace(one: Stranded, known: dict[tuple[int, str], Known]) -> Trace:
    place = known.get((one.shop_id, one.digest))
    return Trace(one.reference, one.provider_id, one.started_at, place.value if place else "")
