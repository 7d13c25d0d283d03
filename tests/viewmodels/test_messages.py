"""What one does with messages: jumping to where they stand, undoing, threads, pins, polls, addresses."""

from __future__ import annotations

from datetime import UTC

import pytest

from nookterm.client import places
from nookterm.client.ports import Keep
from nookterm.domain.ids import EventId, RoomId
from nookterm.domain.links import message_link
from nookterm.domain.search import Search
from nookterm.domain.search import words as search_words
from nookterm.viewmodels.hub import Hub
from nookterm.viewmodels.message_lists import said_now
from nookterm.viewmodels.messages import PollDraft
from nookterm.viewmodels.polls import next_vote
from nookterm.viewmodels.shell import ClientShell
from nookterm.viewmodels.timeline import PollLine, PollView, Rule, TimelineView, Words
from tests.client.people import Person, Village
from tests.viewmodels.screens import Screens, shows


def said(view: TimelineView) -> list[Words]:
    return [entry for entry in view.entries if isinstance(entry, Words)]


def one(view: TimelineView, event_id: EventId) -> Words | None:
    return next((words for words in said(view) if words.event_id == event_id), None)


async def reply(bo: Person, nook: RoomId, body: str, to: EventId, *, thread: EventId | None = None) -> EventId:
    relation: dict[str, object] = {"m.in_reply_to": {"event_id": to}}
    if thread:
        relation |= {"rel_type": "m.thread", "event_id": thread, "is_falling_back": True}
    content = {"msgtype": "m.text", "body": body, "m.relates_to": relation}
    return await bo.session.outbox.send(nook, "m.room.message", content)


async def talking(people: Village, screens: Screens) -> tuple[ClientShell, Person, RoomId]:
    ana, bo = await people.person("ana"), await people.person("bo")
    here = await people.community(ana, bo)
    return await screens.live(ana), bo, here.nook


async def test_an_answer_leads_to_its_original_however_far_back_and_the_way_leads_on_to_the_newest(
    people: Village, screens: Screens, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(places, "_NEAR_PAGES", 0)
    monkeypatch.setattr(places, "_AROUND", 3)
    ana, bo = await people.person("ana"), await people.person("bo")
    here = await people.community(ana, bo)
    first = await bo.say(here.nook, "where it began")
    for number in range(40):
        await bo.say(here.nook, f"in between {number}")
    answer = await reply(bo, here.nook, "about the beginning", first)
    await bo.say(here.nook, "and now")
    await ana.sync()
    # As after a long time: the past was let go.
    while ana.session.store.trim(here.nook, Keep(ana.session.clock(), messages=2, blocks=False)):
        pass
    assert ana.session.store.event(here.nook, first) is None
    shell = await screens.live(ana)
    await shell.timeline.open(here.nook)
    view = await shows(shell.timeline, lambda v: one(v, answer))
    words = one(view, answer)
    assert words is not None
    assert words.quote is not None
    assert (words.answers, words.quote.author, words.quote.text) == (first, "", "an earlier message")
    await shell.timeline.jump(first)
    view = shell.timeline.view
    found = one(view, first)
    assert found is not None, view.notice
    assert (view.target, found.body) == (first, "where it began")
    # Only what is around it was fetched; the hole is said, and closes while one reads on.
    assert "gap" in {entry.meaning for entry in view.entries if isinstance(entry, Rule)}
    await shell.timeline.newer()
    await shows(shell.timeline, lambda v: not any(isinstance(e, Rule) and e.meaning == "gap" for e in v.entries))
    bodies = [words.body for words in said(shell.timeline.view)]
    assert [body for body in bodies if body.startswith("in between")] == [f"in between {n}" for n in range(40)]
    await shell.timeline.older()
    await shell.timeline.jump(None)
    assert (shell.timeline.view.target, shell.timeline.view.past) == (None, False)


async def test_what_drains_is_not_done_when_it_is_undone_and_done_when_it_is_settled(
    people: Village, screens: Screens
) -> None:
    shell, bo, nook = await talking(people, screens)
    await shell.timeline.send("a slip")
    view = await shows(shell.timeline, lambda v: said(v) and not said(v)[-1].event_id.startswith("~"))
    mine = said(view)[-1].event_id
    theirs = await bo.say(nook, "rude")
    await shows(shell.timeline, lambda v: one(v, theirs))
    assert await shell.messages.take_back(mine) == ""
    assert shell.messages.view.pending is not None
    await shell.messages.undo()
    assert shell.messages.view.result == "It stays. Nothing was taken back."
    await shell.messages.take_back(mine)
    await shell.messages.take_back(theirs, "please be kind")
    await shell.messages.settle()
    await shows(shell.timeline, lambda v: all(w.redacted for w in said(v) if w.event_id in {mine, theirs}))
    assert await shell.messages.take_back(mine) == "That message is not here any more."
    details = await shell.messages.details(mine)
    assert details is not None
    assert details.wordings == ()
    await bo.sync()
    reasons = [getattr(e.payload, "reason", None) for e in bo.session.store.timeline(nook, 20)]
    assert "please be kind" in reasons


async def test_threads_are_read_one_by_one_and_a_room_is_not_read_with_them(people: Village, screens: Screens) -> None:
    shell, bo, nook = await talking(people, screens)
    root = await bo.say(nook, "a question")
    other = await bo.say(nook, "another question")
    await shows(shell.timeline, lambda v: one(v, other))
    await shell.timeline.read()
    await reply(bo, nook, "an answer", root, thread=root)
    last = await reply(bo, nook, "a better one", root, thread=root)
    await reply(bo, nook, "elsewhere", other, thread=other)
    await shows(shell.timeline, lambda v: (w := one(v, root)) and w.fresh == 2 and one(v, other).fresh == 1)  # type: ignore[union-attr]  # it is there
    await shell.timeline.read()
    threads = await shell.messages.threads()
    assert [(t.event_id, t.note) for t in threads] == [(other, "1 reply · 1 new"), (root, "2 replies · 2 new")]
    assert threads[1].last.endswith(": a better one")
    await shell.timeline.thread(root)
    await shell.timeline.read()
    await shell.timeline.thread(None)
    view = await shows(shell.timeline, lambda v: (w := one(v, root)) and w.fresh == 0)
    assert [w.fresh for w in said(view) if w.event_id == other] == [1]
    await shell.timeline.jump(last)
    assert shell.timeline.view.thread == root
    await shell.messages.read_threads()
    await shell.timeline.jump(other)
    await shows(shell.timeline, lambda v: v.thread is None and (w := one(v, other)) and w.fresh == 0)
    # Another device of ours hears of it.
    threads = await shell.messages.threads()
    assert all(t.fresh == 0 for t in threads)


async def test_a_poll_is_begun_voted_on_and_closed(people: Village, screens: Screens) -> None:
    shell, bo, nook = await talking(people, screens)
    assert await shell.messages.begin_poll(PollDraft("Which cone?", ("six", "ten"))) == ""
    view = await shows(
        shell.timeline, lambda v: said(v) and said(v)[-1].poll and not said(v)[-1].event_id.startswith("~")
    )
    poll, event_id = said(view)[-1].poll, said(view)[-1].event_id
    assert poll is not None
    assert (poll.question, [line.text for line in poll.lines], poll.may_end) == ("Which cone?", ["six", "ten"], True)
    assert await shell.messages.vote(event_id, [poll.lines[0].id]) == ""
    await bo.sync()
    await bo.session.outbox.send(
        nook, "m.poll.response",
        {"m.relates_to": {"rel_type": "m.reference", "event_id": event_id}, "m.selections": [poll.lines[1].id]},
    )  # fmt: skip

    def votes(view: TimelineView) -> list[int]:
        words = one(view, event_id)
        return [line.votes for line in words.poll.lines] if words and words.poll else []

    await shows(shell.timeline, lambda v: votes(v) == [1, 1])
    details = await shell.messages.details(event_id)
    assert details is not None
    assert [names for _, names in details.votes] != ["", ""]
    assert await shell.messages.vote(event_id, [poll.lines[1].id]) == ""
    await shows(shell.timeline, lambda v: votes(v) == [0, 2])
    assert await shell.messages.end_poll(event_id) == ""
    await shows(shell.timeline, lambda v: (w := one(v, event_id)) and w.poll and w.poll.ended and w.poll.lines[1].best)
    assert await shell.messages.vote(event_id, []) == "This poll has ended."
    assert await shell.messages.end_poll(event_id) == "There is no open poll."
    await bo.sync()
    found = bo.session.store.search(Search(terms=search_words("cone")))
    assert [event.event_id for event in found] == [event_id]


async def test_own_words_stand_as_soon_as_the_server_took_them_and_before_the_sync_brings_them(
    people: Village,
) -> None:
    bo = await people.person("bo")
    nook = (await people.community(bo)).nook
    event_id = await bo.session.outbox.send(nook, "m.room.message", {"msgtype": "m.text", "body": "just now"})
    assert bo.session.store.event(nook, event_id) is None

    async def nothing(_work: object) -> None:
        """Nothing is carried out here."""

    hub = Hub.of(bo.session, nothing, UTC)
    said = said_now(hub, bo.session.rooms[nook], event_id)

    assert said is not None
    assert (said.message.body, said.sender) == ("just now", bo.id)


async def test_pins_mentions_days_and_addresses_lead_to_messages(people: Village, screens: Screens) -> None:
    shell, bo, nook = await talking(people, screens)
    event_id = await bo.say(nook, "the tile table")
    content = {
        "msgtype": "m.text",
        "body": "look",
        "m.mentions": {"user_ids": [shell.timeline.view.people and _me(shell)]},
    }
    named = await bo.session.outbox.send(nook, "m.room.message", content)
    await shows(shell.timeline, lambda v: one(v, named))
    assert await shell.messages.pin(event_id) == "Pinned for everybody here."
    await shows(shell.timeline, lambda v: (w := one(v, event_id)) and w.pinned)
    assert [(p.event_id, p.text) for p in await shell.messages.pins()] == [(event_id, "the tile table")]
    assert await shell.messages.pin(event_id) == "No longer pinned."
    assert (await shell.messages.mention(None)).event_id == named
    assert (await shell.messages.mention(named)).words
    assert (await shell.messages.day("today")).event_id is not None
    assert (await shell.messages.day("someday")).words
    link = await shell.messages.link(event_id)
    assert link == message_link(nook, event_id, bo.id)
    way = await shell.messages.follow(link)
    assert (way.room_id, way.event_id) == (nook, event_id)
    assert (await shell.messages.follow("https://matrix.to/#/!elsewhere:example.org")).ask
    assert (await shell.messages.follow("word")).words
    await shell.messages.react(event_id, "👍")
    await shows(shell.timeline, lambda v: (w := one(v, event_id)) and w.reactions == (("👍", 1, True),))


def _me(shell: ClientShell) -> str:
    assert shell.messages._hub is not None
    return str(shell.messages._hub.session.gateway.user_id)


def test_a_vote_is_changed_added_to_and_taken_back() -> None:
    lines = (PollLine("a", "six", mine=True), PollLine("b", "ten"), PollLine("c", "none"))
    single, double = PollView("?", lines, ""), PollView("?", lines, "", most=2)
    assert next_vote(single, "b") == ("b",)
    assert next_vote(single, "a") == ()
    assert next_vote(double, "b") == ("a", "b")
    full = PollView("?", (PollLine("a", "six", mine=True), PollLine("b", "ten", mine=True), lines[2]), "", most=2)
    assert next_vote(full, "c") is None
