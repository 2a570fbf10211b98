"""Which parcels are asked about, by which account, and what it costs to find them."""

from collections.abc import Iterator
from datetime import timedelta

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from tests.makers import NOW, a_parcel, a_shop
from tests.peers import Scripted
from tests.tracking.acme import KEY, PACK, Acme, acme, an_account, parcels, the_poll, told
from wismo.carriers.port import Switchboard
from wismo.shops.actions import (
    pause_carrier_account,
    remove_carrier_account,
    resume_carrier_account,
    set_carrier_account,
)
from wismo.tracking.actions import enrol as enrolling
from wismo.tracking.actions.polls import LEASE, claim
from wismo.tracking.fetching import PackFetcher
from wismo.tracking.models import Poll, PollGate, Shipment
from wismo.tracking.polling import enrol
from wismo.tracking.queries.polling import SourcePolling, asking_of, polling_of
from wismo.tracking.rules.gate import Circuit

pytestmark = pytest.mark.django_db
HOUR, SECOND = timedelta(hours=1), timedelta(seconds=1)
FAST = PACK + "[poll.rate]\nper_second = 1000\n" + KEY
PACKS = Switchboard(packs=PackFetcher(), prefixed={})


@pytest.fixture
def carrier(may_ask_this_machine: None, monkeypatch: pytest.MonkeyPatch) -> Iterator[Acme]:
    """Acme as it takes ten numbers at once, and many a second."""
    with acme(monkeypatch, FAST, "batch = 10") as carrier:
        yield carrier


def asked_by() -> dict[str, str]:
    """The source of each parcel that is asked about."""
    return dict(Poll.objects.values_list("number", "source"))


def test_only_parcels_on_their_way_that_an_account_can_ask_about_are_taken_up(carrier: Acme) -> None:
    shop, other = a_shop("one"), a_shop("two")
    an_account(shop)
    parcels(shop, "A", "B")
    a_parcel(shop, "C", carrier="ups")
    parcels(other, "D")
    Shipment.objects.filter(tracking_number="B").update(ended=True)
    assert enrol(NOW, carrier.fetcher) == 1
    assert asked_by() == {"A": "acme"}
    parcels(shop, "E")
    assert enrol(NOW, carrier.fetcher) == 1
    assert enrol(NOW, carrier.fetcher) == 0


def test_a_new_account_takes_up_what_was_there_before_it(carrier: Acme) -> None:
    shop = a_shop()
    an_account(shop)
    a_parcel(shop, "C", carrier="ups")
    enrol(NOW, carrier.fetcher)
    set_carrier_account(shop, "ups", {"client_id": "a", "client_secret": "b"}, who="ines", now=NOW)
    assert enrol(NOW, carrier.fetcher) == 1
    assert asked_by() == {"C": "ups"}


def test_a_large_backlog_is_taken_up_in_batches(carrier: Acme, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(enrolling, "BATCH", 2)
    monkeypatch.setattr(enrolling, "BATCHES", 2)
    monkeypatch.setattr(enrolling, "OVERLAP", 0)
    shop = a_shop()
    an_account(shop)
    parcels(shop, *"ABCDE")
    assert [enrol(NOW, carrier.fetcher) for _ in range(3)] == [4, 1, 0]


def test_an_aggregator_asks_for_carriers_it_has_a_key_for_until_the_shop_has_the_carriers_own_account() -> (
    None
):
    shop = a_shop()
    set_carrier_account(shop, "ship24", {"api_key": "x"}, who="ines", now=NOW)
    a_parcel(shop, "1Z1", carrier="ups")
    a_parcel(shop, "P1", carrier="pigeons")
    enrol(NOW, PACKS)
    assert asked_by() == {"1Z1": "ship24"}
    set_carrier_account(shop, "ups", {"client_id": "a", "client_secret": "b"}, who="ines", now=NOW)
    enrol(NOW, PACKS)
    assert claim(NOW, PACKS, 10) == [], "it changes hands first"
    (turn,) = claim(NOW, PACKS, 10)
    assert (turn.account.source, asked_by()) == ("ups", {"1Z1": "ups"})


def test_parcels_of_a_removed_account_are_let_go_for_another_to_take_up() -> None:
    shop = a_shop()
    for source, values in (
        ("ship24", {"api_key": "x"}),
        ("ups", {"client_id": "a", "client_secret": "b"}),
    ):
        set_carrier_account(shop, source, values, who="ines", now=NOW)
    a_parcel(shop, "1Z1", carrier="ups")
    enrol(NOW, PACKS)
    assert asked_by() == {"1Z1": "ups"}
    remove_carrier_account(shop, "ups", who="ines", now=NOW)
    assert claim(NOW, PACKS, 10) == []
    enrol(NOW, PACKS)
    assert (asked_by(), PollGate.objects.count()) == ({"1Z1": "ship24"}, 1)


def test_a_paused_account_asks_nothing_and_takes_up_what_came_meanwhile_when_resumed(carrier: Acme) -> None:
    shop = a_shop()
    an_account(shop)
    parcels(shop, "A")
    enrol(NOW, carrier.fetcher)
    pause_carrier_account(shop, "acme", who="ines", now=NOW)
    parcels(shop, "B")
    enrol(NOW, carrier.fetcher)
    assert (carrier.ask(), carrier.peer.asked) == (0, [])
    resume_carrier_account(shop, "acme", who="ines", now=NOW)
    assert enrol(NOW, carrier.fetcher) == 1
    assert carrier.ask() == 2


def test_a_parcel_whose_carrier_was_corrected_to_one_nobody_asks_is_let_go(carrier: Acme) -> None:
    shop = a_shop()
    an_account(shop)
    parcels(shop, "A")
    enrol(NOW, carrier.fetcher)
    Shipment.objects.update(carrier="pigeons")
    assert (carrier.ask(), Poll.objects.count()) == (0, 0)


def test_one_shops_pause_and_rate_are_not_anothers(carrier: Acme) -> None:
    for slug in ("one", "two"):
        shop = a_shop(slug)
        an_account(shop)
        parcels(shop, "A")
    enrol(NOW, carrier.fetcher)
    carrier.peer.script("/track", Scripted(401), told("A"))
    carrier.ask()
    assert sorted(PollGate.objects.values_list("failures", flat=True)) == [0, 5]


def test_a_claimed_parcel_is_nobody_elses_until_its_lease_ends(carrier: Acme) -> None:
    shop = a_shop()
    an_account(shop)
    parcels(shop, "A")
    enrol(NOW, carrier.fetcher)
    (turn,) = claim(NOW, carrier.fetcher, 10)
    assert claim(NOW + LEASE, carrier.fetcher, 10) == []
    (again,) = claim(NOW + LEASE + SECOND, carrier.fetcher, 10)
    assert again.parcels == turn.parcels


def test_how_asking_goes_is_told_account_by_account(carrier: Acme) -> None:
    shop = a_shop()
    an_account(shop)
    parcels(shop, "A", "B", "C")
    enrol(NOW, carrier.fetcher)
    Poll.objects.filter(number="B").update(due_at=NOW + HOUR, error="HTTP 400")
    Poll.objects.filter(number="C").update(due_at=None, expired_at=NOW)
    carrier.peer.usual = Scripted(429, b"", {"Retry-After": "60"})
    carrier.ask()
    with CaptureQueriesContext(connection) as seen:
        found = polling_of(shop, NOW)
    assert len(seen) == 4
    assert found == [
        SourcePolling(
            source="acme",
            enabled=True,
            lacking=(),
            due=1,
            waiting=1,
            expired=1,
            failing=1,
            circuit=Circuit.PAUSED,
            closed_until=NOW + SECOND * 60,
            used=1,
            per_day=None,
            asked_at=NOW,
            error="HTTP 429",
            error_at=NOW,
        )
    ]
    asking = asking_of(shop, Poll.objects.get(number="B").shipment_id)
    assert asking is not None
    assert (asking.source, asking.due_at, asking.error) == ("acme", NOW + HOUR, "HTTP 400")
    assert asking_of(a_shop("other"), the_first()) is None


def the_first() -> int:
    """The shipment of the first row."""
    return Poll.objects.order_by("pk")[0].shipment_id


@pytest.mark.parametrize("many", [1, 9])
def test_a_claim_takes_the_same_number_of_statements_however_many_parcels_it_claims(
    carrier: Acme, many: int
) -> None:
    shop = a_shop()
    an_account(shop)
    parcels(shop, *(f"A{n}" for n in range(many)))
    enrol(NOW, carrier.fetcher)
    with CaptureQueriesContext(connection) as seen:
        (turn,) = claim(NOW, carrier.fetcher, 16)
    assert len(turn.parcels) == many
    assert len(statements(seen)) == 6
    with CaptureQueriesContext(connection) as idle:
        assert claim(NOW, carrier.fetcher, 16) == []
    assert len(statements(idle)) == 1, "an idle worker only looks"


@pytest.mark.parametrize("many", [1, 9])
def test_taking_up_parcels_takes_the_same_number_of_statements_however_many_there_are(
    carrier: Acme, many: int
) -> None:
    shop = a_shop()
    an_account(shop)
    parcels(shop, *(f"A{n}" for n in range(many)))
    with CaptureQueriesContext(connection) as seen:
        assert enrol(NOW, carrier.fetcher) == many
    assert len(statements(seen)) == 9
    with CaptureQueriesContext(connection) as idle:
        assert enrol(NOW, carrier.fetcher) == 0
    assert len(statements(idle)) == 5


def statements(seen: CaptureQueriesContext) -> list[str]:
    """What was asked of the database, without the marks of transactions; `executemany` counts once."""
    told = [query["sql"] for query in seen.captured_queries]
    return [sql for sql in told if not sql.startswith(("BEGIN", "COMMIT", "SAVEPOINT", "RELEASE"))]


def test_an_account_entered_anew_after_a_failure_keeps_to_its_rate(carrier: Acme) -> None:
    shop = a_shop()
    an_account(shop)
    parcels(shop, *(f"A{n}" for n in range(50)))
    enrol(NOW, carrier.fetcher)
    PollGate.objects.update(error="HTTP 401", error_at=NOW - HOUR, failures=5, closed_until=NOW + HOUR)
    assert len(claim(NOW, carrier.fetcher, 2)) == 2
    assert claim(NOW + SECOND / 2000, carrier.fetcher, 2) == []
    assert PollGate.objects.values_list("failures", "used", "error", "error_at").get() == (0, 2, "", None)


def test_parcels_are_taken_up_in_one_transaction(carrier: Acme) -> None:
    shop = a_shop()
    an_account(shop)
    parcels(shop, "A", "B")
    with CaptureQueriesContext(connection) as seen:
        enrol(NOW, carrier.fetcher)
    marks = [query["sql"].split()[0] for query in seen.captured_queries]
    taken = next(n for n, query in enumerate(seen.captured_queries) if 'tracking_poll" (' in query["sql"])
    assert marks[taken - 1] in {"BEGIN", "SAVEPOINT"}


def test_an_answer_forgets_the_failures_before_it(carrier: Acme) -> None:
    shop = a_shop()
    an_account(shop)
    parcels(shop, "A")
    enrol(NOW, carrier.fetcher)
    Poll.objects.update(error="HTTP 400", attempts=2)
    carrier.peer.usual = told("A")
    carrier.ask()
    assert (the_poll().error, the_poll().attempts) == ("", 0)
