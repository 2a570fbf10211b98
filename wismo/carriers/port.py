"""How a carrier is asked: what every fetcher takes and gives, whatever it speaks. Values only."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import timedelta
from enum import StrEnum
from typing import Protocol

from wismo.carriers.pack import Rate


class Outcome(StrEnum):
    """What became of a request."""

    TOLD = "told"  # it was answered, by `bodies`
    ABSENT = "absent"  # the carrier does not know the numbers yet: silence, not a failure
    REFUSED = "refused"  # the carrier will not answer for these numbers; others may fare better
    FAILED = "failed"  # no answer, or the carrier's side is broken
    BUSY = "busy"  # we ask too often; `retry_after` says for how long to wait, where the carrier said it
    DENIED = "denied"  # the account itself is not accepted


@dataclass(frozen=True, slots=True)
class Account:
    """A shop's account at a source. `version` changes when its values do."""

    shop_id: int
    source: str
    version: str
    values: Mapping[str, str] = field(repr=False)  # secrets


@dataclass(frozen=True, slots=True)
class Asked:
    """A parcel as it is asked about. What is not known is ""."""

    number: str
    carrier: str  # our id
    postcode: str
    country: str  # ISO 3166 of the destination
    language: str


@dataclass(frozen=True, slots=True)
class Answer:
    """An answer about some of the numbers that were asked; it may come in pages, which are `bodies`."""

    numbers: tuple[str, ...]
    outcome: Outcome
    bodies: tuple[bytes, ...] = ()
    said: str = ""  # why, for people; without secrets
    retry_after: timedelta | None = None
    requests: int = 1  # how many it took


@dataclass(frozen=True, slots=True)
class Terms:
    """On which terms a source may be asked."""

    rate: Rate
    batch: int = 1  # numbers in one request
    needs: tuple[str, ...] = ()  # fields of `Asked` that must be known
    registers: bool = False  # each number is told to the source once, before it is asked for


class Fetcher(Protocol):
    """Asks sources of one kind. Its methods touch no database, and never raise for a carrier's fault."""

    def terms(self, source: str) -> Terms | None:
        """The terms of a source; None where it cannot be asked."""

    def serves(self, source: str, carrier: str) -> bool:
        """Whether the source can be asked about a carrier's parcels."""

    def fetch(self, account: Account, parcels: Sequence[Asked]) -> list[Answer]:
        """Ask about these parcels, `Terms.batch` at most."""

    def register(self, account: Account, parcels: Sequence[Asked]) -> list[Answer]:
        """Tell the source these numbers, where its terms say so."""


@dataclass(frozen=True, slots=True)
class Switchboard:
    """Every source's fetcher as one: a source such as "karrio:ups" is its prefix's, any other the packs'."""

    packs: Fetcher
    prefixed: Mapping[str, Fetcher]

    def terms(self, source: str) -> Terms | None:
        """The terms of a source; None where it cannot be asked."""
        return self._of(source).terms(source)

    def serves(self, source: str, carrier: str) -> bool:
        """Whether the source can be asked about a carrier's parcels."""
        return self._of(source).serves(source, carrier)

    def fetch(self, account: Account, parcels: Sequence[Asked]) -> list[Answer]:
        """Ask about these parcels."""
        return self._of(account.source).fetch(account, parcels)

    def register(self, account: Account, parcels: Sequence[Asked]) -> list[Answer]:
        """Tell the source these numbers."""
        return self._of(account.source).register(account, parcels)

    def _of(self, source: str) -> Fetcher:
        prefix, colon, _ = source.partition(":")
        return self.prefixed.get(prefix, self.packs) if colon else self.packs
