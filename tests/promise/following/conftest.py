"""A shop that knows one lane, and a clock that is moved by hand."""

from collections.abc import Iterator

import pytest
import time_machine

from tests.makers import NOW
from tests.promise.parcels import a_quoter
from wismo.plumbing.models import ParkedReaction
from wismo.promise.actions import outlooks
from wismo.promise.quoting import Quoter


@pytest.fixture
def clock() -> Iterator[time_machine.Traveller]:
    """It is noon of the 24th of November, until the test moves on."""
    with time_machine.travel(NOW, tick=False) as traveller:
        yield traveller


@pytest.fixture
def lane(
    db: None, monkeypatch: pytest.MonkeyPatch, clock: time_machine.Traveller
) -> Iterator[dict[str, Quoter]]:
    """What the shops of a test know; put another in its place where it must be. No reaction may fail."""
    held = {"quoter": a_quoter()}
    monkeypatch.setattr(outlooks, "quoter_of", lambda _shop, _now: held["quoter"])
    yield held
    assert not ParkedReaction.objects.exists()
