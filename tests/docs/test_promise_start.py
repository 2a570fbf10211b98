"""The page that leads from a CSV of past orders to a live date is true: its commands are run, in order."""

import os
import re
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from tests.docs.test_docs import DOCS, ROOT, UP, _free_port, blocks

OPEN = """
wismo migrate
wismo shop open halden-rue --name 'Halden & Rue' --country DE
export WISMO_KEY=$(wismo shop key --name docs)
"""


@pytest.mark.slow
@pytest.mark.skipif(
    shutil.which("curl") is None, reason="the pages' commands use curl, which is not installed"
)
def test_a_merchant_gets_from_a_csv_of_past_orders_to_a_live_date(tmp_path: Path) -> None:
    script = ["set -euo pipefail", OPEN]
    for how, text in blocks(DOCS / "promise" / "start.md"):
        script += [UP, text] if how == "up" else [text]
    port = _free_port()
    (tmp_path / "docs").symlink_to(ROOT / "docs")
    env = {
        **{name: value for name, value in os.environ.items() if name != "DATABASE_URL"},
        "PATH": f"{Path(sys.executable).parent}:{os.environ['PATH']}",
        "WISMO_HOME": str(tmp_path / "home"),
        "PORT": str(port),
    }
    text = "\n".join(script).replace("127.0.0.1:8000", f"127.0.0.1:{port}")
    done = subprocess.run(
        ["bash", "-c", text], cwd=tmp_path, env=env, capture_output=True, text=True, timeout=120
    )
    assert done.returncode == 0, done.stdout + done.stderr
    assert "version 1 of the plan holds from now on" in done.stdout
    assert "400 orders are new, 0 changed, 0 were known" in done.stdout
    assert re.search(r"^standard: 20\d\d-\d\d-\d\d.*own lane, \d+ parcels", done.stdout, re.MULTILINE)
    assert re.search(r"^Promised is .*9\d\.\d%$", done.stdout, re.MULTILINE)
    assert '"address": "http://' in done.stdout
