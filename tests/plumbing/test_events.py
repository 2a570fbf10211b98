"""Reactions: one that fails loses nothing, neither the facts nor what the others did."""

import logging
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date, timedelta

import pytest
import time_machine
from django.db import connection, transaction
from pytest_django.fixtures import Settings

from tests.makers import NOW
from wismo.plumbing import audit, events
from wismo.plumbing.events import RETRY_AFTER, Event, Reactions, announce, retry_parked
from wismo.plumbing.models import AuditRow, EventRow, ParkedReaction

pytestmark = pytest.mark.django_db
MINUTE = timedelta(minutes=1)


@dataclass(frozen=True, slots=True)
class Rang(Event):
    """A bell rang."""

    bell: str
    day: date | None = None


class Mood:
    """Whether the fragile reaction breaks."""

    bad = False


def write_down(rung: Sequence[Rang]) -> None:
    """A reaction that works."""
    _note("wrote", rung)


def fragile(rung: Sequence[Rang]) -> None:
    """A reaction that breaks after it began to write, and in such a way that the transaction is spoilt."""
    _note("began", rung)
    if Mood.bad:
        with connection.cursor() as cursor:
            cursor.execute("SELECT * FROM no_such_table")


def _note(did: str, rung: Sequence[Rang]) -> None:
    for event in rung:
        audit.record(event.shop_id, who="bell", did=did, subject=f"{event.bell} {event.day}", now=event.at)


REACTIONS: Reactions = {Rang: [fragile, write_down]}


@pytest.fixture(autouse=True)
def noon() -> Iterator[None]:
    """A parked reaction waits from the moment it failed."""
    with time_machine.travel(NOW, tick=False):
        yield


@pytest.fixture(autouse=True)
def bells(settings: Settings, caplog: pytest.LogCaptureFixture) -> Iterator[None]:
    """A house with one kind of event and two reactions."""
    caplog.set_level(logging.CRITICAL)
    settings.REACTIONS = f"{__name__}.REACTIONS"
    events._reactions.cache_clear()
    Mood.bad = False
    yield
    events._reactions.cache_clear()


def noted() -> list[tuple[str, str]]:
    """What the reactions wrote, in order."""
    return list(AuditRow.objects.order_by("pk").values_list("did", "subject"))


def ring(*bells: str) -> None:
    """Announce that bells rang."""
    with transaction.atomic():
        announce([Rang(shop_id=7, at=NOW, bell=bell, day=date(2026, 11, 24)) for bell in bells])


def test_events_are_kept_and_every_reaction_sees_the_whole_batch() -> None:
    ring("a", "b")
    facts = list(EventRow.objects.order_by("pk").values_list("shop_id", "name", "facts", "at"))
    assert facts == [
        (7, "Rang", {"bell": "a", "day": "2026-11-24"}, NOW),
        (7, "Rang", {"bell": "b", "day": "2026-11-24"}, NOW),
    ]
    day = "2026-11-24"
    assert noted() == [
        ("began", f"a {day}"),
        ("began", f"b {day}"),
        ("wrote", f"a {day}"),
        ("wrote", f"b {day}"),
    ]
    assert not ParkedReaction.objects.exists()


def test_a_reaction_that_fails_is_rolled_back_and_parked_with_its_events_and_the_others_go_on() -> None:
    Mood.bad = True
    ring("a", "b")
    assert noted() == [("wrote", "a 2026-11-24"), ("wrote", "b 2026-11-24")]
    assert EventRow.objects.count() == 2
    parked = list(ParkedReaction.objects.order_by("pk"))
    assert [(row.handler, row.event, row.facts["bell"]) for row in parked] == [
        (f"{__name__}.fragile", "Rang", "a"),
        (f"{__name__}.fragile", "Rang", "b"),
    ]
    assert {row.due_at for row in parked} == {NOW + RETRY_AFTER[0]}
    assert "no_such_table" in parked[0].error


def test_a_parked_reaction_sees_its_events_again_later_and_is_then_forgotten() -> None:
    Mood.bad = True
    ring("a")
    Mood.bad = False
    assert retry_parked(NOW) == 0
    assert retry_parked(NOW + MINUTE) == 1
    assert noted() == [("wrote", "a 2026-11-24"), ("began", "a 2026-11-24")]
    assert not ParkedReaction.objects.exists()


def test_a_reaction_that_fails_again_waits_longer_each_time_and_is_never_dropped() -> None:
    Mood.bad = True
    ring("a")
    now, waits = NOW + MINUTE, []
    for _ in range(4):
        assert retry_parked(now) == 0
        due = ParkedReaction.objects.get().due_at
        waits.append(due - now)
        now = due
    assert waits == [RETRY_AFTER[1], RETRY_AFTER[2], RETRY_AFTER[2], RETRY_AFTER[2]]
    assert ParkedReaction.objects.get().attempts == 5
    assert noted() == [("wrote", "a 2026-11-24")]


def test_nothing_is_announced_of_what_was_rolled_back() -> None:
    with pytest.raises(ZeroDivisionError), transaction.atomic():  # noqa: PT012
        announce([Rang(shop_id=7, at=NOW, bell="a")])
        raise ZeroDivisionError
    assert not EventRow.objects.exists()
    assert noted() == []


def test_an_event_of_the_far_future_is_retried_a_minute_after_its_reaction_failed() -> None:
    Mood.bad = True
    with transaction.atomic():
        announce([Rang(shop_id=1, at=NOW + timedelta(days=900), bell="a")])
    Mood.bad = False
    assert retry_parked(NOW + MINUTE) == 1


def test_a_reaction_that_is_gone_stays_parked_and_holds_up_nobody() -> None:
    Mood.bad = True
    ring("a", "b")
    Mood.bad = False
    ParkedReaction.objects.filter(facts__bell="a").update(handler="wismo.no.such_handler")
    assert retry_parked(NOW + MINUTE) == 1
    (row,) = ParkedReaction.objects.all()
    assert (row.facts["bell"], row.attempts) == ("a", 2)
    assert row.error.startswith("ModuleNotFoundError")
