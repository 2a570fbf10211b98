"""Whether a condition holds, and what is said where nobody knows."""

from typing import Any

import pytest

from wismo.notify.journey.conditions import said
from wismo.notify.journey.model import ALWAYS, AllOf, AnyOf, Ask, Not, Operator
from wismo.notify.rules.conditions import holds

VALUES: dict[str, Any] = {
    "order.country": "DE",
    "order.total": 99.5,
    "order.tags": ["vip", "gift"],
    "order.cash_on_delivery": False,
    "order.postcode": "10115",
    "event.plan": "gold",
}
DE, AT = Ask("order.country", Operator.IS, "DE"), Ask("order.country", Operator.IS, "AT")
NOBODY_KNOWS = Ask("cart.total", Operator.MORE, 1)


@pytest.mark.parametrize(
    ("fact", "operator", "value", "expected"),
    [
        ("order.country", "==", "DE", True),
        ("order.country", "!=", "DE", False),
        ("order.country", "in", ("AT", "DE"), True),
        ("order.country", "not_in", ("AT", "DE"), False),
        ("order.total", "<", 99.5, False),
        ("order.total", "<=", 99.5, True),
        ("order.total", ">", 99, True),
        ("order.total", ">=", 100, False),
        ("order.tags", "contains", "vip", True),
        ("order.tags", "contains", "bulk", False),
        ("order.cash_on_delivery", "==", False, True),
        ("order.city", "exists", True, False),
        ("order.city", "exists", False, True),
        ("order.country", "exists", True, True),
        ("cart.total", ">", 1, None),
        ("cart.currency", "!=", "EUR", None),
        ("cart.currency", "not_in", ("EUR",), None),
        ("event.plan", ">", 3, None),  # what cannot be compared says nothing
    ],
)
def test_every_operator(*, fact: str, operator: str, value: Any, expected: bool | None) -> None:
    assert holds(Ask(fact, Operator(operator), value), VALUES) is expected


@pytest.mark.parametrize(
    ("condition", "expected"),
    [
        (ALWAYS, True),
        (AllOf((DE, AT)), False),
        (AllOf((DE, NOBODY_KNOWS)), None),
        (AllOf((AT, NOBODY_KNOWS)), False),
        (AnyOf((AT, DE)), True),
        (AnyOf((AT, NOBODY_KNOWS)), None),
        (AnyOf((NOBODY_KNOWS, DE)), True),
        (Not(AT), True),
        (Not(NOBODY_KNOWS), None),  # or else not to know would be to know
        (Not(AnyOf((AT, Not(DE)))), True),
    ],
)
def test_what_is_not_known_stays_not_known(*, condition: Any, expected: bool | None) -> None:
    assert holds(condition, VALUES) is expected


def test_what_was_looked_at_is_kept_but_nothing_that_tells_who_it_is() -> None:
    seen: dict[str, Any] = {}
    asked = AllOf((
        DE,
        Ask("order.tags", Operator.CONTAINS, "vip"),
        Ask("order.postcode", Operator.IS, "10115"),
    ))
    assert holds(AllOf((asked, Ask("event.plan", Operator.IS, "gold"), NOBODY_KNOWS)), VALUES, seen) is None
    assert seen == {
        "order.country": "DE",
        "order.tags": ["vip", "gift"],
        "order.postcode": "not kept",
        "event.plan": "not kept",
        "cart.total": "not known",
    }


@pytest.mark.parametrize(
    ("condition", "words"),
    [
        (ALWAYS, "always"),
        (DE, 'order.country == "DE"'),
        (Ask("order.country", Operator.NOT_IN, ("DE", "AT")), 'order.country not in "DE", "AT"'),
        (Ask("order.city", Operator.EXISTS, value=False), "order.city is not known"),
        (
            AllOf((AnyOf((DE, AT)), Not(NOBODY_KNOWS))),
            '(order.country == "DE" or order.country == "AT") and not (cart.total > 1)',
        ),
    ],
)
def test_a_condition_can_be_said(condition: Any, words: str) -> None:
    assert said(condition) == words
