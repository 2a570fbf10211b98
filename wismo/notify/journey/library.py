"""The journeys that ship with the house, one TOML file each. Pure."""

import functools
from collections.abc import Collection, Mapping
from pathlib import Path

from wismo.notify.journey.model import Journey, JourneyError
from wismo.notify.journey.reading import read
from wismo.vocabulary.toml.notes import Problem

FOLDER = Path(__file__).parent.parent / "journeys"


def read_folder(folder: Path, *, channels: Collection[str] | None = None) -> dict[str, Journey]:
    """Every journey of a folder by its key, which is also its file's name."""
    found = {}
    for path in sorted(folder.glob("*.toml")):
        journey = read(path.read_text(encoding="utf-8"), channels=channels, name=path.name)
        if journey.key != path.stem:
            wrong = Problem(1, "key", f'write "{path.stem}", as the file is named')
            raise JourneyError([wrong], path.name)
        found[journey.key] = journey
    return found


@functools.cache
def house() -> Mapping[str, Journey]:
    """The journeys of the house by key, read once."""
    return read_folder(FOLDER)


def house_text(key: str) -> str:
    """The TOML of one of them, as it is written; KeyError where there is none."""
    if key not in house():
        raise KeyError(key)
    return (FOLDER / f"{key}.toml").read_text(encoding="utf-8")
