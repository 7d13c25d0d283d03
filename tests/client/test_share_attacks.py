"""Clients that mean harm, and what cannot be read: nothing leaves by it, and nothing that stands comes down by it."""

from __future__ import annotations

from dataclasses import replace
from urllib.parse import quote
from uuid import uuid4

import pytest

from nookterm.client.errors import Changed
from nookterm.domain.audience import audience_of
from nookterm.domain.consent import Mode, consent_content, terms_hash
from nookterm.domain.ids import EventId
from nookterm.domain.share_request import Quoted, request_content
from nookterm.domain.sharing import Copy, ShareState, ended_content, publishing_content
from nookterm.domain.space import title
from nookterm.domain.vocabulary import HIGHLIGHT_REQUEST
from tests.client.people import Person
from tests.client.test_sharing import WORDS, Place, place

__all__ = ["place"]
pytestmark = pytest.mark.asyncio(loop_scope="module")


async def _unreadable(here: Place, by: Person, **beside: object) -> None:
    """Something encrypted for which nobody here ever gets the key."""
    content = {"algorithm": "m.megolm.v1.aes-sha2", "ciphertext": "AwgA", "session_id": "hidden", **beside}
    path = f"/_matrix/client/v3/rooms/{quote(here.nook)}/send/m.room.encrypted/{uuid4().hex}"
    here.village.server.call("PUT", path, content, token=by.token)


async def test_what_cannot_be_read_may_be_another_question_or_a_no(place: Place) -> None:
    hidden = await place.asked()
    edit = {"rel_type": "m.replace", "event_id": hidden.event_id}
    await _unreadable(place, place.ana, **{"m.relates_to": edit})
    await place.bo.sync()
    await place.bo.say(place.nook, "yes", **{"m.relates_to": {"m.in_reply_to": {"event_id": hidden.event_id}}})
    with pytest.raises(Changed, match="nobody knows what it was"):
        await place.dee.sharing.publish(hidden.request)
    await place.bo.sharing.consent(hidden.request, Mode.NAMED)
    await _unreadable(place, place.bo)
    with pytest.raises(Changed, match="it may be a no"):
        await place.dee.sharing.publish(hidden.request)
    await place.bo.sharing.consent(hidden.request, Mode.NAMED)
    assert (await place.dee.sharing.publish(hidden.request)).state == ShareState.PUBLISHED


async def test_fewer_readers_than_there_are_is_another_question(place: Place) -> None:
    source = await place.bo.say(place.nook, "I say this to few")
    await place.ana.sync()
    board = place.ana.room(place.here.highlights)
    few = replace(audience_of(board), readers=-20)
    now = place.village.watch()
    content = request_content([Quoted(source, place.bo.id)], "To few", board.room_id, title(board), few, now)
    asked = await place.ana.post(place.nook, content)
    await place.bo.post(place.nook, consent_content(asked, terms_hash(content[HIGHLIGHT_REQUEST]), Mode.NAMED))
    await place.dee.sync()
    (share,) = (s for s in place.dee.sharing.all() if s.event_id == asked)
    with pytest.raises(Changed, match="More people can read"):
        await place.dee.sharing.publish(share.request)


async def test_notes_of_things_that_are_not_so_take_nothing_down_and_keep_nothing_up(place: Place) -> None:
    share = await place.published()
    await place.dee.sync()
    seen = place.dee.sharing.find(share.request)
    rival = Copy("0", b"\x01" * 32, place.dee.id, place.village.watch(), (), EventId("$nowhere"))
    await place.dee.post(place.nook, publishing_content(seen, rival))
    assert share.published
    await place.dee.post(place.nook, ended_content(seen, share.published))
    await place.settled()
    for person in (place.ana, place.dee):
        await person.duties.run()
    await place.settled()
    assert place.board(place.ana, share) == [WORDS]
    await place.bo.sharing.consent(share.request, Mode.WITHDRAWN)
    await place.settled()
    await place.ana.duties.run()
    await place.settled()
    assert place.board(place.ana, share) == []
