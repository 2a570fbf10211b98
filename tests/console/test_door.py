"""Logging in: one answer to every failure, and an end to guessing."""

import pytest
import time_machine
from django.test import Client

from tests.console import rows
from wismo.console.views import door

pytestmark = pytest.mark.django_db


def try_in(client: Client, email: str, password: str, address: str = "203.0.113.1", **more: str) -> int:
    form = {"email": email, "password": password, **more}
    return client.post("/console/login/", form, REMOTE_ADDR=address).status_code


def test_a_member_gets_in_with_address_and_password() -> None:
    rows.a_team()
    client = Client()
    form = {"email": "Ines.Moreira@halden.example", "password": rows.PASSWORD}
    assert client.post("/console/login/", form).headers["Location"] == "/console/"
    assert client.get("/console/halden/").status_code == 200


def test_a_wrong_password_and_an_unknown_person_get_the_same_answer() -> None:
    rows.a_user("ines@halden.example")
    pages = []
    for email in ("ines@halden.example", "nobody@halden.example"):
        answer = Client().post("/console/login/", {"email": email, "password": "wrong"})
        assert answer.status_code == 403
        pages.append(answer.context["form"].non_field_errors())
    assert pages[0] == pages[1] == [door.REFUSED]


@time_machine.travel(rows.NOW, tick=False)
def test_after_ten_wrong_tries_from_one_place_an_account_takes_no_password_from_there() -> None:
    rows.a_user("ines@halden.example")
    for _ in range(door.TRIES_PER_ACCOUNT):
        assert try_in(Client(), "ines@halden.example", "wrong") == 403
    assert try_in(Client(), "Ines@halden.example", rows.PASSWORD) == 403


@time_machine.travel(rows.NOW, tick=False)
def test_nobody_can_lock_a_person_out_from_elsewhere() -> None:
    rows.a_user("ines@halden.example")
    for _ in range(2 * door.TRIES_PER_ACCOUNT):
        try_in(Client(), "ines@halden.example", "wrong", "198.51.100.1")
    assert try_in(Client(), "ines@halden.example", rows.PASSWORD) == 302


@time_machine.travel(rows.NOW, tick=False)
def test_who_knows_the_password_may_come_in_as_often_as_they_like() -> None:
    rows.a_user("ines@halden.example")
    codes = [
        try_in(Client(), "ines@halden.example", rows.PASSWORD) for _ in range(door.TRIES_PER_ADDRESS + 1)
    ]
    assert set(codes) == {302}


def test_the_account_opens_again_after_the_window() -> None:
    rows.a_user("ines@halden.example")
    with time_machine.travel(rows.NOW, tick=False) as clock:
        for _ in range(door.TRIES_PER_ACCOUNT + 1):
            try_in(Client(), "ines@halden.example", "wrong")
        assert try_in(Client(), "ines@halden.example", rows.PASSWORD) == 403
        clock.shift(door.WINDOW)
        assert try_in(Client(), "ines@halden.example", rows.PASSWORD) == 302


@time_machine.travel(rows.NOW, tick=False)
def test_one_address_cannot_try_many_accounts() -> None:
    rows.a_user("ines@halden.example")
    for n in range(door.TRIES_PER_ADDRESS):
        try_in(Client(), f"guess{n}@halden.example", "wrong")
    assert try_in(Client(), "ines@halden.example", rows.PASSWORD) == 403
    assert try_in(Client(), "ines@halden.example", rows.PASSWORD, "198.51.100.1") == 302


@pytest.mark.parametrize(
    ("wanted", "goes"),
    [
        ("/console/halden/inbox/", "/console/halden/inbox/"),
        ("https://evil.example/", "/console/"),
        ("//evil.example/", "/console/"),
    ],
)
def test_after_the_log_in_one_stays_in_the_house(wanted: str, goes: str) -> None:
    rows.a_user("ines@halden.example")
    form = {"email": "ines@halden.example", "password": rows.PASSWORD, "next": wanted}
    assert Client().post("/console/login/", form).headers["Location"] == goes


def test_logging_out_ends_the_session_and_needs_a_button() -> None:
    team = rows.a_team()
    assert team.client.get("/console/logout/").status_code == 405
    assert team.client.post("/console/logout/").headers["Location"] == "/console/login/"
    assert team.client.get("/console/halden/").status_code == 302


def test_forms_from_elsewhere_are_refused() -> None:
    client = Client(enforce_csrf_checks=True)
    assert client.post("/console/login/", {"email": "a@example.com", "password": "x"}).status_code == 403
