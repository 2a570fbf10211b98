"""What became of messages at providers that can be asked and never call back."""

import logging
from collections import defaultdict
from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from datetime import datetime, timedelta
from typing import Any

from wismo.notify.actions import receipts
from wismo.notify.channels import ProviderFacts, providers
from wismo.notify.port import Account, HeardReceipt, Trace
from wismo.notify.queries.accounts import accounts_of
from wismo.notify.queries.unheard import Unheard, unheard

log = logging.getLogger(__name__)
EVERY = timedelta(minutes=1)  # as often as this runs: each message falls into each age once
AGES = tuple(timedelta(seconds=age) for age in (20, 120, 600, 3600, 21600))  # after the hand-over
MOST = 600
HANDS, SHARE = 8, 20  # threads, and messages one of them asks for


def ask_quiet_providers(now: datetime) -> int:
    """Ask what became of what was taken, ever less often for some hours; how many receipts were heard."""
    quiet = {key: facts for key, facts in providers().items() if facts.asks and not facts.hears}
    begun = [(now - age - EVERY, now - age) for age in AGES]
    found = unheard(quiet, begun, MOST)
    if not found:
        return 0
    by_account: dict[tuple[int, str], list[Unheard]] = defaultdict(list)
    for one in found:
        by_account[one.shop_id, one.provider].append(one)
    heard = 0
    for facts in accounts_of({one.shop_id for one in found}):
        ours = by_account.get((facts.account.shop_id, facts.account.provider), [])
        if ours and facts.usable:
            told = _asked(quiet[facts.account.provider], facts.account, ours)
            receipts.apply(facts.account.shop_id, facts.account.provider, told, now)
            heard += len(told)
    return heard


def _asked(facts: ProviderFacts, account: Account, ours: Sequence[Unheard]) -> list[HeardReceipt]:
    """Outside any transaction, some at once."""
    shares = [ours[at : at + SHARE] for at in range(0, len(ours), SHARE)]
    with ThreadPoolExecutor(HANDS, thread_name_prefix="asking") as pool:
        return [one for told in pool.map(lambda share: _share(facts, account, share), shares) for one in told]


def _share(facts: ProviderFacts, account: Account, ours: Sequence[Unheard]) -> list[HeardReceipt]:
    traces = [Trace(one.reference, one.provider_id, one.started_at, "") for one in ours]
    try:
        look_up: Any = facts.code().look_up
        told: dict[str, HeardReceipt] = look_up(account, traces)
    except Exception as error:  # whatever it breaks on: they are asked for again later
        log.error("provider %s could not be asked: %s", facts.key, type(error).__name__)  # noqa: TRY400
        return []
    return [replace(receipt, reference=reference) for reference, receipt in told.items()]
