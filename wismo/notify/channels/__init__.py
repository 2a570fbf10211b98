"""One folder a channel. Adding one touches nothing else."""

import functools
import importlib
import tomllib
from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path

from wismo.notify.journey import parse_duration
from wismo.notify.port import Channel

FOLDER = Path(__file__).parent


@dataclass(frozen=True, slots=True)
class Passport:
    """What `channel.toml` says of a channel."""

    key: str
    retry_after: tuple[timedelta, ...]  # after the first failure, the second, …; the last stays


@functools.cache
def passport(key: str) -> Passport:
    """The passport of a channel; ValueError where there is none, or it is not well-formed."""
    path = FOLDER / key / "channel.toml"
    if not path.is_file():
        raise ValueError(f"there is no channel {key!r}: no {path.parent.name}/{path.name}")
    raw = tomllib.loads(path.read_text(encoding="utf-8"))
    if raw.keys() != {"key", "retry_after"} or raw["key"] != key or not raw["retry_after"]:
        raise ValueError(f'{key}/channel.toml: write key = "{key}" and retry_after = ["30s", …], no more')
    return Passport(key, tuple(parse_duration(wait) for wait in raw["retry_after"]))


def open_channel(key: str) -> Channel:
    """The channel, ready for one dispatch run."""
    passport(key)
    channel: Channel = importlib.import_module(f"wismo.notify.channels.{key}.adapter").open_channel()
    return channel
