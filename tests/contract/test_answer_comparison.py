"""Answers are compared by their action and served content, not by type, key order or model."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from starcase.contract.answer_comparison import is_same_answer, is_same_content, measure_distance
from starcase.contract.answer_content import (
    describe_content,
    encode_content,
    extract_facets,
    normalize_content,
    select_served_content,
)
from starcase.contract.request import Answer, Json

LISTS = st.lists(st.sampled_from("abcdef"), max_size=6, unique=True)
VALUES: st.SearchStrategy[Json] = st.recursive(
    st.none() | st.booleans() | st.integers(-(2**40), 2**40) | st.floats(allow_nan=False) | st.text(max_size=5),
    lambda part: st.lists(part, max_size=3) | st.dictionaries(st.text(max_size=3), part, max_size=3),
    max_leaves=8,
)


def ranked(*items: str, **beside: Json) -> Answer:
    return Answer("rank", 1.0, {"items": items, **beside})


@given(VALUES)
def test_content_equals_itself_in_numpy_types_and_other_key_order(content: Json) -> None:
    assert is_same_content(content, content)
    assert is_same_content(as_numpy(content), content)
    assert not is_same_content([content], content)


def as_numpy(content: Json) -> Json:
    if isinstance(content, dict):
        return {key: as_numpy(content[key]) for key in reversed(content)}
    if isinstance(content, list):
        return tuple(map(as_numpy, content))
    if isinstance(content, bool | int | float):
        return np.array(content).item() if isinstance(content, int) else np.float64(content)
    return content


@pytest.mark.parametrize(
    ("one", "other"),
    [
        (True, 1), (None, 0), (None, {}), ("1", 1), ("ab", ["a", "b"]), ({"a": None}, {"b": None}), ([1, 2], [1]),
        ({"quantity": 3.0}, {"quantity": 3.1}), (["a", "b"], ["b", "a"]), (np.float64(1), "1"),
    ],
)  # fmt: skip
def test_different_contents_are_not_the_same(one: Json, other: Json) -> None:
    assert not is_same_content(one, other)
    assert not is_same_content(other, one)


@given(LISTS, LISTS)
def test_the_distance_of_lists_is_symmetric_bounded_and_zero_for_equal_lists(one: list[str], other: list[str]) -> None:
    apart = measure_distance(ranked(*one), ranked(*other))
    assert 0 <= apart <= 1
    assert apart == measure_distance(ranked(*other), ranked(*one))
    assert (apart == 0) == (one == other) == is_same_answer(ranked(*one), ranked(*other))
    if one and other:
        assert (apart == 1) == (not set(one) & set(other))


def test_a_difference_at_the_top_of_a_list_weighs_most() -> None:
    served, top, end = ranked(*"abcd"), ranked(*"xbcd"), ranked(*"abcx")
    assert measure_distance(served, end) < measure_distance(served, top) < 1
    assert measure_distance(served, ranked(*"abcx")) == pytest.approx(1 - (1 + 1 + 1 + 3 / 4) / 4)


def test_policy_and_propensity_do_not_change_the_answer() -> None:
    assert is_same_answer(
        ranked("a", policy="popularity", propensity=1.0), ranked("a", policy="item_knn", propensity=0.2)
    )
    assert not is_same_answer(ranked("a"), Answer("nothing", 1.0, {"items": ["a"]}))
    one, other = (Answer("order", 0.0, {"quantity": 7, "propensity": p}) for p in (0.1, 0.9))
    assert is_same_answer(one, other)


def test_the_distance_of_numbers_is_relative_and_of_different_texts_is_one() -> None:
    numbers = [Answer("order", 0.0, quantity) for quantity in (10.0, 8.0, -5.0)]
    assert [measure_distance(numbers[0], other) for other in numbers] == [0.0, pytest.approx(0.2), 1.0]
    assert measure_distance(Answer("reply", 0.0, "yes"), Answer("reply", 0.0, "no")) == 1.0
    assert measure_distance(Answer("order", 0.0, None), Answer("order", 0.0, 3.0)) == 1.0


def test_described_content_is_escaped_and_shortened() -> None:
    assert describe_content({"items": ["\x1b[2J", "x" * 200, 3, 4, 5, 6, 7]}).startswith("\\x1b[2J, xxx")
    assert describe_content({"items": ["a"] * 7}).endswith(" and 2 more")
    assert describe_content({"items": []}) == "no items"
    assert describe_content("two\nlines") == "two\\nlines"
    assert len(describe_content({str(n): "y" * 500 for n in range(100)})) < 500


def test_content_is_converted_to_plain_values() -> None:
    assert normalize_content({"b": (np.float64(1.0),), "a": float("inf")}) == {"a": None, "b": [1.0]}
    assert encode_content({"b": 1, "a": [np.float64(0.5)]}) == '{"a":[0.5],"b":1}'
    assert encode_content(None) is None
    assert select_served_content({"items": [], "fallback": "x"}) == []
    assert extract_facets({"items": []}) == {"first item": None, "items served": 0}
    with pytest.raises(TypeError, match="a ndarray cannot be served"):
        normalize_content({"items": np.arange(3)})  # type: ignore[dict-item]
