"""Consents taken over from another system, shown to who asks, and how a shop's messages behave."""

import json
from datetime import UTC, datetime, time
from pathlib import Path

import pytest

from tests.cli.test_commands import wismo
from tests.makers import NOW, a_shop, an_order
from wismo.notify.models import Consent, Message, MessagingSettings, Preference, Suppression
from wismo.notify.queries.people import digest_of
from wismo.notify.queries.preferences import standing
from wismo.notify.words import AddressKind, Kind
from wismo.orders.actions import keep_orders
from wismo.orders.models import Buyer
from wismo.plumbing.models import AuditRow

pytestmark = pytest.mark.django_db
SHEET = """address,channel,kind,granted,at,confirmed,wording
Lena@example.com,email,marketing,yes,2025-03-01T10:00:00+01:00,yes,Send me offers.
max@example.com,email,marketing,yes,2025-03-01T10:00:00+01:00,,Send me offers.
+4915112345678,sms,all,no,2025-04-01T10:00:00+01:00,,
"""


def a_file(tmp_path: Path, text: str) -> str:
    path = tmp_path / "consents.csv"
    path.write_text(text, encoding="utf-8")
    return str(path)


def test_consents_are_taken_over_and_nobody_is_written_to(tmp_path: Path) -> None:
    shop = a_shop()
    keep_orders(shop, [an_order()], NOW)
    before = Message.objects.count()
    for wrote in (5, 0):
        done = wismo("consent", "import", a_file(tmp_path, SHEET))
        assert (done.exit_code, done.stdout) == (0, f"{wrote} consents and refusals written down\n")
    assert Message.objects.count() == before
    held = Preference.objects.order_by("pk").values_list("channel", "kind", "granted", "confirmed")
    assert list(held) == [
        ("email", "marketing", True, True),
        ("email", "marketing", True, False),
        ("sms", "transactional", False, True),
        ("sms", "feedback", False, True),
        ("sms", "marketing", False, True),
    ]
    said = Consent.objects.earliest("pk")
    assert (said.source, said.at) == ("import", datetime(2025, 3, 1, 9, tzinfo=UTC))
    assert said.evidence == {"wording": "Send me offers."}
    ban = Suppression.objects.get()
    assert (ban.digest, ban.reason) == (digest_of(shop, AddressKind.PHONE, "+4915112345678"), "import")
    buyer = Buyer.objects.get()
    assert [row.on for row in standing(shop, buyer.pk, NOW) if row.kind is Kind.MARKETING] == [True]


def test_what_cannot_be_read_is_named_by_its_line_and_the_rest_is_kept(tmp_path: Path) -> None:
    a_shop()
    rows = [
        "lena,email,marketing,yes,,,",
        "0151 12345678,sms,marketing,yes,,,",
        "a@b.example,pigeon,marketing,yes,,,",
        "a@b.example,email,fun,yes,,,",
        "a@b.example,email,marketing,perhaps,,,",
        "a@b.example,email,marketing,yes,yesterday,,",
        "a@b.example,email,marketing,yes,1990-01-01T00:00:00Z,,",
        "a@b.example,email,marketing,yes,,maybe,",
        f"a@b.example,email,marketing,yes,,,{'x' * 2001}",
    ]
    path = a_file(tmp_path, SHEET + "\n".join(rows) + "\n")
    done = wismo("consent", "import", path)
    told = [line.removeprefix(f"{path}:").split(":")[:2] for line in done.stderr.splitlines()[:-1]]
    fields = ["address", "address", "channel", "kind", "granted", "at", "at", "confirmed", "wording"]
    assert [(int(line), field.strip()) for line, field in told] == list(enumerate(fields, 5))
    assert done.stderr.splitlines()[-1] == "Error: 9 problems: mend those lines and import the file again"
    assert (done.exit_code, Consent.objects.count()) == (1, 5)


@pytest.mark.parametrize(
    ("text", "problem"),
    [
        ("", "missing: address, channel, kind, granted"),
        ("address,channel,kind\n", "missing: granted"),
        ("address,channel,kind,granted,colour\n", "unknown: colour"),
    ],
)
def test_a_file_without_its_columns_is_refused(tmp_path: Path, text: str, problem: str) -> None:
    a_shop()
    done = wismo("consent", "import", a_file(tmp_path, text))
    assert (done.exit_code, problem in done.stderr) == (1, True)


def test_what_an_address_said_is_shown_with_its_evidence(tmp_path: Path) -> None:
    a_shop()
    wismo("consent", "import", a_file(tmp_path, SHEET))
    assert wismo("consent", "show", "lena@EXAMPLE.com").stdout == (
        '2025-03-01 09:00 email marketing: yes to "Send me offers." (import)\n'
    )
    assert "yes, not confirmed" in wismo("consent", "show", "max@example.com").stdout
    phone = wismo("consent", "show", "+49 151 12345678").stdout.splitlines()
    assert phone[-1] == "not written to: sms, all: import"
    told = json.loads(wismo("consent", "show", "lena@example.com", "--json").stdout)
    assert [(one["granted"], one["evidence"]) for one in told["said"]] == [
        (True, {"wording": "Send me offers."})
    ]
    assert wismo("consent", "show", "nobody@example.com").stdout == "nothing was said at this address\n"
    assert wismo("consent", "show", "nobody").exit_code == 1


def test_how_messages_behave_is_set_and_shown() -> None:
    shop = a_shop()
    assert "where the law wants it" in wismo("shop", "messages").stdout
    done = wismo(
        *("shop", "messages", "--quiet", "20:00-09:00", "--voucher", "SORRY10", "--worth", "10 %"),
        *("--double-opt-in", "--stop-means-all", "--link-host", "Halden.example"),
    )
    assert done.stdout == (
        "confirmed by mail: every opt-in by e-mail\n"
        "a refusal holds on every channel\n"
        "links may lead to 127.0.0.1, halden.example\n"
    )
    row = MessagingSettings.objects.get(shop_id=shop)
    assert (row.quiet_from, row.quiet_until, row.voucher, row.voucher_worth) == (
        time(20),
        time(9),
        "SORRY10",
        "10 %",
    )
    wismo("shop", "messages", "--quiet", "house", "--single-opt-in")
    row.refresh_from_db()
    assert (row.quiet_from, row.double_opt_in, row.stop_means_all) == (None, False, True)
    assert AuditRow.objects.filter(subject="messages").count() == 2


@pytest.mark.parametrize(
    ("option", "value", "problem"),
    [
        ("--quiet", "night", "quiet: 'night' is not a span such as 21:00-08:00"),
        ("--quiet", "21:00-21:00", "quiet: its ends must differ"),
        ("--voucher", "x" * 41, "voucher: one line of at most 40 characters"),
        ("--link-host", "https://halden.example/", "link_hosts: at most 50 names such as shop.example"),
        ("--link-host", "localhost", "link_hosts: at most 50 names such as shop.example"),
    ],
)
def test_manners_that_cannot_be_are_refused(option: str, value: str, problem: str) -> None:
    a_shop()
    done = wismo("shop", "messages", option, value)
    assert (done.exit_code, done.stderr) == (1, f"Error: {problem}\n")
    assert not MessagingSettings.objects.exists()
