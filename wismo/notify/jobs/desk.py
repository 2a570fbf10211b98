"""The providers one dispatch run speaks to, each opened once and closed at its end."""

import logging
from collections.abc import Callable
from datetime import datetime

from wismo.notify.channels import providers
from wismo.notify.port import Account, Provider
from wismo.notify.queries.accounts import AccountFacts

log = logging.getLogger(__name__)
Open = Callable[[Account], Provider]
Key = tuple[int, str, datetime | None]


def open_provider(account: Account) -> Provider:
    """As channel.toml names its module."""
    return providers()[account.provider].open(account)


class Desk:
    """Open providers by account; one that was changed meanwhile is opened anew."""

    def __init__(self, opens: Open = open_provider) -> None:
        self._opens = opens
        self._open: dict[Key, Provider] = {}

    def provider(self, facts: AccountFacts) -> Provider:
        """The account's provider."""
        key = (facts.account.shop_id, facts.account.provider, facts.changed_at)
        if key not in self._open:
            self._open[key] = self._opens(facts.account)
        return self._open[key]

    def close(self) -> None:
        """Say goodbye to all of them."""
        for (_, name, _), provider in self._open.items():
            try:
                provider.close()
            except Exception as error:  # the messages have left: a broken goodbye is nobody's loss
                log.warning("provider %s could not be closed: %s", name, type(error).__name__)
        self._open.clear()
