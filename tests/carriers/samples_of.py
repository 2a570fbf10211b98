"""The hand-written payloads: `samples/<pack>/<what>--<status>[--<leg>].<json|xml|html>`."""

from pathlib import Path

SAMPLES = Path(__file__).parent / "samples"
FILES = sorted(SAMPLES.glob("*/*.*"))


def of_pack(source: str) -> list[Path]:
    """The samples of one pack."""
    return [file for file in FILES if file.parent.name == source]
