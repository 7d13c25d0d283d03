"""Words to begin with: they come to stand where a human writes, and nothing is sent."""

from __future__ import annotations

import pytest

from nookterm.client.errors import NotFound, WrongUsage
from nookterm.domain.ids import EventId, RoomId
from tests.client.people import CHARTER, Person, Village


def draft(who: Person, room: RoomId) -> str:
    return who.session.store.room(room).draft


async def test_a_redirection_is_a_private_draft_and_deletes_nothing(people: Village) -> None:
    ana, bo = await people.person("ana"), await people.person("bo")
    here = await people.community(ana, bo)
    other = await ana.founding.nook(ana.room(here.space), "bike-kitchen", CHARTER)
    off_topic = await bo.say(here.nook, "my bike squeaks")
    mine = await ana.say(here.nook, "mine, too")
    nook, better = ana.room(here.nook), ana.room(other)
    assert [room.name for room in ana.welcoming.better(nook)] == ["bike-kitchen"]

    room = await ana.welcoming.redirect(nook, off_topic, better)
    words = draft(ana, room)
    assert "I think bike-kitchen would be a better place for what you wrote: https://matrix.to/#/" in words
    assert off_topic.removeprefix("$")[:20] in words
    assert ana.heard(room) == []
    assert ana.heard(here.nook)[-2:] == ["my bike squeaks", "mine, too"]
    assert await ana.welcoming.redirect(nook, off_topic, better) == room, "the same direct room each time"
    assert draft(ana, room) == words, "and once is enough"
    assert ana.welcoming.greeting(nook, bo.id) == f"@{bo.id[1:].partition(':')[0]} welcome. What brings you here?"

    for event_id, where, words in (
        (mine, better, "yours"), (EventId("$none"), better, "not here"), (off_topic, ana.room(here.space), "no nook"),
    ):  # fmt: skip
        with pytest.raises((NotFound, WrongUsage), match=words):
            await ana.welcoming.redirect(nook, event_id, where)
