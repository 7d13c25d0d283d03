"""Why a message is not shown, in a few plain words for each reason that the policy has."""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType

from nookterm.trust.policy import Why

_HIDDEN: Mapping[Why, str] = MappingProxyType(
    {
        Why.UNSIGNED_DEVICE: "it came from a device that its owner has not signed; they can sign it in that app",
        Why.NO_IDENTITY: "it came from a device that nobody has signed; its owner can set that up in that app",
        Why.UNKNOWN_DEVICE: "it came from a device that nobody knows",
        Why.BARRED: "it came from a device that you shut out; /trust lets it in again",
        Why.MISMATCHED_SENDER: "its key belongs to somebody else than the sender",
        Why.VERIFICATION_BROKEN: "its sender was verified and has another identity now; compare keys again",
        Why.IDENTITY_HIDDEN: "the server does not show its sender's identity any more",
    }
)
HIDDEN = frozenset(_HIDDEN.values())
"""All of them."""


def hidden(why: Why) -> str:
    """Why a message is not shown, as the end of a sentence. Only for reasons that hide one."""
    return _HIDDEN[why]
