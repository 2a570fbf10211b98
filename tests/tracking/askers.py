"""What workers of the polling tests do, in processes of their own."""

from datetime import timedelta
from typing import Any

from django.utils import timezone

from tests.inboxes import states
from tests.makers import a_shop
from tests.tracking.acme import KEY, PACK, an_account, parcels
from wismo.carriers import registry
from wismo.carriers.loading import load_pack
from wismo.carriers.port import Switchboard
from wismo.tracking.fetching import PackFetcher
from wismo.tracking.models import Poll, PollGate
from wismo.tracking.polling import enrol, poll

NUMBERS = [f"AC{n:03}" for n in range(120)]


def _fetcher(peer: str) -> Switchboard:
    """Acme's pack, which asks this peer."""
    text = PACK.replace("{PEER}", peer) + "[poll.rate]\nper_second = 500\n" + KEY
    registry.packs()["acme"] = load_pack("acme.toml", text)
    return Switchboard(packs=PackFetcher(), prefixed={})


def prepare(peer: str) -> dict[str, Any]:
    """A shop with an account, and parcels taken up."""
    shop = a_shop()
    an_account(shop)
    parcels(shop, *NUMBERS)
    return {"taken": enrol(timezone.now(), _fetcher(peer))}


def work(peer: str, ahead: float) -> dict[str, Any]:
    """Ask for whatever is due `ahead` seconds from now, until nothing is."""
    fetcher, asked = _fetcher(peer), 0
    for _ in range(2000):
        now = timezone.now() + timedelta(seconds=ahead)
        asked += poll(now, fetcher)
        if not Poll.objects.filter(due_at__lte=now).exists():
            break
    return {"asked": asked}


def found() -> dict[str, Any]:
    """What is there in the end."""
    polls = Poll.objects.filter(lease_until=None, attempts=0, answered_at__isnull=False)
    return {
        "answered": sorted(polls.values_list("number", flat=True)),
        "payloads": len(states()),
        "failures": PollGate.objects.get().failures,
    }
