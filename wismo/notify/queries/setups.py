"""How each shop sends: its brand, rules, accounts and words, read once for a whole run."""

from collections import defaultdict
from collections.abc import Collection, Mapping
from dataclasses import dataclass
from datetime import datetime, time

from wismo.notify.models import MessagingSettings
from wismo.notify.queries.accounts import AccountFacts, accounts_of
from wismo.notify.queries.journeys import Library, libraries
from wismo.notify.queries.texts import own_texts_of
from wismo.notify.wording import NO_OWN, OwnTexts
from wismo.shops.queries import BrandFacts, brands_of


@dataclass(frozen=True, slots=True)
class Manners:
    """How a shop speaks, where it is not the house's way."""

    quiet: tuple[time, time] | None = None
    voucher: str = ""
    worth: str = ""
    stop_means_all: bool = False


@dataclass(frozen=True, slots=True)
class Setup:
    """What the messages of one shop are sent with."""

    brand: BrandFacts
    library: Library
    accounts: Mapping[str, tuple[AccountFacts, ...]]  # by channel, usable ones, the first entered first
    texts: OwnTexts
    manners: Manners

    def account_for(self, channel: str, now: datetime) -> AccountFacts | None:
        """The account a channel leaves by now: one that does not rest, where there is a choice."""
        found = self.accounts.get(channel, ())
        awake = (facts for facts in found if facts.resting_until is None or facts.resting_until <= now)
        return next(awake, found[0] if found else None)


def setups(shop_ids: Collection[int]) -> dict[int, Setup]:
    """The set-ups of these shops, in a constant number of queries."""
    brands, books = brands_of(shop_ids), libraries(shop_ids)
    texts, manners = own_texts_of(shop_ids), _manners(shop_ids)
    accounts: dict[int, dict[str, list[AccountFacts]]] = defaultdict(lambda: defaultdict(list))
    for facts in accounts_of(shop_ids):
        if facts.usable:
            accounts[facts.account.shop_id][facts.account.channel].append(facts)
    return {
        shop_id: Setup(
            brand=brand,
            library=books[shop_id],
            accounts={channel: tuple(found) for channel, found in accounts[shop_id].items()},
            texts=texts.get(shop_id, NO_OWN),
            manners=manners.get(shop_id, Manners()),
        )
        for shop_id, brand in brands.items()
    }


def _manners(shop_ids: Collection[int]) -> dict[int, Manners]:
    names = ("shop_id", "quiet_from", "quiet_until", "voucher", "voucher_worth", "stop_means_all")
    rows = MessagingSettings.objects.filter(shop_id__in=shop_ids).values_list(*names)
    return {
        shop_id: Manners((start, end) if start and end else None, voucher, worth, stop)
        for shop_id, start, end, voucher, worth, stop in rows
    }
