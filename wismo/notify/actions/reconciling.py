"""Messages of which nobody can tell whether a provider has them: repeated where that is safe, else shown."""

from collections.abc import Collection, Sequence
from datetime import datetime

from django.db import transaction

from wismo.notify.actions.alerts import raise_alerts, unknown_alert
from wismo.notify.actions.decisions import Judged, decide
from wismo.notify.models import Attempt, AttemptState, Message, MessageState
from wismo.notify.queries.stranded import Stranded
from wismo.notify.rules.verdict import Code, Ruling, Verdict


def _lock(ids: Collection[int], now: datetime) -> set[int]:
    """Those whose lease has still ended unheard: a receipt may have settled one meanwhile."""
    rows = Message.objects.select_for_update(of=("self",)).filter(
        pk__in=ids, state=MessageState.SENDING, lease_until__lt=now
    )
    return set(rows.order_by("pk").values_list("pk", flat=True))


@transaction.atomic
def repeat(stranded: Sequence[Stranded], now: datetime) -> int:
    """Hand these over once more under the same reference: their providers know whether they have them."""
    held = _lock([one.message_id for one in stranded], now)
    Message.objects.filter(pk__in=held).update(state=MessageState.QUEUED, lease_until=None, due_at=now)
    ours = [one for one in stranded if one.message_id in held]
    decide([Judged(one.shop_id, one.message_id, _again(one, now)) for one in ours], now)
    return len(ours)


def _again(one: Stranded, now: datetime) -> Verdict:
    seen = {"attempt": one.number, "detail": one.detail, "provider": one.provider}
    return Verdict("send", Ruling.WAIT, Code.RETRY, seen, now)


@transaction.atomic
def leave_unknown(stranded: Sequence[Stranded], now: datetime) -> int:
    """Nothing tells what became of these: they are shown to the team, and never sent again by themselves."""
    held = _lock([one.message_id for one in stranded], now)
    ours = [one for one in stranded if one.message_id in held]
    Message.objects.filter(pk__in=held).update(
        state=MessageState.UNKNOWN, code=Code.UNKNOWN.value, lease_until=None, finished_at=now
    )
    Attempt.objects.filter(pk__in=[one.attempt_id for one in ours], state=AttemptState.SENDING).update(
        state=AttemptState.UNKNOWN
    )
    decide([Judged(one.shop_id, one.message_id, _lost(one)) for one in ours], now)
    told = [unknown_alert(one.shop_id, one.message_id, one.journey, one.channel) for one in ours]
    raise_alerts(told, now)
    return len(ours)


def _lost(one: Stranded) -> Verdict:
    seen = {"attempt": one.number, "detail": one.detail, "channel": one.channel}
    return Verdict("send", Ruling.DONE, Code.UNKNOWN, seen)
