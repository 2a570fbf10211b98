"""The page that teaches how to add a carrier is followed to the letter: files written, commands run."""

import os
import re
import shutil
import subprocess
from pathlib import Path

import pytest

from tests.docs.test_docs import DOCS, ROOT, blocks
from wismo.carriers.loading import load_pack
from wismo.carriers.pack import AuthKind, Format, Over, PollAuthKind
from wismo.carriers.schema import PackError

PAGE = DOCS / "add-a-carrier.md"
FILE = re.compile(r"^`(?P<path>[^`\n]+)`:\n\n```\w+\n(?P<text>.*?)^```$", re.MULTILINE | re.DOTALL)
SHOWN = re.compile(r"^```(?P<kind>text|error)\n(?P<text>.*?)^```$", re.MULTILINE | re.DOTALL)
LEFT_OUT = shutil.ignore_patterns("__pycache__", "pictures", "static", "locale")


def written() -> dict[str, str]:
    """The files the page shows, by path."""
    return {m["path"]: m["text"] for m in FILE.finditer(PAGE.read_text(encoding="utf-8"))}


def shown(kind: str) -> str:
    """The one block of this kind."""
    (text,) = [m["text"] for m in SHOWN.finditer(PAGE.read_text(encoding="utf-8")) if m["kind"] == kind]
    return text


@pytest.mark.slow
def test_a_reader_adds_a_carrier_from_nothing(tmp_path: Path) -> None:
    for folder in ("wismo", "tests", "docs"):
        shutil.copytree(ROOT / folder, tmp_path / folder, ignore=LEFT_OUT)
    shutil.copy(ROOT / "pyproject.toml", tmp_path)
    (tmp_path / ".venv").symlink_to(ROOT / ".venv")
    for path, text in written().items():
        (tmp_path / path).parent.mkdir(exist_ok=True)
        (tmp_path / path).write_text(text, encoding="utf-8")

    script = [text for _, text in blocks(PAGE) if not text.startswith("make ")]
    done = subprocess.run(
        ["bash", "-euc", "\n".join(script)],
        cwd=tmp_path,
        env={**os.environ, "PYTHONPATH": str(tmp_path), "WISMO_HOME": str(tmp_path / "home")},
        capture_output=True,
        timeout=300,
    )

    told = done.stdout.decode()
    assert done.returncode == 0, told + done.stderr.decode()
    assert told.startswith(shown("text"))
    assert "| Acme" in (tmp_path / "docs" / "carriers.md").read_text(encoding="utf-8")


def test_the_error_the_page_shows_is_the_error_there_is() -> None:
    pack = written()["wismo/carriers/packs/acme.toml"]
    with pytest.raises(PackError, match=re.escape(shown("error").strip())):
        load_pack("acme.toml", pack.replace('status = "out_for_delivery"', 'status = "on_its_way"'))


FURTHER = """
normalise keep_headers epoch_ms dotnet facility lie correction contains keyed_by current like lists event_id
utc offset zone country absent_status register per_day key_id_header timestamp_header joint
token_url unwrap as_of names_number fields seconds
"""


@pytest.mark.parametrize("word", [*AuthKind, *PollAuthKind, *Format, *Over, *FURTHER.split()])
def test_the_reference_names_every_key(word: str) -> None:
    assert word in (DOCS / "pack-format.md").read_text(encoding="utf-8")
