"""What would be told: messages queued in a mere rehearsal, judged as a dispatcher would judge them."""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime

from wismo.notify.models import Message
from wismo.notify.queries.cases import Case, cases
from wismo.notify.rules.gates import decide
from wismo.notify.rules.verdict import Code, Ruling


@dataclass(frozen=True, slots=True)
class Foreseen:
    """A message that would be queued, and what would become of it at once."""

    order_id: int
    order_number: str
    shipment_id: int | None
    trigger: str  # the milestone or happening it would tell of
    happened_at: datetime
    code: str  # of the gate that would stop it; "" where it would be sent

    @property
    def sent(self) -> bool:
        """Whether every gate would let it pass."""
        return not self.code


def last_message(shop_id: int) -> int:
    """The id of the shop's last message; 0 before the first."""
    return Message.objects.filter(shop_id=shop_id).order_by("-pk").values_list("pk", flat=True).first() or 0


def foreseen(shop_id: int, orders: Collection[int], *, after: int, now: datetime) -> list[Foreseen]:
    """What became of messages about these orders that are later than `after`: those to be sent first."""
    queued = Message.objects.filter(shop_id=shop_id, order_id__in=orders, pk__gt=after)
    triggers = dict(queued.values_list("pk", "trigger"))
    told = [_foreseen(case, triggers[pk]) for pk, case in cases(list(triggers), now).items()]
    return sorted(told, key=lambda f: (not f.sent, -f.happened_at.timestamp(), f.order_id))


def _foreseen(case: Case, trigger: str) -> Foreseen:
    return Foreseen(
        order_id=case.order_id or 0,
        order_number=case.row["order__number"] or "",
        shipment_id=case.row["shipment_id"],
        trigger=trigger,
        happened_at=case.facts.happened_at,
        code=_code(case),
    )


def _code(case: Case) -> str:
    """What would stop it for good; a message that waits a while would be sent all the same."""
    if case.journey is None:
        return str(Code.RENDER_ERROR)
    last = decide(case.facts, case.journey).last
    return str(last.code) if last.ruling is Ruling.STOP else ""
