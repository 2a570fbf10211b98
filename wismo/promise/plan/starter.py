"""The first plan of a shop that has none: its home, its carriers, and what these publish. Pure."""

from collections.abc import Iterator, Sequence

from wismo.carriers.directory import carrier as known_carrier
from wismo.promise.calendars import overlays
from wismo.promise.calendars.feasts import regions
from wismo.promise.plan.model import Days
from wismo.promise.plan.weekdays import written
from wismo.promise.published import DOMESTIC, Published, published
from wismo.vocabulary.calendar import workdays

_HANDLING = (0, 2)  # working days: wide, for nothing is known of the shop yet
_NOTHING = "# We know no published days for it: write what you believe, as [[typed]].\n"


def starter(country: str, timezone: str, carriers: Sequence[str] = ()) -> str:
    """A plan's text for a shop in that country, which `reading.read` takes as it is.

    `carriers` are ids of the directory; those it does not know are left out. Without any, the slowest of what
    the country's carriers publish stands in, and the text says so.
    """
    services = [
        text for one in dict.fromkeys(carriers) if known_carrier(one) for text in _services(one, country)
    ]
    return "\n".join([_home(country, timezone), *(services or [_any_carrier(country)])])


def _home(country: str, timezone: str) -> str:
    days = _listed(written(workdays(country)))
    least, most = _HANDLING
    return f"""\
# The share of parcels that shall arrive by the promised day.
level = 0.95

# Where goods start, when it works, and how many of its days an order takes until the carrier has it.
[[warehouse]]
key = "home"
country = "{country}"
timezone = "{timezone}"
week = {{ days = {days}, holidays = {_own(country)} }}
handling = [{least}, {most}]

# Until when an order starts the same day.
[[cutoff]]
at = "12:00"
"""


def _services(carrier_id: str, country: str) -> Iterator[str]:
    """A service for each product the carrier sells there, the usual ones first."""
    found: dict[str, Published] = {}
    for rows in published().values():
        for row in rows:
            if carrier_id in {row.carrier, *row.also} and (country in row.origins or not row.origins):
                home = DOMESTIC in row.to
                found[row.key] = row if home else found.get(row.key, row)
    for row in sorted(found.values(), key=lambda each: (each.express, DOMESTIC not in each.to)):
        yield _service(row, carrier_id, country)
    if not found:
        yield f'[[service]]\nkey = "{carrier_id}"\ncarrier = "{carrier_id}"\n{_NOTHING}'


def _service(row: Published, carrier_id: str, country: str) -> str:
    carrier, _, product = row.key.partition("/")
    only = len(published()[row.key]) == 1 and row.to == (DOMESTIC,)
    own = _own_calendar(row, country) if only else ""
    to = f'to = ["{country}"]\n' if only else ""
    return f"""\
[[service]]
key = "{f"{carrier}-{product}"[:40]}"
carrier = "{carrier_id}"
name = "{row.name}"
{to}pickup = {{ days = {_listed(written(workdays(country)))}, holidays = {_own(country)} }}
delivery = {{ days = {_listed(written(row.delivers))}, holidays = ["{own or "destination"}"] }}
published = "{row.key}"
"""


def _own_calendar(row: Published, country: str) -> str:
    """The carrier's own calendar in the country, where we have it; else ""."""
    names = [name for each in (row.carrier, *row.also) for name in (each, each.partition("-")[0])]
    keys = [key for name in names for key in (f"{name}-{country.lower()}", name)]
    return next((key for key in keys if key in overlays() and overlays()[key].country == country), "")


def _any_carrier(country: str) -> str:
    days = _slowest(country)
    typed = (
        "# No carrier is named yet: these are the slowest of what the country's carriers publish.\n"
        f'[[typed]]\nservice = "standard"\nto = ["{country}"]\ndays = [{days[0]}, {days[1]}]\n'
        if days
        else _NOTHING
    )
    return f"""\
[[service]]
key = "standard"
name = "Standard"
to = ["{country}"]
pickup = {{ days = {_listed(written(workdays(country)))}, holidays = {_own(country)} }}
delivery = {{ days = {_listed(written(workdays(country)))}, holidays = ["destination"] }}

{typed}"""


def _slowest(country: str) -> Days | None:
    rows = [
        row
        for told in published().values()
        for row in told
        if country in row.origins and DOMESTIC in row.to and not row.express
    ]
    if not rows:
        return None
    return min(row.days[0] for row in rows), max(row.days[1] for row in rows)


def _own(country: str) -> str:
    """Its public holidays, where they are known."""
    return f'["{country}"]' if country in regions() else "[]"


def _listed(words: Sequence[str]) -> str:
    return f'"{words[0]}"' if len(words) == 1 else "[" + ", ".join(f'"{word}"' for word in words) + "]"
