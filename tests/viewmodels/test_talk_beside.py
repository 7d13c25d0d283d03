"""A thread beside its room: said in the thread, kept for the thread, remembered by the room; the room goes on."""

from __future__ import annotations

from dataclasses import replace

from nookterm.client.leaving import THREAD_DRAFTS
from nookterm.client.session import Session
from nookterm.domain.events import Message
from nookterm.viewmodels.messages import PollDraft
from nookterm.viewmodels.shell import ClientShell
from nookterm.viewmodels.timeline import TimelineView, Words
from tests.client.people import Village
from tests.viewmodels.screens import Screens, shows


def bodies(view: TimelineView) -> list[str]:
    return [entry.body for entry in view.entries if isinstance(entry, Words)]


def _session(shell: ClientShell) -> Session:
    assert shell._hub is not None
    return shell._hub.session


async def test_a_thread_has_words_of_its_own_beside_the_room(people: Village, screens: Screens) -> None:
    ana, bo = await people.person("ana"), await people.person("bo")
    here = await people.community(ana, bo)
    shell = await screens.live(ana)
    root = await bo.say(here.nook, "how hot?")
    await shows(shell.timeline, lambda v: "how hot?" in bodies(v))
    assert shell.side.view == TimelineView()

    await shell.side.thread(root)
    assert (shell.side.view.thread, bodies(shell.side.view)) == (root, ["how hot?"])
    assert shell.timeline.view.thread is None
    await shell.timeline.keep_draft("for the room")
    await shell.side.keep_draft("for the thread")
    assert (shell.timeline.view.draft, shell.side.view.draft) == ("for the room", "for the thread")

    await shell.side.send("very")
    await shows(shell.side, lambda v: bodies(v) == ["how hot?", "very"] and not v.entries[-1].event_id.startswith("~"))  # type: ignore[union-attr]  # words
    assert (shell.timeline.view.draft, shell.side.view.draft) == ("for the room", "")
    await bo.sync()
    said = bo.session.store.related(here.nook, root)[-1].payload
    assert isinstance(said, Message)
    assert (said.body, said.thread) == ("very", root)
    await shows(
        shell.timeline, lambda v: "very" not in bodies(v) and any(w.replies for w in v.entries if isinstance(w, Words))
    )

    await shell.messages.begin_poll(replace(PollDraft("Which cone?", ("six", "ten")), thread=root))
    await shows(shell.side, lambda v: any(isinstance(e, Words) and e.poll for e in v.entries))

    await shell.side.keep_words(here.nook, root, "half a word")
    await shell.side.thread(None)
    assert shell.side.view == TimelineView()
    await shell.side.thread(root)
    assert shell.side.view.draft == "half a word"
    other = next(room for room in _session(shell).rooms if room != here.nook)
    await shell.timeline.open(other)
    await shell.side.open(other)
    assert shell.side.view == TimelineView(), "another room has no thread of this one beside it"
    await shell.timeline.open(here.nook)
    await shell.side.open(here.nook)
    assert shell.side.view.thread == root
    assert _session(shell).store.recall(THREAD_DRAFTS, here.nook) == {root: "half a word"}
