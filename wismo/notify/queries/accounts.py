"""The accounts messages leave by, and who may call us back."""

import functools
import json
import time
from collections.abc import Collection, Mapping
from dataclasses import dataclass
from datetime import datetime

from django.conf import settings

from wismo.notify.channels import ProviderFacts, providers
from wismo.notify.models import ChannelAccount
from wismo.notify.port import Account
from wismo.plumbing import secrets
from wismo.shops.models import Shop
from wismo.vocabulary.price import Price

HOUSE = "smtp"  # e-mail by the settings, where a shop has no account of its own for it
_DOOR_SECONDS = 10  # how long a changed account may still be unknown to a running server


@dataclass(frozen=True, slots=True)
class AccountFacts:
    """A shop's account at a provider, and how it does."""

    id: int | None  # None: the house's own
    account: Account  # no values where they cannot be unsealed
    enabled: bool = True
    changed_at: datetime | None = None
    failures: int = 0
    resting_until: datetime | None = None  # the circuit is open until then
    trouble: str = ""
    price_micros: int | None = None  # of a message, or of one part of a text message; None: not told
    currency: str = ""
    lacking: tuple[str, ...] = ()  # what its provider needs and was not entered: nothing can be sent by it

    @property
    def price(self) -> Price | None:
        """What a message by it costs, where the shop said so."""
        return None if self.price_micros is None else Price(self.price_micros, self.currency)

    @property
    def usable(self) -> bool:
        """Whether messages may leave by it, once it has rested."""
        return self.enabled and not self.lacking


def accounts_of(shop_ids: Collection[int] | None = None) -> list[AccountFacts]:
    """The accounts of these shops (None: of all), each shop's in the order they were first entered.

    Where a shop has none for e-mail, the house's own stands at the end.
    """
    shops = Shop.objects.order_by("pk")
    rows = ChannelAccount.objects.order_by("shop_id", "pk")
    if shop_ids is not None:
        shops, rows = shops.filter(pk__in=shop_ids), rows.filter(shop_id__in=shop_ids)
    keys = dict(shops.values_list("pk", "key"))
    found = [_facts(row, keys[row.shop_id]) for row in rows if row.shop_id in keys]
    own_mail = {facts.account.shop_id for facts in found if facts.account.channel == "email"}
    return found + [_house(shop_id) for shop_id in keys if shop_id not in own_mail]


def _house(shop_id: int) -> AccountFacts:
    return AccountFacts(None, Account(shop_id, "email", HOUSE, {}))


def _facts(row: ChannelAccount, shop_key: str) -> AccountFacts:
    values = _unsealed(row.sealed)
    shown = with_callback(values, shop_key, row.provider)
    return AccountFacts(
        id=row.pk,
        account=Account(row.shop_id, row.channel, row.provider, shown),
        enabled=row.enabled,
        changed_at=row.changed_at,
        failures=row.failures,
        resting_until=row.resting_until,
        trouble=row.trouble,
        price_micros=row.price_micros,
        currency=row.currency,
        lacking=lacking(row.provider, values),
    )


def lacking(provider: str, values: Mapping[str, str]) -> tuple[str, ...]:
    """The names of what the provider needs and `values` does not give."""
    facts = provider_facts(provider)
    return tuple(f.name for f in facts.fields if f.required and not values.get(f.name)) if facts else ()


def provider_facts(provider: str) -> ProviderFacts | None:
    """What channel.toml says of a provider; None where no channel has it any more."""
    return providers().get(provider)


def with_callback(values: Mapping[str, str], shop_key: str, provider: str) -> dict[str, str]:
    """The account's values with `callback_url`: where its provider may call us back."""
    facts = provider_facts(provider)
    return {**({"callback_url": hook_url(shop_key, provider)} if facts and facts.hears else {}), **values}


def hook_url(shop_key: str, provider: str) -> str:
    """The address to register at the provider."""
    return f"{settings.BASE_URL}/hooks/{shop_key}/{provider}"


def account_behind(shop_key: str, provider: str) -> Account | None:
    """The account whose provider calls this address; None where shop or account is unknown.

    One that is paused is still heard: what became of messages comes long after they left.
    """
    return _heard(provider, _period(), shop__key=shop_key)


def account_of(shop_id: int, provider: str) -> Account | None:
    """The account whose provider told something, for those whose words only the account explains."""
    return _heard(provider, _period(), shop_id=shop_id)


def _period() -> int:
    return int(time.monotonic() // _DOOR_SECONDS)


@functools.lru_cache(maxsize=4096)
def _heard(provider: str, _period: int, **shop: str | int) -> Account | None:
    facts = provider_facts(provider)
    if facts is None or not facts.hears:
        return None
    row = ChannelAccount.objects.filter(provider=provider, **shop).select_related("shop").first()
    if row is None:
        return None
    values = with_callback(_unsealed(row.sealed), row.shop.key, provider)
    return Account(row.shop_id, row.channel, row.provider, values)


def _unsealed(sealed: str) -> dict[str, str]:
    try:
        values: dict[str, str] = json.loads(secrets.unseal(sealed))
    except ValueError:
        return {}  # another WISMO_SECRET_KEY: `wismo doctor` says so
    return values
