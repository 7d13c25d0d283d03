"""What an `m.receipt` says of other people: how far they have read, bounded in number, in values that can be stored."""

from __future__ import annotations

import heapq
from collections.abc import Iterable, Iterator, Mapping
from typing import Any

from nookterm.domain.events import moment
from nookterm.domain.ids import EventId, UserId, is_user_id
from nookterm.domain.receipts import Receipt
from nookterm.matrix.wire import as_object, tame

_MOST = 500
"""Receipts of a room that one response may bring; of more the newest count."""
_LONGEST_ID = 255
_PUBLIC = "m.read"


def receipts_of_others(events: Iterable[object], me: UserId) -> tuple[Receipt, ...]:
    """The public receipts in the ephemeral events of a room, but for our own."""
    found = (one for event in map(as_object, events) if event.get("type") == "m.receipt" for one in _in(event, me))
    return tuple(heapq.nlargest(_MOST, found, key=lambda receipt: receipt.at))


def _in(event: Mapping[str, Any], me: UserId) -> Iterator[Receipt]:
    for event_id, kinds in as_object(event.get("content")).items():
        if not 0 < len(event_id) <= _LONGEST_ID:
            continue
        for user, told in as_object(as_object(kinds).get(_PUBLIC)).items():
            about = as_object(told)
            thread = about.get("thread_id")
            known = thread is None or (isinstance(thread, str) and 0 < len(thread) <= _LONGEST_ID)
            if user == me or not is_user_id(user) or not known:
                continue
            about_thread = None if thread is None else EventId(tame(thread))
            yield Receipt(UserId(tame(user)), EventId(tame(event_id)), about_thread, moment(about.get("ts")))
