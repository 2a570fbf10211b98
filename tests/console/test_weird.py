"""Whatever stands in an address or a form, the console answers; what no database keeps is refused."""

import pytest
from django.test import Client

from tests.console import rows

pytestmark = pytest.mark.django_db
HUGE = "9" * 30
WEIRD = ["\0", "ups\0", "x" * 5000, HUGE, "-1", "\U0010ffff", "' OR 1=1 --", "a@b\r\nX: y"]
READ = {  # each room with the fields it reads
    "": ("show",),
    "shipments/": ("q", "status", "carrier", "country", "leg", "open", "late", "buyer", "before"),
    "shipments/{id}/": ("show",),
    "messages/": ("state", "code", "before"),
    "inbox/": ("before",),
    "codes/": (),
    "codes/map/": ("source", "code", "status", "leg", "reason"),
    "codes/export/": (),
    "carriers/": (),
    "carriers/of/ups/": (),
    "mailbox/": (),
}


@pytest.mark.parametrize("value", WEIRD)
def test_no_field_of_an_address_breaks_a_room(value: str) -> None:
    team = rows.a_team()
    shipment = rows.a_full_story(team.shop)
    for room, fields in READ.items():
        for field in (*fields, "nobody-reads-this", value):
            page = team.client.get(f"/console/halden/{room.format(id=shipment.pk)}", {field: value})
            moved = field == "q" or room == "codes/map/"  # a code that does not wait leads back
            fine = {400} if "\0" in value else {200, 302} if moved else {200, 404}
            assert page.status_code in fine, (room, field)


@pytest.mark.parametrize("value", WEIRD)
def test_no_field_of_a_form_breaks_a_room(value: str) -> None:
    team = rows.a_team()
    rows.a_parked_payload(team.shop)
    asked = [("inbox/replay/", "receipt"), ("shipments/search/", "q"), ("shipments/search/", "carrier")]
    asked += [("codes/undo/", "id"), ("codes/map/", "code"), ("codes/map/", "source")]
    for room, field in asked:
        answer = team.client.post(f"/console/halden/{room}", {field: value})
        assert answer.status_code == (400 if "\0" in value else 302), (room, field)
        if answer.status_code == 302:
            assert team.client.get(answer.headers["Location"]).status_code in {200, 302}


@pytest.mark.parametrize("value", WEIRD)
@pytest.mark.parametrize("field", ["email", "password", "next"])
def test_no_field_of_the_log_in_breaks_the_door(field: str, value: str) -> None:
    form = {"email": "ines@halden.example", "password": "wrong", "next": "/console/"} | {field: value}
    assert Client().post("/console/login/", form).status_code == (400 if "\0" in value else 403)
    assert Client().get("/console/login/", {"next": value}).status_code == (400 if "\0" in value else 200)


@pytest.mark.parametrize("room", ["inbox/replay/", "shipments/search/", "codes/map/", "codes/undo/"])
def test_half_a_surrogate_pair_in_a_form_is_refused(room: str) -> None:
    team = rows.a_team()
    part = b'--x\r\nContent-Disposition: form-data; name="%s"\r\n\r\n\\ud800\r\n'
    body = b"".join(part % name for name in (b"receipt", b"q", b"carrier", b"code", b"id")) + b"--x--\r\n"
    kind = "multipart/form-data; boundary=x; charset=raw_unicode_escape"
    assert team.client.post(f"/console/halden/{room}", body, content_type=kind).status_code == 400


@pytest.mark.parametrize("name", ["shipments/" + HUGE + "/", "mailbox/%00/", "mailbox/..%2f..%2fx/"])
def test_an_address_that_names_nothing_is_not_found(name: str) -> None:
    assert rows.a_team().client.get(f"/console/halden/{name}").status_code == 404
