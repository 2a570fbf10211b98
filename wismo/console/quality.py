"""A carrier's figures in words: what each means, how it reads, and from where on it is amber or red."""

from dataclasses import dataclass

from wismo.tracking.rules.quality import LIMITS, SECONDS, Counts, Figure, Grade, Kind, figures, worst

# Of a grade: the word, and the tone that colours it.
GRADE: dict[Grade, tuple[str, str]] = {
    Grade.GOOD: ("Good", "good"),
    Grade.AMBER: ("Look into it", "warn"),
    Grade.RED: ("Poor", "bad"),
    Grade.FEW: ("Too few to judge", ""),
    Grade.PLAIN: ("", ""),
}


@dataclass(frozen=True, slots=True)
class Words:
    """Of one figure: its column, its name, what it means, and what it is counted of."""

    short: str
    name: str
    meaning: str
    unit: str


WORDS: dict[Kind, Words] = {
    Kind.WITHOUT_PICKUP: Words(
        "No pick-up",
        "Delivered without a pick-up scan",
        "The parcel was delivered and no scan ever said it was picked up. Nobody can tell when it left you, "
        "and “shipped” is told only with the next scan.",
        "parcels delivered",
    ),
    Kind.WITHOUT_OUT: Words(
        "No van",
        "Delivered without “out for delivery”",
        "Neither “out for delivery” nor “ready to collect” came before the delivery: the shopper was not "
        "told to be at home.",
        "parcels delivered",
    ),
    Kind.LAG_MEDIAN: Words(
        "Told after",
        "Told after, half of the scans",
        "From the time of the scan to the time it came in. Half of the scans take longer. A carrier that is "
        "polled is heard no sooner than it is asked.",
        "scans of a known zone",
    ),
    Kind.LAG_P90: Words(
        "Slowest tenth",
        "Told after, the slowest tenth",
        "One scan in ten takes longer than this. News this old is no longer sent as news.",
        "scans of a known zone",
    ),
    Kind.AHEAD: Words(
        "From the future",
        "Dated ahead of their receipt",
        "The scan’s time is more than an hour after it came in: a wrong zone, or a wrong clock.",
        "scans of a known zone",
    ),
    Kind.BEFORE_PICKUP: Words(
        "Delivered first",
        "Delivered before they were picked up",
        "A pick-up scan is later than the delivery: times of two systems, or a scan on the wrong parcel.",
        "parcels delivered",
    ),
    Kind.UNHERALDED: Words(
        "Attempts, no van",
        "Failed attempts without “out for delivery” that day",
        "No “out for delivery” in the 18 hours before the attempt. Many of these can mean that nobody tried.",
        "failed attempts",
    ),
    Kind.UNMAPPED: Words(
        "Unmapped",
        "Scans whose code nobody has mapped",
        "They give the parcel no status. Map their codes under “Codes to map”.",
        "scans",
    ),
    Kind.UNZONED: Words(
        "Zone unknown",
        "Scans of an unknown time zone",
        "The carrier writes a local time and nobody says where. It orders scans, and is never shown as one.",
        "scans",
    ),
    Kind.REPEATS: Words(
        "Repeats",
        "Scans told again",
        "The carrier’s own feed sends scans it has sent before. They are known by their key and dropped: "
        "this costs nothing but traffic, so it has no limit.",
        "scans told by its own feed",
    ),
}


@dataclass(frozen=True, slots=True)
class FigureShown:
    """A figure as it stands on the page."""

    kind: Kind
    words: Words
    value: str  # "–" where there is nothing to take it of
    of: str  # "6 of 100 parcels delivered"
    tone: str
    grade: str
    limits: str  # "amber above 5%, red above 15%"

    @property
    def alarming(self) -> bool:
        """Whether it is amber or red."""
        return self.tone in {"warn", "bad"}


def shown(counts: Counts) -> tuple[FigureShown, ...]:
    """Every figure of a carrier, in words."""
    return tuple(_shown(figure) for figure in figures(counts))


def grade_of(counts: Counts) -> tuple[str, str]:
    """The word and the tone of a carrier's worst figure."""
    return GRADE[worst(figures(counts))]


def duration(seconds: float) -> str:
    """`40 s`, `12 min`, `3.5 h` or `2.1 days`."""
    if seconds < 60:
        return f"{seconds:.0f} s"
    if seconds < 3600:
        return f"{seconds / 60:.0f} min"
    return f"{_short(seconds / 3600)} h" if seconds < 48 * 3600 else f"{_short(seconds / 86400)} days"


def share(value: float) -> str:
    """`6%`, `0.4%`, and `<0.1%` for what is more than nothing."""
    per_cent = 100 * value
    if 0 < per_cent < 0.1:
        return "<0.1%"
    return f"{_short(per_cent)}%"


def _short(value: float) -> str:
    """One decimal below ten, and none where it would be a nought."""
    return f"{value:.1f}".removesuffix(".0") if value < 10 else f"{value:.0f}"


def _shown(figure: Figure) -> FigureShown:
    word, tone = GRADE[figure.grade]
    words = WORDS[figure.kind]
    counted = f"{figure.of:,}" if figure.kind in SECONDS else f"{figure.part:,} of {figure.of:,}"
    return FigureShown(
        kind=figure.kind,
        words=words,
        value="–" if figure.value is None else _written(figure.kind, figure.value),
        of=f"{counted} {words.unit}" if figure.of else f"no {words.unit}",
        tone=tone,
        grade=word,
        limits=_limits(figure.kind),
    )


def _written(kind: Kind, value: float) -> str:
    return duration(value) if kind in SECONDS else share(value)


def _limits(kind: Kind) -> str:
    if kind not in LIMITS:
        return "no limit"
    amber, red = (_written(kind, limit) for limit in LIMITS[kind])
    return f"amber above {amber}, red above {red}"
