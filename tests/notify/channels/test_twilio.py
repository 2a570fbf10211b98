"""Twilio: what we send, what its answers mean, what it tells us."""

import json
from collections.abc import Iterator
from datetime import timedelta

import pytest
from pytest_django.fixtures import Settings

from tests.notify.channels.chats import NOW, PAGE
from tests.notify.channels.phones import (
    BSUID,
    CALLBACK,
    PHONE,
    SID,
    a_template,
    a_text,
    answers,
    form_of,
    twilio,
)
from tests.peers import Peer, Scripted, a_peer
from tests.shared import FOLDER
from wismo.notify.channels.sms import twilio as sms
from wismo.notify.channels.whatsapp import twilio as whatsapp
from wismo.notify.port import LetterError, Outcome, Result
from wismo.notify.words import AddressKind, Failure

PATH = f"/2010-04-01/Accounts/{SID}/Messages.json"
SAMPLES = FOLDER / "peers" / "webhooks" / "twilio"


@pytest.fixture
def peer(settings: Settings) -> Iterator[Peer]:
    settings.PRIVATE_PEERS = True
    with a_peer() as running:
        yield running


def test_a_text_message_says_who_what_where_and_dies_with_its_news() -> None:
    form = form_of(sms.open_provider(twilio()).compose(a_text()).form)
    assert form == {
        "To": PHONE,
        "From": "+15550001111",
        "Body": f"Halden & Rue: Your order HR-20418 is out for delivery today. {PAGE}",
        "SmartEncoded": "true",
        "StatusCallback": CALLBACK,
        "ValidityPeriod": "14400",
    }


def test_what_is_not_transactional_says_how_to_end_it() -> None:
    form = form_of(sms.open_provider(twilio()).compose(a_text(stop_hint="Reply STOP to end.")).form)
    assert form["Body"].endswith(f"{PAGE} Reply STOP to end.")


def test_a_messaging_service_takes_the_place_of_the_sender() -> None:
    form = form_of(sms.open_provider(twilio(sender="MG" + "a" * 32)).compose(a_text()).form)
    assert form["MessagingServiceSid"] == "MG" + "a" * 32
    assert "From" not in form


@pytest.mark.parametrize(("life", "seconds"), [(timedelta(seconds=2), "6"), (timedelta(days=3), "36000")])
def test_the_validity_is_one_that_twilio_takes(life: timedelta, seconds: str) -> None:
    form = form_of(sms.open_provider(twilio()).compose(a_text(expires_at=NOW + life)).form)
    assert form["ValidityPeriod"] == seconds


def test_a_text_longer_than_twilio_takes_is_not_handed_over() -> None:
    with pytest.raises(LetterError, match="at most 1600 characters"):
        sms.open_provider(twilio()).compose(a_text(short="x" * 1600))


def test_outside_the_window_whatsapp_takes_the_approved_content() -> None:
    content = "HX" + "b" * 32
    approved = a_template(("number", "HR-20418"), content_sid=content, buttons=["confirm_address"], link=True)
    account = twilio("whatsapp", sender="+15550001111")
    letter = a_text(approved=approved, buttons=answers("The address is right"))
    form = form_of(whatsapp.open_provider(account).compose(letter).form)
    assert (form["To"], form["From"]) == (f"whatsapp:{PHONE}", "whatsapp:+15550001111")
    assert form["ContentSid"] == content
    assert json.loads(form["ContentVariables"]) == {"1": "HR-20418", "2": "token-0", "3": PAGE}
    assert "Body" not in form


def test_inside_the_window_whatsapp_takes_free_text_also_to_a_person_without_a_number() -> None:
    letter = a_text(window_open=True, to=BSUID, to_kind=AddressKind.WHATSAPP)
    form = form_of(whatsapp.open_provider(twilio("whatsapp")).compose(letter).form)
    assert form["To"] == f"whatsapp:{BSUID}"
    assert form["Body"].startswith("Halden & Rue: ")


def test_outside_the_window_and_without_content_nothing_is_written() -> None:
    with pytest.raises(LetterError, match="24-hour window is closed"):
        whatsapp.open_provider(twilio("whatsapp")).compose(a_text())


def refused(code: int, status: int = 400) -> Scripted:
    return Scripted(status, json.dumps({"code": code, "status": status}).encode())


@pytest.mark.parametrize(
    ("answer", "outcome"),
    [
        (Scripted(201, b'{"sid": "SM1", "status": "queued"}'), Outcome(Result.SENT, "queued", "SM1")),
        (refused(21610), Outcome(Result.REFUSED, "21610", failure=Failure.OPTED_OUT)),
        (refused(21211), Outcome(Result.REFUSED, "21211", failure=Failure.INVALID)),
        (refused(21614), Outcome(Result.REFUSED, "21614", failure=Failure.INVALID)),
        (refused(21408, 403), Outcome(Result.REFUSED, "21408", failure=Failure.CONFIG)),
        (refused(20003, 401), Outcome(Result.REFUSED, "20003", failure=Failure.CONFIG)),
        (refused(99999, 401), Outcome(Result.REFUSED, "99999", failure=Failure.CONFIG)),
        (refused(21602), Outcome(Result.REFUSED, "21602", failure=Failure.CONTENT)),
        (refused(63016), Outcome(Result.REFUSED, "63016", failure=Failure.WITHHELD)),
        (refused(21611), Outcome(Result.RETRY, "21611", failure=Failure.BUSY)),
        (
            Scripted(429, b'{"code": 20429}', {"Retry-After": "7"}),
            Outcome(Result.RETRY, "429", failure=Failure.BUSY, again_after=timedelta(seconds=7)),
        ),
        (Scripted(503, b""), Outcome(Result.RETRY, "503", failure=Failure.BROKEN)),
        (Scripted(500, b"oops"), Outcome(Result.UNKNOWN, "500")),
        (Scripted(502, b""), Outcome(Result.UNKNOWN, "502")),
        (Scripted(200, b"<html>"), Outcome(Result.UNKNOWN, "200")),
    ],
)
def test_every_answer_has_its_meaning(peer: Peer, answer: Scripted, outcome: Outcome) -> None:
    peer.script(PATH, answer)
    provider = sms.open_provider(twilio(api_url=peer.url))
    assert provider.send(provider.compose(a_text())) == outcome
    assert peer.asked[0].headers["authorization"].startswith("Basic ")


def test_where_nobody_listens_nothing_was_taken(settings: Settings) -> None:
    settings.PRIVATE_PEERS = True
    with a_peer() as gone:
        account = twilio(api_url=gone.url)
    provider = sms.open_provider(account)
    assert provider.send(provider.compose(a_text())) == Outcome(Result.DOWN, "connect")
