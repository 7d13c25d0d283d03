"""What is written on the screen becomes messages, answers, edits, reactions, and can be taken back."""

from __future__ import annotations

from nookterm.domain.ids import EventId, RoomId
from nookterm.viewmodels.shell import ClientShell
from nookterm.viewmodels.timeline import TimelineView, Words
from tests.client.people import Person, Village
from tests.faults.proxy import FaultyProxy
from tests.viewmodels.screens import Screens, shows


def said(view: TimelineView) -> list[Words]:
    return [entry for entry in view.entries if isinstance(entry, Words)]


async def talking(people: Village, screens: Screens, url: str = "") -> tuple[ClientShell, Person, RoomId]:
    """Ana's screen on the nook, and Bo beside her."""
    ana, bo = await people.person("ana", url=url), await people.person("bo")
    here = await people.community(ana, bo)
    return await screens.live(ana), bo, here.nook


async def last(shell: ClientShell, body: str) -> Words:
    """The newest message once it says `body` and the server has it."""
    view = await shows(
        shell.timeline, lambda v: said(v) and said(v)[-1].body == body and not said(v)[-1].event_id.startswith("~")
    )
    return said(view)[-1]


async def test_messages_emotes_and_mentions(people: Village, screens: Screens) -> None:
    shell, bo, nook = await talking(people, screens)
    await shell.timeline.send("/me waves")
    assert (await last(shell, "waves")).emote
    await shell.timeline.send(f"hello @{bo.name}\n")
    await last(shell, f"hello @{bo.name}")
    await shell.timeline.send("   ")
    await bo.sync()
    assert bo.heard(nook) == ["waves", f"hello @{bo.name}"]
    assert bo.session.store.room(nook).mentions == 1


async def test_an_answer_quotes_and_an_edit_replaces(people: Village, screens: Screens) -> None:
    shell, bo, nook = await talking(people, screens)
    asked = await bo.say(nook, "how hot?")
    await last(shell, "how hot?")
    await shell.timeline.answer(asked)
    quote = shell.timeline.view.answering
    assert quote is not None
    assert quote.text == "how hot?"
    await shell.timeline.send("very")
    answer = await last(shell, "very")
    assert answer.quote is not None
    assert answer.quote.text == "how hot?"
    assert shell.timeline.view.answering is None
    await shell.timeline.edit_last()
    assert (shell.timeline.view.editing, shell.timeline.view.draft) == (answer.event_id, "very")
    await shell.timeline.send("1240 degrees")
    edited = await shows(shell.timeline, lambda v: said(v)[-1].body == "1240 degrees" and said(v)[-1].edited)
    assert (edited.editing, edited.draft) == (None, "")
    await shell.timeline.edit(answer.event_id)
    await shell.timeline.edit(None)
    assert (shell.timeline.view.editing, shell.timeline.view.draft) == (None, "")
    await shell.timeline.edit(asked)
    assert shell.timeline.view.editing is None, "somebody else's words are not ours to edit"


async def test_nothing_of_ones_own_to_edit_changes_nothing(people: Village, screens: Screens) -> None:
    shell, bo, nook = await talking(people, screens)
    await bo.say(nook, "hello")
    await last(shell, "hello")
    await shell.timeline.edit_last()
    assert shell.timeline.view.editing is None


async def test_a_reaction_goes_on_and_off(people: Village, screens: Screens) -> None:
    shell, bo, nook = await talking(people, screens)
    event_id = await bo.say(nook, "look")
    await last(shell, "look")
    await shell.timeline.react(event_id, "🔥")
    await shows(shell.timeline, lambda v: said(v)[-1].reactions == (("🔥", 1, True),))
    await shell.timeline.react(event_id, "🔥")
    await shows(shell.timeline, lambda v: said(v)[-1].reactions == ())


async def test_a_reaction_that_has_not_left_yet_is_simply_thrown_away(
    people: Village, proxy: FaultyProxy, screens: Screens
) -> None:
    shell, bo, nook = await talking(people, screens, proxy.url)
    event_id = await bo.say(nook, "look")
    await last(shell, "look")
    with proxy.rule("/send/m.reaction", "drop_before"):
        await shell.timeline.react(event_id, "🔥")
        await shell.timeline.react(event_id, "🔥")
        await shows(shell.timeline, lambda v: said(v)[-1].reactions == ())
    await shell.timeline.send("done")
    await last(shell, "done")
    await bo.sync()
    assert bo.session.store.related(nook, event_id) == ()


async def test_a_thread_shows_its_own_words_and_goes_on_there(people: Village, screens: Screens) -> None:
    shell, bo, nook = await talking(people, screens)
    root = await bo.say(nook, "which clay?")
    await last(shell, "which clay?")
    await shell.timeline.thread(root)
    assert shell.timeline.view.thread is not None
    await shell.timeline.send("stoneware")
    await shows(shell.timeline, lambda v: [w.body for w in said(v)] == ["which clay?", "stoneware"])
    await shell.timeline.thread(None)
    view = await shows(shell.timeline, lambda v: said(v)[-1].replies == 1)
    assert [w.body for w in said(view)] == ["which clay?"]
    assert view.thread is None
    await bo.sync()
    events = bo.session.store.timeline(nook, 10)
    assert [getattr(e.payload, "thread", None) for e in events][-1] == root


async def test_words_can_be_taken_back(people: Village, screens: Screens) -> None:
    shell, bo, nook = await talking(people, screens)
    await shell.timeline.send("a slip")
    slip = await last(shell, "a slip")
    await shell.timeline.redact(slip.event_id)
    await shows(shell.timeline, lambda v: not any(w.body == "a slip" for w in said(v)))
    await bo.sync()
    assert "a slip" not in bo.heard(nook)


async def test_an_unsent_message_is_tried_again_or_thrown_away(
    people: Village, proxy: FaultyProxy, screens: Screens
) -> None:
    shell, bo, nook = await talking(people, screens, proxy.url)
    with proxy.rule("/send/", "403"):
        await shell.timeline.send("try again")
        await shell.timeline.send("throw away")
        await shows(shell.timeline, lambda v: [w.state for w in said(v)] == ["failed", "failed"])
    away = said(shell.timeline.view)[-1]
    await shell.timeline.redact(away.event_id)
    assert [w.body for w in said(shell.timeline.view)] == ["try again"]
    await shell.timeline.retry()
    await last(shell, "try again")
    await bo.sync()
    assert bo.heard(nook) == ["try again"]


async def test_the_past_comes_when_one_scrolls_to_it(people: Village, screens: Screens, proxy: FaultyProxy) -> None:
    ana, bo = await people.person("ana"), await people.person("bo")
    here = await people.community(ana, bo)
    for number in range(40):
        await ana.post(here.highlights, {"msgtype": "m.text", "body": f"{number}"})
    cy = await people.person("cy", url=proxy.url)
    await cy.enter(here.space, here.highlights)
    shell = await screens.live(cy)
    await shell.timeline.open(here.highlights)
    assert said(shell.timeline.view)[0].body != "0"
    with proxy.rule("/messages", "500"):
        await shell.timeline.older()
    assert shell.timeline.view.notice is not None
    assert "problem" in shell.timeline.view.notice.headline
    await shell.timeline.older()
    await shows(shell.timeline, lambda v: said(v)[0].body == "0")
    for number in range(40, 80):
        await ana.post(here.highlights, {"msgtype": "m.text", "body": f"{number}"})
    await shell.timeline.older()
    await shows(shell.timeline, lambda v: [w.body for w in said(v)][-1] == "79")
    await shell.timeline.older()
    await shows(shell.timeline, lambda v: [w.body for w in said(v)] == [*map(str, range(80))])
    assert not shell.timeline.view.can_write
    assert "not write" in shell.timeline.view.why_not


async def test_a_receipt_that_cannot_leave_disturbs_nobody(
    people: Village, proxy: FaultyProxy, screens: Screens
) -> None:
    shell, bo, nook = await talking(people, screens, proxy.url)
    await bo.say(nook, "hello")
    await last(shell, "hello")
    with proxy.rule("receipt", "500"):
        await shell.timeline.read()
    assert shell.timeline.view.notice is None


async def test_a_door_that_one_left_says_that_one_is_not_in(people: Village, screens: Screens) -> None:
    ana, bo = await people.person("ana"), await people.person("bo")
    here = await people.community(ana, bo)
    await bo.session.gateway.leave(here.nook)
    await bo.sync()
    shell = await screens.of(bo)
    await shell.timeline.open(here.nook)
    assert (shell.timeline.view.can_write, shell.timeline.view.why_not) == (False, "You are not in here.")
    await shell.timeline.redact(EventId("~nothing"))


async def test_what_stands_beside_a_room_is_about_that_room_also_where_nothing_in_it_is_new(
    people: Village, screens: Screens
) -> None:
    ana = await people.person("ana")
    here = await people.community(ana)
    shell = await screens.live(ana)
    for room_id in (here.nook, here.highlights) * 3:
        await shell.timeline.open(room_id)
        await _stands_beside(shell, room_id)


async def _stands_beside(shell: ClientShell, room_id: RoomId) -> None:
    title = (await shows(shell.timeline, lambda view: view.room_id == room_id)).title
    await shows(shell.about, lambda view: view.title == title, patience=5)
