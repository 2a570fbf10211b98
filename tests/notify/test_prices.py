"""What messages cost: entered as exact decimals, recorded when a provider took them."""

from decimal import Decimal

import pytest
from pytest_django.fixtures import Settings

from tests.notify.rows import MINUTE, NOON, make_order, make_parcel, make_shop, state, tell
from tests.notify.senders import gateway, journey, webhook
from tests.notify.simulator import Fault, Simulator, a_simulator
from wismo.notify.actions.accounts import set_price
from wismo.notify.jobs import dispatch
from wismo.notify.models import Attempt, Message, TextVersion
from wismo.notify.queries.history import prices_of
from wismo.orders.models import Buyer
from wismo.shops.models import Shop
from wismo.vocabulary.price import Price, amount_of, currency_of, micros_of

LATER = NOON + 15 * MINUTE
EURO = Price.parse("0.079", "EUR")


@pytest.mark.parametrize(
    ("text", "micros"),
    [("0.079", 79_000), ("0", 0), ("1", 1_000_000), ("0.000001", 1), (" 12.5 ", 12_500_000), ("1e-3", 1000)],
)
def test_a_price_is_kept_to_the_last_digit(text: str, micros: int) -> None:
    assert micros_of(text) == micros
    assert amount_of(micros) == Decimal(text.strip())


@pytest.mark.parametrize("text", ["", "x", "-1", "0.0000001", "1000000", "NaN", "inf", "1,5", "-0"])
def test_what_is_no_price_is_refused(text: str) -> None:
    with pytest.raises(ValueError, match=r"is not a price|has more than"):
        micros_of(text)


def test_a_price_is_written_without_needless_zeros() -> None:
    assert str(Price.parse("0.0790", "eur")) == "0.079 EUR"
    assert str(Price.parse("100", "JPY")) == "100 JPY"
    with pytest.raises(ValueError, match="not a currency"):
        currency_of("EURO")


def paid() -> list[tuple[str, int | None, str]]:
    return list(Attempt.objects.order_by("pk").values_list("state", "cost_micros", "currency"))


def news(shop: Shop, channel: str, phone: str = "+4915112345678") -> Message:
    journey(shop, channel)
    order = make_order(shop)
    Buyer.objects.filter(pk=order.buyer_id).update(phone=phone)
    return tell(make_parcel(order), "delivered")


@pytest.fixture
def simulator(settings: Settings):  # type: ignore[no-untyped-def]
    settings.PRIVATE_PEERS = True
    with a_simulator() as found:
        yield found


@pytest.mark.django_db(transaction=True)
def test_what_a_provider_took_has_its_price(simulator: Simulator) -> None:
    shop = make_shop()
    webhook(shop, simulator)
    assert set_price(shop.pk, "webhook", EURO, who="test", now=NOON)
    assert prices_of(shop.pk) == {"webhook": (79_000, "EUR")}
    message = news(shop, "webhook")
    dispatch(LATER)
    assert state(message) == ("sent", "sent")
    assert paid() == [("accepted", 79_000, "EUR")]


@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize(("text", "parts"), [("Here.", 1), ("Here. " * 40, 2), ("Da — " * 30, 4)])
def test_a_text_message_costs_each_of_its_parts(simulator: Simulator, text: str, parts: int) -> None:
    shop = make_shop()
    gateway(shop, simulator)
    set_price(shop.pk, "sms_gateway", EURO, who="test", now=NOON)
    TextVersion.objects.create(
        shop=shop,
        journey="delivered",
        channel="sms",
        language="en",
        version=1001,
        parts={"short": text},
        state="published",
        by="test",
        created_at=NOON,
    )
    news(shop, "sms")
    dispatch(LATER)
    assert paid() == [("accepted", parts * 79_000, "EUR")]


@pytest.mark.django_db(transaction=True)
def test_what_was_refused_costs_nothing_and_an_unknown_price_is_no_price(simulator: Simulator) -> None:
    shop = make_shop()
    webhook(shop, simulator)
    set_price(shop.pk, "webhook", EURO, who="test", now=NOON)
    simulator.script.append(Fault.REFUSED)
    news(shop, "webhook")
    dispatch(LATER)
    assert paid() == [("failed", None, "")]
    set_price(shop.pk, "webhook", None, who="test", now=NOON)
    assert prices_of(shop.pk) == {}
    other = make_shop("other")
    webhook(other, simulator)
    news(other, "webhook")
    dispatch(LATER)
    assert paid()[1] == ("accepted", None, "")
