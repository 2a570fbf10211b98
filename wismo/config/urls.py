"""Every address of the house."""

from django.urls import include, path
from django.views.generic import RedirectView

urlpatterns = [
    path("", RedirectView.as_view(url="/console/")),
    path("", include("wismo.api.urls")),
    path("", include("wismo.trackpage.urls")),
    path("console/", include("wismo.console.urls")),
]
