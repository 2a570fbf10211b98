"""Files of past orders, as a few rows of text."""

from pathlib import Path

import numpy as np

from wismo.promise.learning.history import History
from wismo.promise.learning.mapping import read_mapping
from wismo.promise.learning.reading import read_history
from wismo.promise.learning.trouble import Trouble

COLUMNS = (
    '[columns]\nreference = "id"\nbought = "bought"\nready = "paid"\nhanded = "sent"\narrived = "came"\n'
    'promised = "promised"\ncountry = "country"\nregion = "state"\nlat = "lat"\n'
    '[features]\nnumbers = ["price"]\n'
)
HEAD = "id,bought,paid,sent,came,promised,country,state,lat,price"
GOOD = "A1,2026-03-02 09:30,2026-03-02 10:00,2026-03-03 16:00,2026-03-05 11:15,2026-03-06,DE,SN,51.05,19.90"


def read(
    folder: Path, *rows: str, head: str = HEAD, mapping: str = "", name: str = "orders.csv"
) -> tuple[History, Trouble]:
    """These rows, read from a file."""
    path = folder / name
    path.write_text("\n".join([head, *rows]) + "\n", encoding="utf-8")
    return read_history(path, read_mapping(mapping or COLUMNS))


def row(name: str, **changes: str) -> str:
    """The good row with another reference, and what is different about it."""
    told = dict(zip(HEAD.split(","), GOOD.split(","), strict=True)) | {"id": name} | changes
    return ",".join(told.values())


def moment(text: str) -> np.datetime64:
    return np.datetime64(text, "s")
