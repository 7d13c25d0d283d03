"""Highlights on real screens: from chosen messages over each author's yes to the board, proved, and back."""

from __future__ import annotations

from datetime import date
from pathlib import Path

import pytest

from nookterm.domain.board_weeks import Week
from nookterm.domain.drafts import flags
from nookterm.domain.ids import EventId
from nookterm.viewmodels.board_lines import bytes_words, week_words
from nookterm.viewmodels.board_origin import shown_json
from nookterm.viewmodels.board_recognised import tells
from nookterm.viewmodels.model import Face
from nookterm.viewmodels.shell import ClientShell
from nookterm.viewmodels.timeline import Words
from tests.client.people import Community, Person, Village
from tests.viewmodels.screens import Screens, shows

NAMES = ["Marta", "Bo Lindqvist"]


async def nook(people: Village, screens: Screens) -> tuple[ClientShell, Person, Community, tuple[EventId, EventId]]:
    """Ana's screen, who may publish; Bo, who said two things in the nook."""
    ana, bo = await people.person("ana"), await people.person("bo")
    here = await people.community(ana, bo)
    first = await bo.say(here.nook, "iron makes it blue, says anselm@example.org")
    second = await bo.say(here.nook, "but only in reduction")
    shell = await screens.live(ana)
    await shows(shell.timeline, lambda view: any(getattr(e, "event_id", "") == second for e in view.entries))
    return shell, bo, here, (first, second)


async def test_chosen_messages_go_from_the_form_to_the_board_and_back(people: Village, screens: Screens) -> None:
    shell, bo, here, events = await nook(people, screens)
    panel = shell.highlights
    draft = await panel.draft(here.nook, events)
    assert draft is not None
    assert (draft.own, draft.nook, draft.authors, len(draft.quotes)) == (False, "glaze-lab", (bo.name,), 2)
    assert draft.text == "iron makes it blue, says anselm@example.org\nbut only in reduction"
    (flag,) = draft.look.flags
    assert (flag.piece, flag.kind) == ("anselm@example.org", "mail")
    assert draft.left == "3 of 3 left this week"
    text = "Iron makes it blue, but only in reduction."
    exact = await panel.exact(draft, text, None)
    assert text in exact
    assert str(here.nook) not in exact
    assert not any(str(event) in exact for event in events)

    assert await panel.share(draft, text)
    assert panel.view.result == f"{bo.name} can say yes or no now."
    (line,) = panel.view.waiting
    assert (line.state, line.mine_to_answer, line.mine_to_publish) == (f"waits for {bo.name}", False, False)
    assert [answer.words for answer in line.answers] == ["has not answered"]
    assert text in await panel.exact_of(line.request)
    await panel.publish(line.request)
    assert "is waiting" in panel.view.result, "nobody has agreed"
    assert not panel.view.board

    await bo.sync()
    await bo.say(here.nook, "yes", **{"m.relates_to": {"m.in_reply_to": {"event_id": line.event_id}}})
    view = await shows(panel, lambda view: view.waiting and view.waiting[0].mine_to_publish)
    assert view.waiting[0].answers[0].words == "agreed, with their name · in plain words"
    await panel.publish(line.request)
    view = await shows(panel, lambda view: view.board)
    (item,) = view.board
    assert (item.body, item.credit, item.week, item.can_withdraw) == (text, bo.name, "This week", True)
    assert (view.result, view.room, view.face) == ("It is on the board.", "Makers highlights", Face.CONTENT)

    await panel.react(item.event_id, "👍")
    await shows(panel, lambda view: view.board[0].reactions == (("👍", 1, True),))
    await panel.origin(item.event_id)
    origin = panel.view.origin
    assert origin is not None
    assert origin.proved
    assert [source.text for source in origin.sources] == [
        "iron makes it blue, says anselm@example.org", "but only in reduction",
    ]  # fmt: skip
    await panel.withdraw(item.request)
    view = await shows(panel, lambda view: not view.board)
    assert "Taken back" in view.result
    await panel.origin(item.event_id)
    assert panel.view.origin
    assert not panel.view.origin.proved
    await panel.refresh()


async def test_an_author_is_asked_in_the_conversation_and_answers_on_the_screen(
    people: Village, screens: Screens
) -> None:
    ana, bo = await people.person("ana"), await people.person("bo")
    here = await people.community(ana, bo)
    event_id = await bo.say(here.nook, "iron makes it blue in 1999")
    await ana.sync()
    share = await ana.sharing.share(ana.room(here.nook), [event_id], "Iron makes it blue in 1999.")
    shell = await screens.live(bo)
    view = await shows(shell.highlights, lambda view: view.waiting)
    (line,) = view.waiting
    assert (line.mine_to_answer, line.state, line.asked_by, view.asked) == (True, "waits for you", ana.name, 1)

    def asked() -> list[EventId]:
        return [e.event_id for e in shell.timeline.view.entries if isinstance(e, Words) and e.asked]

    await shows(shell.timeline, lambda _view: asked() == [share.event_id])
    assert "the detail “1999”" in await shell.highlights.tells(share.request)
    assert await shell.highlights.answer(share.request, "declined")
    assert shell.highlights.view.result == "Declined. It stays in the nook."
    (over,) = shell.highlights.view.ended
    assert (over.state, over.may_answer, shell.highlights.view.asked) == ("declined", True, 0)
    await shows(shell.timeline, lambda _view: not asked())
    assert await shell.highlights.answer(share.request, "anonymous")
    assert shell.highlights.view.result.startswith("Agreed, without your name.")
    assert shell.highlights.view.waiting[0].answers[0].words == "agreed, without your name · in nookterm"


async def test_what_was_typed_survives_a_restart_and_an_error_and_is_gone_once_it_was_asked(
    people: Village, screens: Screens
) -> None:
    ana = await people.person("ana")
    here = await people.community(ana)
    mine = await ana.say(here.nook, "cobalt, too")
    shell = await screens.live(ana)
    draft = await shell.highlights.draft(here.nook, [mine])
    assert draft is not None
    assert (draft.own, draft.authors) == (True, ("you",))
    look = await shell.highlights.look_at(draft, "Cobalt, too. Ask me at ana@example.org.")
    assert [flag.kind for flag in look.flags] == ["mail"]
    await screens.close(shell)

    shell = await screens.named(ana.name)
    await shows(shell.status, lambda view: view.connection == "live")
    view = await shows(shell.highlights, lambda view: view.begun)
    assert view.begun[0].events == (mine,)
    again = await shell.highlights.draft(here.nook, [mine])
    assert again is not None
    assert again.kept == "Cobalt, too. Ask me at ana@example.org."
    assert not await shell.highlights.share(again, "x" * 1501)
    assert "1 to 1500" in shell.highlights.view.result
    assert shell.highlights.view.begun[0].text.startswith("xxx")
    assert await shell.highlights.share(again, "Cobalt, too.", anonymous=True)
    assert shell.highlights.view.result == "Agreed. A facilitator can publish it."
    assert shell.highlights.view.begun == ()
    assert shell.highlights.view.doing == ""


async def test_what_cannot_be_shared_says_why(people: Village, screens: Screens, tmp_path: Path) -> None:
    shell, _bo, here, _events = await nook(people, screens)
    assert await shell.highlights.draft(here.nook, [EventId("$nowhere")]) is None
    assert "not here" in shell.highlights.view.result
    assert await shell.highlights.thread(here.nook, EventId("$nowhere")) == ()
    await shell.highlights.origin(EventId("$nowhere"))
    assert shell.highlights.view.origin
    assert not shell.highlights.view.origin.proved
    await shell.highlights.export("2026-W01", str(tmp_path / "week.md"))
    assert not (tmp_path / "week.md").exists(), "there is no such week"
    await shell.highlights.stop()


@pytest.mark.parametrize(
    ("text", "own", "members", "found"),
    [
        ("I fired it with Marta.", ["Ana"], 30, ("the name “Marta”",)),
        ("Ana fired it.", ["Ana Ferreira"], 30, ("your name “Ana”",)),
        ("Fired 12 of 12 at 1240 °C.", [], 30, ("the detail “12 of 12”", "the detail “1240 °C”")),
        ("We met in Lower Mill last year.", [], 30, ("the detail “Lower Mill”",)),
        ("Wipe the bisque.", [], 5, ("glaze-lab has only 5 people",)),
        ("Wipe the bisque.", ["Ana"], 30, ()),
    ],
)  # fmt: skip
def test_what_tells_who_wrote_it_is_named(text: str, own: list[str], members: int, found: tuple[str, ...]) -> None:
    assert tells(text, own, flags(text, NAMES), members, "glaze-lab") == found


def test_the_exact_json_hides_nothing_from_the_eye() -> None:
    shown = shown_json({"body": "a\u202eb\u200bc\U000e0041 é 漢"})
    assert shown == '{\n  "body": "a\\u202eb\\u200bc\\U000e0041 é 漢"\n}'


def test_weeks_are_called_as_people_call_them() -> None:
    this = Week(2026, 47)
    assert week_words(this, this) == "This week"
    assert week_words(Week(2026, 46), this) == "Week of 9 November"
    assert week_words(Week(2025, 46), this) == "Week of 10 November 2025"
    assert this.monday == date(2026, 11, 16)


def test_sizes_are_short() -> None:
    assert [bytes_words(size) for size in (12, 340_400, 2_400_000)] == ["12 bytes", "340 kB", "2.4 MB"]
