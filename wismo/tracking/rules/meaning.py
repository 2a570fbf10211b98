"""What a shop says a carrier's code means. Pure."""

from dataclasses import dataclass

from wismo.vocabulary.reason import Reason
from wismo.vocabulary.status import TO_MERCHANT, Leg, Status


@dataclass(frozen=True, slots=True)
class Meaning:
    """A status, with the leg and the reason it tells of, as a row of a pack would."""

    status: Status
    leg: Leg = Leg.FORWARD
    reason: Reason | None = None

    def on(self, told: Leg) -> tuple[Status, Leg]:
        """The status and leg of a scan whose payload told of the leg `told`.

        As in the packs: a leg the code names wins over the payload's, and "delivered" on the way back is
        returned.
        """
        leg = told if self.leg is Leg.FORWARD else self.leg
        back = self.status is Status.DELIVERED and leg in TO_MERCHANT
        return (Status.RETURNED if back else self.status), leg
