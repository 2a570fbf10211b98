"""From a case to a letter: the reader's language, the destination's clock, the shop's brand."""

import re
from collections.abc import Sequence
from datetime import UTC, datetime

from django.conf import settings

from wismo.carriers.registry import carrier_name
from wismo.notify.journey import Journey, Subject
from wismo.notify.languages import choose_language, offered_languages
from wismo.notify.port import Letter, LetterItem
from wismo.notify.queries import Case
from wismo.notify.wording import Texts, all_texts, day_in, fill, time_in, write_parts
from wismo.shops.queries import BrandFacts
from wismo.tracking.queries.links import page_url
from wismo.vocabulary.calendar import zone_of
from wismo.vocabulary.milestone import Milestone

_COLOUR = re.compile(r"#[0-9a-fA-F]{6}")
PLAIN = "#1f5d4c"
# Once one of these is told, no day is expected any more.
_NOT_COMING = frozenset({
    Milestone.AVAILABLE_FOR_PICKUP,
    Milestone.DELIVERED,
    Milestone.RETURN_STARTED,
    Milestone.RETURNED,
})


def write(case: Case, journey: Journey, brand: BrandFacts, items: Sequence[LetterItem]) -> Letter:
    """The letter as it reads now; LetterError where its text is missing or broken."""
    texts = all_texts()[choose_language(offered_languages(brand.languages, all_texts()), case.language)]
    values = _values(case, brand, texts)
    about_order = journey.subject is Subject.ORDER
    return Letter(
        message_id=case.message_id,
        reference=reference_of(case.message_id, case.created_at),
        language=texts.language,
        direction=texts.shared["direction"],
        to=case.email,
        sender=brand.from_email or settings.DEFAULT_FROM_EMAIL,
        reply_to=brand.support_email,
        brand=brand.name,
        colour=brand.colour if _COLOUR.fullmatch(brand.colour) else PLAIN,
        **write_parts(texts, journey, values),
        url=page_url(case.shop_id, case.order_id),
        details=_details(case, journey, texts, values["day"]),
        items_heading=texts.shared["order_items" if about_order else "parcel_items"],
        items=tuple(items),
        footer=_footer(brand, texts),
    )


def reference_of(message_id: int, created_at: datetime) -> str:
    """Our name for a message at the provider: always the same, and another in a database made anew."""
    return f"wismo-{message_id}-{int(created_at.timestamp()):x}"


def _values(case: Case, brand: BrandFacts, texts: Texts) -> dict[str, str]:
    zone = zone_of(case.timezone) or zone_of(brand.timezone) or UTC
    happened = case.facts.happened_at.astimezone(zone)
    today = case.facts.now.astimezone(zone).date()
    # A day that has gone by is no longer expected.
    expected = case.expected_on if case.expected_on and case.expected_on >= today else None
    return {
        "brand": brand.name,
        "number": case.number,
        "carrier": carrier_name(case.carrier) if case.carrier else "",
        "day": day_in(texts, expected),
        "promised": day_in(texts, case.promised_on),
        "date": day_in(texts, happened.date()),
        "time": time_in(texts, happened, zone),
    }


def _details(case: Case, journey: Journey, texts: Texts, day: str) -> tuple[tuple[str, str], ...]:
    found = (
        (texts.shared["order"], case.number),
        (texts.shared["expected"], "" if journey.milestone in _NOT_COMING else day),
        (texts.shared["tracking"], case.tracking_number),
    )
    return tuple((label, value) for label, value in found if value)


def _footer(brand: BrandFacts, texts: Texts) -> tuple[str, ...]:
    contact = brand.support_email or brand.support_url
    lines = [
        fill(texts.shared["contact"], {"contact": contact}) if contact else "",
        fill(texts.shared["why"], {"brand": brand.name}),
        texts.shared["demonstration"] if brand.synthetic else "",
    ]
    return tuple(line for line in lines if line)
