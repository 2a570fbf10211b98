"""A parcel's moments in the only order they can have: what breaks it is mended or left out, and told."""

from typing import Any

import numpy as np
from numpy.typing import NDArray

from wismo.promise.learning.trouble import Trouble

Columns = dict[str, NDArray[Any]]
_NEVER = np.datetime64("NaT", "s")


def in_order(columns: Columns, trouble: Trouble) -> Columns:
    """The rows that can be used, by their purchase; their moments follow each other.

    What is told in days alone lies at midnight: within a day no order is known, and none is called wrong.
    """
    columns = _without(columns, np.isnat(columns["bought"]), "no_purchase", trouble)
    before = _day(columns["arrived"]) < _day(columns["bought"])
    columns = _without(columns, before, "arrived_before_bought", trouble, "arrived")
    columns = _without(columns, _repeated(columns["reference"]), "repeated", trouble, "reference")
    _mend(columns, trouble)
    return {name: column[np.argsort(columns["bought"], kind="stable")] for name, column in columns.items()}


def _day(moments: NDArray[np.datetime64]) -> NDArray[np.datetime64]:
    return moments.astype("datetime64[D]")


def _repeated(references: NDArray[np.object_]) -> NDArray[np.bool_]:
    seen: set[str] = set()
    repeated = np.zeros(len(references), np.bool_)
    for place, reference in enumerate(references):
        repeated[place] = reference in seen
        seen.add(reference)
    return repeated


def _without(
    columns: Columns, wrong: NDArray[np.bool_], kind: str, trouble: Trouble, column: str = ""
) -> Columns:
    _tell(columns, wrong, kind, trouble, column)
    return {name: values[~wrong] for name, values in columns.items()}


def _tell(columns: Columns, wrong: NDArray[np.bool_], kind: str, trouble: Trouble, column: str = "") -> None:
    found = np.flatnonzero(wrong)
    for place in found:
        value = str(columns[column][place]).replace("T", " ") if column else ""
        trouble.note(kind, int(columns["row"][place]), column, value)


def _mend(columns: Columns, trouble: Trouble) -> None:
    bought, arrived = columns["bought"], columns["arrived"]
    for name in ("ready", "handed"):
        _tell(columns, _day(columns[name]) < _day(bought), f"{name}_before_bought", trouble, name)
        columns[name] = np.where(columns[name] < bought, bought, columns[name])
    columns["arrived"] = arrived = np.where(arrived < bought, bought, arrived)
    late = _day(columns["handed"]) > _day(arrived)
    _tell(columns, late, "handed_after_arrived", trouble, "handed")
    columns["handed"] = np.where(late, _NEVER, columns["handed"])
    columns["handed"] = np.where(columns["handed"] > arrived, arrived, columns["handed"])
    _tell(columns, _day(columns["ready"]) > _day(columns["handed"]), "ready_after_handed", trouble, "ready")
    for name in ("handed", "arrived"):
        columns["ready"] = np.where(columns["ready"] > columns[name], columns[name], columns["ready"])
    columns["promised"] = _day(columns["promised"]).astype("datetime64[s]")
    early = columns["promised"] < _day(bought)
    _tell(columns, early, "promised_before_bought", trouble, "promised")
    columns["promised"] = np.where(early, _NEVER, columns["promised"])
    _end(columns)


def _end(columns: Columns) -> None:
    """What will never arrive was lost sight of when it was last heard of, where the file names no day."""
    heard = np.fmax(columns["bought"], np.fmax(columns["ready"], columns["handed"]))
    ended = np.where(np.isnat(columns["ended"]) & columns.pop("over"), heard, columns["ended"])
    ended = np.where(ended < columns["bought"], columns["bought"], ended)
    columns["ended"] = np.where(np.isnat(columns["arrived"]), ended, _NEVER)
