"""A decision at the desk waits in the undo bar, means the request that was seen, and says what came of it."""

from __future__ import annotations

import pytest

from nookterm.domain.charter import Charter
from nookterm.domain.events import Membership
from nookterm.viewmodels.desk import DeskLine, DeskView, Wish
from nookterm.viewmodels.model import Face
from nookterm.viewmodels.shell import ClientShell
from tests.client.people import Community, Person, Village
from tests.faults.proxy import FaultyProxy
from tests.viewmodels.screens import Screens, shows


def lines(view: DeskView) -> list[DeskLine]:
    return [line for group in view.groups for line in group.lines]


def states(view: DeskView) -> list[str]:
    return [line.state for line in lines(view)]


async def desk(
    people: Village, screens: Screens, *askers: str, url: str = "", cap: int = 9, charter: Charter | None = None
) -> tuple[ClientShell, Person, list[Person], Community]:
    """Ana's desk, Cy (the other facilitator), and people who ask."""
    ana, cy = await people.person("ana", url=url), await people.person("cy")
    here = await people.community(ana, cy, charter=charter or Charter(cap=cap))
    await people.helper(here, ana, cy)
    asking = []
    for name in askers:
        asking.append(await people.person(name))
        await asking[-1].enter(here.space)
        await asking[-1].asking.knock(here.nook, reason="Please.")
    shell = await screens.live(ana)
    await shows(shell.desk, lambda view: [line.kind for line in lines(view)].count("ask") == len(askers))
    return shell, cy, asking, here


async def inside(who: Person, here: Community, somebody: Person) -> Membership | None:
    """How the server has somebody."""
    everyone = await who.session.gateway.members(here.nook)
    return next((m.membership for m in everyone if m.user == somebody.id), None)


async def test_a_request_shows_everything_that_a_decision_needs(people: Village, screens: Screens) -> None:
    shell, _cy, (bob,), _here = await desk(people, screens, "bob")
    view = shell.desk.view
    (line,) = lines(view)
    assert (line.who, line.what, line.state, line.age) == (bob.name, "→ glaze-lab", "free", "now")
    assert set(line.actions) == {
        f"desk.{word}" for word in ("approve", "decline", "claim", "vet", "waitlist", "ban", "vote_for", "vote_against")
    }
    assert line.detail is not None
    assert (line.detail.reason, line.detail.members, line.detail.cap) == ("Please.", 2, 9)
    assert line.detail.reveals == "New members see messages from their invite on."
    facts = {what: value for what, value, _ in line.detail.facts}
    assert facts["In the space"] == "just now, in 0 of your nooks"
    assert view.summary == "1 open · longest wait now"
    assert (view.face, view.pending) == (Face.CONTENT, None)
    await shell.desk.refresh()
    assert len(lines(shell.desk.view)) == 1


async def test_an_undone_approval_was_never_made(people: Village, screens: Screens) -> None:
    shell, cy, (bob,), here = await desk(people, screens, "bob")
    case = lines(shell.desk.view)[0].case
    await shell.desk.do(Wish("approve", case))
    pending = (await shows(shell.desk, lambda view: view.pending)).pending
    assert pending is not None
    assert pending.text == f"Letting {bob.name} into glaze-lab"
    await shell.desk.undo()
    assert shell.desk.view.pending is None
    assert "Not done" in shell.desk.view.result
    assert await inside(cy, here, bob) == Membership.KNOCK


async def test_looking_again_brings_a_request_that_no_sync_brought(
    people: Village, proxy: FaultyProxy, screens: Screens
) -> None:
    shell, _cy, _none, here = await desk(people, screens, url=proxy.url)
    bob = await people.person("bob")
    with proxy.rule("/sync", "hang"):
        await proxy.drop_connections()
        await bob.session.gateway.knock(here.nook, "Please.")
        await shell.desk.refresh()
        assert [line.who for line in lines(shell.desk.view)] == [bob.name]


async def test_the_same_decision_twice_is_still_in_the_bar(people: Village, screens: Screens) -> None:
    shell, cy, (bob,), here = await desk(people, screens, "bob")
    case = lines(shell.desk.view)[0].case
    await shell.desk.do(Wish("approve", case))
    await shell.desk.do(Wish("approve", case))
    assert (await shows(shell.desk, lambda view: view.pending)).pending is not None
    assert await inside(cy, here, bob) == Membership.KNOCK
    await shell.desk.undo()


async def test_a_settled_approval_is_made_at_once(people: Village, screens: Screens) -> None:
    shell, cy, (bob,), here = await desk(people, screens, "bob")
    await shell.desk.do(Wish("approve", lines(shell.desk.view)[0].case))
    await shell.desk.settle()
    assert shell.desk.view.result == f"{bob.name} is invited to glaze-lab."
    assert await inside(cy, here, bob) == Membership.INVITE
    await shows(shell.desk, lambda view: view.face == Face.EMPTY)
    await shell.desk.settle()
    assert await inside(cy, here, bob) == Membership.INVITE


async def test_a_decision_that_nobody_undoes_is_made_by_itself(
    people: Village, screens: Screens, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("nookterm.viewmodels.desk_deciding.UNDO_SECONDS", 1)
    shell, cy, (bob,), here = await desk(people, screens, "bob")
    await shell.desk.do(Wish("decline", lines(shell.desk.view)[0].case, words="Not this time."))
    waiting = await shows(shell.desk, lambda view: view.pending)
    assert waiting.pending is not None
    assert waiting.pending.text.endswith("at glaze-lab with your words")
    done = await shows(shell.desk, lambda view: view.result)
    assert done.result == f"{bob.name} was declined at glaze-lab."
    assert await inside(cy, here, bob) == Membership.LEAVE


async def test_leaving_with_a_decision_in_the_bar_does_not_make_it(people: Village, screens: Screens) -> None:
    shell, cy, (bob,), here = await desk(people, screens, "bob")
    await shell.desk.do(Wish("approve", lines(shell.desk.view)[0].case))
    await screens.close(shell)
    assert await inside(cy, here, bob) == Membership.KNOCK


async def test_a_second_decision_settles_the_first(people: Village, screens: Screens) -> None:
    shell, cy, (bob, eve), here = await desk(people, screens, "bob", "eve")
    first, second = lines(shell.desk.view)
    await shell.desk.do(Wish("approve", first.case))
    await shell.desk.do(Wish("decline", second.case))
    assert await inside(cy, here, bob) == Membership.INVITE
    await shell.desk.undo()
    assert await inside(cy, here, eve) == Membership.KNOCK


async def test_what_changed_under_ones_hand_is_said_and_not_done(people: Village, screens: Screens) -> None:
    shell, cy, (bob,), here = await desk(people, screens, "bob")
    case = lines(shell.desk.view)[0].case
    await shell.desk.do(Wish("decline", case))
    await cy.request_of(bob.id)
    await cy.vetting.approve(case)
    await shell.desk.settle()
    assert "was already let in" in shell.desk.view.result
    assert await inside(cy, here, bob) == Membership.INVITE
    await shows(shell.desk, lambda view: not lines(view))
    await shell.desk.do(Wish("approve", case))
    assert shell.desk.view.result == "That is no longer here. Nothing was done."


async def test_a_claim_is_seen_by_both_and_goes_back(people: Village, screens: Screens) -> None:
    shell, cy, (bob,), _here = await desk(people, screens, "bob")
    case = lines(shell.desk.view)[0].case
    await shell.desk.do(Wish("claim", case))
    await shows(shell.desk, lambda view: states(view) == ["yours"])
    await shell.desk.do(Wish("claim", case))
    await shows(shell.desk, lambda view: states(view) == ["free"])
    await cy.request_of(bob.id)
    await cy.vetting.claims.claim(case)
    await shows(shell.desk, lambda view: states(view) == [f"{cy.name} is on it"])
    await shell.desk.do(Wish("claim", case))
    assert "is on it" in shell.desk.view.result


async def test_answers_come_to_the_desk(people: Village, screens: Screens) -> None:
    shell, cy, (bob,), here = await desk(people, screens, "bob")
    await bob.asking.withdraw(here.nook)
    await bob.asking.knock(here.nook, answers={"q1": "because"})
    await shows(shell.desk, lambda view: lines(view) and lines(view)[0].detail.reason.startswith("Hello"))  # type: ignore[union-attr]  # a line of a request has one
    case = lines(shell.desk.view)[0].case
    await shell.desk.do(Wish("vet", case))
    await shows(shell.desk, lambda view: "is asked" in view.result)
    assert "desk.vet" not in lines(shell.desk.view)[0].actions
    await bob.sync()
    assert await bob.duties.run()
    view = await shows(shell.desk, lambda view: states(view) == ["answered"])
    detail = lines(view)[0].detail
    assert detail is not None
    assert detail.answers == (("q1", "because"),)
    await shell.desk.do(Wish("vet", case))
    await shows(shell.desk, lambda view: "asked already" in view.result)
    await cy.sync()


async def test_a_case_that_another_asked_about_says_so_when_their_claim_has_run_out(
    people: Village, screens: Screens
) -> None:
    shell, cy, (bob,), here = await desk(people, screens, "bob")
    await cy.request_of(bob.id)
    await cy.vetting.interviews.vet(lines(shell.desk.view)[0].case)
    await shows(shell.desk, lambda view: states(view) == [f"{cy.name} is on it"])
    people.watch.forward(hours=3)
    await cy.say(here.nook, "anything that redraws")
    await shows(shell.desk, lambda view: states(view) == ["asked"])


async def test_a_full_nook_and_a_lookalike_are_marked(people: Village, screens: Screens) -> None:
    shell, cy, (bob,), here = await desk(people, screens, "bob", cap=2)
    assert states(shell.desk.view) == ["nook is full", "full"]
    await bob.session.gateway.display_name(cy.name.replace("c", "с"))
    await bob.session.gateway.leave(here.nook)
    await bob.session.gateway.knock(here.nook, "it is me")
    view = await shows(shell.desk, lambda view: [line for line in lines(view) if line.detail and line.detail.warnings])
    detail = lines(view)[0].detail
    assert detail is not None
    assert detail.warnings == (f"Looks like {cy.id}, who is a facilitator.",)


async def test_a_plain_request_from_outside_the_space_is_told_as_such(people: Village, screens: Screens) -> None:
    shell, _cy, _none, here = await desk(people, screens)
    stranger = await people.person("stranger")
    await stranger.session.gateway.knock(here.nook, "hi")
    view = await shows(shell.desk, lines)
    detail = lines(view)[0].detail
    assert detail is not None
    facts = {what: value for what, value, _ in detail.facts}
    assert (facts["In the space"], facts["Way of asking"]) == ("no", "a plain request")


async def test_highlights_stand_at_the_desk_until_they_are_published(people: Village, screens: Screens) -> None:
    shell, cy, _none, here = await desk(people, screens)
    source = await cy.say(here.nook, "iron makes it blue")
    await cy.sync()
    waiting = await cy.sharing.share(cy.room(here.nook), [source], "Iron makes it blue.")
    view = await shows(shell.desk, lambda view: states(view) == ["agreed"])
    (line,) = lines(view)
    assert (line.kind, line.case, line.actions) == ("share", waiting.request, ("desk.publish",))
    assert line.what == "→ Makers highlights"
    await shell.highlights.publish(line.case)
    await shows(shell.desk, lambda view: not lines(view))


async def test_a_desk_out_of_reach_says_that_decisions_wait(
    people: Village, proxy: FaultyProxy, screens: Screens
) -> None:
    shell, _cy, (_bob,), _here = await desk(people, screens, "bob", url=proxy.url)
    await proxy.shut()
    await shows(shell.status, lambda view: view.connection == "offline")
    view = await shows(shell.desk, lambda view: view.face == Face.OFFLINE)
    assert view.notice is not None
    assert "Decisions wait" in view.notice.steps[1]
    await shell.desk.do(Wish("approve", lines(view)[0].case))
    await shell.desk.settle()
    assert "cannot be reached" in shell.desk.view.result
    assert len(lines(shell.desk.view)) == 1
