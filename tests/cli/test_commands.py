"""The command line, as an operator types it."""

import json
from pathlib import Path

import pytest
from click.testing import CliRunner, Result
from django.utils import timezone
from pytest_django.fixtures import Settings

from tests.inboxes import states
from tests.makers import a_shop
from tests.orders.test_rules import SHEET
from tests.shared import FOLDER, needs_shared
from wismo.carriers import registry
from wismo.cli.main import COMMANDS, main
from wismo.orders.models import Order
from wismo.plumbing import inbox
from wismo.plumbing.models import InboxRow
from wismo.shops.models import Member, Shop, SourceSecret
from wismo.shops.queries import door
from wismo.tracking.models import ScanRecord, Shipment

SAMPLES = Path(__file__).resolve().parent.parent / "carriers" / "samples"


def wismo(*args: str, env: dict[str, str] | None = None) -> Result:
    """Run a command; what it printed and how it ended."""
    return CliRunner().invoke(main, args, env=env)


@pytest.mark.parametrize("command", sorted(COMMANDS))
def test_every_command_explains_itself(command: str) -> None:
    done = wismo(command, "--help")
    assert done.exit_code == 0
    assert done.stdout.startswith(f"Usage: main {command}")


@needs_shared
def test_a_dry_run_prints_a_line_a_scan_with_its_true_time_and_stores_nothing() -> None:
    done = wismo(
        "ingest", "--source", "delhivery", "--dry-run", "--json",
        str(FOLDER / "carriers/fixtures/delhivery/webhook_scan_push.json"),
    )  # fmt: skip
    assert done.exit_code == 0
    assert [json.loads(line) for line in done.stdout.splitlines()] == [
        {
            "source": "delhivery",
            "carrier": "delhivery",
            "tracking_number": "XXXXXXXXXXXX",
            "status": "info_received",
            "leg": "forward",
            "reason": None,
            "occurred_at": "2019-01-09T17:10:42.767000+05:30",
            "tz_source": "carrier_tz",
            "code": "UD|Manifested|X-UCI",
            "text": "Manifest uploaded",
            "place": "Chandigarh_Raiprkln_C (Chandigarh)",
            "eta": None,
        }
    ]


def test_a_dry_run_goes_on_past_a_payload_that_cannot_be_read_and_then_fails(tmp_path: Path) -> None:
    bad, good = tmp_path / "bad.json", sorted((SAMPLES / "ups").glob("*--delivered.json"))[0]
    bad.write_text("<html>", encoding="utf-8")
    done = wismo(
        "ingest", "--source", "ups", "--dry-run", "--json", str(bad), str(good), str(tmp_path / "none.json")
    )
    assert done.exit_code == 1
    lines = [json.loads(line) for line in done.stdout.splitlines()]
    assert [("error" in line, line.get("status")) for line in lines] == [
        (True, None),
        (False, "delivered"),
        (True, None),
    ]
    assert done.stderr == "Error: 2 payloads could not be read whole\n"


def test_an_unknown_source_is_refused_with_those_that_are_near() -> None:
    done = wismo("ingest", "--source", "Click Post", "--dry-run", "x.json")
    assert done.exit_code == 1
    assert done.stderr == (
        "Error: no source is called 'Click Post'; did you mean clickpost, la-poste, inpost? `wismo carriers "
        "list` shows all: those that webhook or poll stands beside (through Karrio: karrio:<id>)\n"
    )


@pytest.mark.django_db
def test_payload_files_are_fed_as_if_they_had_been_posted() -> None:
    a_shop()
    sample = sorted((SAMPLES / "ups").glob("*--delivered.json"))[0]
    done = wismo("ingest", "--source", "ups", "--json", str(sample))
    assert done.exit_code == 0
    receipt = json.loads(done.stdout)["receipt"]
    row = InboxRow.objects.get()
    assert (row.receipt, row.source, bytes(row.body)) == (receipt, "ups", sample.read_bytes())
    assert inbox.work(timezone.now()) == 1
    assert ScanRecord.objects.get().status == "delivered"


@pytest.mark.django_db
def test_a_parked_payload_is_put_back_to_work_by_its_receipt(tmp_path: Path) -> None:
    shop = a_shop()
    receipt = inbox.keep(shop, "ups", b"not json", headers={}, now=timezone.now())
    inbox.work(timezone.now())
    assert states() == {receipt: "parked"}
    assert wismo("replay", "unknown").exit_code == 1
    assert wismo("replay").stderr.strip() == "Error: name the receipts, or say --all, or --unmapped"
    assert wismo("replay", receipt).stdout == "1 put back to work\n"
    assert states() == {receipt: "pending"}


@pytest.mark.django_db
def test_a_sheet_of_orders_is_imported_and_its_bad_lines_are_named(tmp_path: Path) -> None:
    a_shop()
    sheet = tmp_path / "orders.csv"
    sheet.write_text(SHEET, encoding="utf-8-sig")
    done = wismo("import", str(sheet))
    assert done.exit_code == 1
    assert done.stdout == "1 orders created, 0 updated, 1 parcels registered\n"
    assert done.stderr.splitlines()[0] == (
        f"{sheet}:4: placed_at: 'yesterday' is not a time such as 2026-11-24T09:00:00+01:00"
    )
    assert done.stderr.splitlines()[-1] == "Error: 4 problems: mend those lines and import the file again"
    assert (Order.objects.get().reference, Shipment.objects.get().tracking_number) == ("A1", "1Z999")
    again = json.loads(wismo("import", "--json", str(sheet)).stdout)
    assert (again["created"], again["updated"], len(again["problems"])) == (0, 1, 4)


@pytest.mark.django_db
def test_a_sheets_parcels_are_kept_apart_and_a_bad_one_is_named_by_its_line(tmp_path: Path) -> None:
    a_shop()
    head, order = "reference,number,placed_at,country,sku,carrier,tracking_number", "O" * 75
    rows = [f"{order},#1,2026-11-24T09:00:00Z,DE,MUG,ups,1Z20000{n}" for n in range(2)]
    rows.append(f"{order},#1,2026-11-24T09:00:00Z,DE,VASE,fed ex,1Z3")
    sheet = tmp_path / "orders.csv"
    sheet.write_text("\n".join([head, *rows]), encoding="utf-8")
    done = wismo("import", str(sheet))
    assert done.stdout == "1 orders created, 0 updated, 2 parcels registered\n"
    assert (
        done.stderr.splitlines()[0] == f"{sheet}:4: carrier: 'fed ex' is not an id such as ups or dhl_express"
    )
    wismo("import", str(sheet))
    parcels = Shipment.objects.order_by("tracking_number").values_list("tracking_number", "reference")
    assert [number for number, _ in parcels] == ["1Z200000", "1Z200001"]
    assert {len(reference) for _, reference in parcels} == {80}


@pytest.mark.django_db
def test_a_sheet_that_is_not_utf_8_says_where(tmp_path: Path) -> None:
    a_shop()
    sheet = tmp_path / "orders.csv"
    sheet.write_bytes(SHEET.replace("Ridge", "R\xefdge").encode("latin-1"))
    done = wismo("import", str(sheet))
    assert done.exit_code == 1
    assert "save it as UTF-8 and import it again" in done.stderr


@pytest.mark.django_db
def test_a_shop_is_set_up_in_four_commands() -> None:
    assert wismo("shop", "open", "halden", "--name", "Halden & Rue", "--country", "de").exit_code == 0
    assert wismo("shop", "open", "halden", "--name", "Again", "--country", "de").stderr == (
        "Error: there is a shop called 'halden' already\n"
    )
    member = wismo("shop", "member", "ines@example.com", env={"WISMO_MEMBER_PASSWORD": "a long enough one"})
    assert member.exit_code == 0
    assert Member.objects.get().user.check_password("a long enough one")
    weak = wismo("shop", "member", "omar@example.com", env={"WISMO_MEMBER_PASSWORD": "short"})
    assert weak.exit_code == 1
    key = wismo("shop", "key").stdout.strip()
    assert key.startswith("wismo_")
    made = wismo("shop", "source", "delhivery")
    secret, address = (line.split()[-1] for line in made.stdout.splitlines())
    shop = Shop.objects.get()
    assert address.endswith(f"/hooks/{shop.key}/delhivery")
    assert secret not in SourceSecret.objects.get().sealed
    found = door(shop.key, "delhivery")
    assert found is not None
    assert (found.shop_id, found.secret) == (shop.pk, secret)


@pytest.mark.django_db
def test_with_several_shops_one_must_be_named() -> None:
    a_shop("one")
    a_shop("two")
    done = wismo("shop", "key")
    assert done.exit_code == 1
    assert done.stderr == "Error: say which shop with --shop; there are: one, two\n"
    assert wismo("shop", "key", "--shop", "two").exit_code == 0


@pytest.mark.django_db
def test_the_doctor_names_what_is_wrong_and_what_to_do(settings: Settings) -> None:
    settings.EMAIL_BACKEND, settings.EMAIL_PORT = "django.core.mail.backends.smtp.EmailBackend", 9
    done = wismo("doctor", "--json")
    findings = {finding["check"]: finding for finding in json.loads(done.stdout.splitlines()[0])}
    assert sorted(findings) == [
        *("address", "carriers", "channels", "clock", "database", "disk", "mail", "promises", "secrets"),
        "tables",
    ]
    assert findings["database"]["ok"] is True
    assert findings["tables"] == {"check": "tables", "ok": True, "found": "up to date", "do": ""}
    assert findings["mail"]["ok"] is False
    assert findings["mail"]["do"].startswith("Check WISMO_SMTP_HOST")
    assert done.exit_code == 1
    assert done.stderr == "Error: to mend: mail\n"


def test_a_pack_with_a_mistake_is_told_in_one_line(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "packs").mkdir()
    (tmp_path / "packs" / "acme.toml").write_text('id = "acmee"')
    monkeypatch.setattr(registry, "_HERE", tmp_path)
    registry.packs.cache_clear()
    try:
        sample = SAMPLES / "generic" / "one-event--delivered.json"
        done = wismo("ingest", "--source", "generic", "--dry-run", str(sample))
    finally:
        registry.packs.cache_clear()
    assert done.exit_code == 1
    assert done.stderr == (
        "Error: acme.toml: top of the file: id: 'acmee' is not the name of the file; make them the same\n"
    )
