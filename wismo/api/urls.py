"""Addresses for machines."""

from django.urls import path

from wismo.api import hooks
from wismo.api.v1 import api

urlpatterns = [
    path("hooks/<slug:shop_key>/<slug:source>", hooks.receive),
    path("hooks/<path:path>", hooks.unknown),
    path("api/v1/", api.urls),
]
