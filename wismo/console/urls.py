"""The console's addresses. All that name a shop are behind `access.seated`."""

from django.urls import path

from wismo.console.views import (
    accounts,
    carriers,
    codes,
    door,
    inbox,
    mailbox,
    messages,
    overview,
    shipment,
    shipments,
    sources,
)

app_name = "console"
urlpatterns = [
    path("", door.home, name="home"),
    path("login/", door.log_in, name="login"),
    path("logout/", door.log_out, name="logout"),
    path("<slug:slug>/", overview.overview, name="overview"),
    path("<slug:slug>/shipments/", shipments.shipments, name="shipments"),
    path("<slug:slug>/shipments/search/", shipments.search, name="shipments-search"),
    path("<slug:slug>/shipments/<int:shipment_id>/", shipment.shipment, name="shipments-one"),
    path("<slug:slug>/shipments/<int:shipment_id>/ask/", accounts.ask, name="shipments-ask"),
    path("<slug:slug>/messages/", messages.messages, name="messages"),
    path("<slug:slug>/inbox/", inbox.inbox_page, name="inbox"),
    path("<slug:slug>/inbox/replay/", inbox.replay, name="inbox-replay"),
    path("<slug:slug>/codes/", codes.codes, name="codes"),
    path("<slug:slug>/codes/map/", codes.mapping, name="codes-map"),
    path("<slug:slug>/codes/undo/", codes.undo, name="codes-undo"),
    path("<slug:slug>/codes/export/", codes.export, name="codes-export"),
    path("<slug:slug>/carriers/", carriers.carriers, name="carriers"),
    path("<slug:slug>/carriers/export/", carriers.export, name="carriers-export"),
    path("<slug:slug>/carriers/of/<str:carrier_id>/", carriers.carrier, name="carriers-one"),
    path("<slug:slug>/carriers/connect/", accounts.connect, name="carriers-connect"),
    path("<slug:slug>/carriers/of/<str:carrier_id>/account/", accounts.account, name="carriers-account"),
    path("<slug:slug>/carriers/of/<str:carrier_id>/account/switch/", accounts.switch, name="carriers-switch"),
    path("<slug:slug>/carriers/of/<str:carrier_id>/account/remove/", accounts.remove, name="carriers-remove"),
    path("<slug:slug>/carriers/of/<str:carrier_id>/source/", sources.source, name="carriers-source"),
    path("<slug:slug>/mailbox/", mailbox.mail_list, name="mailbox"),
    path("<slug:slug>/mailbox/<str:name>/", mailbox.mail, name="mailbox-mail"),
    path("<slug:slug>/mailbox/<str:name>/html/", mailbox.mail_html, name="mailbox-html"),
]
