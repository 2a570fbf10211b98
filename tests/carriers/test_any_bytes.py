"""Whatever arrives, `read_all` answers with scans or a PayloadError, and its scans fit their columns."""

import contextlib
import json
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from wismo.carriers.engine import PayloadError, read_all
from wismo.carriers.registry import packs

SAMPLES = Path(__file__).parent / "samples"
JSON = {source: files for source in packs() if (files := sorted((SAMPLES / source).glob("*.json")))}
MARKUP = {source: files for source in packs() if (files := sorted((SAMPLES / source).glob("*.[xh]*ml")))}

words = st.text(st.characters(codec=None), max_size=8)
values = st.recursive(
    st.none()
    | st.booleans()
    | st.integers()
    | st.floats()
    | words
    | st.just("\x00\ud800")
    | st.just("2026-11-24T10:00:00"),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(words, inner, max_size=3),
    max_leaves=8,
)


def read(source: str, body: bytes) -> None:
    with contextlib.suppress(PayloadError):
        for scan in read_all(packs()[source], body).scans:
            for text in (
                scan.code,
                scan.text,
                scan.place,
                scan.tracking_number,
                scan.occurred_raw,
                scan.carrier,
            ):
                assert "\x00" not in text
                text.encode()
            assert scan.occurred_at is None or scan.occurred_at.utcoffset() is not None


@pytest.mark.parametrize("source", list(packs()))
@settings(deadline=None)
@given(body=st.binary(max_size=200))
def test_any_bytes(source: str, body: bytes) -> None:
    read(source, body)


@pytest.mark.parametrize("source", list(packs()))
@settings(deadline=None)
@given(value=values)
def test_any_json(source: str, value: Any) -> None:
    read(source, json.dumps(value).encode())


@pytest.mark.parametrize("source", list(JSON))
@settings(deadline=None)
@given(data=st.data())
def test_a_true_payload_with_any_one_value_replaced(source: str, data: st.DataObject) -> None:
    file = data.draw(st.sampled_from(JSON[source]))
    payload = {"": json.loads(file.read_bytes())}
    spots = list(places(payload))
    holder, key = data.draw(st.sampled_from(spots))
    holder[key] = data.draw(values)
    read(source, json.dumps(payload[""]).encode())


@pytest.mark.parametrize("source", list(MARKUP))
@settings(deadline=None)
@given(data=st.data())
def test_a_true_page_or_document_with_any_part_replaced(source: str, data: st.DataObject) -> None:
    body = data.draw(st.sampled_from(MARKUP[source])).read_bytes()
    start = data.draw(st.integers(1, len(body)))
    end = data.draw(st.integers(start, start + 40))
    part = data.draw(st.text("<>/&;\"' \x00tabler", max_size=20) | words)
    read(source, body[:start] + part.encode("utf-8", "surrogatepass") + body[end:])


def places(value: Any) -> Any:
    """Every (container, key) in a JSON value."""
    pairs = value.items() if isinstance(value, dict) else enumerate(value) if isinstance(value, list) else ()
    for key, inner in list(pairs):
        yield value, key
        yield from places(inner)
