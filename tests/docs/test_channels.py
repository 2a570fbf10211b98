"""The pages on e-mail, the webhook and the team's alerts are true: their commands run, their tables hold."""

import json
import re
import shlex
from pathlib import Path

import pytest
from pytest_django.fixtures import Settings

from tests.cli.test_commands import wismo
from tests.docs.test_docs import DOCS, blocks
from tests.makers import a_shop
from tests.notify.channels.letters import LETTER
from tests.notify.post import post_office
from wismo.notify import alerts
from wismo.notify.channels import passports
from wismo.notify.channels.webhook.webhook import message_of, read

PAGES = [DOCS / "channels" / "email.md", DOCS / "channels" / "webhook.md", DOCS / "team-alerts.md"]
EMAIL, WEBHOOK = (page.read_text(encoding="utf-8") for page in PAGES[:2])


def commands(page: Path) -> list[tuple[dict[str, str], list[str]]]:
    """The page's commands: what they are given by the environment, and what follows `wismo`."""
    found = []
    for how, script in blocks(page):
        if how == "apprise" and not alerts.is_installed():
            continue
        for line in script.splitlines():
            words = shlex.split(line)
            place = words.index("wismo")
            found.append((dict(word.split("=", 1) for word in words[:place]), words[place + 1 :]))
    return found


@pytest.mark.django_db
@pytest.mark.filterwarnings("ignore:'imghdr' is deprecated:DeprecationWarning")  # of a service of Apprise
@pytest.mark.parametrize("page", PAGES, ids=lambda page: page.name)
def test_every_command_of_the_page_does_what_it_says(page: Path, settings: Settings) -> None:
    a_shop()
    with post_office(settings):
        for env, arguments in commands(page):
            done = wismo(*arguments, env=env)
            assert (done.exit_code, done.stderr) == (0, ""), arguments


def test_the_table_of_providers_is_what_the_channel_says() -> None:
    table = EMAIL.partition("\n| provider |")[2].partition("\n\n")[0].splitlines()[2:]
    rows = [[set(re.findall(r"`(\w+)`", cell)) for cell in line.strip("|").split("|")[:3]] for line in table]
    assert rows == [
        [
            {facts.key},
            {field.name for field in facts.fields if field.required},
            {field.name for field in facts.fields if not field.required} - {"api_url"},
        ]
        for facts in passports()["email"].providers
    ]


def examples() -> list[str]:
    return re.findall(r"^```json\n(.*?)^```$", WEBHOOK, re.MULTILINE | re.DOTALL)


def test_the_webhooks_example_has_the_fields_that_are_posted() -> None:
    shown, posted = json.loads(examples()[0]), message_of(LETTER)
    assert list(shown) == list(posted)
    assert list(shown["texts"]) == list(posted["texts"])
    assert (list(shown["to"]), list(shown["items"][0])) == (list(posted["to"]), list(posted["items"][0]))


def test_the_webhooks_receipts_are_read_as_they_stand() -> None:
    heard = read(examples()[1].encode(), {})
    assert [getattr(one, "state", "") for one in heard] == ["delivered", "failed"]
