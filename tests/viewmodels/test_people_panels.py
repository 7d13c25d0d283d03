"""What stands behind the screens about people: a room's members, on a real server."""

from __future__ import annotations

from nookterm.domain.reports import Nature
from nookterm.viewmodels.leaving_room import LeavingView
from nookterm.viewmodels.member_work import MembersModel
from nookterm.viewmodels.members import Act, MembersView
from nookterm.viewmodels.model import Face
from tests.client.people import Person, Village
from tests.viewmodels.screens import Screens, shows


def act(view: MembersView, word: str) -> Act:
    found = view.person.act(word) if view.person else None
    assert found, word
    return found


async def test_members_are_listed_opened_and_every_act_says_what_it_means(people: Village, screens: Screens) -> None:
    ana, bo, cy = await people.person("ana"), await people.person("bo"), await people.person("cy")
    here = await people.community(ana, bo, cy)
    shell = await screens.live(ana)
    panel = shell.people.members
    await panel.begin()
    await shell.timeline.open(here.nook)
    await panel.begin()
    view = await shows(panel, lambda view: view.face is Face.CONTENT and len(view.lines) == 3)
    assert [(line.name.rstrip("0123456789"), line.group, line.role) for line in view.lines] == [
        ("bo", "New here", ""), ("cy", "New here", ""), ("ana", "Who decides", "you · founder"),
    ]  # fmt: skip
    assert view.summary == "3 of 4"
    await panel.open(bo.id)
    view = await shows(panel, lambda view: view.person is not None)
    assert view.person
    facts = {left: right for left, right, _ in view.person.facts}
    assert facts["Matrix id"] == bo.id
    assert facts["Also with you in"] == "no other nook"
    assert "not compared" in facts["Keys"]
    assert facts["Devices"] == "1, signed by them"
    assert "is made" in act(view, "message").question
    assert {way.key for way in act(view, "power").ways} == {"facilitator", "admin"}
    assert "With it: " in act(view, "power").ways[0].question, "the board, the facilitators' room, the card"

    await panel.do(act(view, "ignore"))
    view = await shows(panel, lambda view: "do not hear" in view.result)
    assert act(view, "ignore").label == "hear again"
    await panel.do(act(view, "message"))
    view = await shows(panel, lambda view: view.leads_to is not None)
    assert act(view, "message").question == "", "there is a room for the two by now"
    await panel.do(act(view, "remove"), "noise")
    view = await shows(panel, lambda view: "no longer in glaze-lab" in view.result)
    assert view.person
    assert view.person.act("remove") is None
    await panel.do(act(view, "invite"), way=here.nook)
    await shows(panel, lambda view: "is invited to glaze-lab" in view.result)

    # A member sees the same people, and why most of it is not theirs to do.
    other = await screens.live(cy)
    await other.timeline.open(here.nook)
    await other.people.members.begin(ana.id)
    view = await shows(other.people.members, lambda view: view.person is not None and view.face is Face.CONTENT)
    assert act(view, "remove").why_not
    assert act(view, "ban").why_not
    assert act(view, "power").why_not == "a founder's power stays for ever"
    await other.people.members.do(act(view, "remove"))
    assert other.people.members.view.result == ""
    await reports(other.people.members, bo)


async def reports(panel: MembersModel, whom: Person) -> None:
    """On the founder's page there is nobody else to tell but the server; of somebody else the founder is told."""
    view = panel.view
    assert [way.key for way in act(view, "report").ways] == ["server"], "nobody reads what is said about themselves"
    await panel.open(whom.id)
    view = await shows(panel, lambda view: view.person is not None and view.person.user == whom.id)
    report = act(view, "report")
    assert [way.key for way in report.ways] == ["facilitators", "server"]
    assert all("Tell ana" in way.question for way in report.ways[0].ways)
    assert all("in clear text" in way.question for way in report.ways[1].ways)
    natures = [way.key for way in report.ways[0].ways]
    assert natures == [f"facilitators {nature}" for nature in Nature]
    await panel.do(report, "noise", natures[1])
    await shows(panel, lambda view: "is reported to ana" in view.result)
    await panel.do(report, "noise", report.ways[1].ways[1].key)
    await shows(panel, lambda view: "administrators of" in view.result)


async def test_settings_and_the_privacy_sheet_say_how_a_room_is_and_what_drifted(
    people: Village, screens: Screens
) -> None:
    ana, bo = await people.person("ana"), await people.person("bo")
    here = await people.community(ana, bo)
    shell = await screens.live(ana)
    settings, privacy = shell.people.settings, shell.people.privacy
    await shell.timeline.open(here.nook)
    await settings.begin()
    view = await shows(settings, lambda view: view.face is Face.CONTENT)
    lines = {line.id: line for line in view.lines}
    assert (lines["join"].value, lines["history"].value) == ("people ask to join", "from their invite on")
    history = lines["history"].act
    assert history
    assert "what was said before keeps its rule" in history.ways[0].question
    await settings.do(history, way="shared")
    view = await shows(settings, lambda view: "done" in view.result)
    drifted = next(line for line in view.lines if line.id == "history")
    assert "should be from their invite on" in drifted.drift
    await privacy.begin()
    sheet = await shows(privacy, lambda view: view.face is Face.CONTENT)
    assert any("The charter promises otherwise" in line.text for line in sheet.lines)
    assert drifted.fix
    await settings.do(drifted.fix)
    await shows(settings, lambda view: "It is right now" in view.result)
    await privacy.begin()
    sheet = await shows(privacy, lambda view: view.face is Face.CONTENT and not view.to_look_at)
    texts = [line.text for line in sheet.lines]
    assert "2 people in this room." in texts
    assert "Every device of everybody is signed by its owner." in texts

    await shell.timeline.open(here.space)
    await settings.begin()
    view = await shows(settings, lambda view: view.is_space and view.face is Face.CONTENT)
    child = next(line for line in view.lines if line.child == here.nook)
    assert child.value == "glaze-lab"
    other = await screens.live(bo)
    await other.timeline.open(here.nook)
    await other.people.settings.begin()
    view = await shows(other.people.settings, lambda view: view.face is Face.CONTENT)
    name = next(line for line in view.lines if line.id == "name")
    assert name.act
    assert "can" in name.act.why_not


async def test_an_invite_says_who_sent_it_and_leaving_what_is_lost_and_a_name_can_be_for_one_room(
    people: Village, screens: Screens
) -> None:
    ana, bo = await people.person("ana"), await people.person("bo")
    here = await people.community(ana)
    await ana.session.gateway.invite(here.nook, bo.id)
    shell = await screens.live(bo)
    panel = shell.people.leaving
    await panel.begin(here.nook)
    view = await shows(panel, lambda view: view.act("decline") is not None)
    facts = {left: right for left, right, _ in view.facts}
    assert facts["Their id"] == ana.id
    assert facts["With you in"] == "none of your nooks"
    assert facts["Encrypted"] == "yes"
    await panel.do(_leaving(view, "enter"))
    view = await shows(panel, lambda view: view.leads_to == here.nook)

    await shell.timeline.open(here.nook)
    members = shell.people.members
    members.watch(lambda _view: None)
    await members.begin(own=True)
    page = await shows(members, lambda view: view.person is not None and view.face is Face.CONTENT)
    await members.do(act(page, "nick"), "Kiln")
    await shows(members, lambda view: view.person is not None and view.person.name == "Kiln")
    await members.do(act(page, "name"), "Bo L.")
    await shows(members, lambda view: view.person is not None and view.person.name == "Bo L.")

    await panel.begin()
    view = await shows(panel, lambda view: view.act("leave") is not None)
    assert view.act("leave_all") is None
    assert {left: right for left, right, _ in view.facts}["Coming back"].startswith("To come back you ask")
    await panel.do(_leaving(view, "leave"))
    view = await shows(panel, lambda view: view.act("forget") is not None)
    await panel.do(_leaving(view, "forget"))
    await shows(panel, lambda view: "is forgotten" in view.result)


async def test_the_way_out_of_a_space_is_behind_that_of_its_rooms(people: Village, screens: Screens) -> None:
    ana = await people.person("ana")
    here = await people.community(ana)
    shell = await screens.live(ana)
    await shell.timeline.open(here.nook)
    panel = shell.people.leaving
    await panel.begin()
    view = await shows(panel, lambda view: view.act("leave") is not None)
    assert view.act("leave_all") is None
    await panel.do(_leaving(view, "space"))
    view = await shows(panel, lambda view: view.act("leave_all") is not None)
    assert (view.room_id, view.act("space")) == (here.space, None)
    assert view.steps


def _leaving(view: LeavingView, word: str) -> Act:
    found = view.act(word)
    assert found, word
    return found
