"""The arguments and the reading of a file of past orders, for every command that takes one."""

import sys
from pathlib import Path

import click

from wismo.promise.learning.history import History
from wismo.promise.learning.mapping import FileMapping, MappingError, read_mapping
from wismo.promise.learning.reading import read_history
from wismo.promise.learning.sources import Unreadable
from wismo.promise.learning.trouble import Trouble

_PATH = click.Path(exists=True, dir_okay=False, path_type=Path)
FILE = click.argument("file", type=_PATH)
MAPPING = click.option(
    "--mapping",
    type=_PATH,
    required=True,
    help="A TOML file that names its columns: see docs/promise/start.md.",
)


def history_of(file: Path, mapping: Path, *, quiet: bool) -> tuple[History, Trouble]:
    """The orders of the file and what was wrong with it. ClickException where none can be used."""
    hidden = quiet or not sys.stderr.isatty()
    try:
        read = _mapping(mapping)
        with click.progressbar(length=1000, label=file.name, hidden=hidden, file=sys.stderr) as bar:
            return read_history(file, read, progress=lambda share: bar.update(int(1000 * share) - bar.pos))
    except Unreadable as error:
        raise click.ClickException(str(error)) from error


def _mapping(path: Path) -> FileMapping:
    try:
        return read_mapping(path.read_text(encoding="utf-8"), path.name)
    except UnicodeDecodeError as error:
        raise click.ClickException(f"{path.name}: this is not UTF-8 text") from error
    except MappingError as error:
        raise click.ClickException(str(error)) from error
