"""The addresses a shopper may hold."""

from django.urls import path

from wismo.trackpage import views

app_name = "trackpage"
urlpatterns = [
    path("t/<str:token>", views.track, name="track"),
    path("find/<slug:slug>/", views.find, name="find"),
    path("b/<slug:slug>/theme.<str:digest>.css", views.theme, name="theme"),
    path("b/<slug:slug>/logo.<str:digest>", views.logo, name="logo"),
]
