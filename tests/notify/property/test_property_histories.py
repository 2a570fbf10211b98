"""Whatever carriers tell, in whatever order: nothing is told twice, too late, or at night."""

from collections import Counter
from random import Random

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.notify.property.engine import Engine
from tests.notify.property.histories import history
from tests.notify.property.oracle import faults
from wismo.notify.rules.gates import GATES

MADE = [history(Random(seed)) for seed in range(400)]  # noqa: S311  # always the same ones


@settings(max_examples=300, deadline=None)
@given(st.randoms(use_true_random=False))
def test_no_history_makes_the_house_say_anything_twice_or_stale_or_at_night(chance: Random) -> None:
    made = history(chance)
    assert faults(made, Engine(made).run()) == []


def found_with(*, without: str = "") -> Counter[str]:
    """What the oracle finds, by the word for it, in histories that are always the same."""
    gates = [gate for gate in GATES if gate.__name__ != without]
    found: Counter[str] = Counter()
    for made in MADE:
        engine = Engine(made, gates, dedupe=without != "dedupe")
        found.update(fault.partition(":")[0] for fault in faults(made, engine.run()))
    return found


def test_with_every_gate_the_oracle_finds_nothing_and_much_is_sent() -> None:
    assert found_with() == Counter()
    sent = Counter(s.journey for made in MADE for s in Engine(made).run())
    assert sorted(sent) == [
        *("all_delivered", "available_for_pickup", "delivered", "failed_attempt", "out_for_delivery"),
        *("return_to_origin", "shipped"),
    ]
    assert min(sent.values()) >= 20


@pytest.mark.parametrize(
    ("gate", "fault"),
    [
        *(("superseded", "stale"), ("cancelled", "stale"), ("age", "old")),
        *(("quiet", "night"), ("dedupe", "twice")),
    ],
)
def test_with_a_gate_switched_off_the_oracle_finds_what_it_held_back(gate: str, fault: str) -> None:
    found = found_with(without=gate)
    assert found[fault] > 0
