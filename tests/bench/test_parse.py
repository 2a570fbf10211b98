"""`wismo bench parse` reads every sample, and says why where there is nothing to compare with."""

import json
from importlib.util import find_spec
from pathlib import Path

from click.testing import CliRunner

from tests.carriers.samples_of import FILES, SAMPLES
from wismo.cli.main import main


def run(samples: Path) -> tuple[int, str, str]:
    """The command's exit code and what it said, on short rounds."""
    done = CliRunner().invoke(
        main, ["bench", "parse", "--samples", str(samples), "--seconds", "0.01", "--json"]
    )
    return done.exit_code, done.stdout, done.stderr


def test_every_sample_is_read_and_the_comparison_is_made_or_explained(tmp_path: Path) -> None:
    for file in FILES[:5]:
        copy = tmp_path / file.parent.name / file.name
        copy.parent.mkdir(exist_ok=True)
        copy.write_bytes(file.read_bytes())
    code, told, _ = run(tmp_path)
    found = json.loads(told)
    assert code == 0
    assert found["payloads"] == 5
    assert found["payloads_per_s"] > 0
    assert found["ratio_to_karrio"] is None
    assert found["ratio_to_karrio_reason"] == "no sample is one that both read"


def test_beside_karrio(tmp_path: Path) -> None:
    (tmp_path / "karrio").mkdir()
    (tmp_path / "karrio" / "ups").symlink_to(SAMPLES / "karrio" / "ups")
    found = json.loads(run(tmp_path)[1])
    if find_spec("karrio") is None:
        assert found["ratio_to_karrio"] is None
        assert "karrio" in found["ratio_to_karrio_reason"]
    else:
        assert found["ratio_to_karrio"] > 1


def test_a_folder_without_samples_is_told(tmp_path: Path) -> None:
    code, told, error = run(tmp_path)
    assert (code, told) == (1, "")
    assert error.startswith(f"Error: no samples in {tmp_path}; run this where the project's tests are")
