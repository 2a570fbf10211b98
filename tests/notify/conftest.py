"""What the tests of messages share."""

from collections.abc import Iterator

import pytest
from pytest_django.fixtures import Settings

from tests.notify.rows import make_shop
from tests.notify.simulator import Simulator, a_simulator
from wismo.shops.models import Shop


@pytest.fixture
def simulator(settings: Settings) -> Iterator[Simulator]:
    """A provider on this machine, with faults."""
    settings.PRIVATE_PEERS = True
    with a_simulator() as found:
        yield found


@pytest.fixture
def shop(db: None) -> Shop:
    """A shop with its brand."""
    return make_shop()
