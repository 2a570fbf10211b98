"""A compiled expression gives what JMESPath's own interpreter gives, on any value."""

from typing import Any

import jmespath
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from jmespath.exceptions import JMESPathError

from wismo.carriers.paths import compile_path, is_false

names = st.sampled_from("abc")
values = st.recursive(
    st.none() | st.booleans() | st.sampled_from([0, 1, -1, 2.5, "", "x", "y", "a x"]),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(names, inner, max_size=3),
    max_leaves=10,
)
literals = st.sampled_from(["'x'", "''", "`1`", "`0`", "`true`", "`false`", "`null`", "`[]`", "`{}`"])
leaves = names | st.just("@") | literals
CALLS = ["type", "length", "keys", "to_string", "not_null", "contains", "starts_with", "join", "merge"]


def grown(inner: st.SearchStrategy[str]) -> st.SearchStrategy[str]:
    two = st.tuples(inner, inner)
    return st.one_of(
        st.tuples(inner, names).map(lambda t: f"({t[0]}).{t[1]}"),
        st.tuples(inner, st.sampled_from(["[0]", "[-1]", "[5]", "[]", "[*]", "[0:1]", ".*"])).map("".join),
        st.tuples(inner, st.sampled_from(["[].a", "[*].b[0]", "[0].a[]", "[].a | [0]"])).map("".join),
        st.tuples(names, inner, names).map(lambda t: f"{t[0]}[?{t[1]}].{t[2]}"),
        st.tuples(inner, st.sampled_from(["==", "!=", "||", "&&", "|", "<"]), inner).map(
            lambda t: f"({' '.join(t)})"
        ),
        inner.map("!({})".format),
        two.map(lambda t: f"[{t[0]}, {t[1]}]"),
        two.map(lambda t: f"{{a: {t[0]}, b: {t[1]}}}"),
        st.tuples(st.sampled_from(CALLS), inner).map(lambda t: f"{t[0]}({t[1]})"),
        st.tuples(st.sampled_from(CALLS), two).map(lambda t: f"{t[0]}({t[1][0]}, {t[1][1]})"),
        inner.map("sort_by({}, &a)".format),
    )


expressions = st.recursive(leaves, grown, max_leaves=6)


def interpreted(expression: str, value: Any) -> Any:
    try:
        return jmespath.search(expression, value)
    except (JMESPathError, TypeError, ValueError, LookupError, AttributeError, ArithmeticError):
        return None


@settings(deadline=None)
@given(expression=expressions, value=values)
def test_compiled_and_interpreted_agree(expression: str, value: Any) -> None:
    assert repr(compile_path(expression)(value)) == repr(interpreted(expression, value))


@given(value=values)
def test_false_is_what_jmespath_takes_for_false(value: Any) -> None:
    assert is_false(value) is (interpreted("!@", value) is True)


@pytest.mark.parametrize("expression", ["", "a[", "a..b", "frobnicate(a)", "[?frobnicate(@)]"])
def test_what_is_no_expression_is_refused(expression: str) -> None:
    with pytest.raises(ValueError):  # noqa: PT011
        compile_path(expression)
