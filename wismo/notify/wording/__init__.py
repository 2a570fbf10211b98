"""Words: the house's texts, a shop's own over them, and how both are filled in for one reader."""

from wismo.notify.wording.dates import day_in, money_in, time_in
from wismo.notify.wording.own import NO_OWN, OwnText, OwnTexts
from wismo.notify.wording.pen import BrokenText, fill
from wismo.notify.wording.texts import PARTS, Texts, all_texts
from wismo.notify.wording.writing import Written, reading_order, write

__all__ = (
    "NO_OWN",
    "PARTS",
    "BrokenText",
    "OwnText",
    "OwnTexts",
    "Texts",
    "Written",
    "all_texts",
    "day_in",
    "fill",
    "money_in",
    "reading_order",
    "time_in",
    "write",
)
