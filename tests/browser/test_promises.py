"""The pages of promises in Chromium: accessible, quiet, down to 320 pixels, by day and by night."""

from collections.abc import Callable, Iterator

import pytest
import time_machine
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import BrowserContext, Page
from pytest_django.live_server_helper import LiveServer

from tests.browser.conftest import Watch, picture
from tests.console import promising, rows

pytestmark = [
    pytest.mark.django_db(transaction=True),
    pytest.mark.slow,  # the same rooms' frame is looked at by the fast ones
    pytest.mark.filterwarnings("ignore:No directory at:UserWarning"),  # nothing was collected for a test
]
PHONE, DESK = {"width": 390, "height": 844}, {"width": 1280, "height": 900}
PAGES = {
    "held": "promises/",
    "ledger": "promises/ledger/",
    "risk": "promises/risk/",
    "learning": "promises/learning/",
    "level": "promises/level/",
    "plan": "promises/plan/",
    "plan-tried": "promises/plan/?country=DE&region=BY&postcode=80331",
    "plan-refused": "promises/plan/?country=ZZ",
    "plan-edit": "promises/plan/edit/",
    "plan-publish": "promises/plan/publish/",
    "adjustments": "promises/adjustments/",
    "story": "shipments/{shipment}/",
}
Contexts = Callable[..., BrowserContext]


class Desk:
    """A team member at a browser, whose shop has promised much."""

    def __init__(self, server: LiveServer, contexts: Contexts) -> None:
        team = rows.a_team()
        self._story = promising.a_promising_shop(team.shop)
        self._origin, self._contexts = server.url, contexts
        self._session = team.client.cookies["sessionid"].value

    def sit(self, **options: object) -> BrowserContext:
        """A browser that is logged in."""
        context = self._contexts(**options)
        context.add_cookies([{"name": "sessionid", "value": self._session, "url": self._origin}])
        return context

    def open(self, context: BrowserContext, address: str) -> tuple[Page, Watch]:
        """A page, watched from its first byte."""
        page = context.new_page()
        watch = Watch(page, self._origin)
        page.goto(
            f"{self._origin}/console/halden/{address.format(shipment=self._story.pk)}",
            wait_until="networkidle",
        )
        return page, watch


@pytest.fixture
def desk(live_server: LiveServer, contexts: Contexts) -> Iterator[Desk]:
    with time_machine.travel(rows.NOW):
        yield Desk(live_server, contexts)


@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize("viewport", [PHONE, DESK], ids=["phone", "desk"])
def test_every_page_is_accessible_and_quiet(desk: Desk, scheme: str, viewport: dict[str, int]) -> None:
    context = desk.sit(color_scheme=scheme, viewport=viewport)
    for name, address in PAGES.items():
        page, watch = desk.open(context, address)
        picture(page, f"promise-{name}-{scheme}-{viewport['width']}")
        page.evaluate("document.querySelectorAll('details').forEach(part => part.open = true)")
        found = Axe().run(page)
        assert found.violations_count == 0, f"{name}: {found.generate_report()}"
        assert watch.complaints == [], name
        page.close()


def test_no_page_is_wider_than_a_small_phone(desk: Desk) -> None:
    context = desk.sit(viewport={"width": 320, "height": 640})
    for name, address in PAGES.items():
        page, _ = desk.open(context, address)
        assert page.evaluate("document.documentElement.scrollWidth") == 320, name
        page.close()
