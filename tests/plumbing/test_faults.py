"""Something fails in the middle of a batch: what is at fault pays for it, everything else passes."""

import logging
from collections.abc import Callable, Iterator, Sequence
from datetime import timedelta
from typing import Any

import pytest
import time_machine
from django.db import OperationalError, transaction
from pytest_django.fixtures import Settings

from tests.inboxes import states
from tests.makers import NOW, a_parcel, a_shop
from tests.plumbing.breaking import break_database
from wismo import wiring
from wismo.bench.payloads import WAY, number_of, push
from wismo.notify.models import Message
from wismo.plumbing import audit, events, inbox
from wismo.plumbing.events import retry_parked
from wismo.plumbing.inbox import LEASE, RETRY_AFTER, Parsed, Payload, Reader
from wismo.plumbing.models import AuditRow, InboxTask, ParkedReaction
from wismo.tracking import jobs
from wismo.tracking.events import MilestoneReached
from wismo.tracking.models import ScanRecord, Shipment

SECOND, MINUTE = timedelta(seconds=1), timedelta(minutes=1)
PICKED_UP = WAY[2]
POISON = number_of(1000)
_calls: list[int] = []  # how many payloads each transaction was to keep
_mishaps: dict[str, list[Callable[[], object]]] = {"reader": [], "reaction": []}  # what happens there next


def record(batch: Sequence[tuple[Payload, Parsed]], now: Any) -> None:
    """As the house does it; but one parcel is too much for it, and at times everything is."""
    _calls.append(len(batch))
    jobs.record(batch, now)
    if _mishaps["reader"]:
        _mishaps["reader"].pop()()
    if any(scan.tracking_number == POISON for _, parsed in batch for scan in parsed.facts):
        raise ValueError("I choke on this")


def fragile(reached: Sequence[MilestoneReached]) -> None:
    """A reaction that is not up to everything, and breaks after it began to write."""
    for event in reached:
        audit.record(event.shop_id, who="test", did="saw", subject=_subject(event), now=event.at)
    if _mishaps["reaction"]:
        _mishaps["reaction"].pop()()


def _subject(event: MilestoneReached) -> str:
    return f"{event.shipment_id} {event.milestone}"


def _raise() -> None:
    raise LookupError("nobody thought of this")


READERS = {"delhivery": Reader(parse=jobs.parse, record=record)}
REACTIONS = wiring.REACTIONS | {MilestoneReached: [fragile, *wiring.REACTIONS[MilestoneReached]]}


@pytest.fixture(autouse=True)
def house(settings: Settings, caplog: pytest.LogCaptureFixture) -> Iterator[None]:
    """With a reader and a reaction of little strength; a parked reaction waits from NOW on."""
    caplog.set_level(logging.CRITICAL)
    settings.READERS, settings.REACTIONS = f"{__name__}.READERS", f"{__name__}.REACTIONS"
    for cached in (inbox.readers, events._reactions):
        cached.cache_clear()
    _calls.clear()
    _mishaps.update(reader=[], reaction=[])
    with time_machine.travel(NOW, tick=False):
        yield
    for cached in (inbox.readers, events._reactions):
        cached.cache_clear()


def keep(shop_id: int, *bodies: bytes) -> list[str]:
    """Payloads as the door keeps them; their receipts."""
    with transaction.atomic():
        return [inbox.keep(shop_id, "delhivery", body, headers={}, now=NOW) for body in bodies]


def parcels(count: int) -> int:
    """A shop with so many of them."""
    shop = a_shop()
    for n in range(count):
        a_parcel(shop, number_of(n), carrier="delhivery")
    return shop


@pytest.mark.django_db
def test_of_two_thousand_payloads_one_that_chokes_the_house_and_one_that_is_none_cost_only_themselves() -> (
    None
):
    bodies = [push(n, PICKED_UP, NOW) for n in range(2000)]
    bodies[500] = b"<html>502 Bad Gateway</html>"
    receipts = keep(a_shop(), *bodies)
    assert inbox.work(NOW) == 2000
    told = states()
    assert (told.pop(receipts[1000]), told.pop(receipts[500])) == ("pending", "parked")
    assert set(told.values()) == {"done"}
    assert ScanRecord.objects.count() == 1998
    assert not ScanRecord.objects.filter(tracking_number=POISON).exists()
    assert len(_calls) <= 23, "halved eleven times, and each half that is well is kept at once"


@pytest.mark.django_db
def test_what_chokes_the_house_is_parked_at_its_third_try_and_read_once_the_house_is_mended(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    shop = a_shop()
    keep(shop, push(1000, PICKED_UP, NOW), push(1, PICKED_UP, NOW))
    inbox.work(NOW)
    inbox.work(NOW + RETRY_AFTER)
    inbox.work(NOW + 3 * RETRY_AFTER)
    assert list(states().values()) == ["parked", "done"]
    assert InboxTask.objects.get().error == "ValueError: I choke on this"
    monkeypatch.setitem(inbox.readers(), "delhivery", Reader(parse=jobs.parse, record=jobs.record))
    assert inbox.replay(shop, NOW) == 1
    inbox.work(NOW)
    assert list(states().values()) == ["done", "done"]
    assert ScanRecord.objects.filter(tracking_number=POISON).count() == 1


@pytest.mark.django_db
def test_a_reaction_that_raises_leaves_scans_and_other_reactions_unharmed_and_is_tried_again() -> None:
    shop = parcels(3)
    keep(shop, *(push(n, PICKED_UP, NOW) for n in range(3)))
    _mishaps["reaction"] = [_raise] * 2
    inbox.work(NOW)
    assert set(states().values()) == {"done"}
    assert set(Shipment.objects.values_list("status", flat=True)) == {"picked_up"}
    assert ScanRecord.objects.count() == 3
    assert Message.objects.filter(trigger="picked_up").count() == 3
    parked = list(ParkedReaction.objects.values_list("handler", "error"))
    assert parked == [(f"{__name__}.fragile", "LookupError: nobody thought of this")] * 3
    seen = AuditRow.objects.filter(subject__endswith="picked_up").values_list("subject", flat=True)
    assert not seen.exists(), "what it began is rolled back"
    assert retry_parked(NOW + MINUTE) == 2, "the one that raises again does not hold up the others"
    assert ParkedReaction.objects.get().attempts == 2
    assert retry_parked(NOW + 11 * MINUTE) == 1
    assert not ParkedReaction.objects.exists()
    assert sorted(seen) == sorted(f"{pk} picked_up" for pk in Shipment.objects.values_list("pk", flat=True))
    assert Message.objects.filter(trigger="picked_up").count() == 3


@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize("where", ["reader", "reaction"])
def test_a_database_that_fails_costs_no_payload_a_try_and_all_come_again_when_the_lease_ends(
    where: str,
) -> None:
    shop = parcels(3)
    keep(shop, *(push(n, PICKED_UP, NOW) for n in range(3)))
    _mishaps[where] = [break_database]
    with pytest.raises(OperationalError):
        inbox.work(NOW)
    assert set(InboxTask.objects.values_list("parked", "attempts", "error")) == {(False, 0, "")}
    assert (ScanRecord.objects.count(), ParkedReaction.objects.count(), len(_calls)) == (0, 0, 1)
    assert inbox.work(NOW + LEASE + SECOND) == 3
    assert set(states().values()) == {"done"}
    assert ScanRecord.objects.count() == Message.objects.filter(trigger="picked_up").count() == 3
