"""Columns of times as people write them, brought to one clock."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime
from functools import lru_cache

import numpy as np

from wismo.promise.learning.history import Moments
from wismo.promise.learning.mapping import FileMapping
from wismo.vocabulary.calendar import is_plausible_day, zone_of


@dataclass(slots=True)
class TimeReader:
    """Reads the times of one column, and counts how they told their zone."""

    mapping: FileMapping
    zoned: int = 0
    bare: int = 0
    _read: Callable[[str], datetime] = field(init=False)

    def __post_init__(self) -> None:
        # strptime takes six microseconds, and a column of days has few values; ISO is quick as it is
        self._read = (
            lru_cache(maxsize=65_536)(self._formatted) if self.mapping.formats else datetime.fromisoformat
        )

    def read(self, texts: Sequence[str]) -> tuple[Moments, list[int]]:
        """The moments, NaT where a text tells nothing; and the places of those that cannot be read."""
        zone, unknown = zone_of(self.mapping.zone) or UTC, self.mapping.unknown
        moments: list[datetime | None] = [None] * len(texts)
        crooked: list[int] = []
        for place, text in enumerate(texts):
            if text in unknown:
                continue
            try:
                at = self._read(text)
            except ValueError:
                crooked.append(place)
                continue
            if at.tzinfo is None:
                self.bare += 1
            else:
                self.zoned += 1
                at = at.astimezone(zone).replace(tzinfo=None)
            if is_plausible_day(at.date()):
                moments[place] = at
            else:
                crooked.append(place)
        return np.array(moments, "datetime64[s]"), crooked

    def _formatted(self, text: str) -> datetime:
        for form in self.mapping.formats:
            try:
                return datetime.strptime(text, form)  # noqa: DTZ007 - a bare time is the clock of the file's zone
            except ValueError:
                continue
        raise ValueError(text)
