"""`--everybody`: whether words may call all who are in a room."""

from __future__ import annotations

from nookterm.client.errors import NotAllowed, WrongUsage
from nookterm.domain.room import Room
from nookterm.formatting.writing import EVERYBODY


def check_everybody(room: Room, *, says_so: bool) -> None:
    """Raise WrongUsage where nothing in the words calls everybody, NotAllowed where one may not do so."""
    if not room.power.may_call_everybody(room.me):
        message = "You may not call everybody in this room."
        raise NotAllowed(
            message, "Nothing was sent. Without --everybody it is sent and calls nobody.", code="not_allowed"
        )
    if not says_so:
        message = f"These words do not call everybody: {EVERYBODY} is not in them."
        raise WrongUsage(message, "Nothing was sent.", code="usage")
