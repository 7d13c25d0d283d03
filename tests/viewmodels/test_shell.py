"""A shell shows what is on this machine at once, keeps every view in step, and closes without losing anything."""

from __future__ import annotations

import pytest

from nookterm.client.account import open_account
from nookterm.client.engine import Engine
from nookterm.client.errors import Busy
from nookterm.client.ports import RoomSpec
from nookterm.domain.charter import Charter, Question
from nookterm.domain.ids import EventId, RoomId
from nookterm.viewmodels.highlights import Draft
from nookterm.viewmodels.model import Face, Told
from nookterm.viewmodels.shell import ClientShell
from nookterm.viewmodels.timeline import Words
from nookterm.viewmodels.tree import RowKind, TreeView
from tests.client.people import Person, Village
from tests.faults.proxy import FaultyProxy
from tests.viewmodels.screens import Screens, all_sent, shows


def labels(view: TreeView, kind: RowKind) -> list[str]:
    return [row.label for row in view.rows if row.kind == kind]


def bodies(shell: ClientShell) -> list[str]:
    return [entry.body for entry in shell.timeline.view.entries if isinstance(entry, Words)]


def words_of(told: object) -> str:
    """Why it was not done."""
    assert isinstance(told, Told)
    assert not told.done
    return told.words


async def two(people: Village, url: str = "") -> tuple[Person, Person, RoomId]:
    ana, bo = await people.person("ana", url=url), await people.person("bo")
    here = await people.community(ana, bo)
    return ana, bo, here.nook


async def test_a_start_without_the_network_shows_what_is_here(
    people: Village, proxy: FaultyProxy, screens: Screens
) -> None:
    ana, bo, nook = await two(people, proxy.url)
    await bo.say(nook, "kept")
    await ana.sync()
    await proxy.shut()
    shell = await screens.of(ana)
    assert shell.tree.view.title == "Makers"
    assert labels(shell.tree.view, RowKind.NOOK) == ["glaze-lab"]
    assert bodies(shell) == ["kept"]
    assert shell.about.view.title == "glaze-lab"
    assert shell.status.view.account == ana.name
    offline = await shows(shell.status, lambda view: view.connection == "offline")
    assert "Next try in" in offline.detail
    await shell.directory.refresh()
    assert shell.directory.view.face == Face.OFFLINE
    await shell.requests.refresh()
    assert shell.requests.view.face == Face.OFFLINE
    await shell.highlights.refresh()
    assert shell.highlights.view.face == Face.OFFLINE
    await shell.desk.refresh()
    assert shell.desk.view.face == Face.OFFLINE
    await shell.timeline.send("for later")
    await shows(shell.timeline, lambda _view: bodies(shell)[-1] == "for later")
    await shows(shell.status, lambda view: view.unsent == 1)
    assert "cannot be reached" in words_of(await shell.found.found_space("Elsewhere", ""))


async def test_what_was_written_offline_goes_out_by_itself(
    people: Village, proxy: FaultyProxy, screens: Screens
) -> None:
    ana, bo, nook = await two(people, proxy.url)
    shell = await screens.live(ana)
    with proxy.rule("/send/", "drop_before"):
        await shell.timeline.send("for later")
        await shows(shell.timeline, lambda view: "next try" in getattr(view.entries[-1], "problem", ""))
        await shows(shell.status, lambda view: view.unsent == 1)
    await shows(shell.timeline, all_sent)
    await shows(shell.status, lambda view: view.unsent == 0)
    await bo.sync()
    assert bo.heard(nook) == ["for later"]


async def test_what_is_said_comes_to_the_screen_and_is_unread_until_seen(people: Village, screens: Screens) -> None:
    ana, bo, nook = await two(people)
    await ana.say(nook, "hello")
    shell = await screens.live(ana)
    seen: list[TreeView] = []
    stop = shell.tree.watch(seen.append)
    await bo.say(nook, "one", **{"m.mentions": {"user_ids": [ana.id]}})
    await shows(shell.timeline, lambda _view: bodies(shell) == ["hello", "one"])
    status = await shows(shell.status, lambda view: view.unread == 1)
    assert status.mentions == 1
    tree = await shows(shell.tree, lambda view: any(row.unread for row in view.rows))
    (row,) = [row for row in tree.rows if row.kind == RowKind.NOOK]
    assert (row.unread, row.mentions) == (1, 1)
    assert seen
    await shell.timeline.read()
    await shows(shell.status, lambda view: view.unread == 0)
    stop()
    stop()


async def test_the_room_and_the_draft_come_back_at_the_next_start(people: Village, screens: Screens) -> None:
    ana, _bo, nook = await two(people)
    other = await ana.session.gateway.create_room(RoomSpec("zoo"))
    await ana.sync()
    shell = await screens.live(ana)
    assert shell.timeline.view.room_id == nook
    await shell.timeline.open(other)
    await shell.timeline.keep_draft("half a thou")
    beside = open_account(people.parts, ana.name, offline=True)
    assert beside.session.store.recall("last_room", "") == {"room_id": other}, "also where the program is killed"
    await beside.close()
    await screens.close(shell)
    again = await screens.named(ana.name)
    assert (again.timeline.view.room_id, again.timeline.view.draft) == (other, "half a thou")


async def test_the_left_column_sorts_nooks_rooms_people_and_invites(people: Village, screens: Screens) -> None:
    ana, bo, _nook = await two(people)
    gateway = ana.session.gateway
    below = await ana.founding.sub_space(ana.room(await _space(ana)), "Kilns")
    await ana.founding.nook(ana.room(below), "raku", Charter(cap=2))
    deeper = await ana.founding.sub_space(ana.room(below), "Wood kilns")
    await ana.founding.nook(ana.room(deeper), "anagama", Charter())
    await gateway.create_room(RoomSpec("loose"))
    direct = await gateway.create_room(RoomSpec("", is_direct=True, invite=(bo.id,)))
    await bo.enter(direct)
    await bo.session.gateway.create_room(RoomSpec("party", invite=(ana.id,)))
    await ana.sync()
    shell = await screens.live(ana)
    view = shell.tree.view
    assert labels(view, RowKind.NOOK) == ["glaze-lab", "raku", "anagama"]
    assert "loose" in labels(view, RowKind.ROOM)
    assert labels(view, RowKind.INVITE) == ["party"]
    assert [label.startswith("bo") for label in labels(view, RowKind.PERSON)] == [True]
    assert "Makers highlights" not in labels(view, RowKind.ROOM)
    assert {"Kilns", "Wood kilns", "Invites", "Rooms", "People"} <= set(labels(view, RowKind.HEADING))
    assert view.face == Face.CONTENT


async def _space(who: Person) -> RoomId:
    return who.session.rooms.spaces()[0].room_id


async def test_a_full_nook_says_so(people: Village, screens: Screens) -> None:
    ana, bo = await people.person("ana"), await people.person("bo")
    await people.community(ana, bo, charter=Charter(cap=2))
    shell = await screens.of(ana)
    (row,) = [row for row in shell.tree.view.rows if row.kind == RowKind.NOOK]
    assert (row.note, row.waits) == ("full", True)


async def test_two_spaces_stand_under_their_own_names(people: Village, screens: Screens) -> None:
    ana, _bo, _nook = await two(people)
    made = await ana.founding.space("Bakers")
    await ana.founding.nook(ana.room(made.space_id), "sourdough", Charter())
    shell = await screens.of(ana)
    assert [h for h in labels(shell.tree.view, RowKind.HEADING) if h in {"Bakers", "Makers", "Nooks"}] == [
        "Bakers",
        "Makers",
    ]


async def test_somebody_new_is_told_how_to_begin(people: Village, screens: Screens) -> None:
    shell = await screens.live(await people.person("dora"))
    assert shell.tree.view.face == Face.EMPTY
    assert shell.tree.view.notice is not None
    assert shell.timeline.view.room_id is None
    assert shell.timeline.view.notice is not None
    assert "no space" in shell.timeline.view.notice.headline
    directory = await shows(shell.directory, lambda view: view.face != Face.LOADING)
    assert directory.notice is not None
    assert "no space" in directory.notice.headline
    assert shell.requests.view.face == Face.EMPTY
    assert shell.desk.view.face == Face.EMPTY
    assert shell.desk.view.notice is not None
    assert "for facilitators" in shell.desk.view.notice.headline
    assert "Found a space first." in words_of(await shell.found.found_nook("n", Charter()))
    await shell.timeline.read()
    await shell.timeline.send("to nobody")
    await shell.timeline.older()
    assert shell.status.view.unsent == 0


async def test_founding_a_community_shows_it(people: Village, screens: Screens) -> None:
    sourdough = Charter(
        "We feed starters.",
        "bakers",
        who_welcomes="Dora.",
        questions=(Question("q1", "Why?"), Question("q2", "When?")),
        cap=12,
    )
    shell = await screens.live(await people.person("dora"))
    assert (await shell.found.found_space("Bakers", "bread")).done
    await shows(shell.tree, lambda view: view.title == "Bakers")
    assert "A name has 1 to 64" in words_of(await shell.found.found_space("  ", ""))
    begun = await shell.found.found_nook("sourdough", sourdough)
    tree = await shows(shell.tree, lambda view: labels(view, RowKind.NOOK) == ["sourdough"])
    (row,) = [row for row in tree.rows if row.kind == RowKind.NOOK]
    assert row.room_id == begun
    await shell.timeline.open(row.room_id)
    about = await shows(shell.about, lambda view: view.title == "sourdough")
    assert (about.cap, about.purpose) == (12, "We feed starters.")
    asked = next(part for part in about.parts if part.heading == "Asked at the door")
    assert [line[0] for line in asked.lines] == ["Why?", "When?"]
    assert next(part for part in about.parts if part.heading == "Who welcomes").lines[0][0] == "Dora."
    assert "2 to 150" in words_of(await shell.found.found_nook("n", Charter(cap=999)))
    assert "is not a Matrix id" in words_of(await shell.found.found_nook("n", Charter(), "bo"))


async def test_a_nook_that_a_space_lists_later_comes_to_the_directory_by_itself(
    people: Village, screens: Screens
) -> None:
    ana, bo, _nook = await two(people)
    shell = await screens.live(bo)
    await shows(shell.directory, lambda view: len(view.cards) == 1)
    await ana.founding.nook(ana.room(await _space(ana)), "raku", Charter(purpose="Fire."))
    directory = await shows(shell.directory, lambda view: len(view.cards) == 2)
    assert "raku" in {card.name for card in directory.cards}
    await shows(shell.tree, lambda view: labels(view, RowKind.OPEN) == ["raku"])


async def test_a_directory_that_could_not_be_read_is_read_again(
    people: Village, proxy: FaultyProxy, screens: Screens
) -> None:
    ana, _bo, _nook = await two(people, proxy.url)
    with proxy.rule("/hierarchy", "500") as rule:
        shell = await screens.live(ana)
        await rule.has_hit(2)
        await shell.directory.refresh()
        assert shell.directory.view.face == Face.PROBLEM
    await shows(shell.directory, lambda view: len(view.cards) == 1)


async def test_a_second_client_of_the_same_account_is_refused(people: Village, screens: Screens) -> None:
    ana = await people.person("ana")
    await screens.of(ana)
    with pytest.raises(Busy):
        await screens.named(ana.name)


async def test_before_the_account_is_open_nothing_happens() -> None:
    async def never() -> None:
        raise AssertionError

    shell = ClientShell(Engine(), never)  # type: ignore[arg-type]  # it is never called
    room_id, event_id = RoomId("!r:river.example"), EventId("$e")
    await shell.timeline.open(room_id)
    await shell.desk.refresh()
    await shell.desk.settle()
    await shell.requests.refresh()
    assert not await shell.directory.ask(room_id, {})
    draft = Draft(room_id, (event_id,), "n", ("a",), "t", "1 person", own=False)
    assert await shell.highlights.draft(room_id, [event_id]) is None
    assert not await shell.highlights.share(draft, "t")
    assert "not open" in words_of(await shell.found.found_space("n", ""))
    assert shell._rebuilds() == []
    assert shell.tree.view.face == Face.LOADING
    shell.status.progress("seeding 1 of 2")
    assert shell.status.view.progress == "seeding 1 of 2"
