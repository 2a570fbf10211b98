"""A shop's own words, as they are laid over the house's."""

from collections.abc import Mapping
from dataclasses import dataclass, field

EVERY_CHANNEL = ""


@dataclass(frozen=True, slots=True)
class OwnText:
    """A published text of a shop for one journey, channel and language; it may leave parts to the house."""

    version: int
    parts: Mapping[str, str]
    html: str = field(default="", repr=False)  # a whole e-mail, compiled from MJML; still to be filled in


@dataclass(frozen=True, slots=True)
class OwnTexts:
    """All published texts of a shop."""

    by_key: Mapping[tuple[str, str, str], OwnText]  # journey, channel ("": every one), language

    def of(self, journey: str, channel: str, language: str) -> tuple[OwnText, ...]:
        """What the shop says there: for the channel alone first, then for every channel."""
        keys = ((journey, channel, language), (journey, EVERY_CHANNEL, language))
        return tuple(found for key in dict.fromkeys(keys) if (found := self.by_key.get(key)))


NO_OWN = OwnTexts({})
