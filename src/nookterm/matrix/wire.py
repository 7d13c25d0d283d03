"""JSON from outside, made harmless: whatever a stranger sends, the rest of the program meets small, plain values."""

from __future__ import annotations

import json
import math
import re
from collections.abc import Mapping
from typing import Any

DEEPEST = 48
"""Levels of nesting that are kept; what lies deeper becomes null."""
_LONGEST_NUMBER = 20
_LARGEST = (1 << 63) - 1
_PIECE = re.compile(r'"(?:[^"\\]|\\.)*"|[\[\]{}]', re.DOTALL)
_ESCAPED_SURROGATE = re.compile(r"\\u[dD][89a-fA-F]")


def read_json(body: bytes | str) -> Any:
    """Parse JSON. Not-a-number, endless numbers, bottomless nesting and lone surrogates are replaced.

    Raises:
        ValueError: it is no JSON at all.
    """
    text = body.decode("utf-8", "replace") if isinstance(body, bytes) else body
    try:
        value = _parse(text)
    except RecursionError:
        return tame(_parse(_pruned(text)))
    return tame(value) if _ESCAPED_SURROGATE.search(text) else value


def tame(value: Any, depth: int = 0) -> Any:
    """A copy of `value` that can be stored: nesting, numbers and characters within bounds, text keys only."""
    # By exact type first: this runs for every value of every event, and an abstract class is asked slowly.
    if type(value) is str:
        return value if value.isascii() else _whole(value)
    if type(value) is dict:
        return _tame_object(value, depth)
    if isinstance(value, str):
        return _whole(value)
    if value is None or isinstance(value, bool | int | float):
        return _tame_number(value)
    if isinstance(value, list | tuple) and depth < DEEPEST:
        return [tame(inner, depth + 1) for inner in value]
    return _tame_object(value, depth) if isinstance(value, Mapping) else None


def _tame_number(value: Any) -> Any:
    if value is None or -_LARGEST <= value <= _LARGEST:
        return value
    return value if isinstance(value, float) and math.isfinite(value) else 0


def _tame_object(value: Mapping[Any, Any], depth: int) -> dict[str, Any] | None:
    if depth >= DEEPEST:
        return None
    return {
        key if key.isascii() else _whole(key): inner
        if type(inner) is str and inner.isascii()
        else tame(inner, depth + 1)
        for key, inner in value.items()
        if isinstance(key, str)
    }


def as_object(value: object) -> Mapping[str, Any]:
    """`value` where it is a JSON object, else an empty one."""
    # The exact type first: an abstract class is asked slowly, and this is asked often.
    return value if type(value) is dict or isinstance(value, Mapping) else {}


def as_list(value: object) -> list[Any]:
    """`value` where it is a JSON list, else an empty one."""
    return value if isinstance(value, list) else []


def as_text(value: object) -> str | None:
    """`value` where it is text that is not empty."""
    return value if isinstance(value, str) and value else None


def as_count(value: object) -> int | None:
    """`value` where it is a whole number from zero up."""
    return value if isinstance(value, int) and not isinstance(value, bool) and 0 <= value <= _LARGEST else None


def _parse(text: str) -> Any:
    return _DECODER.decode(text)


def _number(digits: str) -> int:
    return int(digits) if len(digits) <= _LONGEST_NUMBER else 0


def _fraction(digits: str) -> float:
    value = float(digits)
    return value if math.isfinite(value) else 0.0


_DECODER = json.JSONDecoder(parse_constant=lambda _name: 0, parse_int=_number, parse_float=_fraction)


def _whole(text: str) -> str:
    """Text that has a UTF-8 form: halves of surrogate pairs become the replacement character."""
    try:
        text.encode()
    except UnicodeEncodeError:
        return text.encode("utf-16", "surrogatepass").decode("utf-16", "replace")
    return text


def _pruned(text: str) -> str:
    """The same JSON with everything below `DEEPEST` levels replaced by null, found without recursion."""
    kept: list[str] = []
    depth = start = 0
    for piece in _PIECE.finditer(text):
        mark = piece.group()
        if mark in "[{":
            depth += 1
            if depth == DEEPEST:
                kept.append(text[start : piece.start()] + "null")
        elif mark in "]}":
            if depth == DEEPEST:
                start = piece.end()
            depth -= 1
    kept.append(text[start:])
    return "".join(kept)
