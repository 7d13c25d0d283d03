"""What the desk's other acts come to on real servers: in line, put aside, handed over, several at once, the door."""

from __future__ import annotations

import asyncio
from collections.abc import Coroutine
from datetime import UTC
from itertools import product
from typing import Any

import pytest

from nookterm.client.errors import NotAllowed
from nookterm.domain.charter import Charter
from nookterm.domain.desk import Item, Kind
from nookterm.domain.events import Membership
from nookterm.tui.commands import COMMANDS
from nookterm.viewmodels.desk import DeskLine, DeskView, Wish
from nookterm.viewmodels.desk_acts import doing
from nookterm.viewmodels.desk_batch import plan
from nookterm.viewmodels.desk_detail import Seen
from nookterm.viewmodels.desk_lines import make_line
from nookterm.viewmodels.desk_rooms import Place
from nookterm.viewmodels.hub import Hub
from nookterm.viewmodels.shell import ClientShell
from tests.client.people import Village
from tests.viewmodels.screens import Screens, shows
from tests.viewmodels.test_desk import desk, inside, lines


def asking(view: DeskView) -> list[DeskLine]:
    """The lines of those who ask to join."""
    return [line for line in lines(view) if line.kind == "ask"]


async def settled(shell: ClientShell, wish: Wish) -> str:
    """Decide without waiting for the bar; what it came to."""
    await shell.desk.do(wish)
    await shell.desk.settle()
    return shell.desk.view.result


async def test_a_full_nook_keeps_a_place_and_the_line_is_set_aside(people: Village, screens: Screens) -> None:
    shell, cy, (bob,), here = await desk(people, screens, "bob", cap=2)
    (line,) = asking(shell.desk.view)
    assert line.full

    assert (
        await settled(shell, Wish("waitlist", line.case, line.read)) == f"{bob.name} is on the wait-list of glaze-lab."
    )

    view = await shows(shell.desk, lambda view: asking(view) and asking(view)[0].fold)
    (line,) = asking(view)
    assert (line.fold, line.state, line.full) == ("on the wait-list", "place 1", False)
    assert "desk.waitlist" not in line.actions
    assert await inside(cy, here, bob) == Membership.KNOCK
    await cy.sync()
    assert (await cy.request_of(bob.id)).place == 1


async def test_put_aside_for_oneself_stays_with_the_others_and_comes_back(people: Village, screens: Screens) -> None:
    shell, cy, (_bob,), _here = await desk(people, screens, "bob")
    (line,) = asking(shell.desk.view)

    await shell.desk.do(Wish("snooze", line.case, line.read, number=3))
    view = await shows(shell.desk, lambda view: asking(view)[0].fold == "snoozed")
    assert asking(view)[0].state.startswith("until ")
    assert "Put aside for you" in view.result
    await cy.sync()
    assert [item.snoozed_until for item in cy.desk.known_items() if item.request] == [None]

    await shell.desk.do(Wish("wake", line.case, line.read))
    await shows(shell.desk, lambda view: not asking(view)[0].fold)


async def test_opinions_and_a_hand_over_are_seen_on_both_desks(people: Village, screens: Screens) -> None:
    shell, cy, (bob,), _here = await desk(people, screens, "bob", charter=Charter(cap=9, approvals_needed=2))
    (line,) = asking(shell.desk.view)
    assert line.detail is not None
    assert line.detail.needs == "1 of 2 are for it, counting you"
    assert shell.desk.view.helpers[0][1] == ((cy.id, cy.name),)

    assert f"one more is needed: {cy.name}" in await settled(shell, Wish("approve", line.case, line.read))
    await cy.request_of(bob.id)
    await cy.vetting.vote(line.case, 1, "I know the tiles")
    view = await shows(shell.desk, lambda view: asking(view)[0].state == "2nd opinion")
    detail = asking(view)[0].detail
    assert detail is not None
    assert [(note.who, note.mark) for note in detail.notes] == [(cy.name, "for")]
    assert detail.needs == ""

    await shell.desk.do(Wish("claim", line.case, line.read))
    await shows(shell.desk, lambda view: asking(view)[0].mine)
    await shell.desk.do(Wish("hand_over", line.case, line.read, to=cy.id))
    view = await shows(shell.desk, lambda view: asking(view)[0].held)
    assert asking(view)[0].held == cy.name
    assert f"{cy.name} is on it now" in view.result


async def test_a_batch_says_of_each_what_it_came_to_and_can_be_undone_before(people: Village, screens: Screens) -> None:
    shell, cy, (bob, eve), here = await desk(people, screens, "bob", "eve")
    first, second = asking(shell.desk.view)
    both = plan("decline", (first, second))

    await shell.desk.batch(both)
    pending = (await shows(shell.desk, lambda view: view.pending)).pending
    assert pending is not None
    assert (pending.text, pending.has(first.case), pending.has(second.case)) == ("Turning 2 people away", True, True)
    await shell.desk.undo()
    assert not shell.desk.view.progress

    await shell.desk.batch(both)
    await cy.request_of(bob.id)
    await cy.vetting.approve(first.case)
    await shell.desk.settle()
    progress = shell.desk.view.progress
    assert progress is not None
    assert (progress.done, progress.running) == (2, False)
    assert [(row.failed, "already let in" in row.result or row.result == "declined") for row in progress.plan.rows] == [
        (True, True), (False, True),
    ]  # fmt: skip
    assert shell.desk.view.result == "1 done, 1 not possible."
    assert await inside(cy, here, bob) == Membership.INVITE
    assert await inside(cy, here, eve) == Membership.LEAVE
    await shell.desk.stop()
    assert shell.desk.view.progress is None


async def test_closing_in_the_middle_of_a_batch_ends_it_after_the_case_under_way(
    people: Village, screens: Screens
) -> None:
    shell, cy, (bob, _eve), here = await desk(people, screens, "bob", "eve")
    await shell.desk.batch(plan("decline", asking(shell.desk.view)))
    working = asyncio.create_task(shell.desk.settle())
    await shows(shell.desk, lambda view: view.progress)
    await screens.close(shell)
    await working
    progress = shell.desk.view.progress
    assert progress is not None
    assert not progress.running
    assert progress.done >= 1
    assert await inside(cy, here, bob) == Membership.LEAVE


async def test_a_closed_door_turns_nobody_away_who_waits(people: Village, screens: Screens) -> None:
    shell, cy, (bob,), here = await desk(people, screens, "bob")
    (door,) = [door for door in shell.desk.view.doors if door.nook_id == here.nook]
    assert (door.is_open, door.waiting) == (True, 1)

    await shell.desk.do(Wish("door", here.nook))
    pending = (await shows(shell.desk, lambda view: view.pending)).pending
    assert pending is not None
    assert pending.text == "Closing the door of glaze-lab"
    await shell.desk.settle()
    assert "nobody new can ask" in shell.desk.view.result
    eve = await people.person("eve")
    with pytest.raises(NotAllowed):
        await eve.session.gateway.knock(here.nook, "Please.")
    view = await shows(shell.desk, lambda view: any(not door.is_open for door in view.doors))
    (line,) = asking(view)
    assert "is invited" in await settled(shell, Wish("approve", line.case, line.read))
    assert await inside(cy, here, bob) == Membership.INVITE


async def test_a_decision_is_about_the_request_that_was_read(people: Village, screens: Screens) -> None:
    shell, cy, (bob,), here = await desk(people, screens, "bob")
    (line,) = asking(shell.desk.view)
    await bob.session.gateway.leave(here.nook)
    await bob.session.gateway.knock(here.nook, "Now with other words.")
    await shows(shell.desk, lambda view: asking(view) and asking(view)[0].read != line.read)
    assert "asked again" in await settled(shell, Wish("approve", line.case, line.read))
    assert await inside(cy, here, bob) == Membership.KNOCK


async def test_a_setting_that_drifted_is_claimed_and_set_right(people: Village, screens: Screens) -> None:
    shell, cy, _none, here = await desk(people, screens)
    await cy.session.gateway.set_state(here.nook, "m.room.join_rules", "", {"join_rule": "public"})
    view = await shows(shell.desk, lambda view: any(line.kind == "drift" for line in lines(view)))
    (line,) = [line for line in lines(view) if line.kind == "drift"]
    assert line.detail is not None
    assert line.detail.why[0] == "How people get in: anybody walks in. By the charter: people ask to join."
    assert {"desk.fix", "desk.claim"} <= set(line.actions)

    await shell.desk.do(Wish("claim", line.case, line.read))
    await shows(shell.desk, lambda view: [at.state for at in lines(view) if at.case == line.case] == ["yours"])
    assert "as its charter says" in await settled(shell, Wish("fix", line.case, line.read))
    await shows(shell.desk, lambda view: all(at.case != line.case for at in lines(view)))
    await cy.sync()
    assert cy.room(here.nook).join_rule == "knock"


async def test_a_newcomer_is_to_be_greeted_until_somebody_says_that_it_was_done(
    people: Village, screens: Screens
) -> None:
    shell, cy, _none, here = await desk(people, screens, charter=Charter(cap=9, welcome="Welcome, {name}."))
    bo = await people.person("bo")
    await cy.session.gateway.invite(here.nook, bo.id, "")
    await bo.enter(here.nook)
    view = await shows(shell.desk, lambda view: any(line.kind == "hello" for line in lines(view)))
    (line,) = [line for line in lines(view) if line.kind == "hello"]
    assert (line.who, line.what, line.opens) == (bo.name, "joined glaze-lab", here.nook)
    assert line.draft.startswith(f"Welcome, @{bo.name}.")

    assert "Dealt with" in await settled(shell, Wish("settle", line.case, line.read, words="met at the kiln"))
    await shows(shell.desk, lambda view: all(at.case != line.case for at in lines(view)))


async def test_every_kind_of_item_has_a_line_in_words(people: Village) -> None:
    ana, cy = await people.person("ana"), await people.person("cy")
    here = await people.community(ana, cy)

    async def nowhere(work: Coroutine[Any, Any, Any]) -> object:
        return await work

    hub, now = Hub.of(ana.session, nowhere, UTC), ana.session.clock()
    seen = Seen(hub, Place(ana.room(here.nook)), now)
    known = {command.id for command in COMMANDS} | {"desk.publish"}
    details = {"setting": "topic", "is": "this", "should_be": "that", "fixable": "yes", "level": "full"}
    for kind, user in product(Kind, (cy.id, None)):
        item = Item("k-1", kind, here.nook, now, user=user, why="it is so", quote="[b]oh\x1b", details=details)
        line = make_line(seen, item, None)
        assert line.who
        assert line.what
        assert line.detail is not None
        assert line.detail.title
        assert "\x1b" not in repr(line).replace("\\x1b", "\x1b")
        assert set(line.actions) <= known
        assert all(doing(hub, Wish(act, line.case), item) for act in ("approve", "decline", "fix", "clean"))

    for fixable, help_ in ("by a choice", "Choose who helps you"), ("no", "You may not change it"):
        drift = Item("k-2", Kind.DRIFT, here.nook, now, details=details | {"fixable": fixable})
        told = make_line(seen, drift, None)
        assert told.detail
        assert told.detail.why[-1].startswith(help_)
        assert "desk.fix" not in told.actions

    for details, can in ({}, True), ({"about": "person"}, False):
        told = make_line(seen, Item("k-9", Kind.REPORT, here.nook, now, user=cy.id, details=details), None)
        assert told.detail
        assert ("desk.clean" in told.actions, any("{desk.clean} takes" in line for line in told.detail.ways)) == (
            can,
            can,
        )

    about = {"nook_name": "Owls", "credit": "Mo", "board": here.highlights, "count": "2"}
    offer = make_line(seen, Item("k-2", Kind.OFFER, here.nook, now, quote="Cone 6.\nSlowly.", details=about), None)
    assert (offer.what, offer.opens, "desk.greet" in offer.actions) == ("Owls → glaze-lab", here.nook, True)
    assert offer.draft == "From Owls (Mo), in the highlights:\n> Cone 6.\n> Slowly.\n\n"
    why = "more than 3 highlights in seven days"
    over = make_line(seen, Item("k-3", Kind.OVERRUN, here.space, now, why=why, quote="Owls", details=about), None)
    assert (over.kind, over.who, over.what, over.opens) == ("over", "Owls", why, here.highlights)
    waits = {"state": "waiting", "authors": f"{ana.id} {cy.id}", "waits_for": f"{ana.id} {cy.id}"}
    share = make_line(seen, Item("k-4", Kind.SHARE, here.nook, now, user=cy.id, details=waits), None)
    assert (share.who, share.state) == (cy.name, "waits for 2 yeses")
    asked = {"state": "waiting", "authors": ana.id, "waits_for": ana.id}
    mine = make_line(seen, Item("k-5", Kind.SHARE, here.nook, now, user=ana.id, details=asked), None)
    assert mine.state == "waits for you"
