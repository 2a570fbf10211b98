"""Answers that do not say whose they are, and payloads that stand in a body as a text."""

import json
from datetime import date
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from wismo.carriers.engine import PayloadError, read_all
from wismo.carriers.envelopes import lay_around
from wismo.carriers.loading import load_pack
from wismo.carriers.registry import packs

ACME = load_pack(
    "acme.toml",
    """
id = "acme"
name = "Acme"
time = { naive = "unknown" }
webhook.auth = { kind = "token", header = "x-acme", confidence = "guess" }

[[payload]]
name = "page"
format = "html"
when = "asked.answer.tables[0]"
scans = "asked.answer.tables[0]"
parcel = { number = "asked.number" }
scan = { code = "c0" }

[[payload]]
name = "document"
format = "xml"
lists = ["Step"]
when = "asked.answer.Steps"
scans = "asked.answer.Steps.Step"
parcel = { number = "asked.number" }
scan = { code = '"@code"' }

[[payload]]
name = "answer"
when = "asked.answer.steps"
scans = "asked.answer.steps"
parcel = { number = "asked.number" }
scan = { code = "code" }

[[payload]]
name = "note"
unwrap = "note"
when = "no"
parcel = { number = "no" }
scan = { code = "code" }
""",
)


def read(body: bytes) -> list[tuple[str, str]]:
    """Number and code of each scan."""
    return [(scan.tracking_number, scan.code) for scan in read_all(ACME, body).scans]


@pytest.mark.parametrize(
    "answer",
    [
        b'{"steps": [{"code": "7"}]}',
        b"<Steps><Step code='7'/></Steps>",
        b'<?xml version="1.0" encoding="iso-8859-1"?>\n<Steps><Step code="7"/></Steps>',
        b"<!DOCTYPE html><table><tr><td>7</td></tr></table>",
    ],
)
def test_an_answer_is_read_with_the_number_that_was_asked_for(answer: bytes) -> None:
    assert read(lay_around(answer, "AC1")) == [("AC1", "7")]


def test_the_letters_of_a_page_in_another_encoding_are_kept() -> None:
    page = "<meta charset='shift_jis'><table><tr><td>配達完了</td></tr></table>".encode("shift_jis")
    assert read(lay_around(page, "AC1")) == [("AC1", "配達完了")]


def test_the_day_stands_in_the_envelope_only_where_it_is_wanted() -> None:
    assert json.loads(lay_around(b"[]", "AC1")) == {"asked": {"number": "AC1", "answer": []}}
    dated = json.loads(lay_around(b"[]", "AC1", date(2026, 11, 24)))
    assert dated == {"asked": {"number": "AC1", "on": "2026-11-24", "answer": []}}


@given(st.binary(max_size=200), st.text(max_size=20))
def test_whatever_was_answered_the_envelope_holds_its_number(body: bytes, number: str) -> None:
    assert json.loads(lay_around(body, number))["asked"]["number"] == number


@pytest.mark.parametrize("answer", ["Not found", "<", "<a><b></a>", 7, None, ["<a/>"]])
def test_an_envelope_of_anything_else_is_of_no_shape(answer: Any) -> None:
    with pytest.raises(PayloadError):
        read_all(packs()["lotte"], json.dumps({"asked": {"number": "1", "answer": answer}}).encode())


def test_a_payload_that_stands_in_the_body_as_a_text_is_read_from_there() -> None:
    assert read(json.dumps({"note": '{"no": "AC1", "code": "7"}'}).encode()) == [("AC1", "7")]


@pytest.mark.parametrize("note", ["", "{", "[1", "\ud800", {"no": "AC1"}, None])
def test_a_body_whose_text_holds_no_payload_is_refused(note: Any) -> None:
    with pytest.raises(PayloadError):
        read(json.dumps({"note": note}).encode())
