"""Reference material that lies beside the project, read in place and never copied."""

from pathlib import Path

import pytest

FOLDER = Path(__file__).resolve().parent.parent.parent / "shared"
needs_shared = pytest.mark.skipif(
    not FOLDER.is_dir(),
    reason="the reference material ../shared is absent: its payloads cannot be checked",
)
