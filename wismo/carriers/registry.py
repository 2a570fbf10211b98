"""All packs, loaded and checked once; names and tracking pages of carriers, with a pack or without."""

from functools import cache
from importlib import resources
from urllib.parse import quote

from wismo.carriers.directory import carrier
from wismo.carriers.karrio.connectors import readers, source_of
from wismo.carriers.loading import load_pack
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
    """The pack that reads a source's payloads: "ups", or "karrio:ups" for what Karrio's connector brought."""
    return packs().get(source) or karrio_packs().get(source_of(source))


@cache
def karrio_packs() -> dict[str, Pack]:
    """By source, the packs that read what Karrio's connectors bring."""
    return readers(packs())


def carrier_name(carrier_id: str) -> str:
    """A carrier's name for people; its id in title case where we have none."""
    known = packs().get(carrier_id) or carrier(carrier_id)
    return known.name if known else carrier_id.replace("-", " ").replace("_", " ").title()


def tracking_url(carrier_id: str, number: str) -> str:
    """The carrier's own page of a parcel; "" where we know none."""
    for known in (packs().get(carrier_id), carrier(carrier_id)):
        if known and known.url:
            return known.url.replace("{number}", quote(number, safe=""))
    return ""
