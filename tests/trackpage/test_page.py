"""The shopper's addresses, from outside."""

import gzip
import re
from datetime import timedelta
from pathlib import Path

import pytest
import time_machine
from django.contrib.staticfiles import finders
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from tests.trackpage.rows import Told, a_parcel, a_shop, an_order, link
from tests.trackpage.scenes import SCENES
from wismo.orders.models import Order
from wismo.plumbing import tokens
from wismo.shops.models import Brand, Shop
from wismo.tracking.queries.page import tracked_order
from wismo.vocabulary.status import Status

pytestmark = [
    pytest.mark.django_db,
    pytest.mark.filterwarnings("ignore:No directory at:UserWarning"),  # nothing was collected for a test
]
PIXEL = b'<svg xmlns="http://www.w3.org/2000/svg" width="1" height="1"/>'
BUDGET = 40 * 1024  # bytes, compressed: page, styles, script and icons together


@pytest.fixture
def shop() -> Shop:
    return a_shop()


def open_scene(client: Client, shop: Shop, scene: str, query: str = "") -> str:
    answer = client.get(SCENES[scene](shop, timezone.now()) + query)
    assert answer.status_code == 200
    return answer.content.decode()


@pytest.mark.parametrize("scene", SCENES)
def test_every_scene_has_a_page(client: Client, shop: Shop, scene: str) -> None:
    html = open_scene(client, shop, scene)
    assert html.count("<h1") == 1
    assert "style=" not in html
    assert "<style" not in html
    assert not re.search(r"<script(?![^>]*src=)", html)


def test_the_page_is_private(client: Client, shop: Shop) -> None:
    answer = client.get(link(an_order(shop, timezone.now())))
    assert answer.headers["Cache-Control"] == "private, no-store"
    assert answer.headers["Referrer-Policy"] == "no-referrer"
    assert answer.headers["X-Robots-Tag"] == "noindex"
    assert "default-src 'none'" in answer.headers["Content-Security-Policy"]
    assert "Brandt" not in answer.content.decode()
    assert "80331" not in answer.content.decode()


def test_the_page_says_each_word_of_the_parcel_once_asked(client: Client, shop: Shop) -> None:
    html = open_scene(client, shop, "split")
    assert "Parcel 2 of 2" in html
    assert "1 day late" in html
    assert "1Z999AA10123456785" in html
    assert "1Z999AA10123456784" not in html  # that of the parcel not shown


def test_a_mistyped_link_says_so(client: Client) -> None:
    answer = client.get("/t/abc")
    assert answer.status_code == 404
    assert "This link has expired or was mistyped" in answer.content.decode()
    assert answer.headers["Cache-Control"] == "private, no-store"


def test_an_expired_link_leads_to_the_shop_s_look_up(client: Client, shop: Shop) -> None:
    old = link(an_order(shop, timezone.now()))
    with time_machine.travel(timezone.now() + timedelta(days=181), tick=False):
        answer = client.get(old)
    assert answer.status_code == 404
    assert "/find/halden/" in answer.content.decode()


def test_a_link_of_another_purpose_or_another_shop_s_order_opens_nothing(client: Client, shop: Shop) -> None:
    order = an_order(shop, timezone.now())
    other = a_shop("other")
    assert client.get(f"/t/{tokens.make('preferences', shop.pk, order.pk)}").status_code == 404
    assert client.get(f"/t/{tokens.make('track', other.pk, order.pk)}").status_code == 404


def test_the_link_of_a_shop_that_was_removed_is_gone(client: Client, shop: Shop) -> None:
    order = an_order(shop, timezone.now())
    address, old = link(order), f"/t/{tokens.make('track', shop.pk, order.pk, 1)}"
    Brand.objects.all().delete()
    assert client.get(address).status_code == 404
    Order.objects.all().delete()
    Shop.objects.all().delete()
    for kept in (address, old):
        answer = client.get(kept)
        assert answer.status_code == 404
        assert "This link has expired or was mistyped" in answer.content.decode()


def test_a_zone_nobody_knows_gives_way_to_the_shop_s(client: Client, shop: Shop) -> None:
    order = an_order(shop, timezone.now())
    a_parcel(order, timezone.now())
    for known, fallback in (("", "Asia/Tokyo"), ("Mars/Base", "Asia/Tokyo")):
        Order.objects.update(timezone=known)
        Shop.objects.update(timezone=fallback)
        assert "Japan Time" in client.get(link(order)).content.decode()
    Shop.objects.update(timezone="Mars/Base")
    assert "<p>UTC</p>" in client.get(link(order)).content.decode()


def test_a_carrier_that_repeats_itself_without_end_does_not_slow_the_page_down(shop: Shop) -> None:
    now = timezone.now()
    order = an_order(shop, now)
    a_parcel(order, now, tuple(Told(hours, Status.IN_TRANSIT) for hours in range(1, 260)))
    tracked = tracked_order(shop.pk, order.pk)
    assert tracked is not None
    (parcel,) = tracked.parcels
    assert len(parcel.updates) == 200
    assert parcel.updates[0].at == now - timedelta(hours=1)


@pytest.mark.parametrize(
    ("query", "header", "spoken"),
    [
        ("", "", "en"),  # the buyer's own
        ("?lang=ar", "", "ar"),
        ("?lang=xx", "ja", "en"),
    ],
)
def test_the_page_speaks_the_language_asked_for(
    client: Client, shop: Shop, query: str, header: str, spoken: str
) -> None:
    answer = client.get(link(an_order(shop, timezone.now())) + query, headers={"accept-language": header})
    assert f'<html lang="{spoken}" dir="{"rtl" if spoken == "ar" else "ltr"}">' in answer.content.decode()
    assert answer.headers["Content-Language"] == spoken


def test_the_look_up_speaks_the_browser_s_language_if_offered(client: Client) -> None:
    a_shop(languages=["en", "ja"])
    assert (
        'lang="ja"'
        in client.get("/find/halden/", headers={"accept-language": "ko,ja;q=0.8"}).content.decode()
    )
    assert 'lang="en"' in client.get("/find/halden/", headers={"accept-language": "ko"}).content.decode()


@pytest.mark.parametrize(
    ("browser", "spoken"),
    [
        ("zh-CN,zh;q=0.9", "zh-hans"),
        ("zh", "zh-hans"),
        ("zh-TW,zh;q=0.9", "zh-hant"),
        ("zh-HK", "zh-hant"),
        ("zh-Hant-HK", "zh-hant"),
        ("tr-TR", "tr"),
        ("in-ID", "id"),
        ("th-TH,en;q=0.5", "th"),
        ("vi-VN", "vi"),
        ("de-AT", "de"),
        ("fr-CA", "fr"),
        ("es-419,es;q=0.9", "es"),
        ("pt-PT,pt;q=0.9", "pt-br"),
        ("pt", "pt-br"),
        ("it-CH", "it"),
        ("nl-BE", "nl"),
        ("pl-PL", "pl"),
    ],
)
def test_a_browser_that_names_its_place_gets_the_language_of_the_place(
    client: Client, shop: Shop, browser: str, spoken: str
) -> None:
    answer = client.get("/find/halden/", headers={"accept-language": browser})
    assert f'<html lang="{spoken}" dir="ltr">' in answer.content.decode()


def test_a_synthetic_shop_says_that_its_data_were_made_up(client: Client, shop: Shop) -> None:
    assert "Demonstration data" not in open_scene(client, shop, "pre_dispatch")
    Shop.objects.update(synthetic=True)
    assert "Demonstration data" in client.get("/find/halden/").content.decode()


def test_the_brand_s_colours_may_be_kept_for_ever_under_their_own_name(client: Client, shop: Shop) -> None:
    html = client.get("/find/halden/").content.decode()
    (address,) = re.findall(r'href="(/b/halden/theme\.\w+\.css)"', html)
    answer = client.get(address)
    assert answer.headers["Content-Type"] == "text/css; charset=utf-8"
    assert answer.headers["Cache-Control"] == "public, max-age=31536000, immutable"
    assert b"--brand:#1f5d4c" in answer.content
    assert client.get("/b/halden/theme.old.css").headers["Cache-Control"] == "public, max-age=60"


def test_the_brand_s_logo_stands_in_the_page(client: Client) -> None:
    a_shop(logo=PIXEL, logo_type="image/svg+xml")
    html = client.get("/find/halden/").content.decode()
    (address,) = re.findall(r'<img src="([^"]+)" alt="Halden &amp; Rue"', html)
    answer = client.get(address)
    assert answer.content == PIXEL
    assert answer.headers["Content-Type"] == "image/svg+xml"
    assert "default-src 'none'" in answer.headers["Content-Security-Policy"]


def test_a_shop_without_a_logo_has_none(client: Client, shop: Shop) -> None:
    assert client.get("/b/halden/logo.abc").status_code == 404


def test_the_page_and_all_it_needs_stay_within_the_budget(client: Client, shop: Shop) -> None:
    order = an_order(shop, timezone.now())
    for number in range(4):
        a_parcel(order, timezone.now(), number=f"1Z999AA1012345678{number}")
    html = client.get(link(order)).content
    addresses = set(re.findall(r'(?:href|src)="(/(?:static|b)/[^"#]+)', html.decode()))
    files = [html, *(content_of(client, address) for address in sorted(addresses))]
    assert len(files) <= 10
    assert sum(len(gzip.compress(file)) for file in files) < BUDGET


def content_of(client: Client, address: str) -> bytes:
    if not address.startswith("/static/"):
        return client.get(address).content
    path = finders.find(address.removeprefix("/static/"))
    assert path
    return Path(path).read_bytes()


def queries(client: Client, address: str) -> int:
    with CaptureQueriesContext(connection) as caught:
        client.get(address)
    return len(caught)


def test_more_parcels_cost_no_more_queries(client: Client, shop: Shop) -> None:
    now = timezone.now()
    one, three = an_order(shop, now, number="HR-1"), an_order(shop, now, number="HR-3")
    a_parcel(one, now)
    for number in ("A1", "A2", "A3"):
        a_parcel(three, now, number=number)
    assert queries(client, link(one)) == queries(client, link(three))
