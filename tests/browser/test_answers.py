"""Conversations at the desk and the page of a button in Chromium: accessible, quiet, without JavaScript."""

from collections.abc import Callable, Iterator

import pytest
import time_machine
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import BrowserContext, Page, expect
from pytest_django.live_server_helper import LiveServer

from tests.browser.conftest import Watch, picture
from tests.console import rows
from tests.console.talking import a_doubtful_message, some_talk
from tests.notify.replying import button
from wismo.notify.models import Attempt
from wismo.notify.words import ReplyAction

pytestmark = [
    pytest.mark.django_db(transaction=True),
    pytest.mark.filterwarnings("ignore:No directory at:UserWarning"),  # nothing was collected for a test
]
PHONE, DESK = {"width": 390, "height": 844}, {"width": 1280, "height": 900}
Contexts = Callable[..., BrowserContext]


class House:
    """A shop that somebody wrote to, with a team member and the shopper at browsers."""

    def __init__(self, server: LiveServer, contexts: Contexts) -> None:
        self.team = rows.a_team()
        brand = self.team.shop.brand
        brand.languages = ["en", "ja", "ar"]
        brand.save()
        self.talk = some_talk(self.team.shop)
        a_doubtful_message(self.team.shop)
        self.origin, self.contexts = server.url, contexts
        attempt = Attempt.objects.filter(message__journey="failed_attempt").latest("pk")
        self.room = f"{server.url}/console/halden"
        self.desk = {
            "conversations": f"{self.room}/conversations/",
            "conversation": f"{self.room}/conversations/{self.talk.pk}/",
            "doubtful": f"{self.room}/doubtful/",
        }
        self.buttons = {action: f"{server.url}/a/{button(attempt, action)}" for action in ReplyAction}

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
        page.goto(address, wait_until="networkidle")
        return page, watch


@pytest.fixture
def house(live_server: LiveServer, contexts: Contexts) -> Iterator[House]:
    with time_machine.travel(rows.NOW):
        yield House(live_server, contexts)


@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize("viewport", [PHONE, DESK], ids=["phone", "desk"])
def test_every_page_is_accessible_and_quiet(house: House, scheme: str, viewport: dict[str, int]) -> None:
    context = house.sit(color_scheme=scheme, viewport=viewport)
    asked = {f"answer-{action}-{tag}": f"{house.buttons[action]}?lang={tag}" for action, tag in LOOKED_AT}
    for name, address in {**house.desk, **asked}.items():
        page, watch = house.open(context, address)
        picture(page, f"{name}-{scheme}-{viewport['width']}")
        found = Axe().run(page)
        assert found.violations_count == 0, f"{name}: {found.generate_report()}"
        assert watch.complaints == [], name
        page.close()


LOOKED_AT = (
    *((ReplyAction.CHOOSE_SLOT, "en"), (ReplyAction.PROBLEM, "ja"), (ReplyAction.CHANGE_ADDRESS, "ar")),
    *((ReplyAction.STOP, "en"), (ReplyAction.PAY_ONLINE, "en")),
)


def test_no_page_is_wider_than_a_small_phone(house: House) -> None:
    context = house.sit(viewport={"width": 320, "height": 640})
    for address in (*house.desk.values(), *house.buttons.values()):
        page, _ = house.open(context, address)
        assert page.evaluate("document.documentElement.scrollWidth") == 320, address
        page.close()


def test_the_team_answers_without_javascript(house: House) -> None:
    page, _ = house.open(house.sit(java_script_enabled=False, viewport=DESK), house.desk["conversations"])
    page.get_by_role("link", name="Lina B").click()
    expect(page.get_by_text("I was at home all day.")).to_be_visible()
    page.get_by_label("Your answer").fill("Yes, after five.")
    page.get_by_role("button", name="Send").click()
    expect(page.get_by_role("status").first).to_contain_text("Your answer is on its way.")
    expect(page.get_by_text("Yes, after five.")).to_be_visible()
    page.get_by_role("link", name="Conversations").first.click()
    expect(page.get_by_text("Nobody waits for an answer.")).to_be_visible()


def test_a_shopper_answers_without_javascript(house: House) -> None:
    page = house.contexts(java_script_enabled=False).new_page()
    page.goto(house.buttons[ReplyAction.CHOOSE_SLOT])
    page.get_by_label("Day or time").fill("Friday after five")
    page.get_by_role("button", name="Send").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("Thank you. We have it.")
    picture(page, "answer-done")
    page.get_by_role("link", name="See the order").click()
    expect(page.get_by_text("HR-20418").first).to_be_visible()
