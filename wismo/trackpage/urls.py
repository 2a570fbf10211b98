"""The addresses a shopper may hold."""

from django.urls import path

from wismo.trackpage import answer, choices, clicks, feed, judging, push, views

app_name = "trackpage"
urlpatterns = [
    path("t/sw.js", push.worker, name="worker"),
    path("t/<str:token>", views.track, name="track"),
    path("t/<str:token>/push", push.choose, name="push"),
    path("feed/<slug:slug>/<str:token>.json", feed.feed, name="feed"),
    path("feed/<slug:slug>/<str:token>/read", feed.read, name="feed_read"),
    path("p/<str:token>", choices.preferences, name="preferences"),
    path("u/<str:token>", choices.unsubscribe, name="unsubscribe"),
    path("c/<str:token>", choices.confirm, name="confirm"),
    path("f/<str:token>", judging.judge, name="judge"),
    path("r/<str:token>", clicks.follow, name="follow"),
    path("a/<str:token>", answer.answer, name="answer"),
    path("find/<slug:slug>/", views.find, name="find"),
    path("b/<slug:slug>/theme.<str:digest>.css", views.theme, name="theme"),
    path("b/<slug:slug>/logo.<str:digest>", views.logo, name="logo"),
]
