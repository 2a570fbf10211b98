"""The console's words for what the house knows: statuses, legs, reasons, gates and decision codes."""

from wismo.carriers.karrio.connectors import connectors
from wismo.carriers.numbers import Strength
from wismo.carriers.pack import Auth, AuthKind
from wismo.carriers.registry import carrier_name
from wismo.plumbing.inbox_queries import ENOUGH
from wismo.tracking.rules.gate import Circuit
from wismo.tracking.rules.silence import Silence
from wismo.vocabulary.milestone import Milestone
from wismo.vocabulary.reason import Fault, Reason
from wismo.vocabulary.status import Leg, Status, TzSource

STATUS: dict[Status, tuple[str, str, str]] = {  # word, tone, icon
    Status.UNKNOWN: ("No status yet", "", "clock"),
    Status.INFO_RECEIVED: ("Announced", "", "package"),
    Status.PICKUP_SCHEDULED: ("Pick-up planned", "", "calendar"),
    Status.PICKUP_FAILED: ("Pick-up failed", "warn", "package-x"),
    Status.PICKED_UP: ("Picked up", "info", "package"),
    Status.IN_TRANSIT: ("In transit", "info", "truck"),
    Status.CUSTOMS: ("In customs", "warn", "shield-alert"),
    Status.ARRIVED_LOCAL: ("At local depot", "info", "home"),
    Status.DELAYED: ("Delayed", "warn", "clock-alert"),
    Status.HELD: ("Held", "warn", "timer-off"),
    Status.OUT_FOR_DELIVERY: ("Out for delivery", "info", "truck"),
    Status.FAILED_ATTEMPT: ("Failed attempt", "bad", "package-x"),
    Status.AVAILABLE_FOR_PICKUP: ("Ready to collect", "info", "map-pin"),
    Status.EXPIRED: ("Feed expired", "warn", "timer-off"),
    Status.CANCELLED: ("Cancelled", "", "minus"),
    Status.LOST: ("Lost", "bad", "package-search"),
    Status.DAMAGED: ("Damaged", "bad", "package-x"),
    Status.DISPOSED: ("Disposed of", "bad", "package-x"),
    Status.DELIVERED: ("Delivered", "good", "package-check"),
    Status.RETURNED: ("Back with us", "", "undo-2"),
}
LEG: dict[Leg, str] = {
    Leg.FORWARD: "To the shopper",
    Leg.RETURN: "Return",
    Leg.RTO: "Going back",
    Leg.EXCHANGE: "Exchange",
}
ZONE: dict[TzSource, str] = {
    TzSource.OFFSET: "offset given by the carrier",
    TzSource.UTC_FIELD: "carrier documents this field as UTC",
    TzSource.CARRIER_TZ: "carrier's own zone applied",
    TzSource.FACILITY_TZ: "zone of the facility's country",
    TzSource.UNKNOWN: "zone not known",
    TzSource.NONE: "carrier gave no time; when we received it",
}
NOT_BELIEVED = "its time is not believed: “{}”; when we received it"
FAULT: dict[Fault, str] = {
    Fault.CARRIER: "carrier",
    Fault.MERCHANT: "us",
    Fault.BUYER: "shopper",
    Fault.CUSTOMS: "customs",
    Fault.NOBODY: "nobody",
    Fault.UNKNOWN: "not known",
}
STATE: dict[str, tuple[str, str]] = {  # of a message: word, tone
    "queued": ("Waiting", ""),
    "claimed": ("Being checked", ""),
    "sending": ("Being handed over", "info"),
    "awaiting": ("Sent, not yet delivered", "info"),
    "sent": ("Sent", "good"),
    "not_sent": ("Not sent", ""),
    "unknown": ("Outcome unknown", "warn"),
}
SILENCE: dict[Silence, tuple[str, str]] = {  # word, tone
    Silence.STALLED: ("Stalled", "warn"),
    Silence.NOT_PICKED_UP: ("Label made, not picked up", "warn"),
}
PROOF: dict[AuthKind, str] = {  # how a source's webhooks show who they are from
    AuthKind.TOKEN: "a token in a header",
    AuthKind.HMAC: "a signature of the body (HMAC)",
    AuthKind.HASH: "a hash of the body and a secret",
    AuthKind.RSA: "a signature by its private key (RSA)",
    AuthKind.BASIC: "a user and a password",
    AuthKind.QUERY: "a token in the address",
}
SURE = {  # how we know a fact about a carrier: word, tone
    "official": ("its own documentation says so", ""),
    "observed": ("seen in real answers", ""),
    "third_party": ("others’ code says so", "warn"),
    "guess": ("a guess", "warn"),
    "unverified": ("unverified", "warn"),
}
CIRCUIT: dict[Circuit, tuple[str, str, str]] = {  # word, tone, why
    Circuit.PAUSED: ("Waiting", "warn", "It asked us to wait."),
    Circuit.OPEN: (
        "Stopped",
        "bad",
        "Requests failed, or the account was refused; one request then tries it.",
    ),
    Circuit.HALF_OPEN: (
        "Trying again",
        "warn",
        "Requests failed; the next one shows whether it works again.",
    ),
}
STRENGTH: dict[Strength, tuple[str, str]] = {  # of a guess by a number: word, tone
    Strength.STRONG: ("Strong", "good"),
    Strength.FAIR: ("Fair", "info"),
    Strength.WEAK: ("Weak", ""),
}
_ABBREVIATIONS = frozenset({"api", "id", "pin", "uid", "xb"})
ROLE = {"viewer": "Viewer", "agent": "Agent", "owner": "Owner"}
GATE = {  # what each gate asks
    "dedupe": "Told before?",
    "condition": "Asked for?",
    "cancelled": "Cancelled?",
    "leg": "Right way?",
    "superseded": "Still news?",
    "promise": "Still late?",
    "moved": "Still so?",
    "age": "Fresh?",
    "suppressed": "Address barred?",
    "consent": "Agreed to?",
    "holdout": "Held out?",
    "cap": "Too many?",
    "route": "Reachable?",
    "quiet": "Awake?",
    "bucket": "Provider’s turn?",
    "render": "Written?",
    "send": "Hand-over",
    "receipt": "What the provider says",
}
PASSED = {  # what it means that a gate let a message pass
    "condition": "What the journey asks for is so",
    "cancelled": "Not cancelled",
    "leg": "The parcel travels the way this is about",
    "superseded": "Nothing newer to tell",
    "promise": "Still late, or not about lateness",
    "moved": "Still so, or not about standing still",
    "age": "Fresh enough",
    "suppressed": "No address is barred that it needs",
    "consent": "The shopper agreed, or need not",
    "holdout": "Not held out",
    "cap": "Not too many",
    "route": "The shopper can be reached",
    "quiet": "Not in quiet hours, or it cannot wait",
    "bucket": "The provider takes it now",
    "render": "Written",
}
CODE = {
    "ok": "nothing against it",
    "sent": "handed to the provider, which took it",
    "delivered": "delivered, as the provider says",
    "read": "read, as the provider says",
    "answered": "the shopper answered it by a button",
    "duplicate": "this was already told",
    "merged": "told together with another message",
    "cancelled": "the order or the parcel was cancelled",
    "switched_off": "its journey is switched off",
    "condition_false": "what its journey asks for was not so",
    "superseded": "later news had overtaken it",
    "wrong_leg": "the parcel is not travelling to the shopper",
    "promise_kept": "the delay had been made good by then",
    "moved_again": "the parcel moved again, or was found",
    "too_old": "it would have come too late to be news",
    "suppressed": "the address must not be written to",
    "no_consent": "the shopper did not agree to this kind",
    "opted_out": "the shopper does not want this kind",
    "holdout": "the shopper is held out of an experiment",
    "cap": "the shopper had as many of these as is bearable",
    "no_address": "the shopper has no address for this channel",
    "not_applicable": "the shop uses none of its channels",
    "unreachable": "the shopper cannot be reached on this channel",
    "template_unapproved": "the provider has not approved its text",
    "window_closed": "only approved texts may be sent now, and it has none",
    "quiet_defer": "it waits for the end of the quiet hours",
    "quiet_drop": "it would be old news by the end of the quiet hours",
    "rate_wait": "it waits for its turn at the provider",
    "resting": "the provider does not work now; it is tried again",
    "render_error": "the text could not be written",
    "retry": "the provider could not take it then; it is tried again",
    "next_channel": "the next channel of its route follows",
    "provider_error": "the provider refused it",
    "unknown": "nobody can tell whether it was taken, so it is not sent again",
    "by_hand": "somebody of the team decided",
}


def plain(name: str) -> str:
    """`out_for_delivery` as `Out for delivery`."""
    return name.replace("_", " ").replace("-", " ").strip().capitalize()


def capped(count: int) -> str:
    """What was counted up to ENOUGH: `99+` from there on."""
    return f"{ENOUGH - 1}+" if count >= ENOUGH else str(count)


def reason_words(reason: Reason) -> str:
    """A reason without the party in it, which is told apart."""
    return plain(reason.value.removeprefix(f"{reason.fault.value}_"))


def meaning_words(status: Status) -> str:
    """What a code means: a code that is known to say nothing is not one that nobody knows."""
    return "Says nothing about the parcel" if status is Status.UNKNOWN else STATUS[status][0]


def reason_and_fault(reason: Reason) -> str:
    """A reason with the party at fault, where one is: `No time (carrier)`."""
    fault = "" if reason.fault in {Fault.NOBODY, Fault.UNKNOWN} else f" ({FAULT[reason.fault]})"
    return f"{reason_words(reason)}{fault}"


def fault_words(reason: Reason) -> str:
    """The party at fault."""
    return FAULT[reason.fault]


def milestone_words(name: str) -> str:
    """A milestone, in the word of the status it marks where it marks one; an unknown name as it stands."""
    if name in set(Status):
        return STATUS[Status(name)][0]
    return plain(name) if name in set(Milestone) else name


def code_words(code: str) -> str:
    """A decision's code in words, with the detail it carries; an unknown code as it stands."""
    name, _, detail = code.partition(":")
    said = CODE.get(name, code)
    return f"{said} ({milestone_words(detail)})" if detail and name in CODE else said


def gate_words(gate: str) -> str:
    """A gate as the question it asks."""
    return GATE.get(gate, plain(gate))


def passed_words(gate: str) -> str:
    """What is true of a message this gate let pass."""
    return PASSED.get(gate, plain(gate))


def time_words(known_by: TzSource, raw: str) -> str:
    """How the time of a scan is known, with the carrier's own words for it where it gave any."""
    if not raw:
        return ZONE[known_by]
    return NOT_BELIEVED.format(raw) if known_by is TzSource.NONE else f"{ZONE[known_by]}, “{raw}”"


def source_words(source: str) -> str:
    """A carrier's or source's name; a connector of Karrio says so."""
    connector = connectors().get(source)
    return f"{connector.name} through Karrio" if connector else carrier_name(source)


def value_name(name: str) -> str:
    """What an account holds: `api_key` as `API key`, `client_id` as `client ID`."""
    return " ".join(part.upper() if part in _ABBREVIATIONS else part for part in name.split("_"))


def proof_words(auth: Auth) -> str:
    """How a source's webhooks show who they are from, and where."""
    where = f" in {auth.header}" if auth.header and auth.kind is not AuthKind.BASIC else ""
    said = "a token" if auth.kind is AuthKind.TOKEN and where else PROOF[auth.kind]
    return f"{said}{where}"
