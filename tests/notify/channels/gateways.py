"""Accounts at gateways, and a text that India's registry knows."""

from typing import Any

from tests.notify.channels.chats import PAGE
from tests.notify.channels.phones import a_text
from wismo.notify.channels import passports
from wismo.notify.channels.sms import gateway
from wismo.notify.port import Account, Approved, Request

DOOR = "https://wismo.halden.example/hooks/halden/x"
VALUES = {
    "username": "u1",
    "password": "p:w",
    "api_key": "key",
    "auth_key": "key",
    "user_id": "200",
    "host": "abc.api.infobip.com",
    "sender": "Halden",
    "entity_id": "1001",
    "webhook_secret": "s3cret",
    "callback_url": DOOR,
}
SHIPPED = [facts.key for facts in passports()["sms"].providers if facts.module == "gateway"]
TEXT = f"Halden & Rue: Your order HR-20418 is out for delivery today. {PAGE}"
INDIAN = "+919876543210"
DLT = "Halden: Order {#var#} arrives {#var#}. {#url#} -HALDEN"


def an_account(provider: str, **values: str) -> Account:
    return Account(1, "sms", provider, {**VALUES, **values})


def registered(*variables: tuple[str, str], body: str = DLT) -> Approved:
    return Approved("1107161513", "en", "utility", body, variables, {"entity_id": "1001", "header": "HALDEN"})


ARRIVES = (("number", "HR-20418"), ("day", "Tuesday"), ("url", PAGE))


def written(provider: str, **changes: Any) -> Request:
    form: Request = gateway.open_provider(an_account(provider)).compose(a_text(**changes)).form
    return form
