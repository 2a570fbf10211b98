"""The page on connecting carriers says of every source what its pack says."""

import json
import re
from pathlib import Path

import pytest

from wismo.carriers.engine import read_all
from wismo.carriers.pack import Auth, AuthKind, Kind, Over, Pack, Poll
from wismo.carriers.registry import packs
from wismo.vocabulary.reason import Reason
from wismo.vocabulary.status import Leg, Status

PAGE = (Path(__file__).parents[2] / "docs" / "connect-a-carrier.md").read_text(encoding="utf-8")
KNOWN_FROM = {
    "official": "its documentation",
    "observed": "real pushes",
    "third_party": "others' code",
    "guess": "a guess",
    "unverified": "not confirmed by any source",
}


def rows(heading: str) -> list[list[str]]:
    """The cells of the table whose first heading this is, row by row."""
    table = PAGE.partition(f"\n| {heading} |")[2].partition("\n\n")[0].splitlines()[2:]
    return [[cell.strip() for cell in line.strip("|").split("|")] for line in table]


def proof(auth: Auth) -> str:
    """How a source proves itself, as the page words it."""
    if auth.kind is AuthKind.QUERY:
        return f"`?{auth.parameter}=` in the address"
    if auth.kind is AuthKind.TOKEN:
        said = f"`{auth.prefix.strip()}` and a token" if auth.prefix else "token"
    else:
        said = {
            AuthKind.HMAC: "HMAC of the time alone" if auth.over is Over.TIMESTAMP else "HMAC",
            AuthKind.HASH: "hash of the body and the secret",
            AuthKind.RSA: "RSA signature",
            AuthKind.BASIC: "user and password",
        }[auth.kind]
    return f"{said} in `{auth.header}`"


def asked(poll: Poll) -> list[str]:
    """What the page says of asking an aggregator."""
    batch = poll.ask.batch
    account = ", ".join(f"`{name}`" for name in poll.account)
    needs = "number and carrier" if "carrier_key" in poll.needs else "number"
    return [account, str(batch), needs, "yes" if poll.register else "no"]


def posting() -> list[tuple[Pack, Auth]]:
    return [(pack, pack.auth) for pack in packs().values() if pack.auth is not None]


def test_the_table_of_sources_is_what_the_packs_say() -> None:
    said = {source.strip("`"): (how.casefold(), known) for source, how, known in rows("source")}

    assert said.keys() - {pack.id for pack, _auth in posting()} == set()
    for pack, auth in posting():
        how, known = said.get(pack.id, ("", ""))
        row = f"| `{pack.id}` | {proof(auth)} | {KNOWN_FROM[auth.confidence]} |"
        assert (how, known[: len(KNOWN_FROM[auth.confidence])]) == (
            proof(auth).casefold(),
            KNOWN_FROM[auth.confidence],
        ), f"write into docs/connect-a-carrier.md: {row}"


def test_the_table_of_aggregators_is_what_the_packs_say() -> None:
    polled = {p.id: asked(p.poll) for p in packs().values() if p.kind is Kind.AGGREGATOR and p.poll}
    assert {row[0].strip("`"): row[1:] for row in rows("aggregator")} == polled


@pytest.mark.parametrize("example", re.findall(r"'(\{.*?\n?\})'", PAGE, re.DOTALL))
def test_every_example_of_the_generic_shape_is_read_whole(example: str) -> None:
    reading = read_all(packs()["generic"], example.encode())

    assert json.loads(example)
    assert reading.problems == []
    assert all(scan.status and scan.occurred_at for scan in reading.scans)


@pytest.mark.parametrize("words", [Status, Leg, Reason])
def test_the_page_names_every_word_a_generic_sender_may_use(
    words: type[Status] | type[Leg] | type[Reason],
) -> None:
    assert [word for word in words if f"`{word}`" not in PAGE] == []
