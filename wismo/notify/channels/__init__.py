"""One folder a channel, one file a provider. Adding either touches nothing else.

channel.toml:

    key = "sms"
    name = "SMS"                       # as the console says it
    reaches = ["phone"]                # AddressKinds, the best first
    retry_after = ["30s", "2m", "10m", "1h"]
    templates = false                  # whether it speaks only by approved texts outside a reader's 24 hours
    window = false                     # whether there is such a window
    parts = ["short"]                  # which parts of a text it shows: what a shop can change for it

    [[provider]]
    key = "twilio_sms"                 # unique in the house; also the source in /hooks/<shop key>/<source>
    module = "twilio"                  # channels/sms/twilio.py
    name = "Twilio"
    per_second = 10.0                  # hand-overs, and how many at once after a pause
    burst = 20
    pair_seconds = 0.0                 # between two messages to one reader; 0: no such limit
    pair_burst = 0
    idempotent = false                 # a hand-over may be repeated under the same reference
    asks = false                       # it can be asked what became of an attempt: `look_up`
    hears = true                       # it calls back: `authentic`, `answer`, `read`
    fields = [{ name = "auth_token", label = "Auth token", secret = true, hint = "…", required = true }]
"""

import functools
import importlib
import tomllib
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path
from types import ModuleType
from typing import Any

from wismo.notify.journey.durations import parse_duration
from wismo.notify.port import Account, Provider
from wismo.notify.words import AddressKind

FOLDER = Path(__file__).parent
_CHANNEL = {"key", "name", "reaches", "retry_after", "templates", "window", "parts", "provider"}
_PROVIDER = {
    *("key", "module", "name", "per_second", "burst", "pair_seconds", "pair_burst"),
    *("idempotent", "asks", "hears", "fields"),
}


@dataclass(frozen=True, slots=True)
class Field:
    """One value of an account that a provider asks for."""

    name: str
    label: str
    secret: bool = True
    hint: str = ""
    required: bool = True


@dataclass(frozen=True, slots=True)
class ProviderFacts:
    """What channel.toml says of a provider."""

    key: str
    channel: str
    module: str
    name: str
    per_second: float
    burst: int
    pair_seconds: float
    pair_burst: int
    idempotent: bool
    asks: bool
    hears: bool
    fields: tuple[Field, ...]

    def code(self) -> ModuleType:
        """Its module, as port.py describes it."""
        return importlib.import_module(f"wismo.notify.channels.{self.channel}.{self.module}")

    def open(self, account: Account) -> Provider:
        """The provider, ready for one dispatch run."""
        provider: Provider = self.code().open_provider(account)
        return provider


@dataclass(frozen=True, slots=True)
class Passport:
    """What channel.toml says of a channel."""

    key: str
    name: str
    reaches: tuple[AddressKind, ...]
    retry_after: tuple[timedelta, ...]  # after the first failure, the second, …; the last stays
    templates: bool
    window: bool
    parts: tuple[str, ...]
    providers: tuple[ProviderFacts, ...]


@functools.cache
def passports() -> Mapping[str, Passport]:
    """Every channel by its key; ValueError with file and key where one is not well-formed."""
    return {path.parent.name: _read(path) for path in sorted(FOLDER.glob("*/channel.toml"))}


@functools.cache
def providers() -> Mapping[str, ProviderFacts]:
    """Every provider of every channel by its key."""
    return {facts.key: facts for passport in passports().values() for facts in passport.providers}


def _read(path: Path) -> Passport:
    key, raw = path.parent.name, tomllib.loads(path.read_text(encoding="utf-8"))
    if raw.keys() != _CHANNEL or raw["key"] != key or not raw["retry_after"]:
        raise ValueError(f"{key}/channel.toml: write key = {key!r} and exactly {sorted(_CHANNEL)}")
    return Passport(
        key=key,
        name=raw["name"],
        reaches=tuple(AddressKind(kind) for kind in raw["reaches"]),
        retry_after=tuple(parse_duration(wait) for wait in raw["retry_after"]),
        templates=raw["templates"],
        window=raw["window"],
        parts=tuple(raw["parts"]),
        providers=tuple(_provider(key, told) for told in raw["provider"]),
    )


def _provider(channel: str, told: Mapping[str, Any]) -> ProviderFacts:
    if told.keys() != _PROVIDER:
        raise ValueError(f"{channel}/channel.toml: a provider has exactly {sorted(_PROVIDER)}")
    fields = tuple(Field(**field) for field in told["fields"])
    return ProviderFacts(channel=channel, fields=fields, **{k: told[k] for k in _PROVIDER - {"fields"}})
