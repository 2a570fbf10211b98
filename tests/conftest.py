"""What every test stands on."""

import os
from collections.abc import Iterator

import pytest
from pytest_django.fixtures import Settings

from wismo.shops import queries as shop_queries

# Playwright runs an event loop in the test's thread, and Django's guard against that is for async views.
os.environ.setdefault("DJANGO_ALLOW_ASYNC_UNSAFE", "true")


@pytest.fixture(autouse=True)
def plain_static_files(settings: Settings) -> None:
    """Hashed names need `collectstatic`, which a test does not."""
    settings.STORAGES = {
        "default": {"BACKEND": "django.core.files.storage.FileSystemStorage"},
        "staticfiles": {"BACKEND": "django.contrib.staticfiles.storage.StaticFilesStorage"},
    }


@pytest.fixture(autouse=True)
def no_cached_doors() -> Iterator[None]:
    """Each test has its own shops behind the same keys."""
    shop_queries._door.cache_clear()
    yield
    shop_queries._door.cache_clear()
