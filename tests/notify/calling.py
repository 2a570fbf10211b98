"""Calls of providers at a shop's door, as real ones would make them."""

import hashlib
import hmac
import json
from datetime import timedelta
from pathlib import Path
from typing import Any

from django.http import HttpResponse
from django.test import Client
from django.utils import timezone

from tests.notify.replying import META
from wismo.notify.actions.accounts import set_account
from wismo.notify.channels import ProviderFacts
from wismo.notify.models import Attempt
from wismo.plumbing import inbox
from wismo.shops.models import Shop

NOW = timezone.now()


def signed(body: bytes, secret: str = META["app_secret"]) -> dict[str, str]:
    """As Meta signs."""
    return {"X-Hub-Signature-256": "sha256=" + hmac.new(secret.encode(), body, hashlib.sha256).hexdigest()}


def post(
    shop: Shop, body: bytes, headers: dict[str, str], *, provider: str = "meta", **more: Any
) -> HttpResponse:
    """A call of the provider's."""
    client, address = Client(), f"/hooks/{shop.key}/{provider}"
    kind = more.pop("kind", "application/json")
    return client.generic("POST", address, body, content_type=kind, headers=headers, **more)  # type: ignore[return-value]


def status(attempt: Attempt, state: str, second: int = 0) -> bytes:
    """What Meta says of a message."""
    told_as = {
        "id": attempt.provider_id,
        "status": state,
        "timestamp": str(int(NOW.timestamp()) - 60 + second),
        "recipient_id": "4915112345678",
        "biz_opaque_callback_data": attempt.reference,
    }
    return in_meta("messages", {"statuses": [told_as]})


def in_meta(name: str, value: dict[str, Any]) -> bytes:
    """Inside Meta's envelope."""
    value = {
        "messaging_product": "whatsapp",
        "metadata": {"phone_number_id": META["phone_number_id"]},
        **value,
    }
    change = {"field": name, "value": value}
    return json.dumps({
        "object": "whatsapp_business_account",
        "entry": [{"id": "1", "changes": [change]}],
    }).encode()


def work() -> None:
    """The inbox's worker."""
    inbox.work(timezone.now() + timedelta(seconds=1))


def account_at(shop: Shop, facts: ProviderFacts, *, optional: bool = True) -> None:
    """An account with something in every field, or in those alone that it must have."""
    values = {field.name: "x" for field in facts.fields if optional or field.required}
    if "description" in values:
        gateway = Path("wismo/notify/channels/sms/gateways/seven.toml")
        values |= {"description": gateway.read_text(encoding="utf-8"), "secrets": 'api_key = "x"'}
    set_account(shop.pk, facts.key, values, who="a test", now=NOW)
