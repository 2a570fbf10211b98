"""Every address of the house."""

from django.urls import include, path

urlpatterns = [
    path("", include("wismo.api.urls")),
    path("", include("wismo.trackpage.urls")),
    path("console/", include("wismo.console.urls")),
]
