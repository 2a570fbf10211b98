"""The team is told once of each matter, wherever it wants to hear."""

import json
from collections.abc import Iterator
from typing import Any

import pytest
from pytest_django.fixtures import Settings

from tests.cli.test_commands import wismo
from tests.notify.post import free_port, post_office, use_smtp
from tests.notify.rows import MINUTE, NOON, make_shop
from tests.peers import Peer, a_peer
from wismo.notify import alerts
from wismo.notify.actions.alerts import Alert, AlertKind, close_alerts, raise_alert
from wismo.notify.actions.telling import set_team
from wismo.notify.jobs.alerts import tell_team
from wismo.notify.models import MessagingSettings, TeamAlert
from wismo.plumbing.models import AuditRow

pytestmark = [
    pytest.mark.django_db,
    pytest.mark.filterwarnings("ignore:'imghdr' is deprecated:DeprecationWarning"),  # of a service of Apprise
]


def team(shop_id: int, *emails: str, urls: tuple[str, ...] = ()) -> None:
    set_team(shop_id, emails=emails, urls=urls, who="test", now=NOON)


def refused(shop_id: int, subject: str = "postmark") -> None:
    raise_alert(Alert(shop_id, AlertKind.PROVIDER, subject, "It answered 401: the key is wrong."), NOON)


def words_of(mail: Any) -> str:
    return str(mail.get_content()).replace("\r\n", "\n")


def told() -> list[bool]:
    return [alert.told_at is not None for alert in TeamAlert.objects.order_by("pk")]


def test_the_team_is_told_by_e_mail_once(settings: Settings) -> None:
    shop = make_shop()
    team(shop.pk, "ops@halden.example", "lead@halden.example")
    refused(shop.pk)
    with post_office(settings) as office:
        assert tell_team(NOON) == 1
        refused(shop.pk)  # the same matter again
        assert tell_team(NOON + MINUTE) == 0
    (mail,) = office.taken
    assert office.recipients == ["ops@halden.example", "lead@halden.example"]
    assert mail["Subject"] == "Halden & Rue: A provider does not take our messages"
    words = words_of(mail)
    assert "(postmark)\nIt answered 401: the key is wrong." in words
    assert "/console/halden/alerts/" in words


def test_what_comes_up_again_after_it_was_settled_is_told_again(settings: Settings) -> None:
    shop = make_shop()
    team(shop.pk, "ops@halden.example")
    with post_office(settings) as office:
        refused(shop.pk)
        tell_team(NOON)
        close_alerts(shop.pk, AlertKind.PROVIDER, ["postmark"], NOON)
        refused(shop.pk)
        tell_team(NOON + MINUTE)
    assert len(office.taken) == 2


def test_several_matters_at_once_are_one_mail(settings: Settings) -> None:
    shop = make_shop()
    team(shop.pk, "ops@halden.example")
    for subject in ("postmark", "twilio_sms", "meta"):
        refused(shop.pk, subject)
    with post_office(settings) as office:
        assert tell_team(NOON) == 3
    (mail,) = office.taken
    assert mail["Subject"] == "Halden & Rue: 3 things need a look"


def test_each_shops_team_hears_of_its_own(settings: Settings) -> None:
    one, other = make_shop(), make_shop("rue", name="Rue")
    team(one.pk, "ops@halden.example")
    team(other.pk, "ops@rue.example")
    refused(one.pk)
    refused(other.pk)
    with post_office(settings) as office:
        assert tell_team(NOON) == 2
    assert [(str(mail["To"]), str(mail["Subject"]).partition(":")[0]) for mail in office.taken] == [
        ("ops@halden.example", "Halden & Rue"),
        ("ops@rue.example", "Rue"),
    ]


def test_a_team_that_could_not_be_told_is_told_later(settings: Settings) -> None:
    shop = make_shop()
    team(shop.pk, "ops@halden.example")
    refused(shop.pk)
    use_smtp(settings, free_port())
    assert tell_team(NOON) == 0
    assert told() == [False]
    with post_office(settings) as office:
        assert tell_team(NOON + MINUTE) == 1
    assert len(office.taken) == 1


def test_without_a_team_alerts_wait_and_cost_nothing(django_assert_num_queries: Any) -> None:
    refused(make_shop().pk)
    with django_assert_num_queries(2):
        assert tell_team(NOON) == 0
    assert told() == [False]


def test_what_a_provider_wants_visited_is_told_to_people_where_it_cannot_be(settings: Settings) -> None:
    shop = make_shop()
    team(shop.pk, "ops@halden.example")
    link = "https://evil.example/?Action=ConfirmSubscription"
    raise_alert(Alert(shop.pk, AlertKind.CONFIRM, "ses", link), NOON)
    raise_alert(Alert(shop.pk, AlertKind.CONFIRM, "gone", link), NOON)
    with post_office(settings) as office:
        assert tell_team(NOON) == 2
    assert link in words_of(office.taken[0])


# ── Apprise ───────────────────────────────────────────────────────────────────────────────────────────────

needs_apprise = pytest.mark.skipif(
    not alerts.is_installed(), reason="the extra `apprise` is not installed: its services are not tried"
)


@pytest.fixture
def peer() -> Iterator[Peer]:
    with a_peer() as peer:
        yield peer


@needs_apprise
def test_the_team_is_told_through_apprise(peer: Peer) -> None:
    shop = make_shop()
    url = peer.url.replace("http://", "json://") + "/hook"
    team(shop.pk, urls=(url,))
    assert url not in MessagingSettings.objects.get().alert_urls
    refused(shop.pk)
    assert tell_team(NOON) == 1
    (asked,) = peer.asked
    assert asked.path == "/hook"
    said = json.loads(asked.body)
    assert said["title"] == "Halden & Rue: A provider does not take our messages"
    assert "It answered 401" in said["message"]


@needs_apprise
def test_one_way_that_fails_does_not_keep_the_other_from_telling(settings: Settings) -> None:
    shop = make_shop()
    team(shop.pk, "ops@halden.example", urls=(f"json://127.0.0.1:{free_port()}/hook",))
    refused(shop.pk)
    with post_office(settings) as office:
        assert tell_team(NOON) == 1
    assert len(office.taken) == 1


# ── at the command line ───────────────────────────────────────────────────────────────────────────────────


def test_an_operator_says_who_is_told_and_says_hello(settings: Settings) -> None:
    make_shop()
    with post_office(settings) as office:
        done = wismo("shop", "alerts", "--email", "ops@halden.example", "--test")
    assert done.stdout == "told of alerts: ops@halden.example\na test was sent\n0 open now\n"
    assert office.taken[0]["Subject"] == "Halden & Rue: a test"
    assert words_of(office.taken[0]) == "This is a test. Alerts of Wismo will come here.\n"
    assert list(AuditRow.objects.values_list("who", "did")) == [
        ("wismo shop alerts", "set who is told of alerts")
    ]
    assert wismo("shop", "alerts", "--nobody").stdout.startswith("nobody is told of alerts")


@needs_apprise
def test_apprises_addresses_come_from_the_environment_and_are_never_shown() -> None:
    make_shop()
    done = wismo("shop", "alerts", "--urls", env={"WISMO_ALERT_URLS": "json://me:s3cret@team.example/x"})
    assert done.stdout == "told of alerts: 1 by Apprise (json)\n0 open now\n"
    assert "s3cret" not in done.output + MessagingSettings.objects.get().alert_urls


@pytest.mark.parametrize(
    ("arguments", "env", "says"),
    [
        (["--email", "ops at halden"], {}, "is not an e-mail address"),
        (["--urls"], {}, "put Apprise's addresses into WISMO_ALERT_URLS"),
        (["--urls"], {"WISMO_ALERT_URLS": "no-such-service://x"}, "Apprise"),
        (["--nobody", "--email", "ops@halden.example"], {}, "not both"),
        (["--test"], {}, "there is nobody to say hello to"),
    ],
)
def test_what_cannot_be_done_is_said_in_one_sentence(
    arguments: list[str], env: dict[str, str], says: str
) -> None:
    make_shop()
    done = wismo("shop", "alerts", *arguments, env=env)
    assert done.exit_code == 1
    assert says in done.stderr
