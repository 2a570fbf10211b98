"""A pack that is not sound says where, and what to do."""

import pytest

from wismo.carriers.engine import read_all
from wismo.carriers.loading import load_pack
from wismo.carriers.registry import carrier_name, pack, packs, tracking_url
from wismo.carriers.schema import PackError

SOUND = """
id = "acme"
name = "Acme"
url = "https://acme.example/{number}"
time = { naive = "carrier", zone = "Europe/Berlin" }
status = [
    { code = "A|*", status = "in_transit", source = "acme docs", confidence = "official" },
    { code = "A|BC*", status = "held", source = "acme docs", confidence = "official" },
    { code = "A|BCD", status = "delivered", source = "acme docs", confidence = "official" },
]

[webhook.auth]
kind = "token"
header = "X-Acme"
confidence = "official"

[[payload]]
name = "push"
when = "parcel"
parcel = { number = "parcel" }
scan = { code = { join = ["type", "code"], with = "|" } }
"""


def test_a_sound_pack_reads_its_payload() -> None:
    acme = load_pack("acme.toml", SOUND)
    (scan,) = read_all(acme, b'{"parcel": "1", "type": "A", "code": "BCD"}').scans
    assert (scan.status, scan.carrier, acme.auth and acme.auth.header) == ("delivered", "acme", "x-acme")


def test_a_row_may_say_that_its_scan_corrects_an_end() -> None:
    correcting = load_pack(
        "acme.toml", SOUND.replace('status = "held"', 'status = "held", correction = true')
    )
    bodies = (b'{"parcel": "1", "type": "A", "code": "BCX"}', b'{"parcel": "1", "type": "A", "code": "Z"}')
    assert [read_all(correcting, body).scans[0].correction for body in bodies] == [True, False]


@pytest.mark.parametrize(
    ("code", "status"),
    [
        ("A|BCD", "delivered"),  # the exact row
        ("A|BCX", "held"),  # the longest wildcard
        ("A|Z", "in_transit"),
        ("A", "in_transit"),  # "A|*" is "A" too
        ("AB", None),
        ("a|BCD", None),
        ("", None),
    ],
)
def test_the_exact_row_wins_then_the_longest_wildcard(code: str, status: str | None) -> None:
    row = load_pack("acme.toml", SOUND).statuses.find(code)
    assert (row.status if row else None) == status


@pytest.mark.parametrize(
    ("sound", "broken", "message"),
    [
        ('name = "Acme"\n', "", "acme.toml: top of the file: name: is missing; add it"),
        (
            'id = "acme"',
            'id = "other"',
            "acme.toml: top of the file: id: 'other' is not the name of the file",
        ),
        ("{number}", "number", "acme.toml: top of the file: url: .* write {number} where it goes"),
        ("Europe/Berlin", "Europe/Atlantis", "acme.toml: .time.: zone: 'Europe/Atlantis' is not a time zone"),
        (
            '"token"',
            '"tokne"',
            "acme.toml: .webhook.auth.: kind: 'tokne' is not a known word; use one of: hmac, hash, rsa,",
        ),
        (
            '"held"',
            '"on_hold"',
            "acme.toml: .status 2.: status: 'on_hold' is not a known word; use one of: unknown,",
        ),
        ('"A|BCD"', '"A|BC*"', r"acme.toml: top of the file: .status 3.: code 'A\|BC\*' stands twice"),
        ('"A|BCD"', '"A*D"', "wildcard stands only at the end"),
        ('"A|BCD"', '""', "acme.toml: .status 3.: code: is empty; write the code, or contains"),
        (
            'code = "A|BCD"',
            'contains = "X", code = "A"',
            ".status 3.: contains: stands for rows without a code",
        ),
        ('name = "push"', 'name = "push"\nlike = "scan"', "like: 'scan' names no earlier payload"),
        (
            'zone = "Europe/Berlin"',
            'zone = "Europe/Berlin", formats = ["isoo"]',
            "formats: 'isoo' is neither one of",
        ),
        (
            'header = "X-Acme"',
            'header = "X-Acme"\nover = "timestamp"',
            "timestamp_header: is missing; add it",
        ),
        ('header = "X-Acme"', 'header = "X-Acme"\nover = "fields"', "fields: is missing; name the fields"),
        (
            '"delivered", source',
            '"delivered", leg = "rto", source',
            "acme.toml: .status 3.: status: .* write returned",
        ),
        ('when = "parcel"', 'when = "parcel["', "acme.toml: .payload 1.: when: 'parcel\\[' is not JMESPath"),
        ("parcel = { number", "parcel = { numbre", "acme.toml: .payload 1.parcel.: number: is missing"),
        (
            "scan = { code",
            "scan = { cod",
            "acme.toml: .payload 1.scan.: cod: is not a key here; the keys are: code,",
        ),
        ("join = ", "glue = ", "acme.toml: .payload 1.scan.: code: .* neither a path nor one transform"),
        ('header = "X-Acme"', "header = 7", 'header: 7 is not a text; write it in quotes: header = "…"'),
        ("[webhook.auth]", '[webhook]\nkeep_headers=["X-Acme"]\n[webhook.auth]', "'x-acme' carries a secret"),
        ("[[payload]]", "[[payloads]]", "acme.toml: top of the file: payload: is missing"),
        ("name", "= name", "acme.toml: not TOML: .* correct the file"),
    ],
)
def test_a_broken_pack_says_the_file_the_table_the_key_and_the_cure(
    sound: str, broken: str, message: str
) -> None:
    with pytest.raises(PackError, match=message):
        load_pack("acme.toml", SOUND.replace(sound, broken, 1))


def test_every_row_says_where_it_comes_from() -> None:
    for source, carrier in packs().items():
        rows = [*carrier.statuses.rows, *carrier.phrases]
        assert rows, source
        assert all(row.source for row in rows), source
        assert all(row.source for row in carrier.reasons.rows), source


def test_ups_rows_never_map_a_type_alone() -> None:
    for row in packs()["ups"].statuses.rows:
        kind, code = row.code.split("|")
        assert kind
        assert "*" not in code


def test_names_and_pages_of_carriers() -> None:
    assert [carrier_name(c) for c in ("ups", "usps", "some-new_carrier")] == [
        "UPS",
        "USPS",
        "Some New Carrier",
    ]
    assert tracking_url("delhivery", "268/1") == "https://www.delhivery.com/track-v2/package/268%2F1"
    assert tracking_url("usps", "94") == "https://tools.usps.com/go/TrackConfirmAction?tLabels=94"
    assert tracking_url("some-new-carrier", "1") == ""


def test_a_source_without_a_pack_is_none() -> None:
    assert pack("nobody") is None
    assert pack("ups") is packs()["ups"]
