"""The pages on consent and feedback are true: their commands are run, in order."""

import os
import shlex
import shutil
import subprocess
from pathlib import Path

import pytest
from pytest_django.live_server_helper import LiveServer

from tests.cli.test_commands import wismo
from tests.docs.test_docs import DOCS, blocks
from tests.makers import a_shop
from wismo.notify.channels import passports
from wismo.notify.models import Consent, MessagingSettings, Preference
from wismo.notify.rules.consent import Need, needed
from wismo.notify.words import Kind
from wismo.shops.actions import issue_api_key

pytestmark = [
    pytest.mark.django_db(transaction=True),
    pytest.mark.filterwarnings("ignore:No directory at:UserWarning"),  # nothing was collected for a test
    pytest.mark.skipif(
        shutil.which("curl") is None, reason="the pages' commands use curl, which is not installed"
    ),
]


def follow(page: Path, server: LiveServer, folder: Path, shop: int) -> str:
    """Run the page's commands: ours in this process, the others by the shell; what they said."""
    env = {**os.environ, "WISMO_KEY": issue_api_key(shop, "docs")}
    said = []
    for _, script in blocks(page):
        ours = [line for line in script.splitlines() if line.startswith("wismo ")]
        shell = "\n".join(line for line in script.splitlines() if line not in ours)
        shell = shell.replace("http://127.0.0.1:8000", server.url)
        done = subprocess.run(["bash", "-euc", shell], cwd=folder, env=env, capture_output=True, text=True)
        assert done.returncode == 0, done.stdout + done.stderr
        said.append(done.stdout)
        for line in ours:
            ran = wismo(*shlex.split(line)[1:])
            assert ran.exit_code == 0, ran.stderr
            said.append(ran.stdout)
    return "\n".join(said)


def test_the_page_on_consent_is_followed(
    live_server: LiveServer, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    shop = a_shop()
    said = follow(DOCS / "consent.md", live_server, tmp_path, shop)
    assert '"refused": []' in said
    assert "4 consents and refusals written down" in said
    assert 'email marketing: yes to "Send me offers." (import)' in said
    row = MessagingSettings.objects.get(shop_id=shop)
    assert (row.double_opt_in, row.stop_means_all) == (True, True)
    assert set(Consent.objects.values_list("source", flat=True)) == {"checkout", "api", "import"}
    waiting = Preference.objects.filter(confirmed=False).values_list("channel", "kind")
    assert list(waiting) == [("email", "marketing")]


def test_the_page_on_feedback_is_followed(live_server: LiveServer, tmp_path: Path) -> None:
    said = follow(DOCS / "feedback.md", live_server, tmp_path, a_shop())
    assert "[]" in said
    assert "links may lead to 127.0.0.1, shop.example" in said


def test_the_table_of_kinds_is_what_is_asked() -> None:
    text = (DOCS / "consent.md").read_text(encoding="utf-8")
    assert {needed(channel, Kind.MARKETING, "JP") for channel in passports()} == {Need.OPT_IN}
    assert needed("email", Kind.TRANSACTIONAL, "JP") is Need.NONE
    assert needed("whatsapp", Kind.FEEDBACK, "JP") is Need.OPT_IN
    countries = {"Germany": "DE", "Austria": "AT", "Switzerland": "CH", "Greece": "GR", "Luxembourg": "LU"}
    for name, code in {**countries, "Norway": "NO"}.items():
        assert needed("email", Kind.MARKETING, code) is Need.DOUBLE_OPT_IN
        assert name in text
