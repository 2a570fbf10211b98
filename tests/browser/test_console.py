"""The console in Chromium: accessible, quiet, without JavaScript, down to 320 pixels, by day and by night."""

from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
import time_machine
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import BrowserContext, Page, expect
from pytest_django.fixtures import Settings
from pytest_django.live_server_helper import LiveServer

from tests.browser.conftest import Watch, picture
from tests.console import busy, rows
from wismo.plumbing.models import InboxTask

pytestmark = [
    pytest.mark.django_db(transaction=True),
    pytest.mark.filterwarnings("ignore:No directory at:UserWarning"),  # nothing was collected for a test
]
Contexts = Callable[..., BrowserContext]

PHONE, DESK = {"width": 390, "height": 844}, {"width": 1280, "height": 900}
PAGES = {
    "overview": "",
    "shipments": "shipments/",
    "nothing-found": "shipments/?status=lost&carrier=ups",
    "buyer": "shipments/?buyer={buyer}&late=on",
    "no-buyer": "shipments/?buyer=0",
    "shipment": "shipments/{shipment}/",
    "messages": "messages/",
    "inbox": "inbox/",
    "codes": "codes/",
    "code": "codes/map/?source=ups&code=ZZ%7C31",
    "code-preview": "codes/map/?source=ups&code=ZZ%7C31&status=out_for_delivery&leg=forward&reason=",
    "carriers": "carriers/",
    "carrier": "carriers/of/dhl/",
    "carriers-whose": "carriers/?number=123456789012&country=DE",
    "connect": "carriers/connect/",
    "account": "carriers/of/usps/account/",
    "account-of-karrio": "carriers/of/karrio:sendle/account/",
    "account-removal": "carriers/of/dhl/account/remove/",
    "door": "carriers/of/delhivery/source/",
    "door-by-keys": "carriers/of/shipengine/source/",
    "door-unverified": "carriers/of/xpressbees/source/",
    "carrier-to-confirm": "carriers/of/fedex/",
    "mailbox": "mailbox/",
    "mail": "mailbox/1.eml/",
}


class Desk:
    """A busy shop's team member at a browser."""

    def __init__(self, server: LiveServer, contexts: Contexts, mailbox: Path) -> None:
        self.team = rows.a_team()
        self.story = busy.a_busy_shop(self.team.shop, mailbox)
        self.mailbox, self.origin, self.contexts = mailbox, server.url, contexts
        self.root = f"{server.url}/console/halden/"

    def sit(self, **options: object) -> BrowserContext:
        """A browser that is logged in."""
        context = self.contexts(**options)
        session = self.team.client.cookies["sessionid"].value
        context.add_cookies([{"name": "sessionid", "value": session, "url": self.origin}])
        return context

    def open(self, context: BrowserContext, address: str) -> tuple[Page, Watch]:
        """A page, watched from its first byte."""
        page = context.new_page()
        watch = Watch(page, self.origin)
        known = {"shipment": self.story.pk, "buyer": self.story.order.buyer_id}
        page.goto(self.root + address.format(**known), wait_until="networkidle")
        return page, watch


@pytest.fixture
def desk(live_server: LiveServer, contexts: Contexts, settings: Settings, tmp_path: Path) -> Iterator[Desk]:
    settings.MAILBOX = tmp_path
    with time_machine.travel(rows.NOW):
        yield Desk(live_server, contexts, tmp_path)


@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize("viewport", [PHONE, DESK], ids=["phone", "desk"])
def test_every_room_is_accessible_and_quiet(desk: Desk, scheme: str, viewport: dict[str, int]) -> None:
    context = desk.sit(color_scheme=scheme, viewport=viewport)
    for name, address in PAGES.items():
        page, watch = desk.open(context, address)
        picture(page, f"console-{name}-{scheme}-{viewport['width']}")
        page.evaluate("document.querySelectorAll('details').forEach(part => part.open = true)")
        found = Axe().run(page)
        assert found.violations_count == 0, f"{name}: {found.generate_report()}"
        assert watch.complaints == [], name
        page.close()


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_the_door_is_accessible_and_says_what_went_wrong(desk: Desk, scheme: str) -> None:
    page = desk.contexts(color_scheme=scheme).new_page()
    page.goto(f"{desk.origin}/console/login/")
    assert Axe().run(page).violations_count == 0
    page.get_by_label("E-mail").fill("ines.moreira@halden.example")
    page.get_by_label("Password").fill("wrong")
    page.get_by_role("button", name="Log in").click()
    expect(page.get_by_role("alert")).to_contain_text("do not fit together")
    picture(page, f"console-login-{scheme}")
    assert Axe().run(page).violations_count == 0


def test_no_page_is_wider_than_a_small_phone(desk: Desk) -> None:
    context = desk.sit(viewport={"width": 320, "height": 640})
    for name, address in PAGES.items():
        page, _ = desk.open(context, address)
        wide = page.evaluate("document.documentElement.scrollWidth")
        assert wide == 320, name
        page.close()


def test_a_day_at_the_desk_needs_no_javascript(desk: Desk) -> None:
    page = desk.contexts(java_script_enabled=False, viewport=DESK).new_page()
    page.goto(f"{desk.origin}/console/")
    page.get_by_label("E-mail").fill(desk.team.user.email)
    page.get_by_label("Password").fill(rows.PASSWORD)
    page.get_by_role("button", name="Log in").click()
    page.get_by_role("link", name="5 late parcels").click()
    page.get_by_role("link", name="HR-20410").click()
    expect(page.get_by_role("heading", level=1)).to_contain_text("HR-20410, parcel 1 of 2")
    page.locator("summary", has_text="Why this was sent").last.click()
    expect(page.get_by_text("The shopper can be reached")).to_be_visible()
    page.get_by_role("link", name="Inbox 2 waiting").click()
    page.get_by_role("button", name="Replay all 2").click()
    expect(page.get_by_role("status").first).to_contain_text("2 payloads are back at work.")
    assert InboxTask.objects.filter(parked=True).count() == 0
    page.get_by_role("button", name="Log out").click()
    expect(page.get_by_role("heading", name="Log in to the console")).to_be_visible()


def test_a_shopper_is_found_by_address_without_javascript_and_without_a_trace_in_the_link(desk: Desk) -> None:
    page, _ = desk.open(desk.sit(java_script_enabled=False, viewport=DESK), "")
    address = desk.story.order.buyer.email
    page.get_by_role("search", name="Find a parcel, side").get_by_role("searchbox").fill(address)
    page.keyboard.press("Enter")
    expect(page.get_by_role("link", name="HR-20410")).to_have_count(2)  # both parcels of the order
    expect(page.get_by_role("list", name="Filters in use")).to_contain_text("E-mail: h•••@example.com")
    assert page.url == f"{desk.root}shipments/?buyer={desk.story.order.buyer_id}"
    page.get_by_label("Only late").check()
    page.get_by_role("button", name="Show").click()
    expect(page.get_by_role("link", name="HR-20410")).to_have_count(1)
    assert page.url == f"{desk.root}shipments/?buyer={desk.story.order.buyer_id}&late=on"


def test_a_code_is_tried_mapped_and_undone_without_javascript(desk: Desk) -> None:
    page, _ = desk.open(desk.sit(java_script_enabled=False, viewport=DESK), "codes/")
    page.get_by_role("link", name="Map ZZ|31").click()
    expect(page.get_by_label("The parcel is")).to_have_value("out_for_delivery")
    expect(page.get_by_text("1 message would be sent: the news is still fresh.")).to_be_visible()
    page.get_by_label("The parcel is").select_option("Says nothing about the parcel")
    page.get_by_role("button", name="Show what would change").click()
    expect(page.get_by_text("No message would be sent now")).to_be_visible()
    page.get_by_role("button", name="Map it").click()
    expect(page.get_by_role("status").first).to_contain_text(
        "ZZ|31 of UPS means here from now on: says nothing about the parcel"
    )
    page.get_by_role("button", name="Undo the meaning of ZZ|31").click()
    expect(page.get_by_role("status").first).to_contain_text("2 scans read as before")
    expect(page.get_by_role("link", name="Map ZZ|31")).to_be_visible()


def test_a_carrier_is_connected_both_ways_without_javascript(desk: Desk) -> None:
    page, _ = desk.open(desk.sit(java_script_enabled=False, viewport=DESK), "carriers/connect/")
    page.get_by_role("link", name="Delhivery", exact=True).click()
    page.get_by_role("link", name="Enter an account").click()
    page.get_by_label("API token").fill("what Delhivery gave us")
    page.get_by_role("button", name="Ask from now on").click()
    expect(page.get_by_role("status").first).to_contain_text(
        "Parcels are asked about by Delhivery from now on"
    )
    page.get_by_role("button", name="Pause asking").click()
    expect(page.get_by_text("Paused by your team")).to_be_visible()
    page.get_by_role("link", name="Let it post").click()
    page.get_by_role("button", name="Open the door").click()
    expect(page.get_by_role("heading", name="Enter this at Delhivery now")).to_be_visible()
    secret = page.locator(".once dd").nth(1).inner_text()
    assert len(secret) == 48
    page.get_by_role("link", name="I have entered it").click()
    expect(page.get_by_role("heading", name="Replace the secret")).to_be_visible()
    assert secret not in page.content()


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_a_secret_that_was_made_is_shown_accessibly(desk: Desk, scheme: str) -> None:
    page, watch = desk.open(desk.sit(color_scheme=scheme), "carriers/of/shippo/source/")
    page.get_by_role("button", name="Open the door").click()
    expect(page.get_by_role("heading", name="Enter this at Shippo now")).to_be_visible()
    picture(page, f"console-door-once-{scheme}")
    assert Axe().run(page).violations_count == 0
    assert page.evaluate("document.documentElement.scrollWidth") == 390
    assert watch.complaints == []


def test_the_menu_of_a_phone_opens_without_javascript(desk: Desk) -> None:
    context = desk.sit(java_script_enabled=False)
    page, _ = desk.open(context, "")
    page.locator(".menu > summary").click()
    page.get_by_role("link", name="Message log").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("Message log")


def test_the_first_tab_skips_to_the_content(desk: Desk) -> None:
    page, _ = desk.open(desk.sit(viewport=DESK), "")
    page.keyboard.press("Tab")
    expect(page.get_by_role("link", name="Skip to content")).to_be_focused()


def test_a_hostile_mail_is_shown_and_does_nothing(desk: Desk) -> None:
    attack = (
        "<h1>Hello</h1><script>parent.document.title = 'owned'</script>"
        "<img src='https://tracker.example/x.gif'><img src=x onerror=\"document.body.textContent='owned'\">"
    )
    message = desk.story.messages.earliest("pk")
    busy.a_mail(desk.mailbox, "2.eml", message.pk, html=attack)
    page, watch = desk.open(desk.sit(viewport=DESK), "mailbox/2.eml/")
    inside = page.frame_locator("iframe.mail")
    expect(inside.get_by_role("heading", name="Hello")).to_be_visible()
    assert page.title().startswith(busy.SUBJECT)
    told = "\n".join(watch.complaints)
    assert "Blocked script execution" in told
    assert "Loading the image 'https://tracker.example/x.gif' violates" in told
