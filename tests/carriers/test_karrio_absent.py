"""Without the extra: everything is read as before, and asking says what to install."""

import subprocess
import sys

from wismo.carriers.karrio.adapter import KarrioFetcher

ASK = """
import sys
from importlib.machinery import PathFinder

class Nowhere(PathFinder):
    @classmethod
    def find_spec(cls, name, path=None, target=None):
        return None if name.split(".")[0] == "karrio" else super().find_spec(name, path, target)

sys.meta_path = [Nowhere if finder is PathFinder else finder for finder in sys.meta_path]

from wismo.carriers import registry
from wismo.carriers.karrio.adapter import KarrioFetcher
from wismo.carriers.port import Account, Asked

account = Account(1, "karrio:ups", "1", {"client_id": "a", "client_secret": "b"})
(answer,) = KarrioFetcher(None, OSError, None).fetch(account, [Asked("1Z1", "", "", "", "")])
print(answer.outcome, answer.said, len(registry.karrio_packs()), "loguru" in sys.modules)
"""


def test_asking_without_karrio_names_the_command_and_reading_needs_none() -> None:
    done = subprocess.run([sys.executable, "-c", ASK], capture_output=True, text=True, check=True)
    assert done.stdout == ("denied the Karrio extra is not installed: pip install 'wismo[karrio]' 26 False\n")


def test_karrio_is_imported_by_nothing_before_it_is_asked() -> None:
    ask = "import sys, wismo.carriers.karrio.adapter; print('karrio' in sys.modules)"
    done = subprocess.run([sys.executable, "-c", ask], capture_output=True, text=True, check=True)
    assert (done.stdout, KarrioFetcher.__module__) == ("False\n", "wismo.carriers.karrio.adapter")
