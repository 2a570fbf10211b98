"""All packs, loaded and checked once; names and tracking pages of carriers, with a pack or without."""

from functools import cache
from importlib import resources
from urllib.parse import quote

from wismo.carriers.loading import load_pack, load_table
from wismo.carriers.pack import Pack

_HERE = resources.files("wismo.carriers")


@cache
def packs() -> dict[str, Pack]:
    """Every pack by its id; PackError at the first call where one is not sound."""
    files = sorted(
        (file for file in (_HERE / "packs").iterdir() if file.name.endswith(".toml")), key=lambda f: f.name
    )
    loaded = [load_pack(file.name, file.read_text(encoding="utf-8")) for file in files]
    return {pack.id: pack for pack in loaded}


def pack(source: str) -> Pack | None:
    """The pack that reads a source's payloads."""
    return packs().get(source)


def carrier_name(carrier_id: str) -> str:
    """A carrier's name for people; its id in title case where we have none."""
    name, _url = _cards().get(carrier_id, ("", ""))
    return name or carrier_id.replace("-", " ").replace("_", " ").title()


def tracking_url(carrier_id: str, number: str) -> str:
    """The carrier's own page of a parcel; "" where we know none."""
    _name, url = _cards().get(carrier_id, ("", ""))
    return url.replace("{number}", quote(number, safe=""))


@cache
def _cards() -> dict[str, tuple[str, str]]:
    """Name and URL of each carrier: of `carriers.toml`, and of the packs."""
    top = load_table("carriers.toml", (_HERE / "carriers.toml").read_text(encoding="utf-8"))
    cards = {}
    for carrier_id in top:
        table = top.table(carrier_id)
        cards[carrier_id] = (table.text("name"), table.text("url", ""))
        table.close()
    return cards | {pack.id: (pack.name, pack.url) for pack in packs().values()}
