"""What a campaign has to say: the values its journey's texts ask for, and how they read with them."""

from collections.abc import Mapping
from dataclasses import dataclass, field

from wismo.notify.languages import offered_languages
from wismo.notify.port import LetterError
from wismo.notify.queries.audience import Plan
from wismo.notify.queries.feedback import link_hosts
from wismo.notify.queries.journeys import journeys_of
from wismo.notify.queries.setups import Setup, setups
from wismo.notify.rules.clicks import leads_to
from wismo.notify.wording import BrokenText, Written, all_texts, write
from wismo.notify.wording.pen import pen_of
from wismo.notify.wording.variables import VARIABLES
from wismo.vocabulary.text import can_keep, is_line

LIMITS: Mapping[str, int] = {"title": 120, "product": 120, "offer": 200, "text": 500, "link": 500}
LINK = "link"  # where the button leads; texts need not name it
_SAID = frozenset(LIMITS) - {LINK}


@dataclass(frozen=True, slots=True)
class Asked:
    """What a journey's texts ask a campaign for."""

    known: frozenset[str]
    needed: frozenset[str]  # of those, what may not be empty
    written: bool  # whether there are any texts


def _asked(setup: Setup, key: str) -> Asked:
    """By the texts of every language and channel the shop would tell it in."""
    journey = setup.library.by_key.get(key)
    found: set[str] = set()
    written = False
    for language in offered_languages(setup.brand.languages, all_texts()):
        for channel in journey.channels if journey else ():
            texts = _texts(setup, key, channel, language)
            written = written or bool(texts)
            found |= {name for text in texts for name in _names(text, language)}
    known = frozenset(found) & _SAID
    return Asked(known, frozenset(name for name in known if not VARIABLES[name].may_be_empty), written)


def _texts(setup: Setup, key: str, channel: str, language: str) -> list[str]:
    """The words that hold there: the house's, and the shop's own over them."""
    parts = dict(all_texts()[language].journey.get(key, {}))
    pages = []
    for own in reversed(setup.texts.of(key, channel, language)):
        parts |= own.parts
        pages.append(own.html)
    return [text for text in (*parts.values(), *pages) if text]


def _names(text: str, language: str) -> frozenset[str]:
    try:
        return pen_of(language).asked(text)
    except BrokenText:  # the house's words are used in its place
        return frozenset()


def value_problems(shop_id: int, journey: str, values: Mapping[str, str]) -> list[str]:
    """What keeps these values from being told, each as "field: what to do"."""
    setup = setups([shop_id])[shop_id]
    asked = _asked(setup, journey)
    if not asked.written:
        return [f"journey: {journey} has no texts in the shop's languages yet; write them first"]
    known = sorted(asked.known | {LINK})
    wrong = [
        f"values.{name}: no text of {journey} says it; give {', '.join(known)}"
        for name in sorted(values.keys() - set(known))
    ]
    wrong += [f"values.{name}: the texts say it; give it" for name in sorted(asked.needed - values.keys())]
    for name in known:
        if name in values:
            wrong += _text_problems(name, values[name])
    return wrong + _link_problems(shop_id, values.get(LINK, ""))


def _text_problems(name: str, told: str) -> list[str]:
    fits = len(told) <= LIMITS[name] and (can_keep(told) if name == "text" else is_line(told))
    return [] if fits else [f"values.{name}: one line of at most {LIMITS[name]} characters"]


def _link_problems(shop_id: int, link: str) -> list[str]:
    if not link.startswith("https://"):
        return ["values.link: where the button leads, beginning with https://"]
    hosts = link_hosts(shop_id)
    if leads_to(link, hosts):
        return []
    return [
        f"values.link: its host is none of the shop's ({', '.join(hosts)}); "
        "allow it with wismo shop messages --link-host"
    ]


@dataclass(frozen=True, slots=True)
class Reads:
    """How a campaign reads in one language."""

    language: str
    subject: str = ""
    heading: str = ""
    body: str = ""
    button: str = ""
    short: str = field(default="")
    trouble: str = ""  # why it cannot be written


def reads(shop_id: int, plan: Plan) -> list[Reads]:
    """How it reads in each of the shop's languages, by the first channel of its route."""
    setup, journey = setups([shop_id])[shop_id], journeys_of(shop_id).get(plan.journey)
    if journey is None or not journey.route:
        return []
    languages = offered_languages(setup.brand.languages, all_texts())
    empty = dict.fromkeys(VARIABLES, "")
    given = {**empty, **plan.values, "brand": setup.brand.name}
    return [_read(setup, plan.journey, journey.channels[0], given, language) for language in languages]


def _read(setup: Setup, key: str, channel: str, given: Mapping[str, str], language: str) -> Reads:
    try:
        written: Written = write(setup.texts, key, channel, given, [language])
    except LetterError as error:
        return Reads(language, trouble=str(error))
    parts = written.parts
    return Reads(
        language=language,
        subject=parts["subject"],
        heading=parts["heading"],
        body=parts["body"],
        button=parts["button"],
        short=parts["short"],
        trouble=written.trouble,
    )
