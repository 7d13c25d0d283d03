"""What stands behind the forms about a nook: its charter and its facilitators, on a real server."""

from __future__ import annotations

from dataclasses import replace

from nookterm.viewmodels.charter import CharterForm
from nookterm.viewmodels.model import Face
from tests.client.people import Village
from tests.client.test_founding import server_state
from tests.faults.proxy import FaultyProxy
from tests.viewmodels.screens import Screens, shows


async def test_a_charter_is_read_planned_kept_and_written(people: Village, screens: Screens) -> None:
    ana, bo = await people.person("ana"), await people.person("bo")
    here = await people.community(ana, bo)
    shell = await screens.live(ana)
    await shell.timeline.open(here.nook)
    form = await shell.charter.begin()
    assert isinstance(form, CharterForm)
    assert (form.nook, form.space, form.members, form.may_write) == ("glaze-lab", "Makers", 2, True)
    assert "everybody in Makers" in form.readers
    wished = replace(form.charter, cap=9)
    plan = await shell.charter.plan(form, wished)
    assert ("How many it holds", "4", "9") in {(line.label, line.before, line.after) for line in plan.lines}
    assert "2 to 150" in (await shell.charter.plan(form, replace(wished, cap=1))).problem
    assert plan.topic.startswith("We test glazes.")

    shell.charter.keep(form, wished)
    again = await shell.charter.begin()
    assert isinstance(again, CharterForm)
    assert (again.charter, again.read) == (wished, form.read), "what was typed is there again"
    assert await shell.charter.write(again, wished) == ""
    assert (await server_state(bo, here.nook))["org.nookterm.charter", ""]["cap"] == 9
    assert "Somebody else has written another charter" in await shell.charter.write(form, replace(wished, cap=8))
    shell.charter.keep(form, replace(form.read, welcome="Mine"))
    after = await shell.charter.begin()
    assert isinstance(after, CharterForm)
    assert after.read == wished
    assert after.charter == replace(wished, welcome="Mine"), "what was typed is put over what others wrote"
    assert after.remark.startswith("Somebody else wrote another charter meanwhile.")

    await shell.timeline.open(here.facilitators)
    assert await shell.charter.begin() == "Only nooks have a charter. Open one first."
    reader = await screens.live(bo)
    await reader.timeline.open(here.nook)
    shown = await reader.charter.begin()
    assert isinstance(shown, CharterForm)
    assert not shown.may_write
    assert shown.remark == "You can read it here; facilitators of this nook can change it."


async def test_a_facilitator_is_made_in_steps_and_steps_back_again(
    people: Village, screens: Screens, proxy: FaultyProxy
) -> None:
    ana, bo = await people.person("ana", url=proxy.url), await people.person("bo")
    here = await people.community(ana, bo)
    shell = await screens.live(ana)
    await shell.timeline.open(here.nook)
    panel = shell.facilitators
    await panel.begin()
    view = await shows(panel, lambda view: view.face is Face.CONTENT)
    first, founder = view.people
    assert (first.user, first.facilitates, founder.note) == (bo.id, False, "a founder's power stays for ever")
    await panel.choose(founder.user)
    assert panel.view.chosen is None, "nothing can be changed about a founder"
    await panel.choose(bo.id)
    assert [step.done for step in panel.view.steps] == [False] * 4
    with proxy.rule("/invite", "drop_before"):
        await panel.go()
    assert "y goes on with the rest" in panel.view.problem
    assert [step.done for step in panel.view.steps] == [True, True, False, False]
    await panel.go()
    assert panel.view.done.endswith("is a facilitator now.")
    assert all(step.done for step in panel.view.steps)

    await panel.back()
    await panel.choose(bo.id)
    assert panel.view.question.startswith("Let ")
    assert "would be the only facilitator" in panel.view.warning
    await panel.go()
    assert panel.view.done.endswith("no longer decides here.")
    await panel.choose(bo.id)
    await panel.back()
    assert panel.view.chosen is None

    await shell.timeline.open(here.facilitators)
    await panel.begin()
    await shows(panel, lambda view: view.face is Face.EMPTY)
    await shell.timeline.open(here.nook)
    with proxy.rule("/state HTTP", "500"):
        await panel.begin()
    await shows(panel, lambda view: view.face is Face.PROBLEM)
