"""How the console's templates write times, states, icons and addresses."""

import re
from datetime import date, datetime, timedelta

from django import template
from django.templatetags.static import static
from django.utils import timezone
from django.utils.html import format_html
from django.utils.safestring import SafeString

from wismo.carriers.numbers import Strength
from wismo.carriers.pack import Rate
from wismo.console import words
from wismo.console.silence import why_silent
from wismo.tracking.queries.silence import Silent
from wismo.tracking.queries.timeline import ScanShown
from wismo.tracking.rules.silence import Silence
from wismo.vocabulary.reason import Reason
from wismo.vocabulary.status import Leg, Status

register = template.Library()
NONE = "–"


@register.simple_tag
def icon(name: str) -> SafeString:
    """A picture that says nothing to a screen reader: the word beside it does."""
    href = f"{static('design/icons.svg')}#i-{name}"
    return format_html('<svg class="i" aria-hidden="true"><use href="{}"/></svg>', href)


@register.simple_tag
def status_chip(status: Status) -> SafeString:
    """A status as a coloured word."""
    word, tone, _ = words.STATUS[status]
    return format_html('<span class="chip {}">{}</span>', tone, word)


@register.simple_tag
def silence_chip(silence: Silence) -> SafeString:
    """A silence as a coloured word."""
    word, tone = words.SILENCE[silence]
    return format_html('<span class="chip {}">{}</span>', tone, word)


@register.filter
def silence_words(silent: Silent) -> str:
    """Why a parcel is said to be silent."""
    return why_silent(silent)


@register.simple_tag
def state_chip(state: str) -> SafeString:
    """A message's state as a coloured word."""
    word, tone = words.STATE.get(state, (words.plain(state), ""))
    return format_html('<span class="chip {}">{}</span>', tone, word)


@register.simple_tag
def meaning_chip(status: Status) -> SafeString:
    """What a code means, as a coloured word."""
    return format_html(
        '<span class="chip {}">{}</span>', words.STATUS[status][1], words.meaning_words(status)
    )


@register.simple_tag
def strength_chip(strength: Strength) -> SafeString:
    """How much a number's format says, as a coloured word."""
    word, tone = words.STRENGTH[strength]
    return format_html('<span class="chip {}">{}</span>', tone, word)


@register.filter
def sure_word(confidence: str) -> str:
    """How we know a fact about a carrier."""
    return words.SURE[confidence][0]


@register.filter
def sure_tone(confidence: str) -> str:
    """The colour of how we know it."""
    return words.SURE[confidence][1]


@register.filter
def value_word(name: str) -> str:
    """What an account holds, by its label."""
    return words.value_name(name)


@register.filter
def rate_word(rate: Rate) -> str:
    """How often one account may ask."""
    per_day = f", {rate.per_day:,} a day" if rate.per_day else ""
    if rate.per_second >= 1:
        return f"{rate.per_second:g} request{'' if rate.per_second == 1 else 's'} a second{per_day}"
    return f"one request in {1 / rate.per_second:.2g} seconds{per_day}"


@register.filter
def status_word(status: Status) -> str:
    """A status in words."""
    return words.STATUS[status][0]


@register.filter
def leg_word(leg: Leg) -> str:
    """A leg in words."""
    return words.LEG[leg]


@register.filter
def reason_word(reason: Reason) -> str:
    """A reason in words."""
    return words.reason_words(reason)


@register.filter
def fault_word(reason: Reason) -> str:
    """The party at fault."""
    return words.fault_words(reason)


@register.filter
def role_word(role: str) -> str:
    """A role in words."""
    return words.ROLE[role]


@register.filter
def carrier_word(carrier: str) -> str:
    """A carrier's or source's name."""
    return words.source_words(carrier)


@register.filter
def milestone_word(name: str) -> str:
    """A milestone in words."""
    return words.milestone_words(name)


@register.filter
def time_words(scan: ScanShown) -> str:
    """How we know a scan's time, with the carrier's own words for it."""
    return words.time_words(scan.tz_source, scan.occurred_raw)


@register.filter
def offset(scan: ScanShown) -> str:
    """`UTC+01:00`, or that nobody knows."""
    return str(scan.at.tzinfo) if scan.zone_known else "zone unknown"


@register.filter
def day(value: date | None) -> str:
    """`Wed 25 Nov`, with the year only where it is not this one."""
    if value is None:
        return NONE
    year = "" if value.year == timezone.localdate().year else f" {value.year}"
    return f"{value:%a} {value.day} {value:%b}{year}"


@register.filter
def moment(value: datetime | None) -> str:
    """`Today 05:58`, `Yesterday 20:43` or `Wed 18 Nov 20:43`, in the shop's zone."""
    return _moment(timezone.localtime(value)) if value else NONE


@register.filter
def own_moment(value: datetime) -> str:
    """The same, in the offset the value itself carries."""
    return _moment(value)


def _moment(value: datetime) -> str:
    today = timezone.now().astimezone(value.tzinfo).date()
    named = {today: "Today", today - timedelta(days=1): "Yesterday"}
    return f"{named.get(value.date()) or day(value.date())} {value:%H:%M}"


@register.filter
def ago(value: datetime | None) -> str:
    """`4 min`, `3 h 10 min`, `6 days`: how long it has been."""
    if value is None:
        return NONE
    minutes = max(0, int((timezone.now() - value).total_seconds() // 60))
    if minutes < 60:
        return f"{minutes} min"
    if minutes < 24 * 60:
        rest = f" {minutes % 60} min" if minutes % 60 and minutes < 10 * 60 else ""
        return f"{minutes // 60} h{rest}"
    days = minutes // (24 * 60)
    return f"{days} day{'s' if days != 1 else ''}"


@register.filter
def iso(value: datetime) -> str:
    """For a machine: the `datetime` of a `<time>`."""
    return value.isoformat()


@register.filter
def size(value: int) -> str:
    """Bytes in words."""
    return f"{value:,} bytes" if value < 10_000 else f"{value / 1024:,.0f} KiB"


@register.filter
def capped(value: int) -> str:
    """A count that went no further than is enough to know."""
    return words.capped(value)


@register.filter
def initials(name: str) -> str:
    """At most two letters for a round badge."""
    parts = re.findall(r"[^\W_]+", name.partition("@")[0])
    return "".join(part[0] for part in parts[:2]).upper()
