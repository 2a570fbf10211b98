"""Codes a shop mapped, as rows that their pack loads."""

from importlib import resources

import pytest

from wismo.carriers import registry
from wismo.carriers.loading import load_pack
from wismo.carriers.pack import Confidence, Pack
from wismo.carriers.patch import Observed, patch
from wismo.vocabulary.reason import Reason
from wismo.vocabulary.status import Leg, Status

ODD = 'ZZ|31 "ü" \\ \t 배송 \x7f'
ROWS = (
    Observed(ODD, 'in "Zustellung" \\', Status.OUT_FOR_DELIVERY, Leg.FORWARD, None),
    Observed("ZZ|32", "", Status.DELIVERED, Leg.RTO, None),
    Observed("ZZ|33", "away", Status.FAILED_ATTEMPT, Leg.FORWARD, Reason.BUYER_NOT_AVAILABLE),
)
APPENDED = """id = "acme"
name = "Acme"
time = { naive = "unknown" }
[[status]]
code = "A"
status = "delivered"
source = "docs"
confidence = "official"
[webhook.auth]
kind = "token"
header = "x-key"
confidence = "official"
[[payload]]
name = "push"
when = "code"
parcel = { number = "no" }
scan = { code = "code" }
"""


def written(pack_id: str) -> str:
    return (resources.files("wismo.carriers") / "packs" / f"{pack_id}.toml").read_text(encoding="utf-8")


def check(pack: Pack) -> None:
    first, second, third = (pack.statuses.find(row.code) for row in ROWS)
    assert first is not None
    assert second is not None
    assert third is not None
    assert (first.status, first.text, first.leg) == (Status.OUT_FOR_DELIVERY, ROWS[0].text, Leg.FORWARD)
    assert (second.status, second.leg) == (Status.RETURNED, Leg.RTO)
    assert (third.reason, third.source) == (Reason.BUYER_NOT_AVAILABLE, "seen by shop")
    assert {row.confidence for row in (first, second, third)} == {Confidence.OBSERVED}


def test_rows_are_appended_to_a_pack_whose_rows_are_tables() -> None:
    rows = patch("acme", ROWS, known=())
    assert rows.startswith("# Append in wismo/carriers/packs/acme.toml\n[[status]]\n")
    check(load_pack("acme.toml", APPENDED + rows))


def test_rows_are_pasted_between_the_brackets_of_a_pack_that_lists_them() -> None:
    rows = patch("ups", ROWS, known=())
    assert rows.startswith(
        "# Paste between the brackets of  status = [ … ] in wismo/carriers/packs/ups.toml\n"
    )
    check(load_pack("ups.toml", written("ups").replace("status = [\n", f"status = [\n{rows}", 1)))


@pytest.mark.parametrize("pack_id", sorted(registry.packs()))
def test_every_pack_there_is_loads_with_rows_in_its_own_form(pack_id: str) -> None:
    rows = patch(pack_id, ROWS, known=())
    text = written(pack_id)
    inline = "Paste between" in rows.partition("\n")[0]
    patched = text.replace("status = [\n", f"status = [\n{rows}", 1) if inline else f"{text}\n{rows}"
    check(load_pack(f"{pack_id}.toml", patched))


def test_a_code_that_has_a_row_by_now_is_left_out() -> None:
    assert "ZZ|32" not in patch("ups", ROWS, known={"ZZ|32"})
    assert patch("ups", ROWS, known={row.code for row in ROWS}) == ""


def test_a_code_with_a_star_is_left_as_a_comment() -> None:
    starred = Observed("ZZ*", "", Status.HELD, Leg.FORWARD, None)
    rows = patch("acme", [starred], known=())
    assert rows.splitlines()[1] == '# "ZZ*" holds a *, which a pack reads as a wildcard: not written'
    load_pack("acme.toml", APPENDED + rows)
