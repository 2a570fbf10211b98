"""What a carrier pack is, once its TOML has been read and found sound."""

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum

from wismo.carriers.lookup import Lookup
from wismo.carriers.paths import Getter
from wismo.carriers.times import TimeRule
from wismo.carriers.transforms import Reader
from wismo.vocabulary.reason import Reason
from wismo.vocabulary.status import Leg, Status


class Kind(StrEnum):
    """Who speaks: a carrier of its own parcels, or an aggregator of other carriers' parcels."""

    CARRIER = "carrier"
    AGGREGATOR = "aggregator"


class Confidence(StrEnum):
    """How we know a row: from best to worst."""

    OFFICIAL = "official"  # the carrier's own documentation
    OBSERVED = "observed"  # seen in a real payload, its text says so
    THIRD_PARTY = "third_party"  # tables that others use
    GUESS = "guess"  # the words of the code say so, nothing else


class AuthKind(StrEnum):
    """How a sender shows who it is."""

    HMAC = "hmac"  # a signature over the raw body
    TOKEN = "token"  # noqa: S105  a shared secret in a header


@dataclass(frozen=True, slots=True)
class StatusRow:
    """A carrier's code and what it means."""

    code: str
    status: Status
    leg: Leg
    reason: Reason | None
    correction: bool
    source: str
    confidence: Confidence
    note: str


@dataclass(frozen=True, slots=True)
class ReasonRow:
    """A carrier's code for why a parcel did not move as planned."""

    code: str
    reason: Reason
    source: str
    confidence: Confidence
    note: str


@dataclass(frozen=True, slots=True)
class CarrierRow:
    """An aggregator's name for a carrier (lower case) and our id of it."""

    code: str
    carrier: str


@dataclass(frozen=True, slots=True)
class Auth:
    """How a webhook of this carrier is authenticated."""

    kind: AuthKind
    header: str
    digest: str
    encoding: str
    prefix: str
    normalise: str
    confidence: str


@dataclass(frozen=True, slots=True)
class ParcelFields:
    """What is said once per parcel."""

    number: Reader
    carrier: Reader
    eta: Reader
    leg: Reader
    reason: Reader


@dataclass(frozen=True, slots=True)
class ScanFields:
    """What is said of each scan; what is empty here is taken from the parcel."""

    event_id: Reader
    number: Reader
    code: Reader
    text: Reader
    when: Reader
    utc: Reader
    place: Reader
    eta: Reader
    reason: Reader


@dataclass(frozen=True, slots=True)
class Payload:
    """One shape of payload: where its parcels are, where their scans, and what a scan says."""

    name: str
    applies: Getter
    parcels: Getter
    keyed_by: str  # the parcels are an object: give each its key under this name
    scans: Getter
    current: Getter | None  # the parcel's present state, kept where no scan of the list tells it
    number_at: str
    parcel: ParcelFields
    scan: ScanFields


@dataclass(frozen=True, slots=True)
class Pack:
    """A carrier, or an aggregator, as data."""

    id: str
    name: str
    kind: Kind
    url: str
    countries: tuple[str, ...]
    time: TimeRule
    auth: Auth
    keep_headers: tuple[str, ...]
    payloads: tuple[Payload, ...]
    statuses: Lookup[StatusRow]
    reasons: Lookup[ReasonRow]
    carriers: Lookup[CarrierRow]
    legs: Mapping[str, Leg]
