"""How a text would look in a channel, before it is published; and what a test of it sends."""

import re
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from datetime import datetime
from enum import StrEnum
from typing import Any

from django.conf import settings

from wismo.notify.channels import Passport, passports
from wismo.notify.channels.email import layout
from wismo.notify.channels.plain import in_short_with_a_way_out
from wismo.notify.journey.model import Journey, Subject
from wismo.notify.port import Button, Letter
from wismo.notify.queries.authoring import TemplateRow, template_rows
from wismo.notify.queries.journeys import journeys_of
from wismo.notify.queries.samples import MADE_UP_ITEMS, Sample, sample_of
from wismo.notify.queries.texts import TextKey, TextWords, beneath, own_texts_of
from wismo.notify.rules.segments import Segments, count
from wismo.notify.wording import OwnText, OwnTexts, Texts, Written, all_texts, fill, write
from wismo.notify.wording.pages import compiled, page_of
from wismo.notify.wording.variables import made_up
from wismo.notify.words import AddressKind, Kind
from wismo.shops.queries import BrandFacts, brand_of

PLAIN = "#1f5d4c"
NOWHERE = "00000000-0000-4000-8000-000000000000"  # the reference of what is never handed over
_COLOUR = re.compile(r"#[0-9a-fA-F]{6}")
_DARK = "(prefers-color-scheme: dark)"


class Shape(StrEnum):
    """What a channel's message looks like."""

    MAIL = "mail"
    BUBBLE = "bubble"  # plain text in a chat
    CARD = "card"  # a heading, a text and a button


@dataclass(frozen=True, slots=True)
class Trial:
    """What is tried: words, in a channel, on an order."""

    key: TextKey
    channel: str
    words: TextWords | None = field(default=None, repr=False)  # None: those that hold now
    order: str = ""  # its number; "": a made-up one
    parcels: int = 1


@dataclass(frozen=True, slots=True)
class Shown:
    """A message as the reader would see it."""

    letter: Letter
    shape: Shape
    wording: str  # whose words
    trouble: str = ""  # what is broken in them, so that the house's are used instead
    text: str = ""  # of a BUBBLE
    segments: Segments | None = None  # of a text message
    template: TemplateRow | None = None  # of a channel that speaks by approved texts
    needs_template: bool = False


class NoSuchOrder(LookupError):
    """The shop has no parcel of an order with this number."""


def preview(shop_id: int, trial: Trial, now: datetime) -> Shown:
    """The message as it would be sent; LetterError where it cannot be written, NoSuchOrder for an unknown."""
    letter, written = sample_letter(shop_id, trial, now)
    passport = passports()[trial.channel]
    shape = _shape(passport)
    text = in_short_with_a_way_out(letter) if shape is Shape.BUBBLE else ""
    return Shown(
        letter=letter,
        shape=shape,
        wording=written.wording,
        trouble=written.trouble,
        text=text,
        segments=count(text) if passport.key == "sms" else None,
        template=_template(shop_id, trial, letter.language) if passport.templates else None,
        needs_template=passport.templates,
    )


def mail_html(shown: Shown, *, dark: bool) -> str:
    """The e-mail's own HTML, as a reader whose screen is light or dark sees it."""
    page = shown.letter.html or layout.html_of(shown.letter)
    # The frame's reader is the one who chose, not the one who looks.
    return page.replace(_DARK, "all" if dark else "not all")


def _shape(passport: Passport) -> Shape:
    if passport.key == "email":
        return Shape.MAIL
    return Shape.BUBBLE if "short" in passport.parts and "body" not in passport.parts else Shape.CARD


def _template(shop_id: int, trial: Trial, language: str) -> TemplateRow | None:
    providers = {facts.key for facts in passports()[trial.channel].providers}
    rows = [row for row in template_rows(shop_id, trial.key.journey) if row.provider in providers]
    return next((row for row in rows if row.language == language), None)


def sample_letter(
    shop_id: int,
    trial: Trial,
    now: datetime,
    *,
    to: tuple[AddressKind, str] = (AddressKind.EMAIL, ""),
    reference: str = NOWHERE,
) -> tuple[Letter, Written]:
    """A letter of these words about the trial's order, and how they were found."""
    brand, journey = brand_of(shop_id), journeys_of(shop_id).get(trial.key.journey)
    sample = _sample(shop_id, trial, brand)
    texts = all_texts()[trial.key.language]
    values = _values(texts, trial, brand, sample)
    written = write(_words(shop_id, trial), trial.key.journey, trial.channel, values, [trial.key.language])
    kind = journey.kind if journey else Kind.TRANSACTIONAL
    parts: Mapping[str, Any] = written.parts
    letter = Letter(
        message_id=0,
        reference=reference,
        journey=trial.key.journey,
        kind=kind,
        language=texts.language,
        direction=texts.direction,
        to=to[1],
        to_kind=to[0],
        **_looks(brand),
        **parts,
        url=f"{settings.BASE_URL}/t/preview",
        details=_details(texts, values, sample),
        items_heading=texts.shared["parcel_items"],
        items=sample.items if sample else MADE_UP_ITEMS,
        footer=_footer(brand, texts, kind, journey),
        buttons=_buttons(journey, texts),
        scores=_scores(trial.key.journey),
        scale=(texts.shared["score_low"], texts.shared["score_high"]),
        now=now,
        values={name: str(value) for name, value in values.items()},
        **_ways_out(texts, kind),
    )
    return _with_page(letter, written), written


def _looks(brand: BrandFacts) -> dict[str, Any]:
    return {
        "sender": brand.from_email or settings.DEFAULT_FROM_EMAIL,
        "reply_to": brand.support_email,
        "brand": brand.name,
        "colour": brand.colour if _COLOUR.fullmatch(brand.colour) else PLAIN,
    }


def _sample(shop_id: int, trial: Trial, brand: BrandFacts) -> Sample | None:
    if not trial.order:
        return None
    found = sample_of(shop_id, trial.order, brand)
    if found is None:
        raise NoSuchOrder(trial.order)
    return found


def _values(texts: Texts, trial: Trial, brand: BrandFacts, sample: Sample | None) -> Mapping[str, object]:
    if sample is None:
        return made_up(texts, brand.name, count=trial.parcels)
    return sample.values(texts, brand.name, count=trial.parcels)


def _words(shop_id: int, trial: Trial) -> OwnTexts:
    """What holds now, with the words on trial in their place."""
    held = own_texts_of([shop_id])[shop_id]
    if trial.words is None:
        return held
    key = (trial.key.journey, trial.key.channel, trial.key.language)
    others = {told: text for told, text in held.by_key.items() if told != key}
    below = beneath(shop_id, trial.key)
    parts = {part: text for part, text in trial.words.parts.items() if text and text != below.get(part)}
    page = compiled(trial.words.mjml) if trial.words.mjml else ""
    return OwnTexts(others | {key: OwnText(0, parts, page)} if parts or page else others)


def _with_page(letter: Letter, written: Written) -> Letter:
    return replace(letter, html=page_of(letter, written.html)) if written.html else letter


def _details(
    texts: Texts, values: Mapping[str, object], sample: Sample | None
) -> tuple[tuple[str, str], ...]:
    told = (
        (texts.shared["order"], str(values["number"])),
        (texts.shared["expected"], str(values["day"])),
        (texts.shared["tracking"], sample.tracking_number if sample else "00340434161094021501"),
    )
    return tuple((label, value) for label, value in told if value)


def _footer(brand: BrandFacts, texts: Texts, kind: Kind, journey: Journey | None) -> tuple[str, ...]:
    why = {Kind.FEEDBACK: "why_feedback", Kind.MARKETING: "why_marketing"}.get(kind, "why")
    # What asks for consent, or answers, may reach who never ordered.
    orderless = kind is Kind.TRANSACTIONAL and journey is not None and journey.subject is Subject.BUYER
    contact = brand.support_email or brand.support_url
    lines = [
        fill(texts.shared["contact"], {"contact": contact}, texts.language) if contact else "",
        "" if orderless else fill(texts.shared[why], {"brand": brand.name}, texts.language),
        texts.shared["demonstration"] if brand.synthetic else "",
    ]
    return tuple(line for line in lines if line)


def _buttons(journey: Journey | None, texts: Texts) -> tuple[Button, ...]:
    page = f"{settings.BASE_URL}/a/preview"
    return tuple(
        Button(action, texts.action[action], "preview", page)
        for action in (journey.replies if journey else ())
    )


def _scores(journey: str) -> tuple[tuple[str, str], ...]:
    numbers = {"csat": range(1, 6), "nps": range(11)}.get(journey, range(0))
    return tuple((str(number), f"{settings.BASE_URL}/f/preview?score={number}") for number in numbers)


def _ways_out(texts: Texts, kind: Kind) -> dict[str, Any]:
    ways = {
        "preferences_url": f"{settings.BASE_URL}/p/preview",
        "preferences_label": texts.shared["preferences"],
    }
    if kind is Kind.TRANSACTIONAL:
        return ways
    return ways | {
        "unsubscribe_url": f"{settings.BASE_URL}/u/preview",
        "unsubscribe_label": texts.shared["unsubscribe"],
        "stop_hint": texts.shared["stop_hint"],
    }
