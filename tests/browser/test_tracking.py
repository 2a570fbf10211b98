"""The shopper's pages in Chromium: accessible, quiet, without JavaScript, down to 320 pixels."""

from collections.abc import Callable
from typing import Any

import pytest
from axe_playwright_python.sync_playwright import Axe
from django.utils import timezone
from playwright.sync_api import BrowserContext, Page
from pytest_django.live_server_helper import LiveServer

from tests.browser.conftest import Watch, picture
from tests.trackpage.rows import LANGUAGES, a_shop, an_order
from tests.trackpage.scenes import SCENES

pytestmark = [
    pytest.mark.django_db(transaction=True),
    pytest.mark.filterwarnings("ignore:No directory at:UserWarning"),  # nothing was collected for a test
]
Contexts = Callable[..., BrowserContext]

PHONE, DESK = {"width": 390, "height": 844}, {"width": 1280, "height": 900}
# Scene, language, scheme, width: every scene in both widths, and each script and scheme somewhere.
LOOKS = [
    ("on_time", "en", "light", PHONE),
    ("on_time", "en", "light", DESK),
    ("on_time", "en", "dark", PHONE),
    ("on_time", "ja", "light", PHONE),
    ("on_time", "ar", "light", DESK),
    ("late", "en", "light", PHONE),
    ("late", "en", "dark", DESK),
    ("late", "ko", "light", PHONE),
    ("split", "en", "light", PHONE),
    ("split", "en", "light", DESK),
    ("split", "ar", "dark", PHONE),
    ("split", "hi", "light", DESK),
    ("rto", "en", "light", PHONE),
    ("rto", "ja", "dark", DESK),
    ("pre_dispatch", "en", "light", PHONE),
    ("pre_dispatch", "ar", "light", DESK),
    ("no_scans", "en", "light", PHONE),
    ("delivered", "en", "light", PHONE),
    ("tried", "en", "light", DESK),
    ("lost", "ko", "dark", PHONE),
]


def open_page(contexts: Contexts, url: str, **options: Any) -> tuple[Page, Watch]:
    page = contexts(**options).new_page()
    watch = Watch(page, "/".join(url.split("/")[:3]))
    page.goto(url, wait_until="networkidle")
    return page, watch


def check(page: Page, watch: Watch) -> None:
    found = Axe().run(page)
    assert found.violations_count == 0, found.generate_report()
    assert watch.complaints == []
    assert len(watch.requests) <= 10


@pytest.mark.parametrize(("scene", "language", "scheme", "viewport"), LOOKS)
def test_the_tracking_page_is_accessible_and_quiet(
    live_server: LiveServer,
    contexts: Contexts,
    scene: str,
    language: str,
    scheme: str,
    viewport: dict[str, int],
) -> None:
    path = SCENES[scene](a_shop(), timezone.now())
    page, watch = open_page(
        contexts, f"{live_server.url}{path}?lang={language}", color_scheme=scheme, viewport=viewport
    )
    picture(page, f"{scene}-{language}-{scheme}-{viewport['width']}")
    check(page, watch)
    assert page.get_attribute("html", "lang") == language


@pytest.mark.parametrize("scene", ["on_time", "late", "split", "tried", "rto", "lost", "find"])
def test_nothing_spills_over_at_320_pixels_in_any_language(
    live_server: LiveServer, contexts: Contexts, scene: str
) -> None:
    shop = a_shop()
    path = "/find/halden/" if scene == "find" else SCENES[scene](shop, timezone.now())
    page = contexts(viewport={"width": 320, "height": 700}).new_page()
    for language in LANGUAGES:
        page.goto(f"{live_server.url}{path}?lang={language}")
        picture(page, f"narrow-{scene}-{language}")
        assert page.get_attribute("html", "lang") == language
        assert page.evaluate("document.documentElement.scrollWidth") == 320, language


def test_what_to_do_stands_right_below_the_answer(live_server: LiveServer, contexts: Contexts) -> None:
    path = SCENES["tried"](a_shop(), timezone.now())
    page, _ = open_page(contexts, f"{live_server.url}{path}", viewport=PHONE)
    hero, notice = (page.locator(part).bounding_box() for part in (".hero", ".notice"))
    assert hero is not None
    assert notice is not None
    assert 0 < notice["y"] - (hero["y"] + hero["height"]) < 40


def test_every_language_can_be_chosen_on_a_small_phone(live_server: LiveServer, contexts: Contexts) -> None:
    path = SCENES["on_time"](a_shop(), timezone.now())
    page, watch = open_page(contexts, f"{live_server.url}{path}", viewport={"width": 320, "height": 480})
    page.click(".tongues summary")
    picture(page, "tongues")
    assert page.locator(".tongues li").count() == len(LANGUAGES)
    page.locator(".tongues li a").last.click()
    assert page.get_attribute("html", "lang") == LANGUAGES[-1]
    assert watch.complaints == []


def test_everything_works_without_javascript(live_server: LiveServer, contexts: Contexts) -> None:
    path = SCENES["split"](a_shop(), timezone.now())
    page, _ = open_page(contexts, f"{live_server.url}{path}", java_script_enabled=False)
    assert page.text_content("h1") != ""
    assert not page.is_visible(".copy")
    page.click("text=Parcel 1 of 2")
    assert "Arriving today" in (page.text_content("h1") or "")
    page.click("text=3 earlier updates")
    assert page.is_visible("text=Announced to the carrier")
    page.click("summary:has-text('English')")
    page.click("text=日本語")
    assert page.get_attribute("html", "lang") == "ja"
    assert "parcel=" in page.url


def test_the_number_is_copied_by_one_press(live_server: LiveServer, contexts: Contexts) -> None:
    path = SCENES["on_time"](a_shop(), timezone.now())
    page, watch = open_page(
        contexts, f"{live_server.url}{path}", permissions=["clipboard-read", "clipboard-write"]
    )
    page.click("text=Copy")
    page.wait_for_selector("text=Copied")
    assert page.evaluate("navigator.clipboard.readText()") == "1Z999AA10123456784"
    assert watch.complaints == []


@pytest.mark.parametrize(("language", "scheme"), [("en", "light"), ("ar", "light"), ("ja", "dark")])
def test_the_look_up_is_accessible_and_leads_to_the_order(
    live_server: LiveServer, contexts: Contexts, language: str, scheme: str
) -> None:
    shop = a_shop()
    an_order(shop, timezone.now(), number="HR-7")
    page, watch = open_page(contexts, f"{live_server.url}/find/halden/?lang={language}", color_scheme=scheme)
    check(page, watch)
    page.fill("#id_number", "HR-7")
    page.press("#id_number", "Enter")
    picture(page, f"find-{language}-{scheme}-390")
    assert Axe().run(page).violations_count == 0
    page.fill("#id_number", "HR-7")
    page.fill("#id_proof", "80331")
    page.press("#id_proof", "Enter")
    page.wait_for_url("**/t/**")
    assert "HR-7" in (page.text_content(".ordline") or "")


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_a_dead_link_is_accessible(live_server: LiveServer, contexts: Contexts, scheme: str) -> None:
    page, watch = open_page(contexts, f"{live_server.url}/t/mistyped", color_scheme=scheme)
    picture(page, f"gone-en-{scheme}-390")
    assert Axe().run(page).violations_count == 0
    assert all("404" in complaint for complaint in watch.complaints)  # the browser reports the status itself
    assert page.text_content("h1") == "This link has expired or was mistyped"
