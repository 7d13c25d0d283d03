"""Canonical JSON: the spec's examples, and everything that it cannot hold."""

from __future__ import annotations

import json
import math
from typing import Any

import pytest
from canonicaljson import encode_canonical_json
from hypothesis import given
from hypothesis import strategies as st

from nookterm.trust.canonical import LARGEST, as_object, canonical_json, read_json
from nookterm.trust.refusals import Reason
from tests.trust.chance import refused

TEXT = st.text(st.characters(exclude_categories=["Cs"]))
VALUES = st.recursive(
    st.none() | st.booleans() | st.integers(-LARGEST, LARGEST) | TEXT,
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(TEXT, inner, max_size=3),
    max_leaves=12,
)


@pytest.mark.parametrize(
    ("given_", "expected"),
    [
        ("{}", "{}"),
        ('{"one": 1, "two": "Two"}', '{"one":1,"two":"Two"}'),
        ('{"b": "2", "a": "1"}', '{"a":"1","b":"2"}'),
        ('{"a": "日本語"}', '{"a":"日本語"}'),
        ('{"本": 2, "日": 1}', '{"日":1,"本":2}'),
        (r'{"a": "\u65E5"}', '{"a":"日"}'),
        ('{"a": null}', '{"a":null}'),
        ('{"a": -0, "b": 10000000000}', '{"a":0,"b":10000000000}'),
        (r'{"a": "\b\t\n\f\r\"\\\u0001\u001F\u007f\/"}', '{"a":"\\b\\t\\n\\f\\r\\"\\\\\\u0001\\u001f\x7f/"}'),
        ('{"auth": {"success": true, "list": [{"medium": "email", "address": "j"}]}}',
         '{"auth":{"list":[{"address":"j","medium":"email"}],"success":true}}'),
    ],
)  # fmt: skip
def test_the_examples_of_the_spec_come_out_as_it_says(given_: str, expected: str) -> None:
    assert canonical_json(json.loads(given_)) == expected.encode()


@given(VALUES)
def test_it_agrees_with_the_library_that_homeservers_use(value: Any) -> None:
    assert canonical_json(value) == encode_canonical_json(value)


@given(VALUES)
def test_what_was_written_reads_the_same(value: Any) -> None:
    assert read_json(canonical_json(value)) == value


def nested(depth: int) -> list[Any]:
    inner: list[Any] = []
    for _ in range(depth):
        inner = [inner]
    return inner


@pytest.mark.parametrize(
    "value",
    [1.0, 1e10, math.nan, math.inf, LARGEST + 1, -LARGEST - 1, b"bytes", {1: 2}, {"a": {1, 2}}, "\ud800", {"\udfff": 1},
     nested(101), [[{"deep": 0.5}]], object()],
)  # fmt: skip
def test_what_canonical_json_cannot_hold_is_refused(value: object) -> None:
    with refused(Reason.MALFORMED):
        canonical_json(value)


def test_the_largest_numbers_are_still_taken() -> None:
    assert canonical_json([LARGEST, -LARGEST, nested(90)]).startswith(b"[9007199254740991,-9007199254740991,")


@pytest.mark.parametrize("text", [b"", b"{", b"NaN", b'{"a":Infinity}', b"\xff\xfe\xfd", b"[" * 100_000, b"1" * 5000])
def test_what_is_not_strict_json_is_refused(text: bytes) -> None:
    with refused(Reason.MALFORMED):
        read_json(text)


@pytest.mark.parametrize("value", [None, [], "x", 3, True])
def test_only_an_object_is_an_object(value: object) -> None:
    assert as_object(value) == {}
    assert as_object({"a": value}) == {"a": value}
