"""The list of rooms of an open account: where rooms stand, what is said of them, and that all of it is remembered."""

from __future__ import annotations

from nookterm.client.ports import RoomSpec
from nookterm.domain.ids import RoomId
from nookterm.domain.levels import Level, Rulebook
from nookterm.viewmodels.room_menu_work import RoomMenuModel
from nookterm.viewmodels.shell import ClientShell
from nookterm.viewmodels.tree import RowKind, TreeModel, TreeView
from nookterm.viewmodels.tree_rows import FAVOURITES, LOW
from tests.client.people import Village
from tests.faults.proxy import FaultyProxy
from tests.viewmodels.screens import Screens, shows


def under(view: TreeView, heading: str) -> list[str]:
    """The rooms under a heading."""
    return [row.label for row in view.rows if row.section == heading and row.kind is not RowKind.HEADING]


async def test_rooms_stand_where_their_reader_put_them_and_do_so_after_a_restart(
    people: Village, screens: Screens, proxy: FaultyProxy
) -> None:
    ana, bo = await people.person("ana", url=proxy.url), await people.person("bo")
    here = await people.community(ana, bo)
    rooms = {name: await ana.session.gateway.create_room(RoomSpec(name)) for name in ("loft", "attic", "cellar")}
    await ana.sync()
    shell = await screens.live(ana)
    menu = shell.people.menu
    view = await shows(shell.tree, lambda view: len(under(view, "Rooms")) >= 3)
    assert [name for name in under(view, "Rooms") if name in rooms] == ["attic", "cellar", "loft"]

    assert (await menu.do("favourite on", rooms["loft"])).words == "loft: a favourite, on top of the list."
    assert (await menu.do("favourite", rooms["cellar"])).done
    assert (await menu.do("low", rooms["attic"])).words.startswith("attic: of low priority")
    view = await shows(shell.tree, lambda view: under(view, LOW) == ["attic"])
    assert under(view, FAVOURITES) == ["loft", "cellar"], "in the order in which they were put there"
    assert (await menu.do("up", rooms["cellar"])).words == "cellar: moved up among the favourites."
    await shows(shell.tree, lambda view: under(view, FAVOURITES) == ["cellar", "loft"])
    assert (await menu.do("first", rooms["cellar"])).words == "cellar: it stands there already."
    assert (await menu.do("favourite down", rooms["cellar"])).done
    await shows(shell.tree, lambda view: under(view, FAVOURITES) == ["loft", "cellar"])
    assert not (await menu.do("up", rooms["attic"])).done, "it is no favourite"
    assert LOW in view.folded
    await shell.tree.fold(LOW)
    await shell.tree.fold("People")
    assert shell.tree.view.folded == {"People"}

    await _levels(shell, here.nook, proxy)
    await bo.say(here.nook, "opened the kiln")
    await bo.say(here.nook, "look", **{"m.mentions": {"user_ids": [ana.id]}})
    view = await shows(shell.tree, lambda view: any(row.mentions for row in view.rows))
    (row,) = [row for row in view.rows if row.room_id == here.nook]
    assert (row.unread, row.mentions, row.quiet) == (0, 1, 2)
    assert await menu.to_read() == 1
    assert (await menu.read_all()).words == "1 room read."
    assert await menu.to_read() == 0

    await _all_silenced_then_only_read(shell, here.nook)
    before = shell.tree.view
    await screens.close(shell)
    again = await screens.named(ana.name)
    assert again.tree.view.folded == {"People"}
    assert [row.key for row in again.tree.view.rows] == [row.key for row in before.rows]


async def _levels(shell: ClientShell, nook: RoomId, proxy: FaultyProxy) -> None:
    menu = shell.people.menu
    assert await menu.open(nook)
    assert [line.word for line in menu.view.lines if line.on] == ["all"]
    assert (await menu.do("level", nook)).words == "glaze-lab: only messages that name you."
    assert [line.word for line in menu.view.lines if line.on] == ["mentions"]
    with proxy.rule("/pushrules", "drop_before"):
        told = await menu.do("mute", nook)
    assert told.words == "glaze-lab: nothing: muted. Your other clients hear of it when the server is back."
    view = await shows(shell.tree, lambda view: any(row.level is Level.MUTE for row in view.rows))
    assert view
    assert (await menu.do("mentions", nook)).done
    assert (await menu.do("unread", nook)).done
    await shows(shell.tree, lambda view: any(row.marked for row in view.rows))
    await shell.timeline.open(nook)
    await shows(shell.tree, lambda view: not any(row.marked for row in view.rows))
    assert (await menu.do("read", nook)).words.startswith("glaze-lab: ")
    assert menu.view.address.startswith("https://matrix.to/#/")
    assert not await menu.open(RoomId("!nowhere:x.org"))
    assert not (await menu.do("level", RoomId("!nowhere:x.org"))).done
    with proxy.rule("/tags/", "403"):
        assert not (await menu.do("low", nook)).done


async def _all_silenced_then_only_read(shell: ClientShell, nook: RoomId) -> None:
    menu, hub = shell.people.menu, shell._hub
    assert hub is not None
    hub.session.levels._book = Rulebook(silenced=True)
    assert await menu.open(nook)
    assert [line.note for line in menu.view.lines if line.on][:1] == ["off for the whole account"]
    hub.session.levels.forget()
    hub.read_only = True
    assert not (await menu.do("level", nook)).done
    assert not (await menu.read_all()).done
    await shell.tree.fold("Rooms")
    assert "Rooms" in shell.tree.view.folded
    await shell.tree.fold("Rooms")
    hub.read_only = False


async def test_before_an_account_is_open_nothing_happens() -> None:
    menu, tree = RoomMenuModel(), TreeModel()
    await tree.fold("Rooms")
    assert tree.view == TreeView()
    assert not await menu.open(None)
    assert await menu.to_read() == 0
    assert not (await menu.do("level")).done
