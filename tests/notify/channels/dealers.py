"""Korea's dealers of Alimtalk as tests meet them: accounts, a letter with a registered text, a trace."""

from datetime import UTC, datetime
from typing import Any

from tests.notify.channels.chats import REFERENCE, a_letter, an_account, approved
from tests.peers import Asked, Peer, Scripted
from wismo.notify.port import (
    Account,
    Letter,
    Outcome,
    Trace,
)
from wismo.notify.words import AddressKind

BODY = "[#{상점}] 주문 #{번호} 상품이 오늘 도착합니다.\n#{번호} 조회는 아래에서."
BUTTON = {"type": "WL", "name": "배송 조회", "linkMobile": "https://#{링크}", "linkPc": "https://#{링크}"}
VALUES = (("brand", "Halden & Rue"), ("number", "HR-20418"), ("link", "track.halden.example/r/AbC123"))
NOBODY = "http://127.0.0.1:9"
STARTED = datetime(2026, 11, 24, 9, 30, tzinfo=UTC)


def letter(**changes: Any) -> Letter:
    told = {
        "to": "+821012345678",
        "to_kind": AddressKind.PHONE,
        "approved": approved(BODY, *VALUES, buttons=[BUTTON]),
    }
    return a_letter(**{**told, **changes})


def at_solapi(api_url: str = "") -> Account:
    keys = {"api_key": "NCSKEY", "api_secret": "solapi secret", "webhook_secret": "hook secret"}
    return an_account("kakao", "solapi", api_url, pf_id="KA01PF1", sender="0212345678", **keys)


def at_naver(api_url: str = "") -> Account:
    keys = {"access_key": "naver key", "secret_key": "naver secret"}
    return an_account(
        "kakao", "sens", api_url, service_id="ncp:kkobizmsg:kr:27:sens", channel_id="@halden", **keys
    )


def handed_over(provider: Any, account: Account, peer: Peer, answer: Scripted) -> tuple[Outcome, Asked]:
    peer.usual = answer
    opened = provider.open_provider(account)
    outcome: Outcome = opened.send(opened.compose(letter()))
    return outcome, peer.asked[-1]


def trace(reference: str = REFERENCE, provider_id: str = "") -> Trace:
    return Trace(reference, provider_id, STARTED, "+821012345678")
