"""What would be told: messages queued in a mere rehearsal, judged as a dispatcher would judge them."""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime

from wismo.notify.journey import journeys
from wismo.notify.models import Message
from wismo.notify.queries import Case, cases
from wismo.notify.rules import Ruling, decide


@dataclass(frozen=True, slots=True)
class Foreseen:
    """A message that would be queued, and what would become of it at once."""

    order_id: int
    order_number: str
    shipment_id: int | None
    milestone: str
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
    milestones = dict(queued.values_list("pk", "milestone"))
    told = [_foreseen(case, milestones[pk]) for pk, case in cases(list(milestones), now).items()]
    return sorted(told, key=lambda f: (not f.sent, -f.happened_at.timestamp(), f.order_id))


def _foreseen(case: Case, milestone: str) -> Foreseen:
    verdict = decide(case.facts, journeys()[case.journey])
    return Foreseen(
        order_id=case.order_id,
        order_number=case.number,
        shipment_id=case.shipment_id,
        milestone=milestone,
        happened_at=case.facts.happened_at,
        code="" if verdict.ruling is Ruling.PASS else str(verdict.code),
    )
