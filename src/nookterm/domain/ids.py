"""The names Matrix gives to things, as types that cannot be mixed up."""

from __future__ import annotations

import re
from typing import NewType

UserId = NewType("UserId", str)
"""`@localpart:server`."""
RoomId = NewType("RoomId", str)
"""`!opaque` (room version 12) or `!opaque:server`."""
EventId = NewType("EventId", str)
"""`$opaque`."""
DeviceId = NewType("DeviceId", str)
TxnId = NewType("TxnId", str)
"""The sender's own name for a send; the same on every retry, so that the server keeps one copy."""

_USER_ID = re.compile(r"@[\x21-\x39\x3b-\x7e]*:[A-Za-z0-9.\-\[\]:]+")
_LONGEST = 255


def is_user_id(text: str) -> bool:
    """Whether `text` has the form of a user id (spec: Appendices, 4.2.1; historical local parts allowed)."""
    return len(text) <= _LONGEST and _USER_ID.fullmatch(text) is not None


def localpart(user: UserId) -> str:
    """`ana` of `@ana:river.example`; the whole text where it is not a user id."""
    return user[1:].partition(":")[0] if user.startswith("@") else user


def server_of(name: str) -> str:
    """The server of a user id, alias or older room id; empty for ids that name none (room version 12)."""
    return name.partition(":")[2]
