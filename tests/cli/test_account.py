"""Entering what carriers are asked with, as an operator types it."""

import json
from datetime import date, timedelta

import pytest
from click.testing import CliRunner, Result

from tests.cli.test_commands import wismo
from tests.makers import NOW, a_shop
from wismo.cli.main import main
from wismo.plumbing.models import AuditRow
from wismo.shops.models import CarrierAccount
from wismo.shops.queries import carrier_accounts
from wismo.tracking.models import PollGate

pytestmark = pytest.mark.django_db
TOKEN = {"WISMO_ACCOUNT_API_TOKEN": " t0ken-of-delhivery\n"}


def test_an_account_is_taken_from_the_environment_sealed_and_never_shown() -> None:
    shop = a_shop()
    done = wismo("shop", "account", "delhivery", env=TOKEN)
    assert done.stdout == (
        "new: parcels are asked about by delhivery, with api_token\nknown to be asked like this: official\n"
    )
    (account,) = carrier_accounts([shop])
    assert dict(account.values) == {"api_token": "t0ken-of-delhivery"}
    kept = CarrierAccount.objects.get().sealed
    assert all("t0ken" not in text for text in (kept, done.output, repr(account)))
    assert list(AuditRow.objects.values_list("who", "did", "subject")) == [
        ("wismo shop account", "set a carrier account", "delhivery")
    ]
    again = wismo("shop", "account", "delhivery", env=TOKEN)
    assert again.stdout.startswith("changed: ")


def _at_the_terminal(typed: str) -> Result:
    """Half of the account of UPS is in the environment."""
    env = {"WISMO_ACCOUNT_CLIENT_ID": "me"}
    return CliRunner().invoke(main, ["shop", "account", "ups"], env=env, input=typed)


def test_what_the_environment_does_not_hold_is_asked_for_without_echo() -> None:
    shop = a_shop()
    done = _at_the_terminal("s3cret\n")
    assert done.exit_code == 0
    assert "s3cret" not in done.output
    assert dict(carrier_accounts([shop])[0].values) == {"client_id": "me", "client_secret": "s3cret"}


def test_where_nobody_can_be_asked_it_is_said_what_is_missing_and_nothing_is_kept() -> None:
    a_shop()
    done = _at_the_terminal("")
    assert (done.exit_code, done.stderr.splitlines()[-1]) == (
        1,
        "Error: ups still needs WISMO_ACCOUNT_CLIENT_SECRET",
    )
    assert not CarrierAccount.objects.exists()


def test_a_source_that_is_open_to_all_needs_no_key() -> None:
    a_shop()
    done = wismo("shop", "account", "japan-post")
    assert done.stdout.splitlines()[0] == "new: parcels are asked about by japan-post, which needs no key"


def test_a_source_nobody_can_ask_is_refused_with_those_it_may_be() -> None:
    a_shop()
    done = wismo("shop", "account", "Japan_Posts")
    assert done.stderr.startswith(
        "Error: no source called 'Japan_Posts' can be asked; did you mean japan-post"
    )
    assert "? `wismo carriers list --level poll` shows all that can" in done.stderr


def test_the_list_of_no_account_says_so() -> None:
    a_shop()
    assert wismo("shop", "account").stdout == "no account yet: wismo shop account SOURCE enters one\n"


@pytest.mark.parametrize(
    ("told", "error"),
    [
        (("delhivery", "--pause", "--resume"), "say one of --pause, --resume, not several"),
        (("--pause",), "say which account: wismo shop account SOURCE --pause"),
    ],
)
def test_what_cannot_be_meant_is_refused_and_changes_nothing(told: tuple[str, ...], error: str) -> None:
    shop = a_shop()
    wismo("shop", "account", "delhivery", env=TOKEN)
    assert wismo("shop", "account", *told).stderr == f"Error: {error}\n"
    assert carrier_accounts([shop])[0].enabled


def test_an_account_is_paused_resumed_and_forgotten() -> None:
    shop = a_shop()
    wismo("shop", "account", "delhivery", env=TOKEN)
    assert wismo("shop", "account", "delhivery", "--resume").stderr == (
        "Error: no account of delhivery is paused; accounts: delhivery\n"
    )
    assert wismo("shop", "account", "delhivery", "--pause").exit_code == 0
    assert wismo("shop", "account").stdout == "delhivery: paused\n"
    assert wismo("shop", "account", "delhivery", "--resume").exit_code == 0
    assert carrier_accounts([shop])[0].enabled
    assert wismo("shop", "account", "delhivery", "--remove").exit_code == 0
    assert wismo("shop", "account", "delhivery", "--remove").stderr == (
        "Error: no account of delhivery is there; accounts: none\n"
    )


def test_the_list_says_how_each_account_does() -> None:
    shop = a_shop()
    wismo("shop", "account", "delhivery", env=TOKEN)
    PollGate.objects.create(
        shop_id=shop, source="delhivery", error="HTTP 500", error_at=NOW, used=3, day=date(2020, 1, 1)
    )
    assert wismo("shop", "account").stdout == (
        "delhivery: 0 due, 0 waiting, 0 expired; 0 requests today; "
        f"last error {NOW:%Y-%m-%d} 12:00 UTC: HTTP 500\n"
    )
    CarrierAccount.objects.update(sealed="of another key", changed_at=NOW - timedelta(days=1))
    assert wismo("shop", "account").stdout == (
        "delhivery: lacks api_token: enter it with wismo shop account delhivery\n"
    )


def test_the_doctor_names_an_account_that_does_not_work() -> None:
    shop = a_shop()
    wismo("shop", "account", "delhivery", env=TOKEN)
    assert _of_the_doctor() == (True, "1 accounts, 0 parcels due")
    PollGate.objects.create(shop_id=shop, source="delhivery", failures=5, error="HTTP 401", error_at=NOW)
    assert _of_the_doctor() == (False, "delhivery of halden: HTTP 401")


def _of_the_doctor() -> tuple[bool, str]:
    findings = json.loads(wismo("doctor", "--json").stdout.splitlines()[0])
    return next((found["ok"], found["found"]) for found in findings if found["check"] == "carriers")
