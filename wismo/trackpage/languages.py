"""Which language a page speaks."""

from collections.abc import Iterable

from django.conf import settings
from django.utils.translation.trans_real import parse_accept_lang_header


def offered_languages(brand_languages: Iterable[str]) -> tuple[str, ...]:
    """The languages the brand offers and we speak; the first is the default."""
    spoken = dict(settings.LANGUAGES)
    return tuple(language for language in brand_languages if language in spoken) or (settings.LANGUAGE_CODE,)


def choose_language(offered: tuple[str, ...], *, asked: str, buyer: str, accepted: str) -> str:
    """What the shopper asked for, else the buyer's own, else the browser's, else the default."""
    browser = [language for language, _ in parse_accept_lang_header(accepted)]
    for wanted in (asked, buyer, *browser):
        for tag in (wanted.lower(), wanted.lower().split("-")[0]):
            if tag in offered:
                return tag
    return offered[0]
