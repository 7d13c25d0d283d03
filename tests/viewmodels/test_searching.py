"""Finding on the disk of a real account: hits with their room and words, what stands around, mentions, what is new."""

from __future__ import annotations

import pytest

from nookterm.client.ports import RoomSpec
from nookterm.domain.found_words import excerpt, places
from nookterm.domain.search import words
from nookterm.viewmodels.model import Face
from nookterm.viewmodels.searching import Names, completed, is_open, suggestions
from tests.client.people import Village
from tests.viewmodels.screens import Screens, shows

NAMES = Names(("Ana", "Bo Lindqvist"), ("glaze-lab",))


async def test_what_was_said_is_found_with_what_stands_around_it_and_what_is_new_is_listed(
    people: Village, screens: Screens
) -> None:
    ana, bo = await people.person("ana"), await people.person("bo")
    here = await people.community(ana, bo)
    shell = await screens.live(ana)
    for number in range(35):
        await bo.say(here.nook, f"kiln number {number}")
    content = {"msgtype": "m.text", "body": "the heron, please", "m.mentions": {"user_ids": [ana.id]}}
    named = await bo.session.outbox.send(here.nook, "m.room.message", content)
    await shows(shell.tree, lambda view: any(row.mentions == 1 for row in view.rows))
    search = shell.search
    await search.begin()
    assert search.view.names.rooms
    await search.look("")
    taught = search.view
    assert (taught.face, taught.notice, taught.rows) == (Face.EMPTY, None, ())
    await search.look("kiln")
    view = search.view
    assert (len(view.rows), view.more, view.looking) == (30, True, False)
    assert ("kiln", True) in view.rows[0].pieces
    await search.more()
    assert (len(search.view.rows), search.view.more) == (35, False)
    assert len({row.key for row in search.view.rows}) == 35
    await search.around(search.view.rows[20].key)
    near = search.view.near
    assert [line.hit for line in near] == [False] * 6 + [True] + [False] * 6
    await search.look("is:mention her")
    assert [row.event_id for row in search.view.rows] == [named]
    await search.look("is:unread ")
    room = search.view.rows[0]
    assert (room.room_id, room.note, room.calls) == (here.nook, "36 new · 1 names you", True)
    await search.look("is:unread heron")
    assert [row.event_id for row in search.view.rows] == [named]
    await search.look("kiln before:heron")
    assert (len(search.view.rows), search.view.hint[:16]) == (30, "heron is no date")
    await search.look("kiln before:heron", settled=True)
    wrong = search.view
    assert wrong.face is Face.PROBLEM
    await search.look("crocodile")
    nothing = search.view
    assert nothing.face is Face.EMPTY
    line = await search.line_in(here.nook)
    await search.look(f"{line}number 7")
    assert [row.room_id for row in search.view.rows] == [here.nook]


async def test_a_message_whose_newer_words_name_us_is_among_those_that_do(people: Village, screens: Screens) -> None:
    ana, bo = await people.person("ana"), await people.person("bo")
    here = await people.community(ana, bo)
    shell = await screens.live(ana)
    search = shell.search
    said = await bo.say(here.nook, "the kiln is cold")
    new = {"msgtype": "m.text", "body": "the kiln is cold, ana", "m.mentions": {"user_ids": [ana.id]}}
    relation = {"rel_type": "m.replace", "event_id": said}
    edit = {**new, "body": f"* {new['body']}", "m.new_content": new, "m.relates_to": relation}
    # Who may not call everybody names nobody with it.
    loud = {"msgtype": "m.text", "body": "@room the kiln", "m.mentions": {"room": True}}
    for content in (loud, edit):
        await bo.session.outbox.send(here.nook, "m.room.message", content)
    await shell.timeline.open(here.nook)
    await shows(shell.timeline, lambda view: any(getattr(entry, "mention", False) for entry in view.entries))
    await search.look("is:mention kiln")
    assert [row.event_id for row in search.view.rows] == [said]
    await search.look("is:mention")
    assert [row.event_id for row in search.view.rows] == [said]


async def test_what_the_server_finds_stands_among_what_is_here_by_its_age_once_it_was_asked(
    people: Village, screens: Screens
) -> None:
    ana, bo = await people.person("ana"), await people.person("bo")
    nook = await ana.session.gateway.create_room(RoomSpec("nook"))
    await ana.sync()
    old = await ana.say(nook, "an old heron")
    square = await bo.session.gateway.create_room(RoomSpec("square", join_rule="public", history="shared"))
    first = await bo.post(square, {"msgtype": "m.text", "body": "the heron stands at dawn"})
    for number in range(22):
        await bo.post(square, {"msgtype": "m.text", "body": f"line {number}"})
    await ana.enter(square)
    await ana.say(square, "a heron, here")
    shell = await screens.live(ana)
    search = shell.search

    await search.look("heron")
    assert [row.server for row in search.view.rows] == [False, False]
    assert search.view.server.startswith("also ask the server: 2 rooms not encrypted")
    await search.ask_server()
    assert [(row.event_id, row.server) for row in search.view.rows][1:] == [(first, True), (old, False)]
    assert (search.view.server, search.view.asking) == ("", False)
    await search.around(search.view.rows[1].key)
    assert [line.hit for line in search.view.near] == [True]
    await search.look("is:mention heron")
    assert search.view.server == ""
    # It is found on this disk once somebody has gone there.
    await shell.timeline.open(square)
    await shell.timeline.jump(first)
    await search.look("heron")
    assert {row.event_id: row.server for row in search.view.rows}[first] is False


@pytest.mark.parametrize(
    ("line", "first", "whole"),
    [
        ("fr", "from:", "from:"),
        ("glaze from:lin", 'from:"Bo Lindqvist"', 'glaze from:"Bo Lindqvist" '),
        ('from:"Bo Lindqvist" in:', "in:glaze-lab", 'from:"Bo Lindqvist" in:glaze-lab '),
        ('from:"bo li', 'from:"Bo Lindqvist"', 'from:"Bo Lindqvist" '),
        ("is:", "is:mention", "is:mention "),
    ],
)
def test_the_end_of_a_line_is_completed(line: str, first: str, whole: str) -> None:
    best = suggestions(line, NAMES)[0]
    assert (best.text, completed(line, best)) == (first, whole)


def test_a_line_is_open_while_its_last_filter_may_go_on() -> None:
    assert is_open("glaze from:bo")
    assert not is_open("from:bo glaze")
    assert not is_open("from:bo ")


def test_what_was_looked_for_is_marked_as_the_search_compares_words() -> None:
    text = "Glazes in the Café: 図書館 glaze_lab"
    marked = [text[begin:end] for begin, end in places(text, words("glaze cafe 書"))]
    assert marked == ["Glazes", "Café", "書", "glaze"]
    far = excerpt("word " * 100 + "heron stands " + "word " * 100, words("heron"))
    assert far[0] == ("… ", False)
    assert ("heron", True) in far
    assert sum(len(piece) for piece, _ in far) < 260
