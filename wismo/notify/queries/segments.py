"""How many segments a rule's messages take on a channel that is paid by the segment."""

from wismo.notify.journey.model import Journey
from wismo.notify.queries.setups import Setup
from wismo.notify.rules.segments import count
from wismo.notify.wording import all_texts, reading_order, write
from wismo.notify.wording.variables import made_up

PAID_BY_SEGMENT = frozenset({"sms"})
LINK = 24  # characters a short link takes, with the space before it: see links.py


class Meter:
    """Counts once a rule, channel and language, on made-up values of usual length."""

    def __init__(self, setup: Setup) -> None:
        self.setup = setup
        self._known: dict[tuple[str, int, str, str], int] = {}

    def segments(self, journey: Journey, channel: str, language: str) -> int:
        """The segments of one message; 1 where a message is paid whole."""
        if channel not in PAID_BY_SEGMENT:
            return 1
        key = (journey.key, journey.version, channel, language)
        if key not in self._known:
            self._known[key] = self._count(journey, channel, language)
        return self._known[key]

    def _count(self, journey: Journey, channel: str, language: str) -> int:
        brand = self.setup.brand
        texts = all_texts().get(language) or all_texts()["en"]
        values = made_up(texts, brand.name, count=1)
        written = write(
            self.setup.texts, journey.key, channel, values, reading_order(language, brand.languages)
        )
        return count(f"{brand.name}: {written.parts['short']}{'x' * LINK}").segments
