"""The words of a journey in the console: written, looked at, tested, published."""

import pytest
from pytest_django.fixtures import Settings

from tests.console import rows
from wismo.notify.models import ProviderTemplate, TextVersion
from wismo.notify.queries.texts import own_texts_of
from wismo.plumbing import audit
from wismo.shops.models import Brand, Member

pytestmark = pytest.mark.django_db
OF = "/console/halden/journeys/of/shipped/texts/"
ALL = f"{OF}all/en/"


@pytest.fixture
def team() -> rows.Team:
    return rows.a_team()


def as_role(team: rows.Team, role: str) -> None:
    Member.objects.filter(shop=team.shop).update(role=role)


def written(team: rows.Team, address: str = ALL, **changed: str) -> dict[str, str]:
    """The form as it is on the page, with some of it changed."""
    form = team.client.get(address).context["form"]
    return {field.name: str(field.value() or "") for field in form if field.name != "dark"} | changed


def post(team: rows.Team, act: str, address: str = ALL, **changed: str) -> str:
    page = team.client.post(address, written(team, address, **changed) | {"act": act}, follow=True)
    return page.content.decode()


def seen(team: rows.Team, address: str = ALL, **changed: str) -> str:
    return team.client.post(f"{address}shown/", written(team, address, **changed)).content.decode()


def test_a_sentence_is_changed_reviewed_published_and_taken_back(team: rows.Team) -> None:
    page = post(team, "review", heading="Off it goes")
    assert "<ins>Off it goes</ins>" in page
    assert own_texts_of([team.shop.pk])[team.shop.pk].by_key == {}
    stamp = TextVersion.objects.get()
    form = team.client.get(f"{ALL}publish/").context["form"]
    page = team.client.post(f"{ALL}publish/", {"seen": form["seen"].value()}, follow=True).content.decode()
    assert "Your words hold from now on" in page
    own = own_texts_of([team.shop.pk])[team.shop.pk].by_key["shipped", "", "en"]
    assert (own.version, dict(own.parts)) == (stamp.version, {"heading": "Off it goes"})
    page = team.client.post(f"{ALL}back/", {"version": 0}, follow=True).content.decode()
    assert "The standard text holds again" in page
    page = team.client.post(f"{ALL}back/", {"version": 1}, follow=True).content.decode()
    assert "What was version 1 holds again" in page
    assert own_texts_of([team.shop.pk])[team.shop.pk].by_key["shipped", "", "en"].version == 2
    [act] = audit.latest(team.shop.pk, "published a text", 5)
    assert (act.who, act.subject) == ("ines.moreira@halden.example", "shipped every channel en 1")


def test_only_what_was_changed_is_the_shops_own(team: rows.Team) -> None:
    post(team, "save", subject="{{ number }} has left")
    assert TextVersion.objects.get().parts == {"subject": "{{ number }} has left"}


def test_a_broken_text_is_told_and_not_published(team: rows.Team) -> None:
    page = post(team, "review", body="{{ numbr }}")
    assert "there is no variable numbr; did you mean {{ number }}?" in page
    assert "Publish</button>" not in page
    stamp = team.client.get(f"{ALL}publish/").context["form"]["seen"].value()
    team.client.post(f"{ALL}publish/", {"seen": stamp})
    assert TextVersion.objects.get().state == "draft"


def test_what_somebody_else_wrote_meanwhile_is_not_lost(team: rows.Team) -> None:
    mine = written(team, subject="{{ number }}: mine")
    post(team, "save", subject="{{ number }}: theirs")
    page = team.client.post(ALL, mine | {"act": "save"}, follow=True).content.decode()
    assert "Somebody else changed it meanwhile" in page
    assert TextVersion.objects.get().parts == {"subject": "{{ number }}: theirs"}


def test_an_e_mail_is_shown_as_it_would_be_sent_and_can_do_nothing(team: rows.Team) -> None:
    answer = team.client.post(f"{ALL}shown/", written(team, heading="Off <b>it</b> goes"))
    page = answer.content.decode()
    assert "Off &lt;b&gt;it&lt;" in page
    assert "sandbox" in answer.headers["Content-Security-Policy"]
    assert "script-src" not in answer.headers["Content-Security-Policy"]
    assert "@media not all" in page
    dark = team.client.post(f"{ALL}shown/", written(team) | {"dark": "on"}).content.decode()
    assert "@media all" in dark


def test_arabic_is_shown_from_right_to_left(team: rows.Team) -> None:
    assert 'dir="rtl"' in seen(team, f"{OF}all/ar/")
    assert 'dir="rtl"' in seen(team, f"{OF}sms/ar/")


def test_a_text_message_is_shown_with_its_segments(team: rows.Team) -> None:
    page = seen(team, f"{OF}sms/en/", short="Order {{ number }} has left")
    assert "Halden &amp; Rue: Order #1042 has left http" in page
    assert "<b>1 segment</b>, GSM-7" in page
    assert "UCS-2" in seen(team, f"{OF}sms/ja/")


def test_whatsapp_is_shown_with_its_template(team: rows.Team) -> None:
    page = seen(team, f"{OF}whatsapp/en/")
    assert "No approved template in this language" in page
    assert "<b>utility</b>" in page
    ProviderTemplate.objects.create(
        shop=team.shop,
        provider="meta",
        journey="shipped",
        language="en",
        name="shipped_v3",
        category="utility",
        state="approved",
        body="Order {{1}} left with {{2}}.",
        variables=["number", "carrier"],
        changed_at=rows.NOW,
    )
    page = seen(team, f"{OF}whatsapp/en/")
    assert "Order #1042 left with DHL." in page
    assert "Template <b>shipped_v3</b>, utility: approved" in page


def test_every_channel_and_language_can_be_looked_at(team: rows.Team) -> None:
    page = team.client.get(ALL)
    for channel, _ in page.context["channels"]:
        for language in ("en", "ar", "zh-Hant"):
            answer = team.client.get(f"{OF}{channel}/{language}/shown/")
            assert answer.status_code == 200
            assert "cannot be written" not in answer.content.decode(), channel
            assert team.client.get(f"{OF}{channel}/{language}/").status_code == 200


def test_a_text_is_tried_on_a_real_order(team: rows.Team) -> None:
    rows.a_shipment(rows.an_order(team.shop, "HR-20410"), carrier="ups")
    page = seen(team, f"{OF}sms/en/", order="hr-20410", short="{{ number }} with {{ carrier }}")
    assert "HR-20410 with UPS" in page
    assert "There is no parcel of an order HR-9" in seen(team, f"{OF}sms/en/", order="HR-9")


def test_anothers_order_is_no_sample(team: rows.Team) -> None:
    rows.a_shipment(rows.an_order(rows.a_shop("other"), "HR-777"))
    assert "There is no parcel of an order HR-777" in seen(team, f"{OF}sms/en/", order="HR-777")


def test_a_broken_text_is_told_in_the_preview(team: rows.Team) -> None:
    page = seen(team, f"{OF}sms/en/", short="{{ plural(count, one='x') }}")
    assert "Your order #1042 is on its way with DHL." in page
    assert "<b>short: plural() needs other=&quot;…&quot;</b>" in page


def test_an_e_mail_of_the_shops_own_is_shown_and_published(team: rows.Team) -> None:
    mjml = (
        "<mjml><mj-body><mj-section><mj-column><mj-text>Ours: {{ number }}</mj-text>"
        '<mj-button href="{{ url }}">{{ button }}</mj-button></mj-column></mj-section></mj-body></mjml>'
    )
    address = f"{OF}email/en/"
    assert "Ours: #1042" in seen(team, address, mjml=mjml)
    post(team, "review", address, mjml=mjml)
    stamp = team.client.get(f"{address}publish/").context["form"]["seen"].value()
    team.client.post(f"{address}publish/", {"seen": stamp})
    own = own_texts_of([team.shop.pk])[team.shop.pk].by_key["shipped", "email", "en"]
    assert "Ours: {{ number }}" in own.html
    assert "It cannot be written" in seen(team, address, mjml="<mjml>")


def test_a_test_goes_to_the_member_who_asks_by_the_real_way(
    team: rows.Team, settings: Settings, mailoutbox: list[object]
) -> None:
    Brand.objects.filter(shop=team.shop).update(from_email="post@halden.example")
    settings.EMAIL_BACKEND = "django.core.mail.backends.locmem.EmailBackend"
    as_role(team, "agent")
    given = written(team, subject="{{ number }} has left")
    page = team.client.post(f"{ALL}test/", given, follow=True).content.decode()
    assert "A test is on its way to ines.moreira@halden.example" in page
    [mail] = mailoutbox
    assert (mail.subject, mail.to) == ("[Test] #1042 has left", ["ines.moreira@halden.example"])  # type: ignore[attr-defined]
    assert audit.latest(team.shop.pk, "sent a test message", 5)[0].subject == "shipped email en"


def test_no_more_than_twenty_tests_an_hour(team: rows.Team, mailoutbox: list[object]) -> None:
    for _ in range(21):
        page = team.client.post(f"{ALL}test/", written(team), follow=True).content.decode()
    assert "20 tests were sent within this hour" in page
    assert len(mailoutbox) == 20


def test_without_an_account_no_test_goes(team: rows.Team) -> None:
    given = written(team, f"{OF}sms/en/", to="+4915112345678")
    page = team.client.post(f"{OF}sms/en/test/", given, follow=True).content.decode()
    assert "No account is connected for this channel" in page
    given = written(team, f"{OF}sms/en/", to="12")
    page = team.client.post(f"{OF}sms/en/test/", given, follow=True).content.decode()
    assert "“12” is not a phone number" in page


def test_a_viewer_looks_and_changes_nothing(team: rows.Team) -> None:
    as_role(team, "viewer")
    assert "Save the draft" not in team.client.get(ALL).content.decode()
    assert "Your parcel is on its way" in team.client.get(f"{ALL}shown/").content.decode()
    post(team, "save", subject="x {{ number }}")
    assert not TextVersion.objects.exists()
    assert team.client.post(f"{ALL}test/", written(team)).status_code == 403
    assert team.client.get(f"{ALL}publish/").status_code == 403


def test_addresses_of_what_there_is_not_are_unknown(team: rows.Team) -> None:
    for address in ("nope/texts/all/en/", "shipped/texts/pigeon/en/", "shipped/texts/all/xx/"):
        assert team.client.get(f"/console/halden/journeys/of/{address}").status_code == 404
