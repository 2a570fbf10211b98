"""One transaction: a group of messages is judged under its locks, and what passes is marked as being sent."""

import logging
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import datetime

from django.db import InterfaceError, OperationalError, transaction

from wismo.notify.actions import claims, decisions, limits, sending
from wismo.notify.actions.alerts import raise_alerts
from wismo.notify.actions.decisions import Judged
from wismo.notify.actions.limits import Purse
from wismo.notify.actions.sending import End
from wismo.notify.jobs.candidates import Ready
from wismo.notify.jobs.desk import Desk
from wismo.notify.jobs.judging import Group, unwritten
from wismo.notify.models import MessageState
from wismo.notify.queries.attempts import history
from wismo.notify.queries.cases import Case, cases
from wismo.notify.queries.claimed import buyers_of, mergeable
from wismo.notify.rules.verdict import Code

log = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class Prepared:
    """What is to be handed over now, and how many messages came to an end instead."""

    ready: Sequence[Ready] = ()
    ended: int = 0

    def __add__(self, other: "Prepared") -> "Prepared":
        return Prepared([*self.ready, *other.ready], self.ended + other.ended)


def prepare(ids: Sequence[int], lease: datetime, now: datetime, desk: Desk) -> Prepared:
    """Those of the claimed messages that are to be handed over, marked so and committed; the others settled.

    A message that breaks the preparation of its group is found by halving, and ends with the reason.
    """
    try:
        with transaction.atomic():
            return _prepare(ids, lease, now, desk)
    except (OperationalError, InterfaceError):  # the database's, or a deadlock: no message is at fault
        raise
    except Exception as error:
        if len(ids) > 1:
            half = len(ids) // 2
            return prepare(ids[:half], lease, now, desk) + prepare(ids[half:], lease, now, desk)
        # No traceback: it may quote what a shop or buyer wrote.
        log.error("message %d cannot be prepared: %s", ids[0], type(error).__name__)  # noqa: TRY400
        with transaction.atomic():
            _give_up(ids[0], lease, now, type(error).__name__)
        return Prepared(ended=1)


def _give_up(message_id: int, lease: datetime, now: datetime, error: str) -> None:
    for shop_id, pk in claims.lock_with_shop([message_id], lease):
        sending.finish([End(pk, MessageState.NOT_SENT.value, Code.RENDER_ERROR)], now)
        decisions.decide([Judged(shop_id, pk, unwritten(error))], now)


def _prepare(ids: Sequence[int], lease: datetime, now: datetime, desk: Desk) -> Prepared:
    claims.lock_buyers(buyers_of(ids))
    ours = claims.lock(ids, lease)
    others = claims.lock_mergeable(mergeable(ours))
    found = cases([*ours, *others], now)
    made = history([case.message_id for case in found.values() if case.row["attempts"]])
    group = Group(made, _purse(found.values(), now), desk, now)
    group.judge([found[pk] for pk in ours], [found[pk] for pk in others])
    return Prepared(_write(group, now), len(group.ends))


def _purse(found: Iterable[Case], now: datetime) -> Purse:
    """The buckets these messages may take from."""
    keys = {
        key
        for case in found
        for one in case.destinations.values()
        for key in limits.keys_of(case.shop_id, one.account.account.provider, one.place.digest, case.lane)
    }
    return Purse(sorted(keys), now)


def _write(group: Group, now: datetime) -> list[Ready]:
    """Everything that was decided, in a statement each."""
    sending.finish(group.ends, now)
    sending.put_off(group.waits, now)
    attempts = sending.start(group.starts, now)
    decisions.decide(group.judged, now)
    group.purse.close()
    raise_alerts(group.alerts, now)
    return [replace(ready, attempt_id=attempts[ready.case.message_id]) for ready in group.ready]
