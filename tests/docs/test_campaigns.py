"""The page on campaigns is true: its commands are run, in order, against a real server."""

import json
import os
import shlex
import shutil
import subprocess
from typing import Any

import pytest
from pytest_django.live_server_helper import LiveServer

from tests.cli.test_channel import TWILIO
from tests.cli.test_commands import wismo
from tests.docs.test_docs import DOCS, blocks
from tests.makers import a_shop
from wismo.notify.models import Campaign
from wismo.notify.queries.audience import LOOKED_AT
from wismo.notify.queries.campaign_words import LIMITS
from wismo.notify.rules.buckets import KEPT_BACK
from wismo.notify.rules.pacing import AHEAD
from wismo.shops.actions import issue_api_key

PAGE = DOCS / "campaigns.md"
TEXT = PAGE.read_text(encoding="utf-8")


def said(script: str, env: dict[str, str]) -> list[dict[str, Any]]:
    """What the server answers to each command of a block."""
    done = subprocess.run(["bash", "-ec", script], env={**os.environ, **env}, capture_output=True, timeout=60)
    assert done.returncode == 0, done.stderr.decode()
    answers, text, decoder = [], done.stdout.decode(), json.JSONDecoder()
    while text:
        found, end = decoder.raw_decode(text)
        answers.append(found)
        text = text[end:]
    return answers


@pytest.mark.django_db(transaction=True)
@pytest.mark.filterwarnings("ignore:No directory at:UserWarning")
@pytest.mark.skipif(
    shutil.which("curl") is None, reason="the page's commands use curl, which is not installed"
)
def test_every_command_of_the_page_does_what_it_says(live_server: LiveServer) -> None:
    shop = a_shop()
    wismo("shop", "channel", "twilio_sms", env=TWILIO)
    env = {"WISMO": live_server.url, "KEY": issue_api_key(shop, "test"), "ID": ""}
    told: list[dict[str, Any]] = []
    for _, script in blocks(PAGE):
        if script.startswith("wismo "):
            done = wismo(*shlex.split(script)[1:])
            assert (done.exit_code, done.stderr) == (0, ""), script
            continue
        env["ID"] = str(Campaign.objects.values_list("pk", flat=True).first() or "")
        told += said(script, env)
    states = [answer.get("state", "preview") for answer in told]
    assert states == ["draft", "preview", "running", "paused", "running", "ended", "ended"]
    assert set(told[-1]["came"]) >= {
        "sent",
        "delivered",
        "clicked",
        "waiting",
        "held_out",
        "not_sent",
        "costs",
    }


def test_what_the_page_says_in_figures_is_so() -> None:
    assert f"Of more than {LOOKED_AT:,} shoppers" in TEXT
    assert AHEAD.total_seconds() == 120
    assert "queued two minutes ahead" in TEXT
    assert KEPT_BACK == 0.2
    assert "a\nfifth of what the provider takes" in TEXT
    assert all(f"`{name}`" in TEXT for name in LIMITS)
