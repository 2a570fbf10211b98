"""The console has a word for everything the house can say, and masks what viewers may not read."""

import pytest

from wismo.carriers.matrix import Level
from wismo.console import privacy, quality, words
from wismo.console.views.carriers import LEVEL
from wismo.notify.models import MessageState
from wismo.notify.rules.gates import GATES
from wismo.notify.rules.verdict import Code
from wismo.tracking.rules.quality import Grade, Kind
from wismo.vocabulary.status import Leg, Status, TzSource


def test_every_status_leg_zone_state_and_code_has_words() -> None:
    assert set(words.STATUS) == set(Status)
    assert set(words.LEG) == set(Leg)
    assert set(words.ZONE) == set(TzSource)
    assert set(words.STATE) == set(MessageState)
    assert set(words.CODE) == set(Code)
    assert set(quality.WORDS) == set(Kind)
    assert set(quality.GRADE) == set(Grade)
    assert set(LEVEL) == set(Level)
    assert set(words.PASSED) == {gate.__name__ for gate in GATES} | {"bucket", "render"}


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
    ("seconds", "said"),
    [
        (0, "0 s"),
        (59, "59 s"),
        (90, "2 min"),
        (3600, "1 h"),
        (12_600, "3.5 h"),
        (86_400, "24 h"),
        (432_000, "5 days"),
    ],
)
def test_a_time_is_told_as_long_as_it_matters(seconds: float, said: str) -> None:
    assert quality.duration(seconds) == said


@pytest.mark.parametrize(
    ("part", "said"),
    [(0, "0%"), (0.0004, "<0.1%"), (0.004, "0.4%"), (0.05, "5%"), (0.226, "23%"), (1, "100%")],
)
def test_a_share_is_told_as_fine_as_it_matters(part: float, said: str) -> None:
    assert quality.share(part) == said


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
