"""Past orders as columns: what was known of each, and when. One row an order, or a parcel of it."""

from collections.abc import Mapping
from dataclasses import dataclass, fields
from typing import Any, Self

import numpy as np
from numpy.typing import NDArray

Moments = NDArray[np.datetime64]  # of seconds, by the clock of the file's zone; NaT is not known
Texts = NDArray[np.object_]  # of str; "" is not known
Floats = NDArray[np.float64]  # NaN is not known

MOMENTS = ("bought", "ready", "handed", "arrived", "promised", "ended")
PLACES = ("origin_lat", "origin_lng", "lat", "lng")  # degrees
TEXTS = (
    "reference",
    "warehouse",
    "origin_country",
    "origin_region",
    "origin_postcode",
    "carrier",
    "service",
    "product_class",
    "country",
    "region",
    "postcode",
)


@dataclass(frozen=True, slots=True, kw_only=True)
class History:
    """Columns of equal length, in the order of `bought`. Which are empty depends on the file.

    Only `bought` and a unique `reference` are always known. No moment lies before the one it follows.
    """

    reference: Texts
    bought: Moments
    ready: Moments  # paid, or approved: the clock may start
    handed: Moments  # the carrier has it
    arrived: Moments  # at the door; NaT: it never was, or the file ends before
    promised: Moments  # midnight of the last day that was promised
    ended: Moments  # cancelled, returned, lost; NaT where it arrived
    warehouse: Texts  # a marketplace's seller is one
    origin_country: Texts  # ISO 3166, as `country`
    origin_region: Texts  # ISO 3166-2 without the country, as `region`, where the file has it so
    origin_postcode: Texts
    origin_lat: Floats
    origin_lng: Floats
    carrier: Texts
    service: Texts
    product_class: Texts
    country: Texts
    region: Texts
    postcode: Texts
    lat: Floats
    lng: Floats
    numbers: Mapping[str, Floats]  # what else was known at the purchase: price, weight
    words: Mapping[str, Texts]  # category, payment

    def __len__(self) -> int:
        return len(self.bought)

    def take(self, rows: NDArray[Any]) -> Self:
        """These rows alone: their places in this order, or a mask."""
        taken: dict[str, Any] = {}
        for each in fields(self):
            column = getattr(self, each.name)
            if isinstance(column, Mapping):
                taken[each.name] = {name: values[rows] for name, values in column.items()}
            else:
                taken[each.name] = column[rows]
        return type(self)(**taken)
