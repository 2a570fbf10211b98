"""What a model is given of each order: what was known of it, and what was known of the world that night."""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from wismo.promise.learning.history import History, Moments
from wismo.promise.learning.life import UNDER_WAY, Floats, Ints
from wismo.promise.learning.nights import PURCHASE, TRANSIT, Columns
from wismo.promise.learning.replay import Replay, Stage, numbered

_AHEAD = (3, 7, 14, 25)  # calendar days in which operating days are counted
_MANY = 500  # words of more different values are no categories: they would be learned by heart
_EARTH = 6371.0  # kilometres


@dataclass(frozen=True, slots=True)
class Matrix:
    """One row an order; `words` are the places of columns that are categories."""

    values: NDArray[np.float32]
    names: tuple[str, ...]
    words: tuple[int, ...]


def matrix(replay: Replay, stage: Stage, told: Columns, *, from_handover: bool) -> Matrix:
    """The model's columns for all orders, as of the day the stage began."""
    history = replay.history
    words = {
        name: column for name, column in _words(history, replay).items() if column.max(initial=0) < _MANY
    }
    columns: dict[str, Floats] = {
        **{name: column.astype(np.float64) for name, column in words.items()},
        **_places(history),
        **{f"number {name}": column for name, column in history.numbers.items()},
        **_relative(told),
        **_moment(replay, stage, history.handed if from_handover else history.bought),
    }
    if from_handover:
        columns["handled"] = replay.handling.took.astype(np.float64)
        columns["handled more"] = np.log1p(replay.handling.took) - told.named.get("house", 0.0)
    told_columns = {name: column for name, column in columns.items() if np.isfinite(column).any()}
    names = tuple(told_columns)
    values = np.stack([told_columns[name] for name in names], axis=1).astype(np.float32)
    return Matrix(values, names, tuple(place for place, name in enumerate(names) if name in words))


def _words(history: History, replay: Replay) -> dict[str, Ints]:
    told = {
        "area": replay.groups.area,
        "origin": numbered(history.origin_region),
        "carrier": numbered(history.carrier),
        "service": numbered(history.service),
        "class": numbered(history.product_class),
    }
    return told | {f"word {name}": numbered(column) for name, column in history.words.items()}


def _places(history: History) -> dict[str, Floats]:
    told = {
        "from lat": history.origin_lat,
        "from lng": history.origin_lng,
        "to lat": history.lat,
        "to lng": history.lng,
        "from postcode": _as_number(history.origin_postcode),
        "to postcode": _as_number(history.postcode),
    }
    here = np.radians(history.origin_lat), np.radians(history.origin_lng)
    there = np.radians(history.lat), np.radians(history.lng)
    half = np.sin((there[0] - here[0]) / 2) ** 2
    half += np.cos(here[0]) * np.cos(there[0]) * np.sin((there[1] - here[1]) / 2) ** 2
    return told | {"distance": 2 * _EARTH * np.arcsin(np.sqrt(half))}


def _as_number(postcodes: NDArray[np.object_]) -> Floats:
    """Postcodes that are numbers, in their order: neighbours lie side by side."""
    return np.array([float(code) if code.isdecimal() else np.nan for code in postcodes])


def _relative(told: Columns) -> dict[str, Floats]:
    """What the tables say, each lane against the whole: how fast all are now is no matter of the model's."""
    named, found = told.named, {}
    for name, days in named.items():
        table, _, rest = name.partition(" ")
        if not rest.endswith(("0.5", "0.9")):
            found[name] = days
        elif not rest.startswith("all"):
            whole = named[f"{table} all {rest.rpartition(' ')[2]}"]
            found[name] = np.log((days + 0.5) / (whole + 0.5))
    return found


def _moment(replay: Replay, stage: Stage, moments: Moments) -> dict[str, Floats]:
    began = np.where(stage.began < UNDER_WAY, stage.began, replay.days.first)
    day = moments.astype("datetime64[D]").astype("datetime64[s]")
    hour = (moments - day).astype("timedelta64[s]").astype(np.float64) / 3600
    return {
        "hour": np.where(np.isnat(moments), np.nan, hour),
        "weekday": (began - 1) % 7 * 1.0,
        **{f"days in {ahead}": _days_in(replay, began, ahead) for ahead in _AHEAD},
    }


def _days_in(replay: Replay, began: Ints, ahead: int) -> Floats:
    last = replay.days.number(replay.calendar, began + ahead)
    return (last - replay.days.number(replay.calendar, began)).astype(np.float64)


def level_name(*, from_handover: bool) -> str:
    """The column that says how fast all parcels are now."""
    return f"transit{TRANSIT[0]:g} all 0.5" if from_handover else f"purchase{PURCHASE[0]:g} all 0.5"


def table_name(*, from_handover: bool) -> str:
    """The column that says what the tables alone would forecast."""
    return f"transit{TRANSIT[1]:g} lane 0.5" if from_handover else f"purchase{PURCHASE[1]:g} lane 0.5"
