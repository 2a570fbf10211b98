"""A carrier to ask, on this machine."""

from collections.abc import Iterator

import pytest
from pytest_django.fixtures import Settings

from tests.tracking.acme import Acme, acme


@pytest.fixture
def may_ask_this_machine(settings: Settings) -> None:
    """As an operator allows it who has a gateway in the own network."""
    settings.PRIVATE_PEERS = True


@pytest.fixture
def carrier(may_ask_this_machine: None, monkeypatch: pytest.MonkeyPatch) -> Iterator[Acme]:
    """Acme, where it may be asked."""
    with acme(monkeypatch) as carrier:
        yield carrier
