"""Entering the accounts messages leave by, as an operator types them."""

import json
from datetime import timedelta

import pytest
from click.testing import CliRunner
from django.utils import timezone

from tests.cli.test_commands import wismo
from tests.makers import a_shop
from wismo.cli.main import main
from wismo.notify.models import ChannelAccount
from wismo.notify.queries.accounts import accounts_of
from wismo.plumbing.models import AuditRow
from wismo.shops.queries import shop_key

pytestmark = pytest.mark.django_db
TWILIO = {
    "WISMO_CHANNEL_ACCOUNT_SID": "AC1",
    "WISMO_CHANNEL_AUTH_TOKEN": " s3cret\n",
    "WISMO_CHANNEL_SENDER": "+4930123456",
}


def test_an_account_is_taken_from_the_environment_and_its_callback_is_told() -> None:
    shop = a_shop()
    done = wismo("shop", "channel", "twilio_sms", env=TWILIO)
    assert done.stdout == (
        "new: Text message by Twilio\n"
        f"it may call back at http://127.0.0.1:8000/hooks/{shop_key(shop)}/twilio_sms\n"
    )
    assert accounts_of([shop])[0].account.values["auth_token"] == "s3cret"
    assert AuditRow.objects.get().who == "wismo shop channel"
    assert wismo("shop", "channel", "twilio_sms", env=TWILIO).stdout.startswith("changed: ")


def test_what_the_environment_does_not_hold_is_asked_for_and_secrets_are_not_seen() -> None:
    shop = a_shop()
    done = CliRunner().invoke(main, ["shop", "channel", "twilio_sms"], input="AC1\ns3cret\n+4930123456\n")
    assert done.exit_code == 0
    assert "s3cret" not in done.output
    assert accounts_of([shop])[0].account.values["sender"] == "+4930123456"


def test_where_nobody_can_be_asked_it_is_said_what_is_missing_and_nothing_is_kept() -> None:
    a_shop()
    done = CliRunner().invoke(main, ["shop", "channel", "twilio_sms"], input="AC1\n")
    assert done.exit_code == 1
    assert done.stderr.splitlines()[-1].startswith("Error: twilio_sms still needs WISMO_CHANNEL_AUTH_TOKEN (")
    assert not ChannelAccount.objects.exists()


def test_accounts_are_shown_paused_resumed_and_forgotten() -> None:
    a_shop()
    wismo("shop", "channel", "twilio_sms", env=TWILIO)
    house = "smtp: E-mail, by the settings: in use until an account for it is entered\n"
    assert wismo("shop", "channel").stdout == f"twilio_sms: Text message, in use\n{house}"
    assert wismo("shop", "channel", "twilio_sms", "--pause").exit_code == 0
    assert wismo("shop", "channel").stdout == f"twilio_sms: Text message, paused\n{house}"
    assert wismo("shop", "channel", "twilio_sms", "--resume").exit_code == 0
    assert wismo("shop", "channel", "twilio_sms", "--remove").exit_code == 0
    again = wismo("shop", "channel", "twilio_sms", "--remove")
    assert again.stderr == "Error: no account of twilio_sms is there; accounts: none\n"


def test_a_provider_that_there_is_not_is_refused_with_those_there_are() -> None:
    a_shop()
    done = wismo("shop", "channel", "twilo_sms")
    assert done.stderr.startswith("Error: no channel has a provider 'twilo_sms'; did you mean twilio_sms")
    listed = wismo("shop", "channel", "--providers").stdout.splitlines()
    assert "twilio_sms: Text message, Twilio" in listed
    assert "meta: WhatsApp, WhatsApp Cloud API" in listed


def test_one_change_at_a_time() -> None:
    a_shop()
    done = wismo("shop", "channel", "twilio_sms", "--pause", "--remove")
    assert done.stderr == "Error: say one of --pause, --remove, not several\n"
    assert wismo("shop", "channel", "--pause").stderr.startswith("Error: say which account:")


def test_the_doctor_names_an_account_no_message_can_leave_by() -> None:
    a_shop()
    wismo("shop", "channel", "twilio_sms", env=TWILIO)
    assert of_the_doctor() == (True, "1 accounts")
    later = timezone.now() + timedelta(hours=1)
    ChannelAccount.objects.update(resting_until=later, trouble="20003")
    assert of_the_doctor() == (False, "twilio_sms of halden: 20003")


def of_the_doctor() -> tuple[bool, str]:
    """What it says of channels."""
    findings = json.loads(wismo("doctor", "--json").stdout.splitlines()[0])
    return next((one["ok"], one["found"]) for one in findings if one["check"] == "channels")


def test_what_a_message_costs_is_said_and_forgotten() -> None:
    shop = a_shop()
    wismo("shop", "channel", "twilio_sms", env=TWILIO)
    done = wismo("shop", "channel", "twilio_sms", "--price", "0.0790", "--currency", "eur")
    assert done.stdout == "a message by twilio_sms costs 0.079 EUR\n"
    assert (accounts_of([shop])[0].price_micros, accounts_of([shop])[0].currency) == (79_000, "EUR")
    wismo("shop", "channel", "twilio_sms", env=TWILIO)  # entered anew, it keeps its price
    assert accounts_of([shop])[0].price_micros == 79_000
    assert wismo("shop", "channel", "twilio_sms", "--no-price").exit_code == 0
    assert accounts_of([shop])[0].price is None


@pytest.mark.parametrize(
    ("asked", "says"),
    [
        (("twilio_sms", "--price", "0.079"), "say all three: wismo shop channel PROVIDER --price 0.079"),
        (("twilio_sms", "--price", "0,079", "--currency", "EUR"), "'0,079' is not a price such as 0.079"),
        (("twilio_sms", "--price", "1", "--currency", "EURO"), "'EURO' is not a currency such as EUR"),
        (("twilio_sms", "--price", "1", "--currency", "EUR"), "there is no account of twilio_sms yet"),
        (("--price", "1", "--currency", "EUR"), "say all three"),
    ],
)
def test_a_price_that_cannot_be_is_refused(asked: tuple[str, ...], says: str) -> None:
    a_shop()
    done = wismo("shop", "channel", *asked)
    assert done.exit_code == 1
    assert done.stderr.startswith(f"Error: {says}")
