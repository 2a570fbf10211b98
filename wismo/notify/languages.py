"""Which language a reader is spoken to in."""

from collections.abc import Collection, Iterable, Sequence

# Chinese is written in two scripts; shops and browsers name the place instead (CLDR likely subtags).
_SCRIPTS = {
    **dict.fromkeys(("zh", "zh-cn", "zh-sg", "zh-my"), "zh-hans"),
    **dict.fromkeys(("zh-tw", "zh-hk", "zh-mo"), "zh-hant"),
    "in": "id",  # Indonesian before 1989, and still what Java says
}


def offered_languages(told: Iterable[str], spoken: Collection[str]) -> tuple[str, ...]:
    """Those of the languages a shop offers that are spoken here, its first first; English where none is."""
    found = [tag for offer in told if (tag := nearest(offer, spoken))]
    return tuple(dict.fromkeys(found)) or ("en",)


def choose_language(offered: Sequence[str], *wanted: str) -> str:
    """The first language wanted that is offered; else the first offered. "ja-JP" is content with "ja"."""
    return next((tag for want in wanted if (tag := nearest(want, offered))), offered[0])


def nearest(wanted: str, known: Collection[str]) -> str:
    """The known language nearest to the one wanted: itself, less its region, another region's; "" for none.

    "pt-BR" is content with "pt", "pt-PT" with "pt-BR", "zh-HK" with "zh-Hant" but not with "zh-Hans".
    """
    ours = {tag.lower(): tag for tag in known}
    tag = wanted.lower().replace("_", "-")
    while tag:
        tag = _SCRIPTS.get(tag, tag)
        if tag in ours:
            return ours[tag]
        tag = tag.rpartition("-")[0] if tag not in {"zh-hans", "zh-hant"} else ""
    base = wanted.lower().replace("_", "-").partition("-")[0]
    if base == "zh":
        return ""
    return next((ours[tag] for tag in sorted(ours) if tag.partition("-")[0] == base), "")
