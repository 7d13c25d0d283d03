"""Everything that is done with messages, between nookterm and Element's engine, in both directions, in one room."""

from __future__ import annotations

import re
from datetime import UTC
from typing import Any

from nookterm.client.members import Members
from nookterm.domain.events import Membership, Message
from nookterm.domain.ids import EventId, RoomId
from nookterm.domain.pins import PINS, toggled
from nookterm.domain.polls import END, START, VOTE, end_content, start_content, vote_content
from nookterm.domain.roles import Role
from nookterm.domain.timeline import Said
from nookterm.formatting.reading import read_html
from nookterm.formatting.text import Paragraph
from nookterm.tui.widgets.timeline_pen import Drawing
from nookterm.tui.widgets.timeline_rows import entry_rows
from nookterm.viewmodels.conversation import Reader, entries
from nookterm.viewmodels.files import file_row
from nookterm.viewmodels.hub import Hub
from nookterm.viewmodels.message_lists import said_now
from nookterm.viewmodels.reacted import shown_reaction
from nookterm.viewmodels.writing import written
from tests.client.people import Person, Village
from tests.interop.conftest import Elements
from tests.interop.neighbours import at_element, room_at, until
from tests.interop.peer import Peer


class Talk:
    """One room with Ana at nookterm and Bo at Element."""

    def __init__(self, ana: Person, bo: Peer, room: RoomId) -> None:
        self.ana, self.bo, self.room = ana, bo, room

    async def bo_does(self, type_: str, content: dict[str, Any]) -> EventId:
        return EventId((await self.bo.lines.do("act", roomId=self.room, type=type_, content=content))["eventId"])

    async def ana_does(self, type_: str, content: dict[str, Any]) -> EventId:
        return await self.ana.session.outbox.send(self.room, type_, content)

    async def ana_writes(self, text: str, **how: Any) -> EventId:
        room = self.ana.session.rooms[self.room]
        how = {"editing": None, "answering": None} | how
        return await self.ana_does("m.room.message", written(text, room, **how))

    async def at_element(self, event_id: EventId, **want: Any) -> dict[str, Any]:
        """How a message stands at Element, once it stands so."""
        shown: dict[str, Any] = await self.bo.lines.do("stands", roomId=self.room, eventId=event_id, want=want)
        return shown

    async def here(self, event_id: EventId, **want: Any) -> Said:
        """How a message stands at nookterm, once it stands so."""

        def fitting() -> Said | None:
            said = self.now(event_id)
            return said if said and all(getattr(said, key) == value for key, value in want.items()) else None

        return await until(self.ana, fitting, lambda: f"{want}; it is {self.now(event_id)}")

    def now(self, event_id: EventId) -> Said | None:
        async def nothing(_work: Any) -> None:
            """Nothing is carried out here."""

        hub = Hub.of(self.ana.session, nothing, UTC)
        return said_now(hub, self.ana.session.rooms[self.room], event_id)


def _text(body: str, **more: Any) -> dict[str, Any]:
    return {"msgtype": "m.text", "body": body, **more}


async def test_all_that_is_done_with_messages_is_shown_alike_on_both_sides(people: Village, element: Elements) -> None:
    ana, bo = await people.person("ana"), await at_element(element, "bo")
    talk = Talk(ana, bo, await room_at(ana, bo))
    await _from_element(talk)
    await _from_nookterm(talk)
    await _polls(talk)
    await _pins_of_element(talk)
    bo_says, ana_says = "00:00  bo-element", "00:00  ana"
    assert printed(talk)[1:] == [
        "       ana began this room", "       ana joined", "       ana invited bo-element",
        "       bo-element joined",
        bo_says, "       Opened the kiln  (edited)", "       ▸ 1 reply · last 00:00",
        bo_says, "       │ bo-element  Opened the kiln", "       look, @ana:river.example", "       taken back",
        "        :celadon: 1", "       :celadon: ran", "       ▤ sticker heron 256 × 256, 23.4 KB",
        ana_says, "       the celadon ran  (edited)", "       ▸ 1 reply · last 00:00",
        ana_says, "       │ ana  the celadon ran", "       taken back", "       @room, the kiln is open",
        "       ◇ Which cone?", "         ● 1 six ━━━━━━━━──────── 1 ✓", "         ○ 2 ten ━━━━━━━━──────── 1 ✓",
        "         ended · 2 votes",
        bo_says, "       ◇ And the next?", "         ● 1 tiles ━━━━━━━━━━━━━━━━ 1 ✓",
        "         ○ 2 mugs ──────────────── 0",
        "         ended · 1 vote",
        ana_says, "       the rota of the week",
    ]  # fmt: skip


def printed(talk: Talk) -> list[str]:
    """The conversation as the screen prints it, without the times and the numbers in names."""
    reader = Reader(talk.ana.id, talk.ana.session.clock(), UTC)
    store, room = talk.ana.session.store, talk.ana.session.rooms[talk.room]
    drawn = entries(room, store.timeline(talk.room, 200), (), reader, None)
    rows = [line.plain.rstrip() for entry in drawn for line in entry_rows(entry, Drawing(90))]
    known = [re.sub(r"\b(ana|bo-element)\d+\b", r"\1", re.sub(r"\b\d\d:\d\d\b", "00:00", row)) for row in rows]
    return [re.sub(r"(?<=\S) +(?=[━─])", " ", row) for row in known]


async def _from_element(talk: Talk) -> None:
    room, ana, bo = talk.room, talk.ana, talk.bo
    first = await bo.say(room, "Opened the klin")
    await talk.here(first)
    named = {"m.relates_to": {"m.in_reply_to": {"event_id": first}}, "m.mentions": {"user_ids": [ana.id]}}
    answer = await talk.bo_does("m.room.message", _text(f"look, {ana.id}", **named))
    said = await talk.here(answer)
    assert (said.message.reply_to, said.message.mentions, said.encrypted) == (first, frozenset({ana.id}), True)
    form = {"format": "org.matrix.custom.html", "formatted_body": "<ul><li>one</li></ul>"}
    html = await talk.bo_does("m.room.message", _text("@room, a list", **form, **{"m.mentions": {"room": True}}))
    listed = (await talk.here(html)).message
    assert (listed.html, listed.everybody) == ("<ul><li>one</li></ul>", True)
    new = _text("Opened the kiln")
    relation = {"rel_type": "m.replace", "event_id": first}
    await talk.bo_does("m.room.message", _text("* Opened the kiln", **{"m.new_content": new, "m.relates_to": relation}))
    assert (await talk.here(first, edited=True)).message.body == "Opened the kiln"
    thumb = {"rel_type": "m.annotation", "event_id": first, "key": "👍"}
    reaction = await talk.bo_does("m.reaction", {"m.relates_to": thumb})
    await talk.here(first, reactions=(("👍", (bo.id,)),))
    await bo.take_back(room, reaction)
    await talk.here(first, reactions=())
    await _own_emoji_and_stickers(talk, html)
    thread = {"rel_type": "m.thread", "event_id": first, "is_falling_back": True, "m.in_reply_to": {"event_id": first}}
    below = await talk.bo_does("m.room.message", _text("in a thread", **{"m.relates_to": thread}))
    await talk.here(below)
    await talk.here(first, replies=1)
    assert ana.session.store.threads(room) == (first,)
    event = ana.session.store.event(room, below)
    assert event is not None
    assert isinstance(event.payload, Message)
    assert (event.payload.thread, event.payload.reply_to) == (first, None)
    await bo.lines.do("takeBackFor", roomId=room, eventId=html, reason="a slip")
    assert (await talk.here(html, redacted=True)).message.body == ""


async def _own_emoji_and_stickers(talk: Talk, about: EventId) -> None:
    """What is a picture at Element is a name here, which nobody has to fetch."""
    place = "mxc://river.example/celadon"
    image = f'<img data-mx-emoticon src="{place}" alt=":celadon:" title=":celadon:" height="32">'
    content = _text(":celadon: ran", format="org.matrix.custom.html", formatted_body=f"{image} ran")
    named = await talk.here(await talk.bo_does("m.room.message", content))
    form = read_html(named.message.html or "")
    assert form is not None
    assert isinstance(form.blocks[0], Paragraph)
    assert "".join(run.text for run in form.blocks[0].runs) == ":celadon: ran"
    relation = {"rel_type": "m.annotation", "event_id": about, "key": place}
    await talk.bo_does("m.reaction", {"m.relates_to": relation, "shortcode": ":celadon:"})
    said = await talk.here(about, reactions=((place, (talk.bo.id,)),))
    assert shown_reaction(said, place) == ":celadon:"
    info = {"mimetype": "image/png", "w": 256, "h": 256, "size": 24_000}
    sticker = {"body": "heron", "url": place, "info": info}
    stuck = await talk.here(await talk.bo_does("m.sticker", sticker))
    assert stuck.encrypted
    assert file_row(stuck.message) == "sticker heron  256 × 256, 23.4 KB"


async def _from_nookterm(talk: Talk) -> None:
    room, ana, bo = talk.room, talk.ana, talk.bo
    first = await talk.ana_writes("the **celadon** crawled")
    shown = await talk.at_element(first, body="the **celadon** crawled")
    assert "<strong>celadon</strong>" in shown["html"]
    answer = await talk.ana_writes(f"again, {bo.id}", answering=first)
    assert (await talk.at_element(answer, answers=first))["mentions"] == [bo.id]
    await talk.ana_writes("the celadon ran", editing=first)
    await talk.at_element(first, edited=True, body="the celadon ran")
    to_all = await talk.ana_writes("@room, the kiln is open", everybody=True)
    assert (await talk.at_element(to_all))["everybody"]
    below = await talk.ana_writes("why", answering=None, thread=first)
    await talk.at_element(below, thread=first)
    relation = {"rel_type": "m.annotation", "event_id": first, "key": "🔥"}
    reaction = await talk.ana_does("m.reaction", {"m.relates_to": relation})
    await talk.at_element(first, reactions={"🔥": 1})
    await ana.session.outbox.send(room, "m.room.redaction", {"redacts": reaction})
    await talk.at_element(first, reactions={})
    pins = ana.session.rooms[room].pinned
    await ana.session.gateway.set_state(room, PINS, "", toggled(pins, first))
    await talk.at_element(first, pinned=True)
    await until(ana, lambda: True if first in ana.session.rooms[room].pinned else None, "the pin to come back")
    await ana.session.gateway.set_state(room, PINS, "", toggled(ana.session.rooms[room].pinned, first))
    await talk.at_element(first, pinned=False)
    await ana.session.outbox.send(room, "m.room.redaction", {"redacts": answer, "reason": "said twice"})
    await talk.at_element(answer, redacted=True, body=None)
    assert ana.session.rooms[room].membership == Membership.JOIN


async def _polls(talk: Talk) -> None:
    ana, bo = talk.ana, talk.bo
    ours = await talk.ana_does(START, start_content("Which cone?", ["six", "ten"]))
    shown = await talk.at_element(ours, type=START)
    poll = shown["poll"]
    assert (poll["question"], [text for _, text in poll["answers"]]) == ("Which cone?", ["six", "ten"])
    ids = [id_ for id_, _ in poll["answers"]]
    await talk.bo_does(VOTE, vote_content(ours, [ids[1]]))
    await talk.ana_does(VOTE, vote_content(ours, [ids[0]]))

    def counted(event_id: EventId) -> dict[str, int] | None:
        said = talk.now(event_id)
        return {key: len(users) for key, users in said.counted.votes.items()} if said and said.counted else None

    await until(ana, lambda: counted(ours) if counted(ours) == {ids[0]: 1, ids[1]: 1} else None, "both votes")
    await talk.ana_does(END, end_content(ours, "over"))
    await talk.at_element(ours, ended=True)
    theirs = await talk.bo_does(START, start_content("And the next?", ["tiles", "mugs"]))
    said = await talk.here(theirs)
    assert said.message.poll is not None
    assert [choice.text for choice in said.message.poll.choices] == ["tiles", "mugs"]
    await talk.ana_does(VOTE, vote_content(theirs, [said.message.poll.choices[0].id]))
    ended = await bo.lines.do("stands", roomId=talk.room, eventId=ours)
    assert sorted(vote[1][0] for vote in ended["poll"]["votes"]) == sorted(ids)
    await talk.bo_does(END, end_content(theirs, "over"))
    await until(ana, lambda: (s := talk.now(theirs)) and s.counted and s.counted.ended_at, "the end of Bo's poll")
    late = await talk.ana_does(VOTE, vote_content(theirs, [said.message.poll.choices[1].id]))
    await until(ana, lambda: ana.session.store.event(talk.room, late), "the late vote")
    final = talk.now(theirs)
    assert final is not None
    assert final.counted is not None
    assert final.counted.winners == (said.message.poll.choices[0].id,)


async def _pins_of_element(talk: Talk) -> None:
    room, ana, bo = talk.room, talk.ana, talk.bo
    said = await talk.ana_writes("the rota of the week")
    await talk.at_element(said)
    await Members(ana.session).give(room, bo.id, Role.FACILITATOR)
    await bo.lines.do("pinAll", roomId=room, pinned=[said])
    await until(ana, lambda: ana.session.rooms[room].pinned == (said,) or None, "Bo's pin")
    await bo.lines.do("pinAll", roomId=room, pinned=[])
    await until(ana, lambda: ana.session.rooms[room].pinned == () or None, "Bo's pin to go")
