"""A pack that speaks in several formats, and in words instead of codes."""

import json

import pytest

from wismo.carriers.engine import PayloadError, Reading, read_all
from wismo.carriers.loading import load_pack
from wismo.vocabulary.status import Scan

ACME = load_pack(
    "acme.toml",
    """
id = "acme"
name = "Acme"
time = { naive = "unknown" }
webhook.auth = { kind = "token", header = "x-acme", confidence = "guess" }
status = [
    { contains = "Zugestellt an Nachbarn", status = "delivered", source = "acme", confidence = "guess" },
    { code = "20", status = "held", source = "acme", confidence = "guess" },
    { contains = "zugestellt", status = "delivered", source = "acme", confidence = "guess" },
    { contains = "zurück", status = "in_transit", leg = "rto", source = "acme", confidence = "guess" },
]

[[payload]]
name = "push"
when = "no"
parcel = { number = "no" }
scan = { code = "code", text = "text" }

[[payload]]
name = "document"
format = "xml"
lists = ["Event"]
when = "Answer.No"
scans = "Answer.Event"
current = "Answer.Now"
parcel = { number = "Answer.No" }
scan = { code = '"@code"', text = '"#text"' }

[[payload]]
name = "page"
format = "html"
when = "tables[0][0].c1"
parcels = "tables[0]"
parcel = { number = "c0" }
scan = { text = "c1" }
""",
)


def read(body: str) -> Reading:
    """What the pack reads in a body."""
    return read_all(ACME, body.encode())


def one(body: str) -> Scan:
    """The one scan in it."""
    reading = read(body)
    assert reading.problems == []
    (scan,) = reading.scans
    return scan


def test_a_body_is_read_in_the_format_it_begins_like() -> None:
    push = '{"no": "AB1", "code": "20"}'
    xml = ' <?xml version="1.0"?><a:Answer xmlns:a="urn:a"><No>AB1</No><Event code="20">x</Event></a:Answer>'
    html = "<!DOCTYPE html><table><tr><td>AB1<td>Zugestellt</table>"
    assert [(one(body).tracking_number, one(body).status) for body in (push, xml, html)] == [
        ("AB1", "held"),
        ("AB1", "held"),
        ("AB1", "delivered"),
    ]


def test_an_element_without_anything_is_a_problem_of_its_own() -> None:
    reading = read('<Answer><No>AB1</No><Event code="20">x</Event><Event/></Answer>')
    assert [scan.status for scan in reading.scans] == ["held"]
    assert reading.problems == ["document, parcel 1, scan 2: is not an object"]


def test_a_present_state_that_cannot_be_read_is_told() -> None:
    reading = read(f'<Answer><No>{"9" * 90}</No><Now code="20">x</Now></Answer>')
    assert reading.problems == [
        "document, parcel 1, present state: a tracking number of 90 characters; 80 at most are one"
    ]


@pytest.mark.parametrize(
    ("code", "text", "status", "leg"),
    [
        ("", "Die Sendung wurde ZUGESTELLT.", "delivered", "forward"),
        ("Zugestellt  an\nNachbarn", "", "delivered", "forward"),
        ("20", "zugestellt", "held", "forward"),  # a code wins over words
        ("21", "Zurück an den Absender, zugestellt", "delivered", "forward"),  # the first row that fits
        ("21", "ZURÜCK an den Absender", "in_transit", "rto"),
        ("21", "unterwegs", None, "forward"),
        ("", "", None, "forward"),
    ],
)
def test_words_stand_in_for_codes(code: str, text: str, status: str | None, leg: str) -> None:
    scan = one(json.dumps({"no": "AB1", "code": code, "text": text}))
    assert (scan.status, scan.leg) == (status, leg)


@pytest.mark.parametrize(
    ("body", "why"),
    [
        ("<Answer><No>AB1</Answer>", "not XML: mismatched tag"),
        ("<html><p>Maintenance</html>", "a payload of no shape acme is known to send|not XML"),
        ("<!DOCTYPE html><p>Maintenance", "a document type"),
        ('{"tables": [[{"c0": "1", "c1": "2"}]]}', "a payload of no shape acme is known to send"),
        ("Service Unavailable", "not JSON"),
    ],
)
def test_what_is_of_no_format_or_shape_is_refused_with_the_reason(body: str, why: str) -> None:
    with pytest.raises(PayloadError, match=why):
        read(body)
