"""Whatever a sender with the right secret posts, the door keeps it and the worker sees it through.

Through: done, or parked with a reason for a person. One that waits for another try broke something.
"""

import json
from pathlib import Path
from typing import ClassVar

import pytest
from django.utils import timezone
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from hypothesis.extra.django import TestCase

from tests.api.doors import Door, add_door, as_sent
from tests.carriers.test_any_bytes import places, values
from tests.makers import a_parcel, a_shop
from wismo.carriers import registry
from wismo.carriers.engine import PayloadError, read_all
from wismo.plumbing import inbox
from wismo.plumbing.models import InboxTask, ParkedReaction

SAMPLES = Path(__file__).parent.parent / "carriers" / "samples"
SOURCES = [source for source, pack in registry.packs().items() if pack.auth]
A_BATCH = 9  # bodies of an example: three of each kind


def samples(source: str) -> list[bytes]:
    """The hand-written payloads of a source."""
    return [file.read_bytes() for file in sorted((SAMPLES / source).glob("*.json"))]


@st.composite
def mutated(draw: st.DrawFn, source: str) -> bytes:
    """A true payload with one value replaced, or doubled, or cut short."""
    body = draw(st.sampled_from(samples(source)))
    how = draw(st.sampled_from(["replace", "double", "cut"]))
    if how == "cut":
        return body[: draw(st.integers(0, len(body)))]
    payload = {"": json.loads(body)}
    holder, key = draw(st.sampled_from(list(places(payload))))
    holder[key] = [holder[key], holder[key]] if how == "double" else draw(values)
    return json.dumps(payload[""]).encode()


@st.composite
def posts(draw: st.DrawFn) -> list[tuple[str, bytes]]:
    """Bodies of every kind, each for some source."""
    bodies: list[tuple[str, bytes]] = []
    for _ in range(A_BATCH // 3):
        source = draw(st.sampled_from(SOURCES))
        bodies += [
            (source, draw(st.binary(max_size=200))),
            (source, json.dumps(draw(values)).encode()),
            (source, draw(mutated(source))),
        ]
    return bodies


class AnyPost(TestCase):
    """A shop with every door open, and parcels that the samples speak of."""

    doors: ClassVar[dict[str, Door]]

    @classmethod
    def setUpTestData(cls) -> None:
        shop = a_shop()
        cls.doors = {source: add_door(shop, source) for source in SOURCES}
        for carrier, number in sorted({told for source in SOURCES for told in _told(source)}):
            a_parcel(shop, number, carrier=carrier)

    def see_through(self, bodies: list[tuple[str, bytes]]) -> None:
        for source, body in bodies:
            assert self.doors[source].post(as_sent(source, body)).status_code == 202, (source, body)
        while inbox.work(timezone.now()):
            pass
        broken = InboxTask.objects.filter(parked=False).values_list(
            "payload__source", "payload__body", "error"
        )
        assert list(broken) == []
        assert not InboxTask.objects.filter(error="").exists()
        assert list(ParkedReaction.objects.values_list("handler", "error")) == []

    @settings(deadline=None, max_examples=20, suppress_health_check=list(HealthCheck))
    @given(posts())
    def test_any_post_is_kept_and_seen_through(self, bodies: list[tuple[str, bytes]]) -> None:
        self.see_through(bodies)

    @pytest.mark.slow
    @settings(deadline=None, max_examples=250, suppress_health_check=list(HealthCheck))
    @given(posts())
    def test_two_thousand_posts_are_kept_and_seen_through(self, bodies: list[tuple[str, bytes]]) -> None:
        self.see_through(bodies)

    def test_every_sample_is_read_whole(self) -> None:
        self.see_through([(source, body) for source in SOURCES for body in samples(source)])
        assert list(InboxTask.objects.values_list("payload__source", "error")) == []


def _told(source: str) -> list[tuple[str, str]]:
    """Carrier and number of the parcels in a source's samples."""
    found = []
    for body in samples(source):
        try:
            reading = read_all(registry.packs()[source], body)
        except PayloadError:
            continue
        found += [(scan.carrier, scan.tracking_number) for scan in reading.scans]
    return found
