"""The pages about texts tell what there is, and their examples work."""

import re
from pathlib import Path

import pytest

from wismo.notify.channels import passports
from wismo.notify.rules.lint import Draft, lint, page_findings
from wismo.notify.wording import PARTS, all_texts
from wismo.notify.wording.pages import GIVEN, compiled
from wismo.notify.wording.variables import VARIABLES, made_up
from wismo.notify.words import Kind

DOCS = Path(__file__).resolve().parents[2] / "docs"
TEXTS = (DOCS / "texts.md").read_text(encoding="utf-8")
ROW = re.compile(r"^\| `{{ (\w+) }}` \| ([^|]+?) \| (\*may be empty\*)? ?\|$", re.MULTILINE)
EXAMPLES = re.findall(r"^```jinja\n(.*?)^```$", TEXTS, re.MULTILINE | re.DOTALL)
MJML = re.findall(r"^```mjml\n(.*?)^```$", TEXTS, re.MULTILINE | re.DOTALL)


def test_every_variable_is_told_with_what_it_means() -> None:
    told = [(name, means, bool(empty)) for name, means, empty in ROW.findall(TEXTS)]
    assert told == [(v.name, v.means, v.may_be_empty) for v in VARIABLES.values()]


def test_every_part_is_told() -> None:
    assert re.findall(r"^\| `(\w+)` \|", TEXTS, re.MULTILINE) == list(PARTS)


@pytest.mark.parametrize("example", EXAMPLES)
def test_every_example_can_be_published(example: str) -> None:
    texts = all_texts()["en"]
    draft = Draft("", "en", Kind.TRANSACTIONAL, {"body": example}, {}, made_up(texts, "Halden"))
    assert lint(draft) == []


def test_the_example_of_a_whole_e_mail_can_be_published() -> None:
    [mjml] = MJML
    assert page_findings(compiled(mjml), Kind.TRANSACTIONAL, GIVEN) == []
    beside = TEXTS.partition("Beside the variables above")[2].partition("```")[0]
    assert GIVEN - {"brand"} <= set(re.findall(r"`(\w+)`", beside))


def test_every_channel_has_its_page() -> None:
    page = (DOCS / "connect-a-channel.md").read_text(encoding="utf-8")
    named = set(re.findall(r"channels/([\w-]+)\.md", page))
    assert {path.stem for path in (DOCS / "channels").glob("*.md")} <= named
    assert len(named) >= len(passports()) - 1  # LINE's two are on one page
