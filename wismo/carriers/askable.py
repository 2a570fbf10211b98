"""Which sources can be asked about parcels: by their pack's poll block, or through a connector of Karrio."""

from collections.abc import Mapping
from dataclasses import dataclass

from wismo.carriers import registry
from wismo.carriers.karrio.connectors import connectors
from wismo.carriers.pack import Rate


@dataclass(frozen=True, slots=True)
class Askable:
    """A source that can be asked."""

    source: str
    account: tuple[str, ...]  # what a shop has to enter, by name; none where the source is open to all
    rate: Rate
    confidence: str  # how we know that it is asked like this
    known_from: str  # where that is written
    needs: tuple[str, ...] = ()  # what an order must tell of a parcel, for it to be asked about

    def lacking(self, values: Mapping[str, str]) -> tuple[str, ...]:
        """What an account with these values still misses."""
        return tuple(name for name in self.account if not values.get(name))


def askable() -> dict[str, Askable]:
    """Every source that can be asked, by its name."""
    polled = {pack.id: pack.poll for pack in registry.packs().values() if pack.poll is not None}
    ways = [
        Askable(source, poll.account, poll.rate, poll.confidence, poll.source, poll.needs)
        for source, poll in polled.items()
    ]
    ways += [
        Askable(source, one.account, one.rate, one.confidence, one.source)
        for source, one in connectors().items()
    ]
    return {way.source: way for way in ways}
