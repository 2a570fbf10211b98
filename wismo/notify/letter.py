"""From a case to a letter: the reader's language, the destination's clock, the shop's brand and words."""

import base64
import hashlib
import re
from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import UTC, date
from typing import Any

from django.conf import settings

from wismo.carriers.registry import carrier_name
from wismo.notify import links
from wismo.notify.channels import passports
from wismo.notify.journey.model import Journey, Subject
from wismo.notify.languages import choose_language, offered_languages
from wismo.notify.port import Approved, Button, Letter, LetterError, LetterItem
from wismo.notify.queries.cases import Case
from wismo.notify.queries.reach import Destination, window_open
from wismo.notify.queries.values import outbound
from wismo.notify.rules.answers import make_token
from wismo.notify.rules.feedback import SCALE, FeedbackKind
from wismo.notify.wording import Texts, Written, all_texts, day_in, fill, reading_order, time_in, write
from wismo.notify.wording.pages import page_of
from wismo.notify.words import Kind
from wismo.plumbing import secrets
from wismo.shops.queries import BrandFacts
from wismo.tracking.queries.contents import contents
from wismo.vocabulary.happening import Happening
from wismo.vocabulary.milestone import Milestone

_COLOUR = re.compile(r"#[0-9a-fA-F]{6}")
PLAIN = "#1f5d4c"
# Once one of these is told, no day is expected any more.
_NOT_COMING = frozenset({
    *(Milestone.AVAILABLE_FOR_PICKUP, Milestone.DELIVERED, Milestone.ALL_DELIVERED),
    *(Milestone.RETURN_STARTED, Milestone.RETURNED, Milestone.EXCEPTION, Happening.ORDER_CANCELLED),
})
# What a voucher may be given with.
_SORRY = frozenset({Milestone.DELAYED, Happening.PROMISE_CHANGED, Happening.PROMISE_MISSED})
_WHY = {Kind.TRANSACTIONAL: "why", Kind.FEEDBACK: "why_feedback", Kind.MARKETING: "why_marketing"}
_ROOMY = frozenset({"email", "webhook", "inapp"})  # where a long address does no harm

_TOLD = ("product", "title", "offer", "text")  # what the event or campaign may bring along


@dataclass(frozen=True, slots=True)
class Draw:
    """What is settled about a letter before it is written."""

    journey: Journey
    channel: str
    destination: Destination
    reference: str  # the attempt's
    count: int = 1  # parcels that this one message speaks of


@dataclass(frozen=True, slots=True)
class Drawn:
    """A letter, whose words it has, and what was wrong with the shop's own."""

    letter: Letter
    wording: str
    trouble: str = ""


def draw(case: Case, told: Draw) -> Drawn:
    """The letter as it reads now; LetterError where its text is missing or broken."""
    window = _window(case, told)
    languages = _languages(case, told, window=window)
    texts = all_texts()[languages[0]]
    values = _values(case, told, texts)
    written = write(case.setup.texts, case.key, told.channel, values, languages)
    if written.language != texts.language:  # days and prices in the language that has the words
        values = _values(case, told, written.texts)
        written = write(case.setup.texts, case.key, told.channel, values, [written.language])
    letter = _letter(case, told, written, values, window=window)
    if not written.html:
        return Drawn(letter, written.wording, written.trouble)
    try:
        return Drawn(replace(letter, html=page_of(letter, written.html)), written.wording, written.trouble)
    except LetterError as error:  # a broken page silences nothing: the house's layout holds the same words
        return Drawn(letter, written.wording, str(error))


def _window(case: Case, told: Draw) -> bool:
    passport = passports()[told.channel]
    return passport.window and window_open(told.destination.place, told.channel, case.facts.now)


def _languages(case: Case, told: Draw, *, window: bool) -> tuple[str, ...]:
    """Where to look for the words, best first: what a provider approved is in one language alone."""
    template = told.destination.template
    spoken = offered_languages(case.setup.brand.languages, all_texts())
    wanted = case.buyer["language"] if case.buyer else ""
    if template is not None and not window and template.language in all_texts():
        return reading_order(template.language, spoken)
    return reading_order(choose_language(spoken, wanted), spoken)


def _letter(case: Case, told: Draw, written: Written, values: Mapping[str, Any], *, window: bool) -> Letter:
    texts, brand, place = written.texts, case.setup.brand, told.destination.place
    url = _url(case, told)
    words: dict[str, Any] = dict(written.parts)
    return Letter(
        message_id=case.message_id,
        reference=told.reference,
        journey=case.key,
        kind=told.journey.kind,
        language=texts.language,
        direction=texts.direction,
        to=place.value,
        to_kind=place.kind,
        to_extra=place.extra,
        sender=brand.from_email or settings.DEFAULT_FROM_EMAIL,
        reply_to=brand.support_email,
        brand=brand.name,
        colour=brand.colour if _COLOUR.fullmatch(brand.colour) else PLAIN,
        logo_url=links.logo(brand.slug) if brand.has_logo else "",
        **words,
        url=url,
        details=_details(case, told.journey, texts, values),
        items_heading=texts.shared[_heading(told.journey.subject)],
        items=_items(case),
        footer=_footer(brand, texts, told.journey),
        buttons=_buttons(case, told, texts),
        scores=_scores(case, texts),
        approved=_approved(told, values, url),
        window_open=window,
        topic=_topic(case),
        expires_at=case.facts.expires_at,
        now=case.facts.now,
        unsubscribe_url=_unsubscribe(case, told.journey),
        preferences_url=links.preferences(case.shop_id, case.buyer_id) if case.buyer_id else "",
        **_labels(case, told.journey.kind, texts, values),
        values={name: str(value) for name, value in values.items()},
    )


def _heading(subject: Subject) -> str:
    return {Subject.SHIPMENT: "parcel_items", Subject.CART: "cart_items"}.get(subject, "order_items")


def _url(case: Case, told: Draw) -> str:
    """Where its button leads: the question, the order, the cart, or what a campaign is about."""
    if case.key in set(FeedbackKind):
        return links.score(case.message_id, FeedbackKind(case.key))
    if told.journey.trigger is Happening.CONSENT_ASKED and "consent" in case.row["facts"]:
        return links.confirm(int(case.row["facts"]["consent"]))
    by_order = told.journey.subject in {Subject.ORDER, Subject.SHIPMENT} and case.order_id is not None
    if by_order and told.channel in _ROOMY and case.order_id is not None:
        return links.page(case.shop_id, case.order_id)
    return links.click(case.message_id)


def _unsubscribe(case: Case, journey: Journey) -> str:
    if journey.kind is Kind.TRANSACTIONAL:
        return ""
    return links.unsubscribe(case.message_id, journey.kind)


def _values(case: Case, told: Draw, texts: Texts) -> dict[str, Any]:
    row, zone = case.row, case.reader.zone
    happened = case.facts.happened_at.astimezone(zone)
    out = outbound(case.parcels)
    sorry = told.journey.trigger in _SORRY
    brought = {**(row["campaign__values"] or {}), **row["facts"]}
    values = {
        "brand": case.setup.brand.name,
        "number": row["order__number"] or "",
        "carrier": carrier_name(case.parcel["carrier"]) if case.parcel else "",
        "day": day_in(texts, _coming(case, happened.tzinfo)),
        "promised": day_in(texts, row["order__promised_on"]),
        "date": day_in(texts, happened.date()),
        "time": time_in(texts, happened, zone),
        "count": told.count,
        "delivered": sum(parcel["delivered_at"] is not None for parcel in out),
        "total": len(out),
        "voucher": case.setup.manners.voucher if sorry else "",
        "worth": case.setup.manners.worth if sorry else "",
        **dict.fromkeys(_TOLD, ""),
        "product": _product(case),
    }
    return values | {name: str(brought[name]) for name in _TOLD if isinstance(brought.get(name), str)}


def _coming(case: Case, zone: Any) -> date | None:
    """The day to wait for; one that has gone by is no longer expected."""
    today = case.facts.now.astimezone(zone or UTC).date()
    return case.expected_on if case.expected_on and case.expected_on >= today else None


def _product(case: Case) -> str:
    titles = [line.title for line in case.lines] or [
        str(line.get("title", "")) for line in case.row["cart__lines"] or ()
    ]
    return titles[0] if titles else ""


def _items(case: Case) -> tuple[LetterItem, ...]:
    """What the message is about: the parcel's contents, all that was ordered, or the cart's."""
    if case.row["cart_id"]:
        return tuple(
            LetterItem(str(line.get("title", "")), str(line.get("variant", "")), int(line.get("quantity", 1)))
            for line in case.row["cart__lines"]
        )
    found = contents(case.parcel["items"] if case.parcel else (), case.lines)
    return tuple(LetterItem(item.title, item.variant, item.quantity) for item in found)


def _details(
    case: Case, journey: Journey, texts: Texts, values: Mapping[str, Any]
) -> tuple[tuple[str, str], ...]:
    found = (
        (texts.shared["order"], values["number"]),
        (texts.shared["expected"], "" if journey.trigger in _NOT_COMING else values["day"]),
        (texts.shared["tracking"], case.parcel["tracking_number"] if case.parcel else ""),
    )
    return tuple((label, value) for label, value in found if value)


def _labels(case: Case, kind: Kind, texts: Texts, values: Mapping[str, Any]) -> dict[str, Any]:
    """What stands beside the words: how to end it, what the scores mean, a voucher."""
    asks, refusable = case.key in set(FeedbackKind), kind is not Kind.TRANSACTIONAL
    return {
        "stop_hint": texts.shared["stop_hint"] if refusable else "",
        "unsubscribe_label": texts.shared["unsubscribe"] if refusable else "",
        "preferences_label": texts.shared["preferences"],
        "scale": (texts.shared["score_low"], texts.shared["score_high"]) if asks else ("", ""),
        "voucher": (texts.shared["voucher"], values["voucher"]) if values["voucher"] else ("", ""),
    }


def _footer(brand: BrandFacts, texts: Texts, journey: Journey) -> tuple[str, ...]:
    contact = brand.support_email or brand.support_url
    lines = [
        fill(texts.shared["contact"], {"contact": contact}, texts.language) if contact else "",
        fill(_why(texts, journey), {"brand": brand.name}, texts.language),
        texts.shared["demonstration"] if brand.synthetic else "",
    ]
    return tuple(line for line in lines if line)


def _why(texts: Texts, journey: Journey) -> str:
    # What asks for consent, or answers, may reach who never ordered.
    about_order = journey.kind is not Kind.TRANSACTIONAL or journey.subject is not Subject.BUYER
    return texts.shared[_WHY[journey.kind]] if about_order else ""


def _buttons(case: Case, told: Draw, texts: Texts) -> tuple[Button, ...]:
    key, made = secrets.key_for("answers"), case.facts.now.date()
    tokens = [(action, make_token(key, told.reference, action, made=made)) for action in told.journey.replies]
    return tuple(
        Button(action, texts.action[action], token, f"{settings.BASE_URL}/a/{token}")
        for action, token in tokens
    )


def _scores(case: Case, texts: Texts) -> tuple[tuple[str, str], ...]:
    """One page a score, of the journeys that ask for one."""
    if case.key not in set(FeedbackKind):
        return ()
    kind = FeedbackKind(case.key)
    return tuple((str(n), links.score(case.message_id, kind, n)) for n in SCALE[kind])


def _approved(told: Draw, values: Mapping[str, Any], url: str) -> Approved | None:
    template = told.destination.template
    if template is None or template.state != "approved":
        return None
    known = {**values, "url": url}
    return Approved(
        name=template.name,
        language=template.provider_language or template.language,
        category=template.category,
        body=template.body,
        variables=tuple((name, str(known.get(name, ""))) for name in template.variables),
        extra=template.extra,
    )


def _topic(case: Case) -> str:
    """What a newer message of the same parcel, order, cart or buyer takes the place of."""
    row = case.row
    about = [row["shop_id"], row["shipment_id"] or 0, row["order_id"] or 0, row["cart_id"] or 0]
    told = "|".join(str(part) for part in (*about, 0 if row["order_id"] else case.buyer_id or 0))
    return base64.urlsafe_b64encode(hashlib.sha256(told.encode()).digest())[:32].decode()
