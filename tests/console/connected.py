"""Accounts, doors and questions of a shop, for the tests of the console."""

import json

from django.test import Client

from tests.console import rows
from wismo.plumbing.models import AuditRow
from wismo.plumbing.secrets import seal, unseal
from wismo.shops.models import CarrierAccount, Member, Shop, SourceSecret
from wismo.tracking.models import Poll, Shipment

OF = "/console/halden/carriers/of"
KEY = "k-5f1c-not-to-be-seen"


def a_colleague(team: rows.Team, role: str) -> Client:
    user = rows.a_user(f"{role}@halden.example")
    Member.objects.create(shop=team.shop, user=user, role=role)
    return rows.logged_in(user)


def an_account(shop: Shop, source: str = "dhl", **values: str) -> CarrierAccount:
    sealed = seal(json.dumps(values or {"api_key": KEY}))
    return CarrierAccount.objects.create(shop=shop, source=source, sealed=sealed, changed_at=rows.NOW)


def a_secret(shop: Shop, source: str, secret: str = KEY, header: str = "") -> SourceSecret:
    return SourceSecret.objects.create(shop=shop, source=source, sealed=seal(secret), header=header)


def a_poll(shipment: Shipment, **fields: object) -> Poll:
    usual = {"source": "dhl", "number": shipment.tracking_number, "last_news_at": rows.NOW - rows.DAY}
    return Poll.objects.create(shop=shipment.shop, shipment=shipment, **(usual | fields))


def the_secret(source: str) -> str:
    return unseal(SourceSecret.objects.get(source=source).sealed)


def acts() -> list[tuple[str, str, str]]:
    return list(AuditRow.objects.order_by("pk").values_list("who", "did", "subject"))


def the_door(client: Client, source: str, **given: str) -> str:
    """What the page answers to a secret posted from it as it was opened."""
    page = client.get(f"{OF}/{source}/source/")
    version = page.context["form"]["version"].value()
    return client.post(f"{OF}/{source}/source/", {"version": version, **given}, follow=True).content.decode()
