"""A parcel that is registered long after it was sent has its scans still to come."""

from datetime import date, timedelta

import pytest
import time_machine

from tests.makers import NOW, a_shop
from tests.promise.parcels import at, sent
from wismo.notify.models import Message
from wismo.promise.actions.outlooks import look
from wismo.promise.models import Outlook

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("lane")]


def _new_dates() -> list[str]:
    return list(Message.objects.filter(journey="new_date").values_list("dedupe_key", flat=True))


def test_the_buyer_of_a_parcel_registered_after_its_day_is_told_once_its_scans_had_time_to_come(
    clock: time_machine.Traveller,
) -> None:
    shop = a_shop()
    [parcel] = sent(shop, ["A"], promised_on=date(2026, 11, 23))
    assert Outlook.objects.get().risk == 1.0
    assert _new_dates() == []
    morning = NOW + timedelta(days=1)
    at(clock, morning, shop)
    look([parcel], morning)
    assert _new_dates() == [f"slip|shipment:{parcel}|{Outlook.objects.get().shown_on}"]
