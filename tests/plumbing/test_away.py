"""A database that does not answer is no broken page."""

from collections.abc import Iterator
from typing import Any, NoReturn

import pytest
from django.db import OperationalError, connection
from django.test import Client

from tests.makers import a_shop
from wismo.shops.actions import issue_api_key

pytestmark = pytest.mark.django_db


def _away(*_told: Any) -> NoReturn:
    raise OperationalError("the server closed the connection unexpectedly")


@pytest.fixture
def no_database() -> Iterator[None]:
    """Every statement fails from here on."""
    with connection.execute_wrapper(_away):
        yield


def test_a_shopper_is_asked_to_come_back(client: Client, no_database: None) -> None:
    answer = client.get("/find/halden/")
    assert (answer.status_code, answer["Retry-After"]) == (503, "30")
    assert "We will be back in a moment" in answer.content.decode()


def test_a_shop_system_is_told_that_nothing_was_kept(client: Client) -> None:
    headers = {"authorization": f"Bearer {issue_api_key(a_shop(), 'test')}"}
    with connection.execute_wrapper(_away):
        answer = client.post("/api/v1/orders", "{}", content_type="application/json", headers=headers)
    assert answer.status_code == 503
    assert answer.json()["problems"] == [{"where": "database", "what": "not kept: send it again"}]


def test_an_address_nobody_knows_says_so_in_words(client: Client) -> None:
    answer = client.get("/nosuch")
    assert answer.status_code == 404
    assert "There is no page here" in answer.content.decode()
