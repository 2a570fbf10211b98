"""A shop's life tables, and the night that makes them a day older."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Self

import msgspec

from wismo.promise.learning.life import LaneLife, Lanes, LifeTable, quantiles
from wismo.promise.learning.operating import Operating
from wismo.promise.learning.ways import Passed, handling_stays, transit_stays
from wismo.promise.rules.lanes import HANDLING_WIDER, TRANSIT_WIDER, Timed

OWN = 30  # parcels from which a lane speaks for itself: below, what it borrowed weighs more than what it saw


@dataclass(slots=True)
class Tables:
    """The life tables of both clocks."""

    handling: LifeTable
    transit: LifeTable
    whole: int = 0  # the ordinal of the day up to which all facts were read at once

    @classmethod
    def new(cls) -> Self:
        """Of a shop nothing is known of."""
        return cls(LifeTable(Lanes(HANDLING_WIDER)), LifeTable(Lanes(TRANSIT_WIDER)))

    @classmethod
    def unpack(cls, packed: bytes) -> Self:
        """What `pack` made. ValueError where these are no such bytes: all facts have to be read anew."""
        try:
            handling, transit, whole = msgspec.msgpack.decode(packed, type=tuple[bytes, bytes, int])
        except msgspec.MsgspecError as error:
            raise ValueError("these are not life tables of this version") from error
        unpacked = LifeTable.unpack(handling, HANDLING_WIDER), LifeTable.unpack(transit, TRANSIT_WIDER)
        return cls(*unpacked, whole)

    def pack(self) -> bytes:
        """All of it as bytes, so that the next night goes on."""
        return msgspec.msgpack.encode((self.handling.pack(), self.transit.pack(), self.whole))

    @property
    def until(self) -> int:
        """The ordinal of the last day that was read; 0 before the first."""
        return self.transit.until

    @property
    def parcels(self) -> int:
        """How many parcels' whole transit is known."""
        return self.transit.sample

    @property
    def typical(self) -> float | None:
        """The operating days in which half of all parcels reach the door after hand-over; None: not known."""
        whole = self.transit.shares()[-1]
        return round(float(quantiles(whole, 0.5)[0]), 2) if self.parcels else None

    def advance(self, until: date, batches: Iterator[Sequence[Passed]], operating: Operating) -> int:
        """Read the days up to the end of `until`; how many parcels arrived in them.

        The batches hold all parcels that were under way after the last day read, each once.
        """
        since, handling, transit = self.until, self.handling, self.transit
        self.whole = self.whole or until.toordinal()
        handling.open(until.toordinal())
        transit.open(until.toordinal())
        arrived = 0
        for parcels in batches:
            handling.read(handling_stays(parcels, handling.known, operating.handling), since, operating.days)
            transit.read(transit_stays(parcels, transit.known, operating.transit), since, operating.days)
            arrived += sum(_arrived(parcel, since, until) for parcel in parcels)
        return arrived

    def lanes(self) -> Iterator[tuple[Timed, LaneLife]]:
        """The lanes of both clocks that have parcels enough to speak."""
        for timed, table in ((Timed.HANDLING, self.handling), (Timed.TRANSIT, self.transit)):
            # Without a postcode the two narrowest are one key: the wider, which comes last, knows all.
            for lane in {lane.key: lane for lane in table.lanes(least=OWN)}.values():
                yield timed, lane


def _arrived(parcel: Passed, since: int, until: date) -> bool:
    day = parcel.arrived_on
    return day is not None and since < day.toordinal() and day <= until
