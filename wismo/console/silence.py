"""Why a parcel is said to be silent, in the words of those who look after it."""

from datetime import timedelta

from wismo.carriers.registry import carrier_name
from wismo.tracking.queries.silence import Silent
from wismo.tracking.rules.silence import DAY, FEWEST, LONGEST, SHARE, Basis, Limit, Silence

_IN_A_HUNDRED = round(SHARE * 100)


def why_silent(silent: Silent) -> str:
    """How long it has been quiet, how long is normal, and how that is known."""
    limit = silent.limit
    return f"Quiet for {_days(silent.quiet / timedelta(seconds=DAY))}{_why(silent.kind, limit)}"


def _why(kind: Silence, limit: Limit) -> str:
    carrier, normal = carrier_name(limit.carrier), _days(limit.seconds / DAY)
    if kind is Silence.NOT_PICKED_UP:
        return f", and {carrier} has never had it. Noted after {normal}."
    if limit.basis is Basis.DEFAULT:
        return f". Noted after {normal} {_way(limit)}, until {FEWEST} parcels have arrived to learn from."
    if limit.seconds >= LONGEST:
        return (
            f". Noted after {normal} at the latest, though parcels of {carrier} are often quiet for longer."
        )
    return (
        f". Of {limit.parcels:,} parcels that {carrier} brought {_way(limit)}, {_IN_A_HUNDRED} in 100 were "
        f"never quiet for longer than {normal}."
    )


def _way(limit: Limit) -> str:
    domestic = limit.origin == limit.destination
    if limit.basis is Basis.CARRIER:
        return "within a country" if domestic else "across a border"
    return f"within {limit.destination}" if domestic else f"from {limit.origin} to {limit.destination}"


def _days(days: float) -> str:
    """`2.1 working days`."""
    told = f"{days:.1f}".removesuffix(".0")
    return f"{told} working day{'' if told == '1' else 's'}"
