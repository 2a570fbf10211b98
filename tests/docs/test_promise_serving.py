"""The pages on the widget and the API of promises are true: their commands are run, their tables hold."""

import os
import re
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from tests.docs.test_docs import DOCS, UP, _free_port, blocks
from wismo.api.promise import ASKED, PLACES
from wismo.api.v1.promises import QuoteIn, QuoteOut
from wismo.promise.rules.question import Rung

API, WIDGET = (DOCS / "promise" / name for name in ("api.md", "widget.md"))
OPEN = """
set -euo pipefail
wismo migrate
wismo shop open halden-rue --name 'Halden & Rue' --country DE
export WISMO_KEY=$(wismo shop key --name docs)
wismo promise plan start --carrier dhl-paket > plan.toml
wismo promise plan publish plan.toml
"""


@pytest.mark.slow
@pytest.mark.skipif(
    shutil.which("curl") is None, reason="the pages' commands use curl, which is not installed"
)
def test_a_reader_asks_and_orders_under_the_answer(tmp_path: Path) -> None:
    port = _free_port()
    script = "\n".join([OPEN, UP, *(text for page in (API, WIDGET) for _, text in blocks(page))])
    env = {
        **{name: value for name, value in os.environ.items() if name != "DATABASE_URL"},
        "PATH": f"{Path(sys.executable).parent}:{os.environ['PATH']}",
        "WISMO_HOME": str(tmp_path / "home"),
        "PORT": str(port),
    }
    text = script.replace("127.0.0.1:8000", f"127.0.0.1:{port}")
    done = subprocess.run(
        ["bash", "-c", text], cwd=tmp_path, env=env, capture_output=True, text=True, timeout=120
    )
    assert done.returncode == 0, done.stdout + done.stderr
    assert '"refused": []' in done.stdout
    assert re.search(r'"number": "#2001", "promised_on": "20\d\d-\d\d-\d\d"', done.stdout)
    assert re.search(r'{"id":"1[\w-]+","service":', done.stdout)


def test_every_field_of_a_question_and_an_answer_is_told() -> None:
    page = API.read_text(encoding="utf-8")
    told = set(re.findall(r"`\"?(\w+)\"?`", page)) | set(re.findall(r'"(\w+)":', page))
    assert {*QuoteIn.model_fields, *QuoteOut.model_fields, *Rung} - told == set()


def test_the_widgets_page_tells_its_attributes_places_and_limit() -> None:
    page = WIDGET.read_text(encoding="utf-8")
    script = (DOCS.parent / "wismo/api/static/api/promise.js").read_text(encoding="utf-8")
    used = set(re.findall(r"told\.(\w+)", script)) - {"wismoPromise"}
    asked = set(re.findall(r'"(\w+)"', re.findall(r"const ASKED = \[(.*?)\]", script)[0]))
    assert {f"data-{name}" for name in used | asked} <= set(re.findall(r"data-\w+", page))
    assert set(PLACES) <= set(re.findall(r"`(\w+)`", page))
    assert f"({ASKED.burst} questions at once" in page
