"""The journeys that hold for a shop: the house's, and over them those it published itself."""

import functools
import logging
from collections import defaultdict
from collections.abc import Collection, Mapping

from wismo.notify.journey.library import house
from wismo.notify.journey.model import Journey, JourneyError, Subject
from wismo.notify.journey.reading import read
from wismo.notify.models import JourneyVersion, VersionState

log = logging.getLogger(__name__)
Journeys = Mapping[str, Journey]
Key = tuple[str, Subject]


class Library:
    """The journeys of one shop, by key and by what starts them."""

    def __init__(self, own: Collection[Journey]) -> None:
        self.by_key: Journeys = {**house(), **{journey.key: journey for journey in own}}
        by_trigger: dict[Key, list[Journey]] = defaultdict(list)
        for journey in self.by_key.values():
            by_trigger[journey.trigger, journey.subject].append(journey)
        self._by_trigger = {key: tuple(found) for key, found in by_trigger.items()}

    def on(self, trigger: str, subject: Subject) -> tuple[Journey, ...]:
        """What a fact of this subject starts; those switched off too, so that a decision says so."""
        return self._by_trigger.get((trigger, subject), ())


@functools.cache
def _house() -> Library:
    return Library(())


@functools.lru_cache(maxsize=512)
def _library(rows: tuple[tuple[int, str], ...]) -> Library:
    """Of these versions and sources. By their text, so that nobody has to say when one is published."""
    found = [_read(version, source) for version, source in rows]
    return Library([journey for journey in found if journey])


def _read(version: int, source: str) -> Journey | None:
    try:
        return read(source, version=version)
    except JourneyError:  # of an older schema than ours: the house's holds until the shop has mended it
        log.exception("a published journey, version %d, cannot be read", version)
        return None


def libraries(shop_ids: Collection[int]) -> Mapping[int, Library]:
    """The journeys of each shop, in one query: what was published a moment ago holds already."""
    told = JourneyVersion.objects.filter(shop_id__in=set(shop_ids), state=VersionState.PUBLISHED)
    rows: dict[int, list[tuple[int, str]]] = defaultdict(list)
    for shop_id, version, source in told.order_by("pk").values_list("shop_id", "version", "source"):
        rows[shop_id].append((version, source))
    return {shop: _library(tuple(rows[shop])) if shop in rows else _house() for shop in shop_ids}


def journeys_of(shop_id: int) -> Journeys:
    """The shop's journeys by key."""
    return libraries([shop_id])[shop_id].by_key


def journeys_on(shop_id: int, trigger: str, subject: Subject) -> tuple[Journey, ...]:
    """What a fact starts in this shop."""
    return libraries([shop_id])[shop_id].on(trigger, subject)
