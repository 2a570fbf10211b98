"""Nothing of one shop is ever seen from another."""

from pathlib import Path

import pytest
import time_machine
from pytest_django.fixtures import Settings

from tests.console import busy, rows
from tests.inboxes import states
from wismo.plumbing.models import AuditRow
from wismo.tracking.models import CodeMeaning, ScanRecord

pytestmark = pytest.mark.django_db

PAGES = (
    *("", "shipments/", "messages/", "inbox/", "codes/", "mailbox/"),
    *("codes/export/", "carriers/", "carriers/export/", "carriers/connect/"),
    *("journeys/", "journeys/of/delivered/", "channels/", "alerts/"),
)


@time_machine.travel(rows.NOW, tick=False)
def test_a_shop_sees_nothing_of_a_busy_neighbour(settings: Settings, tmp_path: Path) -> None:
    settings.MAILBOX = tmp_path
    story = busy.a_busy_shop(rows.a_shop("neighbour", "Neighbour"), tmp_path)
    team = rows.a_team("mine", name="Mine")
    for page in PAGES:
        answer = team.client.get(f"/console/mine/{page}")
        shown = answer.content.decode()
        assert answer.status_code == 200
        for theirs in ("HR-2", "Sofia", "ZZ|99", "b1946ac9", "a day late", story.tracking_number):
            assert theirs not in shown, (page, theirs)


@time_machine.travel(rows.NOW, tick=False)
def test_the_neighbours_ids_in_the_address_are_unknown(settings: Settings, tmp_path: Path) -> None:
    settings.MAILBOX = tmp_path
    story = busy.a_busy_shop(rows.a_shop("neighbour"), tmp_path)
    client = rows.a_team("mine").client
    for address in (f"shipments/{story.pk}/", "mailbox/1.eml/", "mailbox/1.eml/html/"):
        assert client.get(f"/console/mine/{address}").status_code == 404


def test_the_neighbours_code_is_neither_tried_nor_mapped_and_its_meaning_not_undone() -> None:
    theirs = rows.a_shop("neighbour")
    rows.a_full_story(theirs)
    meaning = CodeMeaning.objects.create(
        shop=theirs, source="ups", code="A", status="held", leg="forward", at=rows.NOW
    )
    client = rows.a_team("mine").client
    asked = {"source": "ups", "code": "ZZ|99", "status": "delivered", "leg": "forward", "reason": ""}
    for answer in (
        client.get("/console/mine/codes/map/", asked),
        client.post("/console/mine/codes/map/", asked),
    ):
        assert answer.headers["Location"] == "/console/mine/codes/"
    client.post("/console/mine/codes/undo/", {"id": meaning.pk})
    assert list(CodeMeaning.objects.values_list("code", "withdrawn_at")) == [("A", None)]
    assert ScanRecord.objects.filter(by_shop=True).count() == AuditRow.objects.count() == 0


def test_the_neighbours_payload_is_not_replayed() -> None:
    theirs = rows.a_parked_payload(rows.a_shop("neighbour"))
    client = rows.a_team("mine").client
    for form in ({"receipt": theirs.receipt}, {}):
        client.post("/console/mine/inbox/replay/", form)
    assert states() == {theirs.receipt: "parked"}
    assert AuditRow.objects.count() == 0


@time_machine.travel(rows.NOW, tick=False)
def test_the_neighbours_order_is_not_found_by_its_number_or_address() -> None:
    rows.a_shipment(rows.an_order(rows.a_shop("neighbour"), email="sofia@example.com"))
    client = rows.a_team("mine").client
    for asked in ("HR-20410", "NP77312209", "sofia@example.com"):
        page = client.post("/console/mine/shipments/search/", {"q": asked}, follow=True).content.decode()
        assert "No parcel matches" in page
