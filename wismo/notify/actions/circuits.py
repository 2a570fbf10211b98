"""A provider that refuses us, or does not answer, is left alone for a while, and the team is told."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from wismo.notify.actions.alerts import Alert, AlertKind, close_alerts, raise_alert
from wismo.notify.actions.limits import slow_down
from wismo.notify.models import ChannelAccount
from wismo.notify.port import Outcome, Result
from wismo.notify.queries.accounts import AccountFacts
from wismo.notify.rules.circuits import OPENS_AT, after, rests_until
from wismo.notify.words import Failure

PROBE = timedelta(seconds=60)  # for one message to show whether the provider is well again
_TRIED = "being tried again"
_HOUSE = timedelta(seconds=30)  # the house's own account has no row to rest by
_LONGEST = timedelta(seconds=60)


@dataclass(frozen=True, slots=True)
class Line:
    """A shop's account at a provider, as what was handed over by it names it."""

    shop_id: int
    provider: str
    account_id: int | None


def may_probe(facts: AccountFacts, now: datetime) -> bool:
    """Of an account that has rested: whether this caller sends the one message that tries it."""
    if facts.failures < OPENS_AT or facts.id is None:
        return True
    rows = ChannelAccount.objects.filter(pk=facts.id, resting_until=facts.resting_until)
    return rows.update(resting_until=now + PROBE, trouble=_TRIED) > 0


def learn(answers: Mapping[Line, Sequence[Outcome]], now: datetime) -> None:
    """What the providers' answers say of the accounts: well, slower, or not at all for a while.

    One look where all is well.
    """
    in_order = sorted(answers.items(), key=lambda entry: (entry[0].shop_id, entry[0].provider))
    for line, outcomes in in_order:
        _heed(line, outcomes, now)
    ids = {line.account_id for line in answers if line.account_id is not None}
    rows = ChannelAccount.objects.filter(pk__in=ids).only("failures", "trouble") if ids else []
    before = {row.pk: row for row in rows}
    for line, outcomes in in_order:
        if line.account_id in before:
            _count(line, before[line.account_id], outcomes, now)


def _heed(line: Line, outcomes: Sequence[Outcome], now: datetime) -> None:
    """Slow down as the provider asks; the house's own mail server rests while nobody answers there."""
    busy = [o for o in outcomes if o.failure is Failure.BUSY and o.again_after is not None]
    spans = [min(o.again_after or timedelta(), _LONGEST) for o in busy]
    if line.account_id is None and outcomes and all(o.result is Result.DOWN for o in outcomes):
        spans.append(_HOUSE)
    if spans:
        slow_down(line.shop_id, line.provider, max(spans), now)


def _count(line: Line, row: ChannelAccount, outcomes: Sequence[Outcome], now: datetime) -> None:
    failures = after(row.failures, outcomes)
    said = next((o for o in outcomes if o.failure is Failure.CONFIG), None)
    if said is not None:
        raise_alert(_refused(line, said), now)
    # What was out already when the account was laid to rest says nothing new.
    leftover = row.failures >= OPENS_AT and row.trouble != _TRIED and failures > 0
    if failures == row.failures == 0 or leftover:
        return
    until = rests_until(failures, now)
    trouble = "" if failures == 0 else f"{outcomes[-1].result.value} {outcomes[-1].detail}".strip()[:200]
    accounts = ChannelAccount.objects.filter(pk=line.account_id or 0)
    accounts.update(failures=failures, resting_until=until, trouble=trouble)
    if until is not None and said is None:
        text = f"{line.provider} does not take our messages ({trouble}); it is left alone for a while."
        raise_alert(Alert(line.shop_id, AlertKind.PROVIDER, line.provider, text), now)
    if failures == 0:
        close_alerts(line.shop_id, AlertKind.PROVIDER, [line.provider], now)


def _refused(line: Line, outcome: Outcome) -> Alert:
    text = f"{line.provider} refuses our messages (code {outcome.detail}): look at the account and its texts."
    return Alert(line.shop_id, AlertKind.PROVIDER, line.provider, text)
