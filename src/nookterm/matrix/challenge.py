"""What a server wants to know first (spec: User-Interactive Authentication), read from its answer."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from nookterm.client.ports import Challenge
from nookterm.matrix.wire import as_list, as_object, as_text, tame

PROVE_YOURSELF = frozenset({401})
"""The HTTP status of such an answer."""


def challenge_of(answer: Mapping[str, Any], *, answered: bool) -> Challenge | None:
    """The challenge; None where the answer names no way through. `answered`: a proof of ours was looked at."""
    flows = tuple(
        tuple(stage for stage in as_list(as_object(flow).get("stages")) if isinstance(stage, str))
        for flow in as_list(answer.get("flows"))
    )
    if not flows:
        return None
    return Challenge(
        as_text(answer.get("session")) or "",
        flows,
        as_object(tame(answer.get("params"))),
        tuple(stage for stage in as_list(answer.get("completed")) if isinstance(stage, str)),
        refused=answered and "errcode" in answer,
    )
