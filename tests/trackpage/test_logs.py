"""No log says what opens a door: neither a shop's key nor an order's token."""

import io
import logging
from collections.abc import Iterator

import pytest
from django.conf import settings as django_settings
from django.http import HttpRequest, HttpResponse
from django.test import Client
from django.urls import path
from django.utils.log import configure_logging
from pytest_django.fixtures import Settings

SECRET = "WzEsMV0:1xVn9L:J_9uj4CcpMFJsOZziLcXPZhu_Byuc8V2hwMeMci8cGY"


def breaks(request: HttpRequest, secret: str) -> HttpResponse:
    raise LookupError(f"nothing behind https://track.halden.example/t/{secret}?lang=en")


def full(request: HttpRequest, secret: str, source: str = "") -> HttpResponse:
    return HttpResponse(status=503)


urlpatterns = [path("t/<str:secret>", breaks), path("hooks/<str:secret>/<str:source>", full)]


@pytest.fixture
def written(settings: Settings) -> Iterator[io.StringIO]:
    """What the log of the house, as it is set up, writes."""
    settings.ROOT_URLCONF = __name__
    root = logging.getLogger()
    before = root.handlers[:]
    configure_logging("logging.config.dictConfig", django_settings.LOGGING)
    (handler,) = root.handlers
    assert isinstance(handler, logging.StreamHandler)
    lines = io.StringIO()
    handler.setStream(lines)
    yield lines
    root.handlers = before


def test_a_page_that_breaks_is_logged_with_its_traceback_and_without_its_token(written: io.StringIO) -> None:
    assert Client(raise_request_exception=False).get(f"/t/{SECRET}").status_code == 500
    log = written.getvalue()
    assert "ERROR django.request Internal Server Error: /t/[cut]\n" in log
    assert 'tests/trackpage/test_logs.py", line' in log
    assert "LookupError: nothing behind https://track.halden.example/t/[cut]?lang=en" in log
    assert SECRET not in log


def test_a_hook_that_must_wait_is_logged_without_the_shops_key(written: io.StringIO) -> None:
    assert Client().post(f"/hooks/{SECRET}/ups").status_code == 503
    assert written.getvalue().endswith("ERROR django.request Service Unavailable: /hooks/[cut]/ups\n")


@pytest.mark.parametrize("page", ["t", "p", "u", "c", "f", "r"])
def test_no_page_of_a_shopper_is_logged_with_its_token(written: io.StringIO, page: str) -> None:
    logging.getLogger("granian").error("GET /%s/%s?saved=1", page, SECRET)
    assert written.getvalue().endswith(f"ERROR granian GET /{page}/[cut]?saved=1\n")


@pytest.mark.parametrize("name", ["wismo.api", "django.security.csrf", "django.server", "granian"])
def test_whoever_logs_an_address_its_secret_is_cut_out(written: io.StringIO, name: str) -> None:
    logging.getLogger(name).error('"GET %s HTTP/1.1" 500', f"/t/{SECRET}")
    assert written.getvalue().endswith(f'ERROR {name} "GET /t/[cut] HTTP/1.1" 500\n')


def test_what_a_client_did_wrong_is_not_logged(written: io.StringIO) -> None:
    assert Client().get(f"/hooks/{SECRET}").status_code == 404
    assert written.getvalue() == ""
