"""The ledger: dates written behind their answers, and what each order was placed under."""

import threading
from collections.abc import Sequence
from datetime import date, timedelta

import pytest
from django.db import OperationalError

from tests.makers import NOW, a_shop, an_order
from tests.promise.shown import SHOWN, shown
from wismo.orders.actions import keep_orders
from wismo.plumbing import limits
from wismo.promise.actions.ledger import accept, write
from wismo.promise.behind import DROPPED, Behind, Row
from wismo.promise.models import Promise
from wismo.promise.queries.ledger import first_promises

pytestmark = pytest.mark.django_db


def orders(shop: int, *references: str) -> list[int]:
    return [kept.order_id for kept in keep_orders(shop, [an_order(one) for one in references], NOW)]


def test_a_date_is_kept_as_it_was_shown() -> None:
    shop = a_shop()
    write([(shop, SHOWN), (shop, SHOWN)])
    row = Promise.objects.get()
    assert {name: getattr(row, name) for name in SHOWN.__slots__} == {
        name: getattr(SHOWN, name) for name in SHOWN.__slots__
    }
    assert (row.shop_id, row.order_id, row.first, row.kept) == (shop, None, False, None)


def test_the_order_that_brings_an_id_gets_a_row_of_its_own() -> None:
    shop = a_shop()
    (order,) = orders(shop, "o-1")
    write([(shop, SHOWN)])
    for _ in range(2):
        accept(shop, [(order, SHOWN)])
    first = Promise.objects.get(first=True)
    assert (first.key, first.order_id, first.place) == (f"abcdefghijkl.{order}", order, "checkout")
    assert Promise.objects.count() == 2
    assert first_promises(shop, ["o-1", "o-2"]) == {"o-1": date(2026, 11, 28)}


def test_an_order_restores_the_row_that_was_lost_with_a_process() -> None:
    shop = a_shop()
    (order,) = orders(shop, "o-1")
    accept(shop, [(order, SHOWN)])
    row = Promise.objects.get()
    assert (row.latest, row.sample, row.reasons) == (SHOWN.latest, 412, list(SHOWN.reasons))


def test_one_answer_that_a_cache_kept_stands_behind_many_orders() -> None:
    shop = a_shop()
    placed = orders(shop, "o-1", "o-2")
    accept(shop, [(order, SHOWN) for order in placed])
    assert list(Promise.objects.order_by("pk").values_list("order_id", "first")) == [
        (order, True) for order in placed
    ]


def test_the_first_promise_of_an_order_stays_the_first() -> None:
    shop = a_shop()
    (order,) = orders(shop, "o-1")
    accept(shop, [(order, SHOWN)])
    accept(shop, [(order, shown(key="mnopqrstuvwx", latest=date(2026, 12, 5)))])
    rows = Promise.objects.order_by("pk").values_list("latest", "first")
    assert list(rows) == [(date(2026, 11, 28), True), (date(2026, 12, 5), False)]


@pytest.mark.parametrize(
    ("told", "rows"),
    [
        (date(2026, 11, 28), [("checkout", date(2026, 11, 28), True)]),
        (date(2026, 11, 30), [("order", date(2026, 11, 30), True), ("checkout", date(2026, 11, 28), False)]),
    ],
    ids=["the answer's own day", "another day, which the shop told"],
)
def test_a_day_told_with_the_order_gives_way_to_the_answer_it_came_from(
    told: date, rows: Sequence[tuple[str, date, bool]]
) -> None:
    shop = a_shop()
    (order,) = orders(shop, "o-1")
    write([(shop, shown(key=f"o{order}", place="order", earliest=told, latest=told, reasons=[]))])
    Promise.objects.update(order=order, first=True)
    accept(shop, [(order, SHOWN)])
    assert list(Promise.objects.order_by("pk").values_list("place", "latest", "first")) == list(rows)


def test_shown_dates_are_written_behind_the_answer() -> None:
    shop, behind = a_shop(), Behind()
    for number in range(600):
        behind.put(shop, shown(key=f"key{number}"))
    assert Promise.objects.count() == 0
    assert behind.flush() == 600
    assert (Promise.objects.count(), behind.flush()) == (600, 0)


def test_what_finds_no_room_is_dropped_and_counted() -> None:
    shop, behind = a_shop(), Behind(room=2)
    for number in range(5):
        behind.put(shop, shown(key=f"key{number}"))
    assert behind.flush() == 2
    assert limits.total(shop, DROPPED, NOW - timedelta(days=9999)) == 3


class Away:
    """A database that is away, and then is not."""

    def __init__(self) -> None:
        self.there = False

    def write(self, rows: Sequence[Row]) -> None:
        if not self.there:
            raise OperationalError("away")
        write(rows)


def test_while_the_database_is_away_dates_are_counted_and_the_next_ones_kept(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr("wismo.promise.behind.connection.close", lambda: None)  # the test's own
    shop, away = a_shop(), Away()
    behind = Behind(away.write)
    behind.put(shop, SHOWN)
    assert behind.flush() == 0
    away.there = True
    behind.put(shop, shown(key="later"))
    assert behind.flush() == 1
    assert Promise.objects.get().key == "later"
    assert limits.total(shop, DROPPED, NOW - timedelta(days=9999)) == 1


def test_rows_that_cannot_be_written_do_not_end_the_thread(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("wismo.promise.behind.connection.close", lambda: None)  # the test's own
    written = list[str]()

    def keep(rows: Sequence[Row]) -> None:
        if not written:
            written.append("refused")
            raise ValueError("a letter that no database takes")
        written.extend(one.key for _, one in rows)

    shop, behind = a_shop(), Behind(keep)
    behind.put(shop, SHOWN)
    assert behind.flush() == 0
    behind.put(shop, shown(key="next"))
    assert (behind.flush(), written) == (1, ["refused", "next"])
    assert limits.total(shop, DROPPED, NOW - timedelta(days=9999)) == 1


def test_the_thread_writes_by_itself_and_at_its_end_what_is_left() -> None:
    written, came = list[str](), threading.Event()

    def keep(rows: Sequence[Row]) -> None:
        written.extend(one.key for _, one in rows)
        came.set()

    behind = Behind(keep, every=0.01)
    behind.put(7, shown(key="first"))
    thread = behind.start()
    assert came.wait(5)
    behind.put(7, shown(key="last"))
    behind.stop.set()
    thread.join(5)
    assert (written, thread.is_alive()) == (["first", "last"], False)
