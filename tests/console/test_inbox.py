"""The inbox: what is parked is shown, and put back to work by those who may."""

import pytest
import time_machine
from pytest_django import DjangoAssertNumQueries

from tests.console import rows
from tests.inboxes import states
from wismo.plumbing.models import AuditRow, InboxTask

pytestmark = pytest.mark.django_db
INBOX = "/console/halden/inbox/"


@time_machine.travel(rows.NOW, tick=False)
def test_a_parked_payload_shows_its_error_and_its_first_400_characters() -> None:
    team = rows.a_team()
    rows.a_parked_payload(team.shop, "r1", body=("é" * 500).encode(), error="no tracking number", attempts=3)
    page = team.client.get(INBOX).content.decode()
    assert "no tracking number" in page
    assert "Received Today 12:00, tried 3 times, 1,000 bytes" in page
    assert "é" * 400 + "…" in page
    assert "é" * 401 not in page


def test_bytes_that_are_no_text_are_shown_all_the_same() -> None:
    team = rows.a_team()
    rows.a_parked_payload(team.shop, body=b"\xff\xfe<script>x</script>")
    page = team.client.get(INBOX).content.decode()
    assert "\ufffd\ufffd&lt;script&gt;x&lt;/script&gt;" in page
    assert "<script" not in page


@pytest.mark.parametrize("before", ["", "abc", "0", "1.5"])
def test_a_payload_without_a_body_is_shown_on_the_first_page_whatever_the_address_asks(before: str) -> None:
    team = rows.a_team()
    rows.a_parked_payload(team.shop, body=b"")
    answer = team.client.get(INBOX, {"before": before})
    assert answer.status_code == 200
    assert ", 0 bytes" in answer.content.decode()
    assert [row.body for row in answer.context["rows"]] == [""]


@pytest.mark.parametrize("role", ["agent", "owner"])
def test_one_payload_is_replayed_and_the_others_are_left(role: str) -> None:
    team = rows.a_team(role=role)
    rows.a_parked_payload(team.shop, "r1")
    rows.a_parked_payload(team.shop, "r2")
    page = team.client.post(f"{INBOX}replay/", {"receipt": "r1"}, follow=True).content.decode()
    assert states() == {"r1": "pending", "r2": "parked"}
    assert "1 payload is back at work." in page
    act = AuditRow.objects.get()
    assert (act.shop_id, act.who, act.did, act.subject) == (
        team.shop.pk,
        team.user.email,
        "replayed",
        "receipt r1",
    )


def test_all_payloads_are_replayed_at_once() -> None:
    team = rows.a_team()
    for receipt in ("r1", "r2", "r3"):
        rows.a_parked_payload(team.shop, receipt)
    page = team.client.post(f"{INBOX}replay/", follow=True).content.decode()
    assert set(states().values()) == {"pending"}
    assert "3 payloads are back at work." in page
    assert AuditRow.objects.get().subject == "all parked payloads"
    assert f"{team.user.email} replayed all parked payloads" in page


def test_what_a_colleague_has_replayed_already_is_told_as_that() -> None:
    team = rows.a_team()
    rows.a_parked_payload(team.shop, "r1")
    InboxTask.objects.all().delete()
    page = team.client.post(f"{INBOX}replay/", {"receipt": "r1"}, follow=True).content.decode()
    assert states() == {"r1": "done"}
    assert "Nothing to replay: somebody else has already put it back to work." in page
    assert AuditRow.objects.count() == 0


def test_a_viewer_neither_replays_nor_reads_payloads() -> None:
    team = rows.a_team(role="viewer")
    rows.a_parked_payload(team.shop, "r1")
    page = team.client.get(INBOX).content.decode()
    assert "Sofia" not in page
    assert ">Replay" not in page
    assert team.client.post(f"{INBOX}replay/", {"receipt": "r1"}).status_code == 403
    assert states() == {"r1": "parked"}


def test_a_replay_is_never_a_mere_link() -> None:
    team = rows.a_team()
    rows.a_parked_payload(team.shop, "r1")
    assert team.client.get(f"{INBOX}replay/").status_code == 405
    assert states() == {"r1": "parked"}


def test_parked_reactions_are_shown_with_their_next_try() -> None:
    team = rows.a_team()
    with time_machine.travel(rows.NOW, tick=False):
        rows.a_parked_reaction(team.shop)
        page = team.client.get(INBOX).content.decode()
    assert "KeyError: &#x27;delivered&#x27;" in page
    assert "wismo.notify.reactions.start_journeys" in page
    assert "Today 14:00" in page


@pytest.mark.parametrize("count", [1, 30])
def test_a_full_inbox_costs_what_an_empty_one_does(
    count: int, django_assert_num_queries: DjangoAssertNumQueries
) -> None:
    team = rows.a_team()
    for n in range(count):
        rows.a_parked_payload(team.shop, f"r{n}")
        rows.a_parked_reaction(team.shop)
    with django_assert_num_queries(12):
        answer = team.client.get(INBOX)
    assert len(answer.context["rows"]) == min(count, 25)
