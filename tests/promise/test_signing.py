"""The id of an answer: it holds the promise, for one shop, for thirty days."""

import base64
from datetime import UTC, date, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st
from pytest_django.fixtures import Settings

from tests.makers import NOW
from tests.promise.shown import SHOWN, shown
from wismo.promise.signing import KEPT, NotOurs, Shown, new_key, read, shop_of_widget_key, sign, widget_key

SHOP, OTHER = 7, 8
ID = sign(SHOP, SHOWN)
DAYS = st.dates(date(2000, 1, 1), date(2100, 1, 1))
MOMENTS = st.datetimes(datetime(2001, 1, 1), datetime(2099, 1, 1), timezones=st.just(UTC)).map(  # noqa: DTZ001
    lambda at: at.replace(microsecond=0)
)
PROMISES = st.builds(
    Shown,
    key=st.text(max_size=12),
    place=st.sampled_from(["product", "cart", "checkout"]),
    shown_at=MOMENTS,
    asked_at=MOMENTS,
    earliest=DAYS,
    latest=DAYS,
    level=st.floats(0.5, 1),
    rung=st.text(max_size=12),
    sample=st.integers(0, 10**9),
    reasons=st.lists(
        st.fixed_dictionaries({
            "code": st.text(max_size=20),
            "facts": st.dictionaries(
                st.text(max_size=5), st.integers(-9, 9) | st.text(max_size=9), max_size=3
            ),
        }),
        max_size=4,
    ),
    warehouse=st.text(max_size=40),
    carrier=st.text(max_size=60),
    service=st.text(max_size=40),
    country=st.just("BR"),
    area=st.text(max_size=16),
    plan_version=st.integers(0, 10**6),
    learning_id=st.none() | st.integers(1, 2**62),
    calendar_version=st.text(max_size=40),
)


@given(promise=PROMISES)
def test_what_is_signed_is_read_again(promise: Shown) -> None:
    assert read(SHOP, sign(SHOP, promise), promise.shown_at) == promise


def test_a_cart_of_a_hundred_kinds_has_an_id_that_is_taken() -> None:
    goods = [{"least": 3, "most": 5, "goods": f"{'made-to-order':40.40}{n}"} for n in range(100)]
    long = shown(reasons=[{"code": "handling_goods", "facts": facts} for facts in goods])
    assert read(1, sign(1, long), NOW) == long


def test_an_id_is_short_and_safe_in_an_address() -> None:
    assert len(ID) < 300
    assert ID.replace("-", "").replace("_", "").isalnum()


@given(place=st.integers(0, len(ID) - 1), letter=st.sampled_from("AZaz09-_=. \n"))
def test_an_id_with_another_letter_is_refused(place: int, letter: str) -> None:
    altered = ID[:place] + letter + ID[place + 1 :]
    if altered != ID:
        with pytest.raises(NotOurs):
            read(SHOP, altered, NOW)


@given(
    text=st.text(max_size=60)
    | st.binary(max_size=60).map(lambda raw: "1" + base64.urlsafe_b64encode(raw).decode())
)
def test_what_was_never_an_id_is_refused(text: str) -> None:
    with pytest.raises(NotOurs, match="it is no id this shop was given"):
        read(SHOP, text, NOW)


def test_padding_and_a_tail_are_refused() -> None:
    for altered in (f"{ID}=", f"{ID} ", ID + "A" * 8, "1" * 5000, "2" + ID[1:]):
        with pytest.raises(NotOurs):
            read(SHOP, altered, NOW)


def test_another_shops_id_is_refused_like_a_forged_one() -> None:
    with pytest.raises(NotOurs, match="it is no id this shop was given"):
        read(OTHER, ID, NOW)


def test_another_secret_ends_all_ids(settings: Settings) -> None:
    settings.SECRET_KEY = "another"
    with pytest.raises(NotOurs):
        read(SHOP, ID, NOW)


def test_an_id_is_good_for_orders_of_thirty_days() -> None:
    assert read(SHOP, ID, NOW + KEPT) == SHOWN
    with pytest.raises(NotOurs, match="good for orders until 2026-12-24; ask for a new one"):
        read(SHOP, ID, NOW + KEPT + timedelta(seconds=1))


def test_no_two_dates_have_one_name() -> None:
    keys = {new_key(NOW) for _ in range(1000)}
    assert (len(keys), {len(key) for key in keys}) == (1000, {16})
    assert len({key[:5] for key in keys}) == 1


def test_a_widgets_key_names_its_shop_and_generation_and_cannot_be_made_up() -> None:
    key = widget_key(SHOP, 2)
    assert key.startswith("pk_")
    assert shop_of_widget_key(key) == (SHOP, 2)
    assert key != widget_key(SHOP, 3)
    for wrong in ("", "pk_", key[:-1], f"{key}A", key.removeprefix("pk_"), f"pk_{ID}"):
        assert shop_of_widget_key(wrong) is None


def test_an_id_holds_nothing_of_the_destination_but_its_area() -> None:
    raw = base64.urlsafe_b64decode(ID[1:] + "=" * (-len(ID[1:]) % 4))
    assert b"DE-BY" in raw
    assert shown(area="DE-BY") == SHOWN
