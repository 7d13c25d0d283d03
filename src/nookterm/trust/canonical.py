"""The one byte string that a JSON object has, because signatures and commitments are made over bytes."""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import Any, Never

from nookterm.trust.refusals import Reason, Refused

Json = Mapping[str, Any]
"""A JSON object. Those from outside are never changed and never trusted to have any field."""

LARGEST = (1 << 53) - 1
"""The largest integer that canonical JSON can hold (spec: Appendices, 3.1)."""
_DEEPEST = 100


def canonical_json(value: object) -> bytes:
    """Encode `value` as the spec's canonical JSON.

    Raises `Refused` (MALFORMED) for what it cannot hold: floats, integers past 2**53 - 1, lone surrogates, keys that
    are no text, objects of other languages, and nesting deeper than 100.
    """
    _check(value, 0)
    text = json.dumps(value, ensure_ascii=False, separators=(",", ":"), sort_keys=True)
    try:
        return text.encode()
    except UnicodeEncodeError:
        raise Refused(Reason.MALFORMED, "lone surrogate") from None


def _check(value: object, depth: int) -> None:
    if depth > _DEEPEST:
        raise Refused(Reason.MALFORMED, "nesting")
    if isinstance(value, dict):
        for key, inner in value.items():
            if not isinstance(key, str):
                raise Refused(Reason.MALFORMED, "key that is no text")
            _check(inner, depth + 1)
    elif isinstance(value, list | tuple):
        for inner in value:
            _check(inner, depth + 1)
    elif value is None or isinstance(value, str | bool):
        return
    elif not isinstance(value, int) or abs(value) > LARGEST:
        raise Refused(Reason.MALFORMED, "number")


def read_json(text: bytes | str) -> Any:
    """Parse JSON that somebody sent us sealed. `Refused` (MALFORMED) for all that is not strict JSON."""
    try:
        return json.loads(text, parse_constant=_no_constant)
    except (ValueError, RecursionError):
        raise Refused(Reason.MALFORMED, "JSON") from None


def _no_constant(name: str) -> Never:
    raise ValueError(name)


def as_object(value: object) -> dict[str, Any]:
    """Return `value` where it is a JSON object, `{}` where it is anything else."""
    return value if isinstance(value, dict) else {}
