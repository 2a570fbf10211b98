"""What every test stands on."""

import os
from collections.abc import Iterator

import pytest
from pytest_django.fixtures import Settings

from wismo.notify.queries import accounts as account_queries
from wismo.promise import serving
from wismo.promise.queries.trust import _of_shop
from wismo.shops import queries as shop_queries

# Playwright runs an event loop in the test's thread, and Django's guard against that is for async views.
os.environ.setdefault("DJANGO_ALLOW_ASYNC_UNSAFE", "true")


@pytest.fixture(autouse=True)
def plain_static_files(settings: Settings, tmp_path_factory: pytest.TempPathFactory) -> None:
    """Hashed names need `collectstatic`, which a test does not."""
    settings.STATIC_ROOT = tmp_path_factory.getbasetemp()
    settings.STORAGES = {
        "default": {"BACKEND": "django.core.files.storage.FileSystemStorage"},
        "staticfiles": {"BACKEND": "django.contrib.staticfiles.storage.StaticFilesStorage"},
    }


@pytest.fixture(autouse=True)
def no_cached_doors() -> Iterator[None]:
    """Each test has its own shops behind the same keys."""
    _forget()
    yield
    _forget()


def _forget() -> None:
    shop_queries._door.cache_clear()
    account_queries._heard.cache_clear()
    serving.forget()
    _of_shop.cache_clear()


def pytest_addoption(parser: pytest.Parser) -> None:
    """Where everything is installed, a skipped test is a failure."""
    parser.addoption("--nothing-skipped", action="store_true", help="fail if any test was skipped")


@pytest.hookimpl(trylast=True)
def pytest_sessionfinish(session: pytest.Session) -> None:
    """Turn skips into a failure where they are not allowed."""
    reporter = session.config.pluginmanager.get_plugin("terminalreporter")
    if session.config.getoption("--nothing-skipped") and reporter and reporter.stats.get("skipped"):
        session.exitstatus = pytest.ExitCode.TESTS_FAILED
