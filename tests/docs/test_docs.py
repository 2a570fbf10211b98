"""The product's pages tell the truth: their commands are run, in order, as a reader would run them."""

import os
import re
import shutil
import socket
import subprocess
import sys
from pathlib import Path

import pytest

from wismo.demo.mailbox import open_mailbox

ROOT = Path(__file__).resolve().parent.parent.parent
DOCS = ROOT / "docs"
BLOCK = re.compile(r"^```sh(?P<how>[^\n]*)\n(?P<script>.*?)^```$", re.MULTILINE | re.DOTALL)
LINK = re.compile(r"\]\((?!https?:)(?P<path>[^)#]+)")

# Starts the server of the page in the background, and waits until it answers.
UP = """
wismo up --port $PORT & UP=$!
trap 'kill $UP; wait $UP' EXIT
page=http://127.0.0.1:$PORT/api/v1/openapi.json
for _ in $(seq 150); do curl -s -o /dev/null $page && break; sleep 0.2; done
"""


def blocks(page: Path) -> list[tuple[str, str]]:
    """The page's shell blocks: (what stands behind `sh`, the script)."""
    return [(m["how"].strip(), m["script"]) for m in BLOCK.finditer(page.read_text(encoding="utf-8"))]


def _free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


@pytest.mark.slow
@pytest.mark.skipif(
    shutil.which("curl") is None, reason="the pages' commands use curl, which is not installed"
)
def test_a_reader_gets_from_an_empty_machine_to_a_followed_order(tmp_path: Path) -> None:
    script = ["set -euo pipefail"]
    for page in ("run-it-for-real.md", "connect-a-carrier.md", "send-orders.md", "poll-a-carrier.md"):
        for how, text in blocks(DOCS / page):
            if text.startswith(("make ", "export PATH")):
                continue  # what set up this very test
            script.append(UP if how == "up" else text)
    port, smtp = _free_port(), _free_port()
    (tmp_path / "tests").symlink_to(ROOT / "tests")
    mailbox = open_mailbox(tmp_path / "mailbox", smtp)
    env = {
        **{name: value for name, value in os.environ.items() if name != "DATABASE_URL"},
        "PATH": f"{Path(sys.executable).parent}:{os.environ['PATH']}",
        "WISMO_HOME": str(tmp_path / "home"),
        "WISMO_SMTP_PORT": str(smtp),
        "PORT": str(port),
    }
    text = "\n".join(script).replace("127.0.0.1:8000", f"127.0.0.1:{port}")
    try:
        done = subprocess.run(["bash", "-c", text], cwd=tmp_path, env=env, capture_output=True, timeout=120)
    finally:
        mailbox.stop()
    assert done.returncode == 0, done.stdout.decode() + done.stderr.decode()
    told = done.stdout.decode()
    assert "Halden & Rue is open." in told
    assert '"order_reference"' not in told
    assert '"tracking_number": "1Z204W4R0308071865"' in told
    assert "1 orders created, 0 updated, 1 parcels registered" in told


def test_the_readme_names_the_two_commands() -> None:
    assert [script for _, script in blocks(ROOT / "README.md")] == ["make demo\n", "make test\n"]


@pytest.mark.parametrize(
    "page", sorted([*ROOT.glob("*.md"), *DOCS.rglob("*.md")]), ids=lambda page: page.name
)
def test_every_link_of_a_page_leads_somewhere(page: Path) -> None:
    text = page.read_text(encoding="utf-8")
    dead = [link["path"] for link in LINK.finditer(text) if not (page.parent / link["path"]).exists()]
    assert dead == []
