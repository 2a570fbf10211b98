"""Days and times as a shopper reads them: in the destination's zone, in the language of the page."""

from dataclasses import dataclass
from datetime import date, datetime, timedelta, tzinfo

from babel import Locale, UnknownLocaleError
from babel.dates import format_date, format_time, format_timedelta, get_timezone_name
from django.utils.translation import gettext, pgettext


@dataclass(frozen=True, slots=True)
class Clock:
    """The moment a page is made, the zone it speaks of, and the locale it is written for."""

    now: datetime
    zone: tzinfo
    locale: Locale

    @property
    def today(self) -> date:
        """The day it is at the destination."""
        return self.now.astimezone(self.zone).date()

    @property
    def zone_name(self) -> str:
        """The zone in words, such as "Central European Time"."""
        if self.zone.tzname(self.now) == "UTC":  # CLDR knows no region for it
            return "UTC"
        return get_timezone_name(self.zone, width="long", locale=self.locale)

    def local(self, moment: datetime) -> datetime:
        """The moment as the destination's clocks show it."""
        return moment.astimezone(self.zone)

    def day(self, day: date) -> str:
        """The day with its weekday: "Friday 27 November"."""
        pattern = pgettext("CLDR date pattern", "EEEE d MMMM")
        return format_date(day, pattern, locale=self.locale)

    def short_day(self, day: date) -> str:
        """The same where room is short: "Today", "Fri 27 Nov"."""
        near = {0: gettext("Today"), 1: gettext("Tomorrow")}
        pattern = pgettext("CLDR date pattern", "EEE d MMM")
        return near.get((day - self.today).days) or format_date(day, pattern, locale=self.locale)

    def plain_day(self, day: date) -> str:
        """The day without its weekday: "19 November", and the year where it is another."""
        if day.year == self.today.year:
            return format_date(day, pgettext("CLDR date pattern", "d MMMM"), locale=self.locale)
        return format_date(day, "long", locale=self.locale)

    def time(self, moment: datetime) -> str:
        """The time on the clock that `moment` carries, 12 or 24 hours as the locale has it."""
        pattern = pgettext("CLDR time pattern, or the word short for the locale's own", "short")
        return format_time(moment.replace(tzinfo=None), pattern, locale=self.locale)

    def moment(self, moment: datetime) -> str:
        """Day and time: "today, 14:32", "Tuesday 24 November, 14:32"."""
        local = self.local(moment)
        near = {0: gettext("today"), -1: gettext("yesterday")}
        day = near.get((local.date() - self.today).days) or self.day(local.date())
        return gettext("%(day)s, %(time)s") % {"day": day, "time": self.time(local)}

    def ago(self, moment: datetime) -> str:
        """How long ago: "4 minutes ago"."""
        gone = max(self.now - moment, timedelta(0))
        return format_timedelta(-gone, add_direction=True, locale=self.locale)


def locale_of(language: str, country: str) -> Locale:
    """The language as it is written in that country; where CLDR has no such pair, the language alone."""
    spoken = language.replace("-", "_")
    # English without a country of its own is read abroad: day before month, 24 hours.
    for name in (f"{spoken}_{country}", "en_GB" if spoken == "en" else spoken):
        try:
            return Locale.parse(name)
        except (UnknownLocaleError, ValueError):
            continue
    return Locale("en", "GB")
