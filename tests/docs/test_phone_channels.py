"""The pages on text messages, WhatsApp and Messenger: commands run, tables and examples are true."""

import re
import shlex
from pathlib import Path

import pytest

from tests.cli.test_commands import wismo
from tests.docs.test_docs import DOCS, blocks
from tests.makers import a_shop
from wismo.notify.channels import meta_api, passports, twilio_api
from wismo.notify.channels.sms import gateway
from wismo.notify.channels.sms.description import KNOWN, describe
from wismo.notify.words import Failure, ReceiptState

PAGES = [DOCS / "channels" / f"{name}.md" for name in ("sms", "sms-gateway", "whatsapp", "messenger")]
FILE = re.compile(r"^`(?P<path>[^`\n]+)`:\n\n```toml\n(?P<text>.*?)^```$", re.MULTILINE | re.DOTALL)
GATEWAYS = PAGES[1].read_text(encoding="utf-8")


def written(page: Path) -> dict[str, str]:
    """The files the page shows, by name."""
    return {m["path"]: m["text"] for m in FILE.finditer(page.read_text(encoding="utf-8"))}


def commands(page: Path) -> list[tuple[dict[str, str], list[str]]]:
    """The page's commands: what they are given by the environment, and what follows `wismo`."""
    found = []
    for how, script in blocks(page):
        for line in [] if how == "meta" else script.splitlines():  # those need an account at Meta
            words = shlex.split(line)
            if "wismo" not in words:
                continue
            place = words.index("wismo")
            found.append((dict(word.split("=", 1) for word in words[:place]), words[place + 1 :]))
    return found


@pytest.mark.django_db
@pytest.mark.parametrize("page", PAGES, ids=lambda page: page.name)
def test_every_command_of_the_page_does_what_it_says(
    page: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    a_shop()
    monkeypatch.chdir(tmp_path)
    for name, text in written(page).items():
        Path(name).write_text(text, encoding="utf-8")
    Path("my-values.toml").write_text('key = "k1"\nproject = "p1"\n', encoding="utf-8")
    for env, arguments in commands(page):
        done = wismo(*arguments, env=env)
        assert (done.exit_code, done.stderr) == (0, ""), arguments


def test_the_description_shown_is_one_that_can_be_used_and_shows_every_key() -> None:
    shown = written(PAGES[1])["my-gateway.toml"]
    assert describe(shown).name == "Ours"
    assert gateway.problems({"description": shown}) == []


def test_the_page_on_gateways_names_all_there_is() -> None:
    table = GATEWAYS.partition("| provider |")[2].partition("\n\n")[0]
    shipped = [facts.key for facts in passports()["sms"].providers if facts.module == "gateway"]
    assert re.findall(r"^\| `(\w+)`", table, re.MULTILINE) == [key for key in shipped if key != gateway.OWN]
    for word in [*KNOWN]:
        assert f"{{{word}}}" in GATEWAYS
    for word in [*Failure, *ReceiptState]:
        assert f"`{word}`" in GATEWAYS


def rows(page: Path) -> list[tuple[list[str], str]]:
    table = (
        page.read_text(encoding="utf-8").partition("| codes | then |\n|---|---|\n")[2].partition("\n\n")[0]
    )
    cells = [line.strip("| ").split(" | ") for line in table.splitlines()]
    return [(codes.split(", "), then) for codes, then in cells]


@pytest.mark.parametrize(("codes", "then"), rows(PAGES[0]), ids=str)
def test_twilios_codes_lead_where_the_page_says(codes: list[str], then: str) -> None:
    assert _words({twilio_api.FAILURES[code] for code in codes}, then)


@pytest.mark.parametrize(("codes", "then"), rows(PAGES[2]), ids=str)
def test_metas_codes_lead_where_the_page_says(codes: list[str], then: str) -> None:
    assert _words({meta_api.failure_of(int(code)) or Failure.CONTENT for code in codes}, then)


SAYS = {
    Failure.OPTED_OUT: ("opted out", "ended marketing"),
    Failure.INVALID: ("never a mobile",),
    Failure.ADDRESS: ("not reachable", "not on WhatsApp"),
    Failure.WITHHELD: ("held back", "holds it back", "had closed"),
    Failure.CONFIG: ("the account:",),
    Failure.CONTENT: ("the template:",),
    Failure.BUSY: ("too fast",),
    Failure.BROKEN: ("unwell",),
}


def _words(failures: set[Failure], then: str) -> bool:
    (failure,) = failures
    return any(word in then for word in SAYS[failure])
