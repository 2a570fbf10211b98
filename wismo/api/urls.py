"""Addresses for machines."""

from django.urls import path, re_path

from wismo.api import hooks, promise
from wismo.api.v1 import api

urlpatterns = [
    path("v1/promise", promise.promise),  # first: it is asked most
    path("hooks/<slug:shop_key>/<slug:source>", hooks.receive),
    re_path(r"^hooks(?:/|\Z)", hooks.unknown),
    path("api/v1/", api.urls),
]
