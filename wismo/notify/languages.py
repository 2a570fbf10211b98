"""Which language a reader is spoken to in."""

from collections.abc import Collection, Iterable, Sequence


def offered_languages(told: Iterable[str], spoken: Collection[str]) -> tuple[str, ...]:
    """Those of the languages a shop offers that are spoken here, its first first; English where none is."""
    found = [tag for offer in told if (tag := _nearest(offer, spoken))]
    return tuple(dict.fromkeys(found)) or ("en",)


def choose_language(offered: Sequence[str], *wanted: str) -> str:
    """The first language wanted that is offered; else the first offered. "ja-JP" is content with "ja"."""
    return next((tag for want in wanted if (tag := _nearest(want, offered))), offered[0])


def _nearest(wanted: str, known: Collection[str]) -> str:
    ours = {tag.lower(): tag for tag in known}
    tag = wanted.lower().replace("_", "-")
    return ours.get(tag) or ours.get(tag.partition("-")[0], "")
