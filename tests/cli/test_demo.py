"""The demo does the main job: real server, real workers, real SMTP, and every trouble of the field."""

import email
import json
import os
import subprocess
import sys
from email import policy
from pathlib import Path
from typing import Any

import pytest

pytestmark = pytest.mark.slow
ROOT = Path(__file__).resolve().parent.parent.parent


@pytest.fixture(scope="module")
def home(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("home")


@pytest.fixture(scope="module")
def outcome(home: Path) -> dict[str, Any]:
    env = {name: value for name, value in os.environ.items() if name != "DATABASE_URL"} | {
        "WISMO_HOME": str(home)
    }
    command = [sys.executable, "-m", "wismo.cli.main", "demo", "--no-serve", "--json", "--port", "0"]
    done = subprocess.run(command, cwd=ROOT, env=env, capture_output=True, timeout=300)
    assert done.returncode == 0, done.stderr.decode()
    told: dict[str, Any] = json.loads(done.stdout)
    return told


def test_it_prints_one_object_of_what_it_did(outcome: dict[str, Any]) -> None:
    assert sorted(outcome) == [
        "duplicates_ignored", "inbox", "messages", "milestones", "orders", "rejected_payloads", "scans",
        "shipments", "unmapped_codes",
    ]  # fmt: skip
    assert (outcome["orders"], outcome["shipments"]) == (240, 251)
    assert (outcome["unmapped_codes"], outcome["rejected_payloads"]) == (1, 1)
    assert outcome["inbox"]["parked"] == 1
    assert outcome["duplicates_ignored"] > 100
    milestones = outcome["milestones"]
    assert {"delayed", "failed_attempt", "return_started", "returned", "delivered"} <= set(milestones)


def _mails(home: Path) -> list[email.message.EmailMessage]:
    files = sorted((home / "demo" / "mailbox").glob("*.eml"))
    return [email.message_from_bytes(file.read_bytes(), policy=policy.default) for file in files]


def test_every_mail_was_sent_once_and_arrived(outcome: dict[str, Any], home: Path) -> None:
    mails = _mails(home)
    assert len(mails) == outcome["messages"]["sent"]
    assert len({mail["Message-ID"] for mail in mails}) == len(mails)


def test_the_mails_speak_the_buyers_languages(outcome: dict[str, Any], home: Path) -> None:
    html = [mail.get_body(("html",)) for mail in _mails(home)]
    told = {
        lang
        for body in html
        if body
        for lang in ("en", "ja", "ko", "hi", "ar")
        if f'lang="{lang}"' in body.get_content()
    }
    assert told == {"en", "ja", "ko", "hi", "ar"}


def test_no_buyer_whose_parcel_went_back_was_told_it_arrived(outcome: dict[str, Any], home: Path) -> None:
    command = [sys.executable, "-c", _BACK]
    env = {name: value for name, value in os.environ.items() if name != "DATABASE_URL"}
    env |= {"WISMO_HOME": str(home / "demo"), "DJANGO_SETTINGS_MODULE": "wismo.config.settings"}
    told = json.loads(subprocess.run(command, cwd=ROOT, env=env, capture_output=True, check=True).stdout)
    assert told["went back"] == 9
    assert told["told delivered"] == []
    assert "return_to_origin" in told["journeys"]


def test_the_promises_are_alive(outcome: dict[str, Any], home: Path) -> None:
    command = [sys.executable, "-c", _PROMISED]
    env = {name: value for name, value in os.environ.items() if name != "DATABASE_URL"}
    env |= {"WISMO_HOME": str(home / "demo"), "DJANGO_SETTINGS_MODULE": "wismo.config.settings"}
    told = json.loads(subprocess.run(command, cwd=ROOT, env=env, capture_output=True, check=True).stdout)
    assert told["shown"] == {"product": 240, "cart": 240, "checkout": 480}  # one a question, one an order
    assert told["rungs"] == ["own_lane", "published", "typed"]
    # How many, hangs on the days of the week and the holidays of the day it runs on.
    assert told["kept"] > 50
    assert told["broken"] > 0
    assert told["open"] > 50
    assert told["at risk"] > 0
    assert told["alerted"] > 0
    assert told["a new day"] > 0
    assert told["learned"] >= 2
    assert told["struck"] == 1


_PROMISED = """
import django, json
django.setup()
from collections import Counter
from wismo.notify.models import Message
from wismo.promise.models import Adjustment, Learning, Outlook, Promise
first, under_way = Promise.objects.filter(first=True), Outlook.objects.filter(open=True)
print(json.dumps({
    "shown": Counter(Promise.objects.filter(shipment=None).values_list("place", flat=True)),
    "rungs": sorted(set(first.values_list("rung", flat=True))),
    "kept": first.filter(kept=True).count(),
    "broken": first.filter(kept=False).count(),
    "open": first.filter(kept=None).count(),
    "at risk": under_way.filter(risk__gte=0.5).count(),
    "alerted": under_way.filter(alerted_at__isnull=False).count(),
    "a new day": Message.objects.filter(journey="new_date", state__in=("queued", "sent")).count(),
    "learned": Learning.objects.filter(serving=True).count(),
    "struck": Adjustment.objects.filter(ended_at=None).count(),
}))
"""

_BACK = """
import django, json
django.setup()
from wismo.notify.models import Message
from wismo.tracking.models import Shipment
back = list(Shipment.objects.filter(leg="rto").values_list("pk", flat=True))
about = Message.objects.filter(shipment_id__in=back)
sent = about.filter(state="sent")
print(json.dumps({
    "went back": len(back),
    "told delivered": list(sent.filter(trigger="delivered").values_list("pk", flat=True)),
    # At night in India what a buyer is told still waits for the morning.
    "journeys": sorted(set(about.filter(state__in=("queued", "sent")).values_list("journey", flat=True))),
}))
"""
