"""Facts go up the house as events: kept with the rows they tell of, then shown to their reactions.

`announce` runs inside the caller's transaction. Each reaction has its own savepoint: one that fails is
rolled back, parked with its events, and retried by `retry_parked`; the others go on.
"""

import dataclasses
import functools
import logging
from collections import defaultdict
from collections.abc import Callable, Iterable, Sequence
from datetime import date, datetime, timedelta
from typing import Any, get_type_hints

from django.conf import settings
from django.db import transaction
from django.utils import timezone
from django.utils.module_loading import import_string

from wismo.plumbing import bulk
from wismo.plumbing.models import EventRow, ParkedReaction
from wismo.plumbing.trouble import in_trouble

log = logging.getLogger(__name__)
RETRY_AFTER = (timedelta(minutes=1), timedelta(minutes=10), timedelta(hours=1))


@dataclasses.dataclass(frozen=True, slots=True)
class Event:
    """A fact of one shop, with only plain values: numbers, strings, dates."""

    shop_id: int
    at: datetime


Handler = Callable[[Sequence[Any]], None]
Reactions = dict[type[Event], Sequence[Handler]]


@functools.cache
def _reactions() -> Reactions:
    # The only thread that runs up the house, and it is written down: settings.REACTIONS.
    reactions: Reactions = import_string(settings.REACTIONS)
    return reactions


def facts_of(event: Event) -> dict[str, Any]:
    """The event as JSON would keep it."""
    kept = {}
    for field in dataclasses.fields(event):
        if field.name in {"shop_id", "at"}:
            continue
        value = getattr(event, field.name)
        kept[field.name] = value.isoformat() if isinstance(value, date) else value
    return kept


def event_of(kind: type[Event], shop_id: int, at: datetime, facts: dict[str, Any]) -> Event:
    """The event that `facts_of` kept."""
    hints = get_type_hints(kind)
    values = {name: _revived(hints[name], value) for name, value in facts.items()}
    return kind(shop_id=shop_id, at=at, **values)


def _revived(hint: Any, value: Any) -> Any:
    if value is None:
        return None
    wanted = str(hint)
    if "datetime.datetime" in wanted:
        return datetime.fromisoformat(value)
    return date.fromisoformat(value) if "datetime.date" in wanted else value


def announce(events: Iterable[Event]) -> None:
    """Keep the events and run their reactions, batch by batch, in this transaction."""
    by_kind: dict[type[Event], list[Event]] = defaultdict(list)
    for event in events:
        by_kind[type(event)].append(event)
    if not by_kind:
        return
    rows = [
        (event.shop_id, kind.__name__, facts_of(event), event.at)
        for kind, batch in by_kind.items()
        for event in batch
    ]
    bulk.insert_new(EventRow, ("shop_id", "name", "facts", "at"), rows)
    for kind, batch in by_kind.items():
        for handler in _reactions()[kind]:
            _react(handler, batch)


def _react(handler: Handler, batch: Sequence[Event]) -> None:
    try:
        with transaction.atomic():
            handler(batch)
    except Exception as error:  # whatever a reaction breaks on must not lose the scans
        if in_trouble(error):
            raise  # the transaction is lost in any case, and comes again
        log.exception("reaction %s failed on %d events, parked", name_of(handler), len(batch))
        ParkedReaction.objects.bulk_create([
            ParkedReaction(
                shop_id=event.shop_id,
                handler=name_of(handler),
                event=type(event).__name__,
                facts={"at": event.at.isoformat(), **facts_of(event)},
                error=f"{type(error).__name__}: {error}"[:2000],
                due_at=timezone.now() + RETRY_AFTER[0],
                at=event.at,
            )
            for event in batch
        ])


def name_of(handler: Handler) -> str:
    """How a parked row names its handler."""
    return f"{handler.__module__}.{handler.__qualname__}"


def retry_parked(now: datetime, limit: int = 100) -> int:
    """Show due parked events to their reaction once more; the number that went well."""
    done = 0
    kinds = {kind.__name__: kind for kind in _reactions()}
    for row in ParkedReaction.objects.filter(due_at__lte=now).order_by("due_at")[:limit]:
        done += _retry(row, kinds, now)
    return done


def _retry(row: ParkedReaction, kinds: dict[str, type[Event]], now: datetime) -> bool:
    facts = dict(row.facts)
    try:
        at = datetime.fromisoformat(facts.pop("at"))
        handler: Handler = import_string(row.handler)  # it may have been renamed meanwhile
        with transaction.atomic():
            if not ParkedReaction.objects.select_for_update(skip_locked=True).filter(pk=row.pk).exists():
                return False
            handler([event_of(kinds[row.event], row.shop_id, at, facts)])
            row.delete()
    except Exception as error:  # it stays parked, with what went wrong this time
        wait = RETRY_AFTER[min(row.attempts, len(RETRY_AFTER) - 1)]
        ParkedReaction.objects.filter(pk=row.pk).update(
            attempts=row.attempts + 1, due_at=now + wait, error=f"{type(error).__name__}: {error}"[:2000]
        )
        return False
    return True
