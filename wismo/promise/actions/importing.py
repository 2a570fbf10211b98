"""Past orders of a file, kept as passages: what is learned of them is learned as of every other parcel."""

from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import date
from hashlib import sha256
from typing import Any

import numpy as np
from django.db import transaction

from wismo.plumbing import bulk
from wismo.promise.learning.history import History, Moments, Texts
from wismo.promise.models import Passage
from wismo.promise.plan.model import Plan
from wismo.promise.rules.lanes import area
from wismo.vocabulary.text import keepable

BATCH = 5_000
_TOLD = (
    *("origin", "warehouse", "carrier", "service", "product_class", "country", "region", "postcode"),
    *("bought_on", "ready_on", "handed_on", "arrived_on", "ended_on", "promised_on"),
)
_LONGEST = 80  # characters of a reference
_LENGTHS: dict[str, int] = {field.name: getattr(field, "max_length", 0) for field in Passage._meta.fields}


@dataclass(slots=True)
class Imported:
    """What became of the orders of a file."""

    new: int = 0
    changed: int = 0  # kept from an earlier file, and told otherwise by this one
    same: int = 0
    followed: int = 0  # our own parcels, which we know better: left as they are
    placeless: int = 0  # without a country: left out, for they speak of no lane

    @property
    def touched(self) -> int:
        """Rows that were written."""
        return self.new + self.changed


def keep_history(
    shop_id: int, history: History, *, today: date, progress: Callable[[int], None] = lambda orders: None
) -> Imported:
    """Keep these orders, each by its reference: safe to repeat; a newer file brings older rows up to date.

    What had not arrived when the file ends was lost sight of on its last day, `today` at the latest.
    """
    done, last = Imported(), min(_last_day(history), today)
    for start in range(0, len(history), BATCH):
        part = history.take(np.arange(start, min(start + BATCH, len(history))))
        there = part.country != ""
        done.placeless += int(len(part) - there.sum())
        _keep(shop_id, list(_rows(part.take(there), last)), done)
        progress(len(part))
    return done


def as_planned(history: History, plan: Plan) -> History:
    """The history with what its file leaves open and the plan leaves no choice in.

    That is the only warehouse, the only service, and the carrier of a service: past parcels speak for later
    ones under the plan's words alone.
    """
    carriers = {service.key: service.carrier for service in plan.services}
    warehouse = _filled(history.warehouse, [one.key for one in plan.warehouses])
    service = _filled(history.service, list(carriers))
    known = np.array([carriers.get(key, "") for key in service], np.object_)
    carrier = np.where(history.carrier == "", known, history.carrier)
    return replace(history, warehouse=warehouse, service=service, carrier=carrier)


def _filled(texts: Texts, words: Sequence[str]) -> Texts:
    return np.where(texts == "", words[0], texts).astype(np.object_) if len(words) == 1 else texts


def strangers(history: History, plan: Plan) -> dict[str, dict[str, int]]:
    """By field, what the plan has no such word for, with its orders: they speak for little to come."""
    words = {
        "warehouse": {one.key for one in plan.warehouses},
        "service": {one.key for one in plan.services},
        "carrier": {one.carrier for one in plan.services},
    }
    found = {name: Counter(getattr(history, name)) for name in words}
    return {
        name: {word: n for word, n in counts.most_common() if word not in words[name]}
        for name, counts in found.items()
        if counts.keys() - words[name]
    }


@transaction.atomic
def _keep(shop_id: int, rows: Sequence[tuple[str, tuple[Any, ...]]], done: Imported) -> None:
    known = Passage.objects.filter(shop_id=shop_id, reference__among=[reference for reference, _ in rows])
    kept = {row[0]: row[1:] for row in known.values_list("reference", "pk", "shipment_id", *_TOLD)}
    new, changed = [], []
    for reference, told in rows:
        pk, shipment_id, *was = kept.get(reference, (None, None))
        if pk is None:
            new.append((shop_id, reference, *told))
        elif shipment_id is not None:
            done.followed += 1
        elif tuple(was) != told:
            changed.append((pk, *told))
        else:
            done.same += 1
    bulk.insert_new(Passage, ("shop", "reference", *_TOLD), new)
    bulk.update_rows(Passage, _TOLD, changed)
    done.new += len(new)
    done.changed += len(changed)


def _rows(history: History, last: date) -> Iterator[tuple[str, tuple[Any, ...]]]:
    """Each order's reference, and what is told of it in the order of `_TOLD`."""
    bought, ready = _days(history.bought), _days(history.ready)
    handed, arrived, ended = _days(history.handed), _days(history.arrived), _days(history.ended)
    days = zip(
        bought,
        [begun or order for begun, order in zip(ready, bought, strict=True)],
        handed,
        arrived,
        [None if came else lost or last for came, lost in zip(arrived, ended, strict=True)],
        _days(history.promised),
        strict=True,
    )
    origins = (
        area(country, region, postcode)[: _LENGTHS["origin"]] if country else ""
        for country, region, postcode in zip(
            history.origin_country, history.origin_region, history.origin_postcode, strict=True
        )
    )
    ways = zip(origins, *(_texts(name, getattr(history, name)) for name in _TOLD[1:8]), strict=True)
    for reference, way, dates in zip(history.reference, ways, days, strict=True):
        yield _reference(reference), (*way, *dates)


def _last_day(history: History) -> date:
    """The last day anything happened on."""
    told = (history.bought, history.ready, history.handed, history.arrived, history.ended)
    return max(day for day in _days(np.array([np.fmax.reduce(moments) for moments in told])) if day)


def _days(moments: Moments) -> list[date | None]:
    days: list[date | None] = moments.astype("datetime64[D]").tolist()
    return days


def _texts(name: str, texts: Texts) -> list[str]:
    most = _LENGTHS[name]
    short = {text: keepable(text)[:most] for text in set(texts)}
    if name == "region":  # a name that is no code would never be asked for
        short |= {text: "" for text in short if len(text) > most}
    return [short[text] for text in texts]


def _reference(told: str) -> str:
    told = keepable(told)
    # Cut short, two could become one.
    return told if len(told) <= _LONGEST else f"{told[:47]}~{sha256(told.encode()).hexdigest()[:32]}"
