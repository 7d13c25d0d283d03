"""A room that goes on in a new one, on the panels of real accounts: its bar, the way there, the way back, the list."""

from __future__ import annotations

from nookterm.client.renewing import Renewing
from nookterm.viewmodels.model import Face
from nookterm.viewmodels.timeline import Aside, Words
from tests.client.people import Village
from tests.viewmodels.screens import Screens, shows


async def test_a_closed_room_leads_on_takes_the_draft_along_and_leaves_the_list(
    people: Village, screens: Screens
) -> None:
    ana, bo = await people.person("ana"), await people.person("bo")
    here = await people.community(ana, bo)
    await bo.say(here.nook, "the celadon crawled")
    shell = await screens.live(bo)
    await shell.timeline.open(here.nook)
    await shell.timeline.keep_draft("half a sentence")
    assert shell.timeline.view.blocked is None
    renewing = Renewing(ana.session)
    new = (await renewing.renew(await renewing.plan(here.nook))).room_id

    closed = await shows(shell.timeline, lambda view: view.blocked is not None)
    assert closed.blocked is not None
    assert (closed.blocked.kind, closed.blocked.headline) == ("closed", "This room goes on in a new one.")
    assert closed.can_write, "what is written comes along"
    assert await shell.timeline.send("still here?")
    stuck = await shows(shell.timeline, lambda view: view.entries[-1:] and getattr(view.entries[-1], "state", ""))
    last = stuck.entries[-1]
    assert isinstance(last, Words)
    assert "closed" in last.problem
    await shell.timeline.keep_draft("half a sentence")

    panel = shell.people.onward
    panel.watch(lambda _view: None)
    await panel.begin()
    view = panel.view
    assert view.face is Face.CONTENT
    facts = {label: words for label, words, _ in view.facts}
    assert facts["Its id"] == new
    assert (facts["Encrypted"], facts["Its door"]) == ("yes", "people ask to join")
    (act,) = view.acts
    await panel.do(act)
    assert (await shows(panel, lambda now: now.leads_to)).leads_to == new
    await shows(shell.tree, lambda now: {here.nook, new} & {row.room_id for row in now.rows} == {new})

    await shell.timeline.open(new)
    assert shell.timeline.view.draft == "half a sentence"
    await shell.timeline.older()
    begun = await shows(shell.timeline, lambda now: now.at_start)
    first = begun.entries[0]
    assert isinstance(first, Aside)
    assert first.leads == here.nook
    assert await panel.older() == here.nook
    # A search in the new room finds what was said in the old one; an address of the old one leads on.
    line = await shell.search.line_in(new)
    await shell.search.look(f"{line}celadon")
    assert [row.room_id for row in shell.search.view.rows] == [here.nook]
    way = await shell.messages.follow(f"https://matrix.to/#/{here.nook}")
    assert way.room_id == new


async def test_a_founder_reads_what_upgrading_means_before_it_is_done(people: Village, screens: Screens) -> None:
    ana, bo = await people.person("ana"), await people.person("bo")
    here = await people.community(ana, bo)
    shell = await screens.live(ana)
    await shell.timeline.open(here.nook)
    panel = shell.people.onward
    panel.watch(lambda _view: None)
    await panel.begin("")
    view = await shows(panel, lambda now: now.acts)
    assert view.head == "Upgrade glaze-lab"
    assert ("Members", "1 person gets an invite; nobody brings old messages along", "nook-leaves") in view.facts
    await panel.do(view.acts[0])
    done = await shows(panel, lambda now: now.leads_to or now.problem)
    assert (done.problem, done.result) == ("", "glaze-lab goes on in a new room. 1 person invited.")
    assert done.leads_to
    await shell.timeline.open(done.leads_to)
    await shows(shell.timeline, lambda now: now.size == "2/4")
    await shows(shell.about, lambda now: (now.members, now.cap) == (2, 4))
    await shell.timeline.open(here.nook)
    await panel.begin("99")
    assert (await shows(panel, lambda now: now.face is not Face.LOADING)).acts[0].label == "go on with what is missing"
