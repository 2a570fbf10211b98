"""The console has a word for everything the house can say, and masks what viewers may not read."""

import pytest

from wismo.console import privacy, words
from wismo.notify.models import MessageState
from wismo.notify.rules import GATES, Code
from wismo.vocabulary.status import Leg, Status, TzSource


def test_every_status_leg_zone_state_and_code_has_words() -> None:
    assert set(words.STATUS) == set(Status)
    assert set(words.LEG) == set(Leg)
    assert set(words.ZONE) == set(TzSource)
    assert set(words.STATE) == set(MessageState)
    assert set(words.CODE) == set(Code)
    assert set(words.PASSED) == {gate.__name__ for gate in GATES}


@pytest.mark.parametrize(
    ("code", "said"),
    [
        ("too_old", "it would have come too late to be news"),
        ("superseded:out_for_delivery", "later news had overtaken it (Out for delivery)"),
        ("superseded:available_for_pickup", "later news had overtaken it (Ready to collect)"),
        ("superseded:return_started", "later news had overtaken it (Return started)"),
        ("provider_error:550", "the provider refused it (550)"),
        ("something_new", "something_new"),
    ],
)
def test_a_code_is_told_in_words_or_as_it_stands(code: str, said: str) -> None:
    assert words.code_words(code) == said


@pytest.mark.parametrize(
    ("email", "shown"),
    [("lena@example.com", "l•••@example.com"), ("@example.com", "•••@example.com"), ("lena", ""), ("", "")],
)
def test_an_address_keeps_its_first_letter_and_its_domain(email: str, shown: str) -> None:
    assert privacy.mask_email(email) == shown


def test_names_phones_and_postcodes_keep_just_enough_to_tell_them_apart() -> None:
    assert privacy.mask_name("Maren  Holt") == "M••• H•••"
    assert privacy.mask_phone("+4915112345678") == "•••78"
    assert privacy.mask_postcode("80331") == "80•••"
    assert (privacy.mask_name(""), privacy.mask_phone(""), privacy.mask_postcode("")) == ("", "", "")
