"""What a carrier pack is, once its TOML has been read and found sound."""

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum
from typing import Any

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


class Format(StrEnum):
    """How a payload is written."""

    JSON = "json"
    XML = "xml"
    HTML = "html"


class AuthKind(StrEnum):
    """How a sender shows who it is."""

    HMAC = "hmac"  # a keyed signature in a header
    HASH = "hash"  # a plain digest of the body and the secret, joined
    RSA = "rsa"  # a signature by the sender's private key; we hold its public keys
    TOKEN = "token"  # noqa: S105  a shared secret in a header
    BASIC = "basic"  # a user and password
    QUERY = "query"  # a shared secret in the address


class Over(StrEnum):
    """What a signature covers."""

    BODY = "body"
    TIMESTAMP = "timestamp"  # the time alone: the body is not covered
    BOTH = "timestamp.body"
    FIELDS = "fields"  # fields of the body, one after the other


@dataclass(frozen=True, slots=True)
class StatusRow:
    """A carrier's code and what it means; or, where it gives no codes, the words its text contains."""

    code: str
    contains: str  # in lower case; "" where there is a code
    text: str  # the carrier's usual words for the code
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
    """How a webhook of this carrier is authenticated. Names of headers are in lower case."""

    kind: AuthKind
    header: str
    parameter: str  # of the address, for `query`
    digest: str
    encoding: str
    prefix: str
    normalise: str
    over: Over
    fields: tuple[str, ...]  # of the body, for `fields`
    timestamp_header: str
    key_id_header: str
    joint: str
    confidence: str  # one of Confidence, or "unverified" until a real push has been seen


@dataclass(frozen=True, slots=True)
class ParcelFields:
    """What is said once per parcel."""

    number: Reader
    carrier: Reader
    eta: Reader
    leg: Reader
    reason: Reader
    as_of: Reader  # the day it was said, for times without a year


@dataclass(frozen=True, slots=True)
class ScanFields:
    """What is said of each scan; what is empty here is taken from the parcel."""

    event_id: Reader
    number: Reader
    code: Reader
    text: Reader
    when: Reader
    utc: Reader
    offset: Reader
    zone: Reader
    country: Reader
    place: Reader
    eta: Reader
    reason: Reader


@dataclass(frozen=True, slots=True)
class Payload:
    """One shape of payload: where its parcels are, where their scans, and what a scan says."""

    name: str
    format: Format
    lists: tuple[str, ...]  # XML elements that are a list even where there is one
    unwrap: Getter | None  # where, in the body, the payload itself stands as a text of JSON
    applies: Getter
    parcels: Getter
    keyed_by: str  # the parcels are an object: give each its key under this name
    scans: Getter
    scans_at: str  # where they are, for messages
    current: Getter | None  # the parcel's present state, kept where no scan of the list tells it
    number_at: str
    number_of_parcel: bool  # it is said once a parcel
    tells_zone: bool  # a scan's offset, zone or country is told apart from its time
    parcel: ParcelFields
    scan: ScanFields


class PollAuthKind(StrEnum):
    """How we show a carrier who we are."""

    NONE = "none"
    HEADER = "header"
    QUERY = "query"
    BASIC = "basic"
    OAUTH2 = "oauth2"  # client credentials: a token is asked for first
    LOGIN = "login"  # likewise, by a JSON body of the carrier's own

    @property
    def by_token(self) -> bool:
        """Whether a token is asked for first."""
        return self in {PollAuthKind.OAUTH2, PollAuthKind.LOGIN}


@dataclass(frozen=True, slots=True)
class PollAuth:
    """How a poll is authenticated; the texts hold `{placeholders}` of the account, and `{token}`."""

    kind: PollAuthKind
    header: str
    parameter: str
    value: str
    username: str
    password: str
    token_url: str
    scope: str
    style: str  # how the token is asked for: credentials in the "body", or by "basic"
    json: Any  # the body that asks for it, for `login`
    token: Getter | None  # where the answer holds it, for `login`
    seconds: int  # for how long it is good, where the answer does not say


@dataclass(frozen=True, slots=True)
class Ask:
    """A request as a template: every text may hold `{placeholders}`. At most one kind of body is there."""

    method: str
    url: str
    query: Mapping[str, str]
    headers: Mapping[str, str]
    json: Any  # None for no JSON body
    each: Any  # what "{each}" in the JSON body repeats, once a number
    form: Mapping[str, str]
    text: str
    content_type: str  # of the text
    batch: int  # numbers in one request
    join: str  # how {numbers} is joined


@dataclass(frozen=True, slots=True)
class Rate:
    """How often one account may ask."""

    per_second: float
    per_day: int | None


@dataclass(frozen=True, slots=True)
class Poll:
    """How a carrier is asked for what it did not tell."""

    ask: Ask
    register: Ask | None  # made once a number, before the first poll
    account: tuple[str, ...]  # what the shop has to enter
    needs: tuple[str, ...]  # what must be known of a shipment
    next: Getter | None  # the next page's address in an answer
    absent_status: frozenset[int]  # HTTP statuses that mean: not known yet
    absent: Getter | None  # the same, in an answer
    names_number: bool  # False: an answer does not say whose it is, and is kept in an envelope
    rate: Rate
    auth: PollAuth
    source: str
    confidence: str


@dataclass(frozen=True, slots=True)
class Pack:
    """A carrier, or an aggregator, as data."""

    id: str
    name: str
    kind: Kind
    url: str
    countries: tuple[str, ...]
    time: TimeRule
    auth: Auth | None  # None: it pushes nothing, and is only polled
    keep_headers: tuple[str, ...]
    poll: Poll | None
    payloads: tuple[Payload, ...]
    statuses: Lookup[StatusRow]
    phrases: tuple[StatusRow, ...]  # the rows with `contains`, in the order of the file
    reasons: Lookup[ReasonRow]
    carriers: Lookup[CarrierRow]
    legs: Mapping[str, Leg]
