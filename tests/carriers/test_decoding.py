"""Bytes become values: the same value whatever reads them, and never more work than their size asks for."""

import json
import math
import time
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from wismo.carriers.characters import Undecodable
from wismo.carriers.decoding import decode, from_json, from_xml, is_markup
from wismo.carriers.pages import from_html

texts = st.text(st.characters(codec=None), max_size=20)
values = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | texts,
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(texts, inner, max_size=4),
    max_leaves=12,
)


def finite(said: str) -> float | None:
    return float(said) if math.isfinite(float(said)) else None


@given(value=values, ascii_only=st.booleans())
def test_json_is_read_as_the_standard_library_reads_it(value: Any, *, ascii_only: bool) -> None:
    body = json.dumps(value, ensure_ascii=ascii_only).encode("utf-8", "surrogatepass")
    try:
        expected = json.loads(body.decode("utf-8-sig"), parse_constant=lambda _name: None, parse_float=finite)
    except ValueError:
        with pytest.raises(Undecodable):
            from_json(body)
        return
    assert repr(from_json(body)) == repr(expected)


@given(body=st.binary(max_size=40) | st.from_regex(r"[\[\]{}\",:0-9eE.+\-ntfu\\ ]{0,40}").map(str.encode))
def test_bytes_are_json_exactly_where_the_standard_library_says_so(body: bytes) -> None:
    try:
        expected = repr(
            json.loads(body.decode("utf-8-sig"), parse_constant=lambda _name: None, parse_float=finite)
        )
    except ValueError:
        expected = "not JSON"
    try:
        found = repr(from_json(body))
    except Undecodable:
        found = "not JSON"
    assert found == expected


def test_odd_numbers_of_json() -> None:
    assert from_json(b"[NaN, -Infinity, 12345678901234567890123, -0, 1e2]") == [
        None, None, 12345678901234567890123, 0, 100.0,
    ]  # fmt: skip
    assert from_json(b"[1e400, -1e400, 1e300]") == [None, None, 1e300]
    assert from_json(b'\xef\xbb\xbf{"a": "\\ud800"}') == {"a": "\ud800"}


SOAP = b"""<?xml version="1.0" encoding="UTF-8"?>
<s:Envelope xmlns:s="http://schemas.example/soap/" xmlns:t="urn:track">
  <s:Body><t:Answer t:version="2" lang="en">
    <Activity><Code>D</Code><Text>Left at the door &amp; signed</Text></Activity>
    <Empty/> <Pin code="411028">Pune</Pin> <No>1</No><No>2</No>
  </t:Answer></s:Body>
</s:Envelope>"""


def test_xml_becomes_dicts_of_local_names() -> None:
    answer = decode(SOAP)["Envelope"]["Body"]["Answer"]
    assert answer == {
        "@version": "2",
        "@lang": "en",
        "Activity": {"Code": "D", "Text": "Left at the door & signed"},
        "Empty": None,
        "Pin": {"@code": "411028", "#text": "Pune"},
        "No": ["1", "2"],
    }


def test_an_element_named_as_a_list_is_one_even_alone() -> None:
    answer = from_xml(SOAP, ("Activity", "Empty", "No"))["Envelope"]["Body"]["Answer"]
    assert [activity["Code"] for activity in answer["Activity"]] == ["D"]
    assert (answer["Empty"], answer["No"]) == ([None], ["1", "2"])


@pytest.mark.parametrize("encoding", ["euc-kr", "shift_jis", "utf-8", "utf-16"])
def test_a_document_is_read_in_the_encoding_it_names(encoding: str) -> None:
    word = "배달완료" if encoding == "euc-kr" else "配達完了"
    xml = f'<?xml version="1.0" encoding="{encoding}"?><a>{word}</a>'.encode(encoding)
    page = f'<html><meta charset="{encoding}"><p>{word}</html>'.encode(encoding)
    assert from_xml(xml) == {"a": word}
    assert from_html(page)["text"] == word


LAUGHS = b'<!DOCTYPE a [<!ENTITY b "&c;&c;"><!ENTITY c "ha">]><a>&b;</a>'
FILE = b'<!DOCTYPE a [<!ENTITY b SYSTEM "file:///etc/passwd">]><a>&b;</a>'


@pytest.mark.parametrize(
    ("body", "why"),
    [
        (LAUGHS, "a document type"),
        (FILE, "a document type"),
        (FILE.decode().encode("utf-16"), "a document type"),
        (b'<?xml version="1.0" encoding="utf-7"?><a/>', "'utf-7' is no encoding that carriers use"),
        (b'<?xml version="1.0" encoding="zip"?><a/>', "'zip' is no encoding that carriers use"),
        (b"<a>&b;</a>", "not XML: undefined entity"),
        (b"<a>\xff</a>", "not utf-8, as its first lines say or by default"),
        (b"<a>\x00</a>", "not XML"),
        (b"<a><b></a>", "not XML: mismatched tag"),
        (b"<a>" * 200 + b"</a>" * 200, "nested too deeply"),
        (b"<", "not XML"),
    ],
)
def test_xml_that_is_none_or_could_do_harm_is_refused(body: bytes, why: str) -> None:
    with pytest.raises(Undecodable, match=why):
        from_xml(body)


PAGE = b"""<!DOCTYPE html><html><head><title>Unseen</title><style>td {}</style></head><body>
<h1>No. 123</h1> <script>document.write("<table><tr><td>no</td>")</script> <!-- <table> -->
<table><thead><tr><th>Date<th>Status</thead>
<tr><td>11/24<br>10:00</td><td><b>Deliv</b>ered&nbsp;&amp; signed</td></tr><tr></tr></table>
<p>3 < 4</p></body></html>"""


def test_a_page_becomes_its_tables_and_its_text() -> None:
    page = from_html(PAGE)
    assert page["tables"] == [
        [{"c0": "Date", "c1": "Status"}, {"c0": "11/24 10:00", "c1": "Delivered & signed"}],
    ]
    assert page["text"] == "No. 123 Date Status 11/24 10:00 Delivered & signed 3 < 4"


def test_a_page_with_a_character_of_a_number_nobody_can_read_is_none() -> None:
    with pytest.raises(Undecodable, match="not HTML"):
        from_html(b"<td>&#" + b"1" * 5000 + b";</td>")


def test_a_table_within_a_cell_is_a_table_of_its_own() -> None:
    page = from_html(b"<table><tr><td>a<table><tr><td>b</table>c</td><td>d</table>")
    assert page["tables"] == [[{"c0": "a c", "c1": "d"}], [{"c0": "b"}]]


@given(body=st.binary(max_size=200) | st.text(max_size=200).map(lambda text: f"<table>{text}".encode()))
def test_any_bytes_are_a_page(body: bytes) -> None:
    try:
        page = from_html(body)
    except Undecodable:  # it names an encoding that is none
        return
    assert page["text"] == " ".join(page["text"].split())


PIECES = ["<a>", "<a ", "<!--", "</", "<![", "<?", "<a b='", "<script>", "&", "<td><table>", "<a><b/>", "<a1"]


@settings(deadline=None)
@given(piece=st.sampled_from(PIECES) | st.text("<>/!-=\"'&a ", min_size=1, max_size=6))
def test_a_megabyte_of_nonsense_is_read_or_refused_in_no_time(piece: str) -> None:
    body = b"<" + (piece * (250_000 // len(piece))).encode()
    begun = time.process_time()
    from_html(body)
    with pytest.raises(Undecodable):
        from_xml(body)
    assert time.process_time() - begun < 5


@pytest.mark.parametrize(
    ("body", "markup"),
    [(b"<a/>", True), (b"\xef\xbb\xbf\r\n <a/>", True), (b' {"a": "<"}', False), (b"", False)],
)
def test_what_begins_like_markup(body: bytes, *, markup: bool) -> None:
    assert is_markup(body) is markup
