"""The log's lines, without the secrets that stand in addresses."""

import logging
import re

# A shop's key in /hooks/<key>/<source>, the tokens of shoppers' pages, a buyer's in /feed/<shop>/<token>.
_SECRET = re.compile(r"(/(?:hooks|[acfprtu])/|/feed/[^\s/]+/)[^\s/?#'\"]+")


class Discreet(logging.Formatter):
    """Cuts them out of the whole line: whoever logged it, and in a traceback's message too."""

    def format(self, record: logging.LogRecord) -> str:
        """The line as it may be kept."""
        return _SECRET.sub(r"\1[cut]", super().format(record))
