"""JSON from strangers: whatever it is, what comes out can be stored and shown."""

from __future__ import annotations

import json
import math

import pytest
from hypothesis import given
from hypothesis import strategies as st

from nookterm.matrix.wire import DEEPEST, read_json, tame

ANY_JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(st.characters()) | st.just("\ud800"),
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(st.text(max_size=5), inner, max_size=4),
    max_leaves=12,
)


def _depth(value: object) -> int:
    depth = 0
    while isinstance(value, dict | list) and value:
        value = next(iter(value.values())) if isinstance(value, dict) else value[0]
        depth += 1
    return depth


@given(ANY_JSON)
def test_what_was_tamed_has_a_plain_form_and_stays_as_it_is(value: object) -> None:
    calm = tame(value)

    json.dumps(calm, allow_nan=False).encode()
    json.dumps(calm, ensure_ascii=False).encode()
    assert tame(calm) == calm


@given(ANY_JSON)
def test_ordinary_json_comes_through_unchanged(value: object) -> None:
    text = json.dumps(tame(value))

    assert read_json(text) == json.loads(text)
    assert read_json(text.encode()) == json.loads(text)


@pytest.mark.parametrize(
    ("text", "value"),
    [
        ("[NaN, Infinity, -Infinity]", [0, 0, 0]),
        ("[1e999, -1e999]", [0, 0]),
        ("9" * 5000, 0),
        (r'"a\ud800b"', "a\ufffdb"),
        (r'"\ud83c\udf3f"', "🌿"),
        ('"' + "x" * 70_000 + '"', "x" * 70_000),
    ],
    ids=["not numbers", "too large", "endless", "half a character", "two halves", "long"],
)
def test_numbers_and_characters_that_cannot_be_kept_are_replaced(text: str, value: object) -> None:
    assert read_json(text) == value


@pytest.mark.parametrize(
    "deep", ["[" * 50_000 + "]" * 50_000, '{"a":' * 50_000 + "1" + "}" * 50_000], ids=["lists", "objects"]
)
def test_bottomless_nesting_is_cut_and_what_stands_beside_it_is_kept(deep: str) -> None:
    value = read_json('{"before": "[{", "deep": ' + deep + ', "after": "\\"]}"}')

    assert (value["before"], value["after"]) == ("[{", '"]}')
    assert _depth(value["deep"]) <= DEEPEST


@pytest.mark.parametrize("text", ["", "{", "]" * 9, "[" * 50_000, '{"a": 1} x', "\x00", b"\xff\xfe"], ids=range(7))
def test_what_is_no_json_is_said_to_be_none(text: str | bytes) -> None:
    with pytest.raises(json.JSONDecodeError):
        read_json(text)


def test_taming_keeps_ordinary_values() -> None:
    value = {"a": [1, 2.5, True, None, "ü", {"b": []}], "n": -(2**53)}

    assert tame(value) == value
    assert tame({5: 1, "x": math.nan, "y": 2**70, "z": {1, 2}}) == {"x": 0, "y": 0, "z": None}
