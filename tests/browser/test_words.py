"""A team changes a sentence: written, looked at on a phone, tried on history, published, explained."""

from collections.abc import Iterator
from pathlib import Path

import pytest
import time_machine
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import expect
from pytest_django.fixtures import Settings
from pytest_django.live_server_helper import LiveServer

from tests.browser.conftest import picture
from tests.browser.test_console import DESK, PHONE, Contexts, Desk
from tests.console import rows
from tests.notify.post import parts, post_office
from tests.notify.rows import HOUR, MINUTE, make_parcel, tell
from wismo.notify.jobs import dispatch
from wismo.notify.models import ChannelAccount, ProviderTemplate, TeamAlert, TextVersion
from wismo.orders.models import Buyer, Order
from wismo.plumbing.secrets import seal
from wismo.shops.models import Brand

pytestmark = [
    pytest.mark.django_db(transaction=True),
    pytest.mark.filterwarnings("ignore:No directory at:UserWarning"),  # nothing was collected for a test
]
OF = "journeys/of/shipped/"
PAGES = {
    "journeys": "journeys/",
    "journey": OF,
    "journey-edit": f"{OF}edit/",
    "journey-publish": f"{OF}publish/",
    "journey-trial": f"{OF}trial/",
    "text": f"{OF}texts/all/en/",
    "text-arabic": f"{OF}texts/sms/ar/",
    "text-mail": f"{OF}texts/email/en/",
    "text-publish": f"{OF}texts/all/en/publish/",
    "channels": "channels/",
    "channel": "channels/of/twilio_sms/",
    "channel-house": "channels/of/smtp/",
    "channel-removal": "channels/of/twilio_sms/remove/",
    "alerts": "alerts/",
}
OURS = "شحنتك {{ number }} في الطريق إليك مع {{ carrier }} 🎉"


@pytest.fixture
def desk(live_server: LiveServer, contexts: Contexts, settings: Settings, tmp_path: Path) -> Iterator[Desk]:
    settings.MAILBOX = tmp_path
    with time_machine.travel(rows.NOW):
        made = Desk(live_server, contexts, tmp_path)
        Brand.objects.update(languages=["en", "ar"], from_email="orders@halden.example")
        yield made


def fill_up(desk: Desk) -> None:
    """A draft of each kind, an account, a template and an alert: nothing of a page stays empty."""
    shop, at = desk.team.shop, rows.NOW
    client = desk.team.client
    source = client.get(f"/console/halden/{OF}edit/").context["form"]["source"].value()
    changed = source.replace("[[route]]", "# ours\n[[route]]", 1)
    client.post(f"/console/halden/{OF}edit/", {"source": changed, "seen": "", "act": "save"})
    for language, parts_of in (("en", {"subject": "{{ number }} is off, 10% off!"}), ("ar", {})):
        TextVersion.objects.create(
            shop=shop,
            journey="shipped",
            language=language,
            version=1,
            parts=parts_of,
            state="draft",
            by="ines@halden.example",
            created_at=at,
        )
    values = '{"account_sid": "AC1", "auth_token": "x", "sender": "+15005550006"}'
    ChannelAccount.objects.create(
        shop=shop, channel="sms", provider="twilio_sms", sealed=seal(values), changed_at=at
    )
    ProviderTemplate.objects.create(
        shop=shop,
        provider="meta",
        journey="shipped",
        language="en",
        name="shipped_v1",
        state="pending",
        changed_at=at,
    )
    TeamAlert.objects.create(
        shop=shop, kind="provider", subject="twilio_sms", text="it answered 401", at=at, last_at=at
    )


@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize("viewport", [PHONE, DESK], ids=["phone", "desk"])
def test_the_rooms_of_words_are_accessible_and_quiet(
    desk: Desk, scheme: str, viewport: dict[str, int]
) -> None:
    fill_up(desk)
    context = desk.sit(color_scheme=scheme, viewport=viewport)
    for name, address in PAGES.items():
        page, watch = desk.open(context, address)
        picture(page, f"console-{name}-{scheme}-{viewport['width']}")
        page.evaluate("document.querySelectorAll('details').forEach(part => part.open = true)")
        found = Axe().run(page)
        assert found.violations_count == 0, f"{name}: {found.generate_report()}"
        assert watch.complaints == [], name
        page.close()


def test_no_page_of_words_is_wider_than_a_small_phone(desk: Desk) -> None:
    fill_up(desk)
    context = desk.sit(viewport={"width": 320, "height": 640})
    for name, address in PAGES.items():
        page, _ = desk.open(context, address)
        assert page.evaluate("document.documentElement.scrollWidth") == 320, name
        page.close()


def test_a_sentence_is_shown_while_it_is_written(desk: Desk) -> None:
    page, watch = desk.open(desk.sit(viewport=DESK), f"{OF}texts/sms/en/")
    page.get_by_label("Short text").fill("{{ number }}: off it goes")
    inside = page.frame_locator("iframe.look")
    expect(inside.get_by_text("#1042: off it goes")).to_be_visible()
    expect(inside.get_by_text("1 segment")).to_be_visible()
    page.get_by_label("Short text").fill("{{ number }}: 出発")
    expect(inside.get_by_text("UCS-2")).to_be_visible()
    page.go_back()
    assert page.url == "about:blank"  # looking leaves nothing in the history
    assert watch.complaints == []


def test_a_text_is_written_looked_at_and_published_without_javascript(desk: Desk) -> None:
    page, _ = desk.open(desk.sit(viewport=DESK, java_script_enabled=False), f"{OF}texts/sms/en/")
    page.get_by_label("Short text").fill("{{ number }}: off it goes")
    page.get_by_role("button", name="Show", exact=True).click()
    expect(page.frame_locator("iframe.look").get_by_text("#1042: off it goes")).to_be_visible()
    page.get_by_role("button", name="Review and publish").click()
    page.get_by_role("button", name="Publish", exact=True).click()
    expect(page.get_by_role("status").first).to_contain_text("Your words hold from now on")


def test_a_mail_in_the_preview_can_do_nothing(desk: Desk) -> None:
    attack = (
        "<mjml><mj-body><mj-section><mj-column><mj-raw><script>parent.document.title='owned'</script>"
        "<img src='https://tracker.example/x.gif'></mj-raw><mj-text>Hello</mj-text>"
        "</mj-column></mj-section></mj-body></mjml>"
    )
    page, watch = desk.open(desk.sit(viewport=DESK), f"{OF}texts/email/en/")
    page.get_by_label("A whole e-mail of your own").fill(attack)
    expect(page.frame_locator("iframe.look").get_by_text("Hello")).to_be_visible()
    assert page.title().startswith("Text of Shipped")
    assert "Blocked script execution" in "\n".join(watch.complaints)


def two_orders(desk: Desk, settings: Settings) -> tuple[Order, Order, str]:
    """Of two orders the second is cancelled before anybody is told; and what the first is told."""
    told, untold = (rows.an_order(desk.team.shop, number) for number in ("HR-1", "HR-2"))
    for order in (told, untold):
        Buyer.objects.filter(pk=order.buyer_id).update(language="ar")
        parcel = make_parcel(order, order.number, tracking_number=f"1Z{order.number}", eta=None)
        tell(parcel, "picked_up", rows.NOW)
    untold.cancelled_at = rows.NOW
    untold.save()
    with post_office(settings) as office:
        dispatch(rows.NOW + HOUR + MINUTE)
    [mail] = [mail for mail in office.taken if "hr-1@" in mail["To"]]
    return told, untold, parts(mail)[0]


def test_a_team_changes_a_sentence_and_reads_why_one_shopper_got_it_and_another_did_not(
    desk: Desk, settings: Settings
) -> None:
    page, _ = desk.open(desk.sit(viewport=PHONE), "journeys/")
    page.get_by_role("link", name="Shipped", exact=True).click()
    page.get_by_role("link", name="Change the text").click()
    page.get_by_role("navigation", name="Language").get_by_role("link", name="Arabic").click()
    page.get_by_label("Heading").fill(OURS)
    inside = page.frame_locator("iframe.look")
    expect(inside.get_by_role("heading", name="شحنتك \u200e#1042 في الطريق إليك مع DHL 🎉")).to_be_visible()
    assert inside.locator("html").get_attribute("dir") == "rtl"
    box = page.locator("iframe.look").bounding_box()
    assert box is not None
    assert box["width"] <= 390
    picture(page, "console-words-arabic-on-a-phone")

    page.get_by_role("button", name="Save the draft").click()
    page.get_by_role("link", name="Shipped", exact=True).click()
    page.get_by_role("link", name="Try on history").click()
    page.get_by_role("button", name="Try it").click()
    expect(page.get_by_role("heading", name="What it would have done")).to_be_visible()
    picture(page, "console-words-tried-on-a-phone")

    page.goto(f"{desk.root}{OF}texts/all/ar/publish/")
    expect(page.locator("ins").first).to_be_visible()
    page.get_by_role("button", name="Publish", exact=True).click()
    expect(page.get_by_role("status").first).to_contain_text("Your words hold from now on")

    told, untold, mail = two_orders(desk, settings)
    assert "شحنتك HR-1 في الطريق إليك مع UPS 🎉" in mail

    for order, heading, why in (
        (told, "Why this was sent", "shop:ar:1"),
        (untold, "Why this was not sent", "the order was cancelled"),
    ):
        page.goto(f"{desk.root}shipments/{order.shipments.get().pk}/?show=messages")
        expect(page.get_by_role("heading", name=heading).first).to_be_visible()
        expect(page.get_by_text(why).first).to_be_visible()
        picture(page, f"console-words-{heading}")
