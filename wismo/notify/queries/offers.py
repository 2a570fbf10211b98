"""What an order's page can offer its shopper to hear by, beside what the shop knows already."""

from dataclasses import dataclass
from urllib.parse import quote

from wismo.notify.channels import passports
from wismo.notify.channels.webpush import keys
from wismo.notify.models import ChannelAccount
from wismo.notify.port import Account
from wismo.notify.queries.accounts import accounts_of
from wismo.notify.queries.replies import link_token
from wismo.orders.models import Order

_OFFERED = ("webpush", "telegram", "line")


@dataclass(frozen=True, slots=True)
class Chat:
    """A chat that a link opens, by which we learn whose it is."""

    name: str
    url: str


@dataclass(frozen=True, slots=True)
class Offers:
    """The ways there are."""

    push_key: str = ""  # the shop's public key for browsers
    chats: tuple[Chat, ...] = ()


def offers_for(shop_id: int, order_id: int) -> Offers:
    """What the shop has an account for; nothing is asked further where it has none."""
    rows = ChannelAccount.objects.filter(shop_id=shop_id, provider__in=_OFFERED, enabled=True)
    wanted = set(rows.values_list("provider", flat=True))
    if not wanted:
        return Offers()
    found = {
        facts.account.provider: facts.account
        for facts in accounts_of([shop_id])
        if facts.account.provider in wanted and facts.usable
    }
    push = found.pop("webpush", None)
    return Offers(_push_key(push) if push else "", _chats(shop_id, order_id, found) if found else ())


def _push_key(account: Account) -> str:
    try:
        return keys.public_key(account)
    except ValueError:  # the key it was given is none: the console says so when a message fails
        return ""


def _chats(shop_id: int, order_id: int, accounts: dict[str, Account]) -> tuple[Chat, ...]:
    buyer_id = Order.objects.filter(shop_id=shop_id, pk=order_id).values_list("buyer_id", flat=True).first()
    if buyer_id is None:
        return ()
    token = link_token(shop_id, buyer_id)
    urls = {key: _url(account, token) for key, account in accounts.items()}
    return tuple(Chat(passports()[key].name, url) for key, url in sorted(urls.items()) if url)


def _url(account: Account, token: str) -> str:
    """Where the chat begins; "" where the account does not say under which name it is found."""
    if account.provider == "telegram":
        bot = account.values.get("bot", "").removeprefix("@")
        return f"https://t.me/{quote(bot)}?start={token}" if bot else ""
    name = account.values.get("basic_id", "")
    # developers.line.biz/en/docs/messaging-api/using-line-url-scheme/: a chat with the words already written
    return f"https://line.me/R/oaMessage/{quote(name, safe='')}/?link-{token}" if name else ""
