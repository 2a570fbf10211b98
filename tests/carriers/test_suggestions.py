"""What an unknown code may mean: told with the words it rests on, or not at all."""

import csv
from collections import Counter

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.shared import FOLDER, needs_shared
from wismo.carriers import registry
from wismo.carriers.loading import load_pack, load_table
from wismo.carriers.pack import Pack
from wismo.carriers.suggestions import ENOUGH, LANGUAGES, Suggester, plain, suggester
from wismo.vocabulary.reason import Reason
from wismo.vocabulary.status import Leg, Status

NOBODY = Suggester(())


def a_pack(pack_id: str, *rows: str) -> Pack:
    """A pack with these rows of status."""
    return load_pack(
        f"{pack_id}.toml",
        f'id = "{pack_id}"\nname = "{pack_id.title()}"\ntime = {{ naive = "unknown" }}\n'
        + "".join(f'[[status]]\n{row}\nsource = "docs"\nconfidence = "official"\n' for row in rows)
        + '[webhook.auth]\nkind = "token"\nheader = "x-key"\nconfidence = "official"\n'
        '[[payload]]\nname = "push"\nwhen = "code"\nparcel = { number = "no" }\nscan = { code = "code" }\n',
    )


@pytest.mark.parametrize(
    ("text", "status", "language"),
    [
        ("Out for delivery", Status.OUT_FOR_DELIVERY, "English"),
        ("Die Sendung wurde in das Zustellfahrzeug geladen", Status.OUT_FOR_DELIVERY, "German"),
        ("Votre colis a été livré", Status.DELIVERED, "French"),
        ("Envío en tránsito", Status.IN_TRANSIT, "Spanish"),
        ("Spedizione in giacenza", Status.HELD, "Italian"),
        ("Pakket is bezorgd", Status.DELIVERED, "Dutch"),
        ("お届け先にお届け済み", Status.DELIVERED, "Japanese"),
        ("배송 출발", Status.OUT_FOR_DELIVERY, "Korean"),
        ("पार्सल रास्ते में है", Status.IN_TRANSIT, "Hindi"),
        ("快件已签收", Status.DELIVERED, "Chinese"),
    ],
)
def test_words_of_ten_languages_are_known(text: str, status: Status, language: str) -> None:
    found = NOBODY.suggest("acme", "77", [text])
    assert found is not None
    assert (found.status, found.leg) == (status, Leg.FORWARD)
    assert language in found.why


@pytest.mark.parametrize(
    ("text", "status"),
    [
        ("Could not be delivered", Status.FAILED_ATTEMPT),
        ("Sendung konnte nicht zugestellt werden", Status.FAILED_ATTEMPT),
        ("Non livré", Status.FAILED_ATTEMPT),
        ("派送失败", Status.FAILED_ATTEMPT),
        ("Delivered to parcel locker", Status.AVAILABLE_FOR_PICKUP),
        ("Not yet received by carrier", None),
        ("Will be delivered on Friday", None),
        ("お届け予定日", None),
    ],
)
def test_a_longer_phrase_hides_the_shorter_one_inside_it(text: str, status: Status | None) -> None:
    found = NOBODY.suggest("acme", "77", [text])
    assert (found.status if found else None) == status


def test_the_reason_is_suggested_with_the_status() -> None:
    found = NOBODY.suggest("acme", "UD|77", ["Delivery attempted - customer not available"])
    assert found is not None
    assert (found.status, found.reason) == (Status.FAILED_ATTEMPT, Reason.BUYER_NOT_AVAILABLE)
    assert found.why == "its words say “customer not available” (English) and “delivery attempted” (English)"


@pytest.mark.parametrize(
    ("text", "status"),
    [
        ("RTO - out for delivery", Status.OUT_FOR_DELIVERY),
        ("RTO - Delivered", Status.RETURNED),
        ("Retour à l'expéditeur", Status.IN_TRANSIT),
        ("반송완료", Status.RETURNED),
    ],
)
def test_words_of_the_way_back_are_heard_beside_the_status(text: str, status: Status) -> None:
    found = NOBODY.suggest("acme", "77", [text])
    assert found is not None
    assert (found.status, found.leg) == (status, Leg.RTO)


@pytest.mark.parametrize(
    "code", ["OutForDelivery", "OUT_FOR_DELIVERY", "out-for-delivery", "S1|Out For Delivery"]
)
def test_a_code_that_is_words_needs_no_text(code: str) -> None:
    found = NOBODY.suggest("acme", code, [])
    assert found is not None
    assert found.status is Status.OUT_FOR_DELIVERY


def test_a_text_like_that_of_a_known_row_has_its_meaning() -> None:
    known = a_pack("acme", 'code = "H1"\ntext = "Received in Roissy gateway"\nstatus = "in_transit"')
    found = Suggester([known]).suggest("other", "G7", ["Received in the Roissy gateway"])
    assert found is not None
    assert (found.status, found.why) == (Status.IN_TRANSIT, "like “Received in Roissy gateway” of Acme")
    assert found.score == pytest.approx(0.93, abs=0.05)


def test_a_denial_is_not_like_what_it_denies() -> None:
    known = a_pack("acme", 'code = "H1"\ntext = "Scanned into Roissy gateway"\nstatus = "in_transit"')
    assert Suggester([known]).suggest("other", "G7", ["Not scanned into Roissy gateway"]) is None


def test_the_same_code_at_three_others_is_a_hint_unless_they_disagree() -> None:
    row = 'code = "QX"\nstatus = "customs"'
    three = [a_pack(name, row) for name in ("acme", "bolt", "crow")]
    found = Suggester(three).suggest("dove", "qx", [])
    assert found is not None
    assert (found.status, found.why) == (Status.CUSTOMS, "the same code at Acme, Bolt, Crow")
    assert Suggester(three).suggest("acme", "QX", []) is None, "two others are too few"
    odd = a_pack("eagle", 'code = "QX"\nstatus = "held"')
    assert Suggester([*three, odd]).suggest("dove", "QX", []) is None


@pytest.mark.parametrize("text", ["", "ZZ9", "Scan event 17", "…", "1234"])
def test_words_that_say_nothing_suggest_nothing(text: str) -> None:
    assert suggester().suggest("ups", "ZZ|99", [text]) is None


@given(st.text(max_size=80), st.text(max_size=300))
def test_whatever_is_written_the_suggestion_is_sound(code: str, text: str) -> None:
    found = suggester().suggest("ups", code, [text])
    if found is not None:
        assert ENOUGH <= found.score <= 1
        assert found.why


def test_every_language_knows_words_for_every_common_event() -> None:
    common = (
        "in_transit",
        "out_for_delivery",
        "delivered",
        "failed_attempt",
        "available_for_pickup",
        "customs",
    )
    table = load_table("suggestions.toml", (registry._HERE / "suggestions.toml").read_text(encoding="utf-8"))
    told = Counter(
        (meaning.text("status"), language)
        for meaning in table.tables("meaning")
        if "status" in meaning
        for language in LANGUAGES
        if meaning.texts(language)
    )
    assert [(s, language) for s in common for language in LANGUAGES if not told[s, language]] == []


def test_words_are_compared_without_case_accents_and_joints() -> None:
    assert plain("En_Cours d'Acheminement–LIVRÉ") == " en cours d acheminement livre "


# How the words of public tables are grouped, and which of our statuses say the same.
AGREE = {
    "delivered": {"delivered"},
    "out_for_delivery": {"out_for_delivery"},
    "in_transit": {"in_transit", "customs", "arrived_local"},
    "ready_for_pickup": {"available_for_pickup"},
    "delivery_failed": {"failed_attempt", "damaged", "lost", "cancelled", "held"},
    "pending": {"info_received", "pickup_scheduled", "pickup_failed"},
    "on_hold": {"held", "customs", "delayed"},
}


@needs_shared
def test_public_tables_mostly_agree_and_hardly_ever_hear_a_false_arrival() -> None:
    with (FOLDER / "carriers" / "carrier_status_codes.csv").open(encoding="utf-8") as file:
        rows = [row for row in csv.DictReader(file) if row["kind"] != "reason" and row["normalised"] in AGREE]
    told = agreed = false_arrivals = 0
    for row in rows:
        found = suggester().suggest(row["carrier"], row["code"], [row["description"]])
        if found is None or len(row["code"] + row["description"]) <= 6:
            continue
        told += 1
        agreed += found.status in AGREE[row["normalised"]]
        false_arrivals += found.status is Status.DELIVERED and row["normalised"] != "delivered"
    assert told > 600
    assert agreed / told > 0.8
    assert false_arrivals <= 3
