"""Which carriers' parcels a source can be asked about, and what it calls the carrier."""

from wismo.carriers.directory import carrier, key_of
from wismo.carriers.pack import Pack


def serves(pack: Pack, carrier_id: str) -> bool:
    """Whether the source can be asked: a carrier about its own parcels, an aggregator about those it reads.

    It reads a carrier's where we know its name for it. One that is asked by the number alone need not be told
    the name: there a wildcard of its pack is enough.
    """
    if pack.poll is None:
        return False
    ids = _ids(carrier_id)
    if pack.id in ids or key_for(pack, carrier_id):
        return True
    return "carrier_key" not in pack.poll.needs and any(row.carrier in ids for row in pack.carriers.rows)


def key_for(pack: Pack, carrier_id: str) -> str:
    """What to call the carrier: the directory's key, else the exact name in its pack; "" for none."""
    ids = _ids(carrier_id)
    named = (row.code for row in pack.carriers.rows if row.carrier in ids and not row.code.endswith("*"))
    return key_of(pack.id, carrier_id) or next(named, "")


def _ids(carrier_id: str) -> set[str]:
    known = carrier(carrier_id)
    return {carrier_id, known.id} if known else {carrier_id}
