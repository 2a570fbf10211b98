"""A parcel that was sent, looked up in plan and tables."""

import pytest

from tests.promise.rules.berlin import CLOCKS, PLAN, quoter
from wismo.promise.rules.question import Rung
from wismo.promise.rules.tables import Tables
from wismo.promise.rules.travelling import Sent, Told, sent_of


def _sent(country: str, tables: Tables) -> Sent:
    told = Told(
        placed_at=None,
        warehouse="berlin",
        carrier="dhl",
        service="post",
        country=country,
        region="",
        postcode="20095",
    )
    return sent_of(quoter(tables=tables), told)


def test_what_was_measured_of_learned_clocks_is_not_asked_of_written_days() -> None:
    tables = Tables(7, CLOCKS, calibration={"": ((0.95, 0.99),)})
    learned, written = _sent("DE", tables), _sent("CH", tables)
    assert learned.rung == Rung.WIDER_LANE
    assert learned.level == pytest.approx(0.99)
    assert (written.rung, written.level) == (Rung.TYPED, PLAN.level)
