"""What is wrong with a journey's text, gathered while it is read. Pure."""

from collections.abc import Mapping
from datetime import timedelta
from typing import Any

from wismo.notify.journey.durations import parse_duration
from wismo.vocabulary.toml import notes

LONGEST = timedelta(days=1000)


class Notes(notes.Notes):
    """Reads a journey's values: spans of time, too."""

    def span(self, raw: Mapping[str, Any], path: str) -> timedelta | None:
        """A duration such as "4h"; None where there is none."""
        before = len(self.problems)
        text = self.typed(raw, path, str, "")
        if path.rpartition(".")[2] not in raw or len(self.problems) > before:
            return None
        try:
            found = parse_duration(text)
        except ValueError as error:
            self.wrong(path, str(error))
            return None
        if found > LONGEST:
            self.wrong(path, f"{text} is too long; write {LONGEST.days}d at most")
        return found
