"""How far the house's sweeps have come in the tables they read by id."""

from wismo.plumbing.models import Bookmark

HOUSE = 0  # the shop of what belongs to none


def place(name: str) -> int:
    """The last id the sweep has read; 0 before its first run."""
    return Bookmark.objects.filter(shop_id=HOUSE, name=name).values_list("place", flat=True).first() or 0


def move(name: str, *, before: int, to: int) -> bool:
    """Note that the sweep has read on; False where another has done so since `before` was read.

    Inside a transaction, the bookmark is the caller's until that ends: what two read at once counts once.
    """
    if not before:
        Bookmark.objects.bulk_create([Bookmark(shop_id=HOUSE, name=name)], ignore_conflicts=True)
    return Bookmark.objects.filter(shop_id=HOUSE, name=name, place=before).update(place=to) == 1
