"""Silent parcels as a team sees them: found by a view, counted by a tile, and explained."""

from datetime import timedelta
from typing import Any

import pytest
import time_machine

from tests.console import rows
from tests.console.rows import DAY, NOW
from wismo.console.silence import why_silent
from wismo.tracking.models import Shipment
from wismo.tracking.queries.figures import under_way
from wismo.tracking.queries.silence import Silent
from wismo.tracking.rules.silence import DAY as WORKING_DAY
from wismo.tracking.rules.silence import Basis, Limit, Silence, pack_limit

WAY = ("ups", "DE", "FR")
LEARNED = Limit(round(2.1 * WORKING_DAY), Basis.LANE, 1240, *WAY)


def a_silent_one(team: rows.Team, number: str, kind: str, **fields: Any) -> Shipment:
    order = rows.an_order(team.shop, number, country="FR")
    silence = {"silent": kind, "silent_since": NOW - 6 * DAY, "silent_limit": pack_limit(LEARNED)}
    return rows.a_shipment(order, f"N{number}", last_scan_at=NOW - 6 * DAY, **silence, **fields)


@pytest.mark.django_db
def test_each_silence_has_its_view_and_what_has_ended_is_in_neither() -> None:
    team = rows.a_team()
    a_silent_one(team, "A", "stalled")
    a_silent_one(team, "B", "not_picked_up", status="info_received")
    a_silent_one(team, "C", "stalled", status="delivered", ended=True)
    rows.a_shipment(rows.an_order(team.shop, "D"), "ND")
    address = "/console/halden/shipments/"
    for kind, number, tab in (("stalled", "A", "Stalled"), ("not_picked_up", "B", "Not picked up")):
        page = team.client.get(address, {"silent": kind})
        assert [row.order_number for row in page.context["rows"]] == [number]
        assert [view.name for view in page.context["tabs"] if view.current] == [tab]
        (chip,) = page.context["chips"]
        assert chip.text.startswith("Quiet: ")
    open_now = under_way(team.shop.pk)
    assert (open_now.stalled, open_now.not_picked_up) == (1, 1)


@pytest.mark.django_db
def test_the_parcels_page_says_why_it_is_called_stalled() -> None:
    team = rows.a_team()
    parcel = a_silent_one(team, "A", "stalled")
    with time_machine.travel(NOW, tick=False):
        page = team.client.get(f"/console/halden/shipments/{parcel.pk}/").content.decode()
    assert '<span class="chip warn">Stalled</span>' in page
    assert (
        "Quiet for 4 working days. Of 1,240 parcels that UPS brought from DE to FR, 98 in 100 were never "
        "quiet for longer than 2.1 working days."
    ) in page


def silent(limit: Limit, kind: Silence = Silence.STALLED, days: float = 4) -> Silent:
    return Silent(kind, NOW, timedelta(days=days), limit)


@pytest.mark.parametrize(
    ("told", "words"),
    [
        (
            silent(Limit(5 * WORKING_DAY, Basis.DEFAULT, 0, *WAY), days=5.25),
            "Quiet for 5.2 working days. Noted after 5 working days from DE to FR, until 100 parcels have "
            "arrived to learn from.",
        ),
        (
            silent(Limit(WORKING_DAY, Basis.CARRIER, 300, "ups", "DE", "DE"), days=1),
            "Quiet for 1 working day. Of 300 parcels that UPS brought within a country, 98 in 100 were never "
            "quiet for longer than 1 working day.",
        ),
        (
            silent(Limit(10 * WORKING_DAY, Basis.LANE, 300, *WAY), days=11),
            "Quiet for 11 working days. Noted after 10 working days at the latest, though parcels of UPS are "
            "often quiet for longer.",
        ),
        (
            silent(Limit(4 * WORKING_DAY, Basis.DEFAULT, 0, *WAY), Silence.NOT_PICKED_UP),
            "Quiet for 4 working days, and UPS has never had it. Noted after 4 working days.",
        ),
    ],
)
def test_a_silence_is_explained_by_what_it_was_judged_by(told: Silent, words: str) -> None:
    assert why_silent(told) == words
