"""Answers from memory: each shop's plan, tables and adjustments, held by the process that serves."""

import gc
import logging
import threading
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from django.db import DatabaseError

from wismo.promise.plan.model import Plan
from wismo.promise.queries.plans import adjustments_of, plan_of
from wismo.promise.queries.tables import Waiting, serving_learning, tables_of, waiting_of
from wismo.promise.quoting import Quoter
from wismo.promise.rules.adjusting import Adjusted
from wismo.promise.rules.alike import Memory
from wismo.promise.rules.question import Answer, Question
from wismo.promise.rules.tables import Tables

log = logging.getLogger(__name__)

LOOK = timedelta(seconds=5)  # between two looks whether anything changed
MOST = 500_000  # lanes a process holds; past that, the shops asked for longest ago are let go
MANY = 10_000  # lanes
_BEFORE, _AFTER = timedelta(days=30), timedelta(days=400)  # the adjustments that matter to today's promises


@dataclass(frozen=True, slots=True)
class _Basis:
    """What a shop's answers rest on: equal bases give equal answers."""

    today: date
    plan: Plan
    plan_version: int
    learning: int | None
    adjustments: tuple[Adjusted, ...]
    waiting: Waiting


@dataclass(slots=True)
class _Held:
    """A shop in memory."""

    basis: _Basis
    quoter: Quoter
    memory: Memory
    looked_at: datetime


class Serving:
    """The shops this process holds."""

    def __init__(self, *, most: int = MOST) -> None:
        """`most` lanes of all shops together."""
        self._most = most
        self._held: dict[int, _Held] = {}
        self._loading = threading.Lock()

    def quoter_of(self, shop_id: int, now: datetime) -> Quoter:
        """The shop's quoter, at most `LOOK` older than what is in force.

        While the database is away, or another thread looks, the one that is held answers on.
        """
        return self._of(shop_id, now).quoter

    def answers(self, shop_id: int, questions: Iterable[Question], now: datetime) -> list[Answer]:
        """The answer to each of these questions; those that must have the same are asked once."""
        memory = self._of(shop_id, now).memory
        return [memory.answer(question) for question in questions]

    def forget(self) -> None:
        """Hold nothing."""
        self._held.clear()

    def _of(self, shop_id: int, now: datetime) -> _Held:
        held = self._held.get(shop_id)
        if held is None:
            with self._loading:
                return self._held.get(shop_id) or self._load(shop_id, now)
        if abs(now - held.looked_at) >= LOOK and self._loading.acquire(blocking=False):
            try:
                self._look(shop_id, held, now)
            finally:
                self._loading.release()
        return held

    def _load(self, shop_id: int, now: datetime) -> _Held:
        basis = _basis(shop_id, now)
        quoter = _quoter(shop_id, basis, None)
        held = _Held(basis, quoter, _memory(quoter, basis), now)
        self._held[shop_id] = held
        self._let_go()
        return held

    def _look(self, shop_id: int, held: _Held, now: datetime) -> None:
        held.looked_at = now
        try:
            basis = _basis(shop_id, now)
            if basis != held.basis:
                same = held.quoter.tables if basis.learning == held.basis.learning else None
                held.quoter, held.basis = _quoter(shop_id, basis, same), basis
                held.memory = _memory(held.quoter, basis)
                self._let_go()
        except DatabaseError as error:
            log.warning("promises of shop %s are answered from what is held: %s", shop_id, error)

    def _let_go(self) -> None:
        while len(self._held) > 1 and sum(_size(held) for held in self._held.values()) > self._most:
            del self._held[min(self._held, key=lambda shop_id: self._held[shop_id].looked_at)]


def _size(held: _Held) -> int:
    return len(held.quoter.tables.clocks)


def _basis(shop_id: int, now: datetime) -> _Basis:
    plan, plan_version = plan_of(shop_id)
    today = now.date()
    counts = any(warehouse.capacity for warehouse in plan.warehouses)
    return _Basis(
        today=today,
        plan=plan,
        plan_version=plan_version,
        learning=serving_learning(shop_id),
        adjustments=adjustments_of(shop_id, today - _BEFORE, today + _AFTER),
        waiting=waiting_of(shop_id) if counts else {},
    )


def _quoter(shop_id: int, basis: _Basis, same: Tables | None) -> Quoter:
    tables = same or _tables(shop_id, basis.learning)
    return Quoter(
        basis.plan,
        plan_version=basis.plan_version,
        today=basis.today,
        tables=tables,
        adjustments=basis.adjustments,
        load=basis.waiting,
    )


def _tables(shop_id: int, learning: int | None) -> Tables:
    if learning is None:
        return Tables()
    tables = tables_of(shop_id, learning)
    if len(tables.clocks) > MANY:
        gc.freeze()  # lanes hold no rings: each search for some would stop all requests meanwhile
    return tables


def _memory(quoter: Quoter, basis: _Basis) -> Memory:
    return Memory(quoter.quote, basis.plan, basis.adjustments)


_SERVING = Serving()
# What answers the shop's questions, held in this process and looked after by itself.
quoter_of = _SERVING.quoter_of
answers_of = _SERVING.answers
forget = _SERVING.forget
