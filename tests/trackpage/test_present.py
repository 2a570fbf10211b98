"""What the page says beside the answer: parcels, updates, recipient, dates in each language."""

from dataclasses import replace
from datetime import UTC, datetime

import pytest
from django.utils import translation

from tests.trackpage.values import BRAND, NOW, ORDER, PARCEL, SCAN, clock, page, parcel
from wismo.trackpage.present import masked_name, present
from wismo.vocabulary.status import Status


def test_the_parcel_in_trouble_comes_first_and_is_shown() -> None:
    troubled = parcel(Status.FAILED_ATTEMPT, id=8)
    shown = page(PARCEL, troubled)
    assert [(tab.id, tab.name, tab.current) for tab in shown.tabs] == [
        (8, "Parcel 2 of 2", True),
        (7, "Parcel 1 of 2", False),
    ]
    assert shown.parcel == troubled
    assert shown.parcels == "Ships in 2 parcels"


def test_the_parcel_asked_for_is_shown_and_another_order_s_is_not() -> None:
    other = parcel(Status.FAILED_ATTEMPT, id=8)
    assert page(PARCEL, other, chosen="7").parcel == PARCEL
    assert page(PARCEL, other, chosen="999").parcel == other


def test_a_parcel_still_travelling_is_shown_before_a_delivered_one() -> None:
    done = parcel(Status.DELIVERED, id=3, ended=True, delivered_at=NOW)
    assert page(done, PARCEL).parcel == PARCEL


def test_times_are_the_destination_s_and_one_without_a_zone_stays_as_written() -> None:
    unsure = replace(SCAN, at=datetime(2026, 11, 23, 9, 10, tzinfo=UTC), zone_known=False)
    timeline = page(replace(PARCEL, updates=(SCAN, unsure))).timeline
    assert timeline.zone == "Central European Time"
    assert [day.name for day in timeline.days] == [
        "Today, Tuesday 24 November",
        "Yesterday, Monday 23 November",
    ]
    first, second = (event for day in timeline.days for event in day.events)
    assert (first.time, first.iso, first.latest) == ("13:05", "2026-11-24T13:05+01:00", True)
    assert (second.time, second.iso) == ("09:10", "")
    assert timeline.zone_unsure


def test_three_updates_stand_open_and_the_others_are_folded() -> None:
    timeline = page(replace(PARCEL, updates=(SCAN,) * 5)).timeline
    assert sum(len(day.events) for day in timeline.days) == 3
    assert sum(len(day.events) for day in timeline.earlier) == 2
    assert timeline.earlier_count == "2 earlier updates"


def test_the_carrier_s_words_are_kept_where_they_say_more() -> None:
    same = replace(SCAN, text="On its way.")
    timeline = page(replace(PARCEL, updates=(SCAN, same))).timeline
    assert [event.own_words for day in timeline.days for event in day.events] == [
        "Departed from facility",
        "",
    ]


def test_the_recipient_is_masked() -> None:
    assert page(PARCEL).recipient == ("Lena B•••", "80••• Munich", "Germany")
    assert page(PARCEL, buyer_name="", city="", postcode="", country="").recipient == ()


@pytest.mark.parametrize(
    ("name", "masked"),
    [("Lena Maria Brandt", "Lena B•••"), ("山田太郎", "山•••"), ("김 민수", "김 민•••"), ("  ", "")],
)
def test_a_name_keeps_only_what_its_owner_needs(name: str, masked: str) -> None:
    assert masked_name(name) == masked


@pytest.mark.parametrize(
    ("language", "country", "headline"),
    [
        ("ja", "JP", "11月27日(金)お届け予定"),
        ("ko", "KR", "11월 27일 금요일 도착 예정"),
        ("hi", "IN", "शुक्रवार, 27 नवंबर को पहुँचेगा"),
        ("ar", "AE", "يصل الجمعة 27 نوفمبر"),
        ("tr", "TR", "27 Kasım Cuma günü geliyor"),
        ("id", "ID", "Diperkirakan tiba Jumat, 27 November"),
        ("zh-hans", "CN", "预计 11月27日星期五 送达"),
        ("zh-hant", "TW", "預計 11月27日星期五 送達"),
        ("th", "TH", "คาดว่าจะถึงวันศุกร์ที่ 27 พฤศจิกายน"),
        ("vi", "VN", "Dự kiến giao: Thứ Sáu, 27 tháng 11"),
        ("de", "DE", "Kommt am Freitag, 27. November"),
        ("fr", "FR", "Arrive vendredi 27 novembre"),
        ("es", "ES", "Llega el viernes 27 de noviembre"),
        ("pt-br", "BR", "Chega sexta-feira, 27 de novembro"),
        ("it", "IT", "Arriva venerdì 27 novembre"),
        ("nl", "NL", "Komt vrijdag 27 november"),
        ("pl", "PL", "Dostawa: piątek, 27 listopada"),
    ],
)
def test_the_date_reads_as_it_is_written_in_each_language(language: str, country: str, headline: str) -> None:
    with translation.override(language):
        assert present(ORDER, BRAND, clock(language, country), chosen="").hero.headline == headline


@pytest.mark.parametrize(
    ("language", "country", "time"),
    [
        ("en", "DE", "13:05"),
        ("en", "JP", "13:05"),
        ("en", "US", "1:05\u202fPM"),
        ("ko", "KR", "오후 1:05"),
        ("tr", "TR", "13:05"),
        ("id", "ID", "13.05"),
        ("zh-hans", "CN", "13:05"),
        ("zh-hant", "HK", "13:05"),
        ("th", "TH", "13:05 น."),
        ("vi", "VN", "13:05"),
        ("de", "AT", "13:05"),
        ("fr", "CA", "13 h 05"),
        ("es", "MX", "1:05\u202fp.m."),
        ("pt-br", "PT", "13:05"),
        ("nl", "BE", "13:05"),
        ("pl", "PL", "13:05"),
    ],
)
def test_hours_count_as_they_do_where_the_parcel_goes(language: str, country: str, time: str) -> None:
    with translation.override(language):
        (day,) = present(ORDER, BRAND, clock(language, country), chosen="").timeline.days
    assert day.events[0].time == time


@pytest.mark.parametrize(
    ("language", "country", "said"),
    [
        ("tr", "DE", ("Almanya", "Son okutma: 2 saat önce", "Orta Avrupa Saati")),
        ("zh-hans", "DE", ("德国", "上次扫描：2小时前", "中欧时间")),
        ("zh-hant", "DE", ("德國", "上次掃描：2 小時前", "中歐時間")),
        ("zh-hant", "HK", ("中國香港特別行政區", "上次掃描：2 小時前", "中歐時間")),
    ],
)
def test_a_language_is_kept_where_the_parcel_goes_abroad(
    language: str, country: str, said: tuple[str, ...]
) -> None:
    with translation.override(language):
        order = replace(ORDER, country=country)
        shown = present(order, BRAND, clock(language, country), chosen="")
    assert (shown.recipient[-1], shown.hero.last_scan, shown.timeline.zone) == said
