"""Codes a shop has given a meaning, as rows for the status table of their carrier's pack."""

import json
import re
from collections.abc import Collection, Sequence
from dataclasses import dataclass
from importlib import resources

from wismo.vocabulary.reason import Reason
from wismo.vocabulary.status import TO_MERCHANT, Leg, Status

_INLINE = re.compile(r"^status\s*=\s*\[", re.MULTILINE)


@dataclass(frozen=True, slots=True)
class Observed:
    """A code, a sample of the carrier's words for it, and what it was said to mean."""

    code: str
    text: str
    status: Status
    leg: Leg
    reason: Reason | None


def patch(pack_id: str, rows: Sequence[Observed], *, known: Collection[str]) -> str:
    """TOML to paste into the pack, in the form the pack is written in; "" where it needs none of the rows.

    `known` are the codes that have a row by now. A code with a `*` would be read as a wildcard, so it is left
    as a comment.
    """
    new = [row for row in rows if row.code not in known]
    if not new:
        return ""
    inline = _INLINE.search(_written(pack_id)) is not None
    where = "Paste between the brackets of  status = [ … ]" if inline else "Append"
    lines = [f"# {where} in wismo/carriers/packs/{pack_id}.toml"]
    for row in sorted(new, key=lambda row: row.code):
        if "*" in row.code:
            lines.append(f"# {_text(row.code)} holds a *, which a pack reads as a wildcard: not written")
        elif inline:
            lines.append(f"    {{ {', '.join(_pairs(row))} }},")
        else:
            lines += ["[[status]]", *_pairs(row), ""]
    return "\n".join(lines).rstrip("\n") + "\n"


def _written(pack_id: str) -> str:
    """The pack as its file has it; "" where it has no file."""
    file = resources.files("wismo.carriers") / "packs" / f"{pack_id}.toml"
    return file.read_text(encoding="utf-8") if file.is_file() else ""


def _pairs(row: Observed) -> list[str]:
    status = Status.RETURNED if row.status is Status.DELIVERED and row.leg in TO_MERCHANT else row.status
    told = {
        "code": row.code,
        "text": row.text,
        "status": status.value,
        "leg": row.leg.value if row.leg is not Leg.FORWARD else "",
        "reason": row.reason.value if row.reason else "",
        "source": "seen by shop",
        "confidence": "observed",
    }
    return [f"{key} = {_text(value)}" for key, value in told.items() if value]


def _text(value: str) -> str:
    """A basic string of TOML: JSON's, but for the one control character JSON leaves as it is."""
    return json.dumps(value, ensure_ascii=False).replace("\x7f", "\\u007f")
