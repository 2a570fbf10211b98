"""What a reader must have said before a message of a kind may reach them on a channel. Pure."""

import functools
import tomllib
from enum import StrEnum
from pathlib import Path
from typing import Any

from wismo.notify.words import Kind

_TABLE = Path(__file__).with_suffix(".toml")


class Need(StrEnum):
    """How much consent a message needs, the least first."""

    NONE = "none"  # it cannot be refused there
    OPT_OUT = "opt_out"
    OPT_IN = "opt_in"
    DOUBLE_OPT_IN = "double_opt_in"


def needed(channel: str, kind: Kind, country: str) -> Need:
    """What consent.toml asks for; `country` is the reader's (ISO 3166), "" where it is not known."""
    table = _table()
    by_law: dict[str, str] = table["country"].get(country.upper(), {}).get(channel, {})
    by_channel: dict[str, str] = table["channel"].get(channel, {})
    return Need(by_law.get(kind) or by_channel.get(kind) or table["anywhere"][kind])


def allows(need: Need, *, granted: bool | None, confirmed: bool) -> bool:
    """Whether a message may go; `granted` is what the reader said, None where they said nothing."""
    if need is Need.NONE:
        return True
    if need is Need.OPT_OUT:
        return granted is not False
    return granted is True and (confirmed or need is Need.OPT_IN)


def stricter(need: Need, *, double_opt_in: bool) -> Need:
    """The need of a shop that wants every opt-in by e-mail confirmed, wherever its reader is."""
    return Need.DOUBLE_OPT_IN if double_opt_in and need is Need.OPT_IN else need


@functools.cache
def _table() -> dict[str, Any]:
    return tomllib.loads(_TABLE.read_text(encoding="utf-8"))
