"""What is different on some days: closed, slower, or nothing promised at all; and where it holds. Pure."""

from dataclasses import dataclass
from datetime import date

_STAGES = frozenset({"handling", "pickup", "delivery"})


@dataclass(frozen=True, slots=True, kw_only=True)
class Adjusted:
    """Some days that differ from the plan, from a person or a feed; "" in a scope is everywhere.

    `effect` is "closed", "slower" or "embargo"; `stage` is "handling", "pickup", "transit", "delivery", or ""
    for all that the scope can reach; `days` are operating days more, where slower.
    """

    effect: str
    first_day: date
    last_day: date
    stage: str = ""
    days: int = 0
    warehouse: str = ""
    carrier: str = ""
    service: str = ""
    country: str = ""
    postcodes: tuple[str, ...] = ()  # by their beginnings
    why: str = ""  # in words, as a shopper may read it

    def applies(self, *, warehouse: str, carrier: str, service: str, country: str, postcode: str) -> bool:
        """Whether that way lies in its scope; its days are not looked at."""
        asked = (
            (self.warehouse, warehouse),
            (self.carrier, carrier),
            (self.service, service),
            (self.country, country),
        )
        if any(scope and scope != here for scope, here in asked):
            return False
        plain = postcode.replace(" ", "").upper()
        starts = tuple(start.replace(" ", "").upper() for start in self.postcodes)
        return not starts or plain.startswith(starts)

    @property
    def stages(self) -> frozenset[str]:
        """The clocks it touches: its own stage, or what its scope reaches.

        A storm over some postcodes does not stop the packing, nor a shut depot the parcels already on their
        way. Transit runs on the days of delivery.
        """
        if self.stage:
            return frozenset({"delivery" if self.stage == "transit" else self.stage})
        if self.country or self.postcodes:
            return frozenset({"delivery"})
        reach = _STAGES - {"handling"} if self.carrier or self.service else _STAGES
        return reach - {"delivery"} if self.warehouse else reach

    @property
    def slows(self) -> str:
        """Which of the two clocks takes longer, where it is slower: "handling" or "transit"; never both."""
        return (
            "handling"
            if self.stage == "handling" or (not self.stage and "delivery" not in self.stages)
            else "transit"
        )

    def holds(self, first: date, last: date) -> bool:
        """Whether any of its days lies from `first` to `last`."""
        return self.first_day <= last and first <= self.last_day
