"""What must not be seen, asked for where there is no terminal at all."""

import subprocess
import sys

ASK = "from wismo.cli.hidden import ask; ask('key', otherwise='set WISMO_ACCOUNT_KEY')"
RUN = f"import click; click.command()(lambda: exec({ASK!r}))()"


def test_without_a_terminal_only_the_way_out_is_said() -> None:
    done = subprocess.run(
        [sys.executable, "-c", RUN], stdin=subprocess.DEVNULL, capture_output=True, text=True,
        start_new_session=True,
    )  # fmt: skip
    assert (done.returncode, done.stdout, done.stderr) == (1, "", "Error: set WISMO_ACCOUNT_KEY\n")
