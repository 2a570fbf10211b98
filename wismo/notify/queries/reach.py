"""By which address and account each channel of a route would reach a buyer now."""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from typing import Any

from wismo.notify.channels import Passport, passports
from wismo.notify.journey.model import Journey
from wismo.notify.models import ProviderTemplate
from wismo.notify.queries.accounts import AccountFacts
from wismo.notify.queries.people import (
    Ban,
    Choices,
    Place,
    addresses,
    banned_of,
    choices,
    places_by_id,
    said_of,
    suppressions,
)
from wismo.notify.queries.setups import Setup
from wismo.notify.rules.facts import Choice, Reach
from wismo.notify.wording import reading_order
from wismo.notify.words import Kind

WINDOW = timedelta(
    hours=24
)  # after a person's last words, in which free text may be sent: WhatsApp, Messenger
_SOMEWHERE = frozenset({"sms"})  # speaks by approved texts in some countries: India
_GOOD = ("approved", "paused", "pending", "rejected", "disabled")  # of several texts the best one counts


@dataclass(frozen=True, slots=True)
class Template:
    """A text that a provider approved, or has not yet."""

    name: str
    language: str  # ours
    provider_language: str
    category: str
    state: str
    body: str
    variables: tuple[str, ...]
    extra: Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class Destination:
    """Where a channel would take a message, and by whom."""

    account: AccountFacts
    place: Place = field(repr=False)
    template: Template | None = None


@dataclass(frozen=True, slots=True)
class People:
    """All that is known of the buyers of a group of messages: read in six queries at most."""

    places: Mapping[int, tuple[Place, ...]]
    answered: Mapping[int, Place]  # by the id of its row, where an answer goes back to
    choices: Choices
    bans: Mapping[str, tuple[Ban, ...]]
    templates: Mapping[tuple[int, str, str], Mapping[str, Template]]  # shop, provider, journey; then language

    def places_of(self, buyer_id: int | None) -> tuple[Place, ...]:
        """Where a buyer can be reached."""
        return self.places.get(buyer_id, ()) if buyer_id else ()


def people(
    shop_ids: Collection[int],
    buyer_ids: Collection[int],
    answered: Collection[int],
    setups: Mapping[int, Setup],
    now: datetime,
) -> People:
    """What the gates need to know of these buyers, and of the addresses that are answered."""
    places, back = addresses(shop_ids, buyer_ids), places_by_id(shop_ids, answered)
    digests = {place.digest for found in (*places.values(), back.values()) for place in found}
    return People(
        places=places,
        answered=back,
        choices=choices(shop_ids, digests),
        bans=suppressions(shop_ids, digests, now),
        templates=_templates(shop_ids) if _speaks_by_templates(setups.values()) else {},
    )


def _speaks_by_templates(setups: Collection[Setup]) -> bool:
    channels = {channel for setup in setups for channel in setup.accounts}
    return bool(channels & _SOMEWHERE) or any(passports()[channel].templates for channel in channels)


def _templates(shop_ids: Collection[int]) -> dict[tuple[int, str, str], dict[str, Template]]:
    found: dict[tuple[int, str, str], dict[str, Template]] = {}
    for row in ProviderTemplate.objects.filter(shop_id__in=shop_ids).order_by("pk"):
        of_journey = found.setdefault((row.shop_id, row.provider, row.journey), {})
        of_journey[row.language] = Template(
            name=row.name,
            language=row.language,
            provider_language=row.provider_language,
            category=row.category,
            state=row.state,
            body=row.body,
            variables=tuple(row.variables),
            extra=row.extra,
        )
    return found


@dataclass(frozen=True, slots=True)
class Whom:
    """Of which buyer a reach is asked, and what is known of the question."""

    shop_id: int
    buyer_id: int | None
    language: str
    back: "Back | None"
    now: datetime


@dataclass(frozen=True, slots=True)
class Back:
    """Where an answer has to go: the very place that it answers, by the channel it was asked on."""

    address_id: int
    channel: str
    confirms_stop: bool

    @classmethod
    def of(cls, facts: Mapping[str, Any]) -> "Back | None":
        """As the facts of a message say it (actions/saying.py); no shop's system can tell such a fact."""
        told = facts.get("back")
        if not isinstance(told, Mapping):
            return None
        return cls(told["address"], told["channel"], told["answer"] == "stopped")


def reach_of(
    whom: Whom, journey: Journey, setup: Setup, known: People
) -> tuple[dict[str, Reach], dict[str, Destination]]:
    """How each channel of the route could reach the buyer, and where it would go."""
    reaches, destinations = {}, {}
    for channel in dict.fromkeys(journey.channels):
        passport, account = passports().get(channel), setup.account_for(channel, whom.now)
        elsewhere = whom.back is not None and channel != whom.back.channel
        if passport is None or account is None or elsewhere:
            reaches[channel] = Reach(channel)
            continue
        places = _usable(passport, whom, known)
        template = _template(whom, journey, account, setup, known)
        reach = _reach(passport, account, places, template, known, whom.now)
        reaches[channel] = _as_answer(reach, whom.back, whom.now) if whom.back else reach
        if places:
            destinations[channel] = Destination(account, places[0], template)
    return reaches, destinations


def _as_answer(reach: Reach, back: Back, now: datetime) -> Reach:
    """Whoever writes to us may be answered; and that they stopped us is confirmed once, all the same."""
    said = {Kind.TRANSACTIONAL: Choice(granted=True, confirmed=True, at=now)}
    return replace(reach, choices=said, suppressed={} if back.confirms_stop else reach.suppressed)


def _usable(passport: Passport, whom: Whom, known: People) -> list[Place]:
    """The places this channel can go to, best first: those in good order before those that are not."""
    places: Sequence[Place] = known.places_of(whom.buyer_id)
    if whom.back is not None:
        found = known.answered.get(whom.back.address_id)
        places = [found] if found else []
    rank = {kind: at for at, kind in enumerate(passport.reaches)}
    fit = [place for place in places if place.kind in rank]
    return sorted(fit, key=lambda place: (bool(_trouble(place, passport.key, whom.now)), rank[place.kind]))


def _reach(
    passport: Passport,
    account: AccountFacts,
    places: Sequence[Place],
    template: Template | None,
    known: People,
    now: datetime,
) -> Reach:
    channel = passport.key
    return Reach(
        channel=channel,
        provider=account.account.provider,
        has_address=bool(places),
        trouble=_trouble(places[0], channel, now) if places else "",
        suppressed=banned_of(places, channel, known.bans),
        choices=said_of(places, channel, known.choices),
        resting_until=account.resting_until,
        needs_template=passport.templates,
        template=template.state if template else "",
        window_open=passport.window and bool(places) and window_open(places[0], channel, now),
    )


def _trouble(place: Place, channel: str, now: datetime) -> str:
    """Why the place is no use for the channel; "" where it is, or may be again by now."""
    if place.gone:
        return "gone"
    told = place.trouble.get(channel) or {}
    until = told.get("until")
    return "" if until and datetime.fromisoformat(until) <= now else str(told.get("state", ""))


def window_open(place: Place, channel: str, now: datetime) -> bool:
    """Whether the person wrote there lately, so that free text is allowed."""
    heard = place.heard_at.get(channel)
    return heard is not None and now < datetime.fromisoformat(heard) + WINDOW


def _template(
    whom: Whom, journey: Journey, account: AccountFacts, setup: Setup, known: People
) -> Template | None:
    """The approved text in the first language the reader may be spoken to in; else the likeliest to be."""
    found = known.templates.get((whom.shop_id, account.account.provider, journey.key), {})
    order = reading_order(whom.language, setup.brand.languages)
    in_order = [found[language] for language in order if language in found]
    approved = [template for template in in_order if template.state == "approved"]
    return next(iter([*approved, *sorted(in_order, key=_nearness)]), None)


def _nearness(template: Template) -> int:
    return _GOOD.index(template.state) if template.state in _GOOD else len(_GOOD)
