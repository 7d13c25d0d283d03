"""Why nothing is sent in a room: what is said above the messages, with the keys that lead on."""

from __future__ import annotations

from nookterm.tui.own_keys import own_key
from nookterm.viewmodels.model import Notice
from nookterm.viewmodels.timeline import Blocked


def what_stops(blocked: Blocked) -> Notice:
    """What happened, what is safe, which key does what."""
    go_on, compare = (own_key(id_) for id_ in ("app.go_on", "app.compare"))
    if blocked.kind == "device":
        do = f"{go_on} makes this device trusted."
    elif blocked.kind == "violated":
        do = f"{compare} compares keys with {blocked.name}; {go_on} withdraws your verification."
    else:
        do = f"{compare} compares keys with {blocked.name}; {go_on} goes on unverified."
    return Notice(blocked.headline, (blocked.safe, do))
