"""One shipment: the carrier's own words and times, and why each message was, or was not, sent."""

import re
from datetime import UTC, datetime
from html import unescape

import pytest
import time_machine
from django.conf import settings
from pytest_django import DjangoAssertNumQueries

from tests.console import rows
from wismo.plumbing import audit, tokens
from wismo.tracking.models import Shipment

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("noon")]


@pytest.fixture
def noon() -> object:
    with time_machine.travel(rows.NOW, tick=False):
        yield


@pytest.fixture
def team() -> rows.Team:
    return rows.a_team()


def seen(team: rows.Team, shipment: Shipment, show: str = "all") -> str:
    """The page as one reads it."""
    answer = team.client.get(f"/console/halden/shipments/{shipment.pk}/", {"show": show})
    assert answer.status_code == 200
    page = answer.content.decode().split('<div class="page">', 1)[1]
    blocks = re.sub(r"</?(p|div|li|dt|dd|small|time|summary|b|a|h\d)\b[^>]*>", " ", page)
    return " ".join(unescape(re.sub(r"<[^>]*>", "", blocks)).split())


def test_a_scan_is_shown_in_the_carriers_own_offset_with_how_we_know_it(team: rows.Team) -> None:
    shipment = rows.a_shipment(rows.an_order(team.shop))
    rows.a_scan(
        shipment,
        datetime(2026, 11, 23, 19, 12, tzinfo=UTC),
        offset=540,
        text="通過",
        code="P|1",
        place="Osaka",
        occurred_raw="2026/11/24 04:12",
    )
    page = seen(team, shipment)
    assert "“通過”, code P|1, Osaka" in page
    assert "carrier's own zone applied, “2026/11/24 04:12”" in page
    assert "Today 04:12 UTC+09:00" in page


def test_a_scan_without_a_known_zone_says_so(team: rows.Team) -> None:
    shipment = rows.a_shipment(rows.an_order(team.shop))
    rows.a_scan(shipment, rows.NOW, offset=None, tz_source="unknown")
    assert "Today 12:00 zone unknown" in seen(team, shipment)


@pytest.mark.parametrize(
    ("raw", "words"),
    [
        ("2062-11-24T09:00", "its time is not believed: “2062-11-24T09:00”; when we received it"),
        ("", "carrier gave no time; when we received it"),
    ],
)
def test_a_scan_without_a_time_to_believe_stands_where_it_was_received_in_the_shops_zone(
    team: rows.Team, raw: str, words: str
) -> None:
    shipment = rows.a_shipment(rows.an_order(team.shop))
    rows.a_scan(shipment, rows.NOW, offset=None, tz_source="none", occurred_raw=raw)
    assert f"{words} Today 13:00 received" in seen(team, shipment)


def test_an_unmapped_scan_is_marked_and_given_no_status(team: rows.Team) -> None:
    page = seen(team, rows.a_full_story(team.shop), "parcel")
    assert "ARR MUC 02 SORT Code not mapped code ZZ|99" in page


def test_a_scan_told_by_two_sources_is_shown_once(team: rows.Team) -> None:
    shipment = rows.a_shipment(rows.an_order(team.shop))
    rows.a_scan(shipment, rows.NOW, key="1")
    rows.a_scan(shipment, rows.NOW, key="2", source="aggregator")
    assert seen(team, shipment).count("Arrived at hub") == 1


def test_a_milestone_stands_on_the_scan_that_reached_it(team: rows.Team) -> None:
    page = seen(team, rows.a_full_story(team.shop), "parcel")
    assert "Picked up Milestone: Picked up “Picked up”, code PU|01, Porto, PT" in page
    assert "Delayed Milestone Today 09:40" in page


def test_a_reason_names_the_party_at_fault(team: rows.Team) -> None:
    page = seen(team, rows.a_full_story(team.shop), "parcel")
    assert "Reason: misrouted, fault: carrier. Carrier’s day: Wed 25 Nov" in page


def test_why_a_message_was_sent_lists_every_gate_it_passed(team: rows.Team) -> None:
    page = seen(team, rows.a_full_story(team.shop), "messages")
    assert "Delayed: email, sent" in page
    assert "Why this was sent Trigger delayed on Tue 24 Nov 10:00, journey “delayed”" in page
    assert "Not cancelled The parcel travels the way this is about Nothing newer to tell" in page
    assert "The shopper can be reached channel: email, skipped: sms, no address Hand-over" in page
    assert "Hand-over Sent: the provider took it. sent attempt: 1, channel: email, language: de" in page


def test_the_facts_of_a_gate_are_told_in_the_words_of_the_page(team: rows.Team) -> None:
    shipment = rows.a_shipment(rows.an_order(team.shop))
    message = rows.a_message(shipment.order, shipment, state="not_sent", code="wrong_leg")
    rows.a_decision(message, "stop", "leg", "wrong_leg", leg="rto", legs=["forward"])
    rows.a_decision(message, "stop", "cancelled", "cancelled", status="available_for_pickup")
    page = seen(team, shipment)
    assert "leg: going back, legs: to the shopper" in page
    assert "status: ready to collect" in page


def test_why_a_message_was_not_sent_gives_the_gate_its_code_and_its_facts(team: rows.Team) -> None:
    shipment = rows.a_shipment(rows.an_order(team.shop))
    code = "superseded:delivered"
    message = rows.a_message(
        shipment.order,
        shipment,
        journey="out_for_delivery",
        trigger="out_for_delivery",
        state="not_sent",
        code=code,
        subject="",
    )
    times = {"at": "2026-11-24T11:00:00+00:00", "happened_at": "2026-11-24T09:00:00+00:00"}
    rows.a_decision(message, "stop", "superseded", code, milestone="delivered", **times)
    page = seen(team, shipment)
    assert "Out for delivery: email, not sent Why this was not sent" in page
    assert (
        "Still news? Not sent: the parcel was delivered already, 2 hours later. superseded:delivered" in page
    )
    assert "at: Tue 24 Nov 12:00, happened at: Tue 24 Nov 10:00, milestone: delivered" in page


def test_a_message_of_unknown_outcome_is_told_as_that(team: rows.Team) -> None:
    shipment = rows.a_shipment(rows.an_order(team.shop))
    message = rows.a_message(shipment.order, shipment, state="unknown", code="unknown")
    rows.a_decision(message, "done", "send", "unknown", attempt=1, detail="timeout")
    page = seen(team, shipment)
    assert "Why nobody can tell" in page
    assert "Nobody can tell whether it was sent (no answer in time). It will not be sent again." in page


def test_messages_of_another_parcel_are_on_that_parcels_page(team: rows.Team) -> None:
    order = rows.an_order(team.shop)
    one, two = rows.a_shipment(order, "N1"), rows.a_shipment(order, "N2")
    rows.a_message(order, two, subject="About two")
    rows.a_message(order, None, trigger="order_confirmed", subject="About all")
    assert "About two" not in seen(team, one)
    assert "About two" in seen(team, two)
    assert "About all" in seen(team, one)


def test_a_replay_by_a_person_is_part_of_the_story(team: rows.Team) -> None:
    shipment = rows.a_full_story(team.shop)
    audit.record(
        team.shop.pk, who="theo@halden.example", did="replayed", subject="receipt rec1", now=rows.NOW
    )
    assert "theo@halden.example replayed a payload receipt rec1 Today 13:00" in seen(team, shipment)


def test_the_facts_say_how_late_it_is(team: rows.Team) -> None:
    page = seen(team, rows.a_full_story(team.shop))
    assert "HR-20410 In transit2 days late" in page
    assert "Promised at checkout Mon 23 Nov Carrier’s day Wed 25 Nov Late yes, 2 days" in page


def test_a_parcel_without_a_promise_is_not_called_in_time(team: rows.Team) -> None:
    assert "nothing to hold it against" in seen(team, rows.a_shipment(rows.an_order(team.shop)))


def test_the_way_to_the_shoppers_page_opens_that_order(team: rows.Team) -> None:
    shipment = rows.a_shipment(rows.an_order(team.shop))
    page = team.client.get(f"/console/halden/shipments/{shipment.pk}/").content.decode()
    token = tokens.make("track", team.shop.pk, shipment.order_id)
    assert f'href="{settings.BASE_URL}/t/{token}"' in page


def test_a_viewer_sees_the_shopper_masked_and_no_way_to_their_page() -> None:
    viewer = rows.a_team(role="viewer")
    shipment = rows.a_shipment(rows.an_order(viewer.shop, email="lena@example.com"))
    page = seen(viewer, shipment)
    assert "l•••@example.com" in page
    assert "•••78" in page
    for hidden in ("lena@", "Sofia", "Marques", "4915112345678", "80331"):
        assert hidden not in page
    raw = viewer.client.get(f"/console/halden/shipments/{shipment.pk}/").content.decode()
    assert "/t/" not in raw


def test_the_carriers_text_is_text_and_never_markup(team: rows.Team) -> None:
    shipment = rows.a_shipment(rows.an_order(team.shop, name="<b>Bobby</b>"))
    attack = "<script>alert(1)</script>"
    rows.a_scan(shipment, rows.NOW, text=attack, code=attack, place=attack, occurred_raw=attack)
    rows.a_scan(shipment, rows.NOW - rows.HOUR, text=attack, code="Z", status="")
    page = team.client.get(f"/console/halden/shipments/{shipment.pk}/").content.decode()
    assert "<script" not in page
    assert "<b>Bobby" not in page
    assert page.count("&lt;script&gt;alert(1)&lt;/script&gt;") == 5


@pytest.mark.parametrize("count", [1, 30])
def test_a_long_story_costs_what_a_short_one_does(
    team: rows.Team, count: int, django_assert_num_queries: DjangoAssertNumQueries
) -> None:
    shipment = rows.a_shipment(rows.an_order(team.shop))
    for n in range(count):
        rows.a_scan(shipment, rows.NOW - n * rows.HOUR)
        message = rows.a_message(shipment.order, shipment, trigger="delayed", dedupe_key=f"k{n}")
        rows.a_decision(message, "done", "send", "sent", attempt=1, detail="")
    with django_assert_num_queries(17):
        team.client.get(f"/console/halden/shipments/{shipment.pk}/")


@pytest.mark.parametrize("address", ["0", "999", "9" * 30])
def test_a_shipment_that_is_not_there_is_not_found(team: rows.Team, address: str) -> None:
    assert team.client.get(f"/console/halden/shipments/{address}/").status_code == 404
