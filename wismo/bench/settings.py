"""The product's own settings, and one more address: what a request costs before any of our work."""

from wismo.config.settings import *  # noqa: F403

ROOT_URLCONF = "wismo.bench.urls"
