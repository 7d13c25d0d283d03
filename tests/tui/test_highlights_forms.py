"""Sharing and agreeing: exact words, readers in sight, marked pieces blanked one by one, a yes that was meant."""

from __future__ import annotations

from dataclasses import replace

import pytest

from nookterm.tui.screens.highlights import HighlightsPane
from nookterm.tui.widgets.board_consent import ConsentForm
from nookterm.tui.widgets.board_exact import ExactView
from nookterm.tui.widgets.forms import Choice
from nookterm.tui.widgets.forms_share import ShareForm
from nookterm.tui.widgets.forms_share_field import FlagField, found_again
from nookterm.viewmodels.highlights import Draft, DraftLook, FlagLine
from tests.tui.highlight_samples import DRAFT, HIGHLIGHTS, LOOK, MINE, OWN, READERS
from tests.tui.panel_host import Highlights, Host, seen, settle
from tests.tui.panel_samples import GLAZE
from tests.tui.test_highlights_pane import ONE, TINY, WIDE, shown, words

SHORT_SIZES = [WIDE, (100, 30), ONE, TINY]


async def begun(app: Host, pilot: object) -> FlagField:
    """The form is open."""
    await app.query_one(HighlightsPane).begin(GLAZE, *DRAFT.events)
    await settle(pilot, lambda: bool(app.query(ShareForm)) and app.query_one(FlagField).has_focus)  # type: ignore[arg-type]  # any pilot
    return app.query_one(FlagField)


def acts(highlights: Highlights) -> list[tuple[object, ...]]:
    """What was asked for, without the looks at a text."""
    return [call for call in highlights.calls if call[0] not in {"draft", "look_at"}]


async def test_the_form_shares_exactly_what_it_shows() -> None:
    app, highlights = shown(draft=replace(DRAFT, pictures=()))
    async with app.run_test(size=WIDE) as pilot:
        field = await begun(app, pilot)
        await settle(pilot, lambda: app.focused is field and "2 of 3" in seen(app))
        text = words(app)
        assert "Nothing leaves glaze-lab before Bo Lindqvist and Dee Okafor say yes to exactly" in text
        assert "2 of 3 left this week" in text
        await pilot.press("ctrl+home", *"So: ", "alt+enter")
        await settle(pilot, lambda: bool(acts(highlights)))
        assert acts(highlights) == [("share", "$kiln", "$dee", f"So: {DRAFT.text}", False)]
        await settle(pilot, lambda: not app.query(ShareForm))
        await settle(pilot, lambda: app.focused is app.query_one("#highlights-list"))


@pytest.mark.parametrize(("size", "long"), [(WIDE, True), ((100, 30), True), (ONE, False)], ids=str)
async def test_where_the_text_leaves_room_everything_is_said_at_length(size: tuple[int, int], *, long: bool) -> None:
    app, _ = shown(draft=replace(DRAFT, pictures=()))
    async with app.run_test(size=size) as pilot:
        field = await begun(app, pilot)
        await settle(pilot, lambda: "Ask for their yes" in seen(app) and ("Who will read this" in seen(app)) == long)
        assert ("Copies that others keep cannot be taken back." in words(app)) == long
        assert field.region.height >= 6
        assert app.query_one("#share-ways").region.bottom <= app.size.height, "the buttons are on the screen"


@pytest.mark.parametrize("size", SHORT_SIZES, ids=str)
async def test_who_reads_it_is_in_sight_at_every_size(size: tuple[int, int]) -> None:
    app, _ = shown()
    async with app.run_test(size=size) as pilot:
        await begun(app, pilot)
        await pilot.pause()
        assert READERS in words(app)
        await pilot.press("tab", "tab", "tab")
        await pilot.pause()
        assert READERS in words(app)


async def test_a_key_finds_what_is_marked_and_another_takes_it_out_and_undo_brings_it_back() -> None:
    app, _ = shown()
    async with app.run_test(size=ONE) as pilot:
        field = await begun(app, pilot)
        await pilot.press("ctrl+n")
        assert field.selected_text == "Marta"
        await pilot.press("ctrl+n")
        assert field.selected_text == "marta-glazes.example"
        await pilot.press("ctrl+n")
        assert field.selected_text == "Marta", "after the last it begins anew"
        await pilot.press("ctrl+b")
        assert "The recipe is …'s, from marta-glazes.example." in field.text
        await settle(pilot, lambda: "1 thing to look at" in seen(app))
        await pilot.press("ctrl+n", "ctrl+b")
        assert field.text.endswith("The recipe is …'s, from ….")
        await pilot.press("ctrl+z", "ctrl+z")
        assert field.text == DRAFT.text
        await settle(pilot, lambda: "2 things to look at" in seen(app))


async def test_a_piece_is_taken_out_of_the_list_too() -> None:
    app, _ = shown()
    async with app.run_test(size=ONE) as pilot:
        field = await begun(app, pilot)
        await pilot.press("tab", "down", "enter")
        assert "marta-glazes" not in field.text
        await pilot.click("#share-look", offset=(6, 1))
        await settle(pilot, lambda: "Marta" not in field.text)


async def test_marks_follow_their_words_while_one_types() -> None:
    app, highlights = shown()
    async with app.run_test(size=ONE) as pilot:
        field = await begun(app, pilot)
        await pilot.press("ctrl+home", *"Yes. ")
        assert [field.text[flag.start : flag.end] for flag in field.flags] == ["Marta", "marta-glazes.example"]
        highlights.look = DraftLook("", (FlagLine("dust", 16, 20, "name", "a name"),))
        await pilot.press("space")
        await settle(pilot, lambda: [flag.piece for flag in field.flags] == ["dust"])
        assert highlights.calls[-1] == ("look_at", f"Yes.  {DRAFT.text}")


def test_pieces_are_found_where_they_stand_now_and_none_twice() -> None:
    flags = (FlagLine("Bo", 0, 2, "name", ""), FlagLine("Bo", 10, 12, "name", ""), FlagLine("Cy", 20, 22, "name", ""))
    found = found_again(flags, "so Bo came")
    assert [(flag.piece, flag.start, flag.end) for flag in found] == [("Bo", 3, 5)]


async def test_the_exact_json_is_one_key_away_and_the_text_is_where_it_was() -> None:
    app, _ = shown()
    async with app.run_test(size=ONE) as pilot:
        field = await begun(app, pilot)
        await pilot.press("ctrl+home", *"So: ", "ctrl+t")
        await settle(pilot, lambda: '"body": "So: It was the dust.' in seen(app))
        assert "Nothing else goes along" in seen(app)
        assert not field.display or not field.region
        await pilot.press("escape")
        await settle(pilot, lambda: app.focused is field)
        assert field.text.startswith("So: ")


async def test_ones_own_words_go_with_a_name_by_one_key() -> None:
    app, highlights = shown(draft=OWN)
    async with app.run_test(size=ONE) as pilot:
        await begun(app, pilot)
        await pilot.press("alt+enter")
        await settle(pilot, lambda: bool(acts(highlights)))
        assert acts(highlights) == [("share", "$kiln", OWN.text, False)]


async def test_without_a_name_one_is_asked_first_whether_that_helps() -> None:
    app, highlights = shown(draft=OWN)
    async with app.run_test(size=ONE) as pilot:
        await begun(app, pilot)
        await pilot.press("tab", "tab", "tab", "enter")
        await pilot.pause()
        assert "Recognisable anyway? In the text: the link marta-glazes.example; the detail “12 of 12”." in words(app)
        await pilot.press("n")
        await pilot.pause()
        assert acts(highlights) == []
        await pilot.press("enter", "y")
        await settle(pilot, lambda: bool(acts(highlights)))
        assert acts(highlights) == [("share", "$kiln", OWN.text, True)]


async def test_a_picture_goes_along_or_does_not() -> None:
    app, highlights = shown()
    async with app.run_test(size=ONE) as pilot:
        await begun(app, pilot)
        await settle(pilot, lambda: "kiln.jpg, 2.4 MB, cleaned of place and camera" in seen(app))
        await pilot.press("alt+enter")
        await settle(pilot, lambda: bool(acts(highlights)))
        assert acts(highlights)[0][-1] == "$kiln"
        await begun(app, pilot)
        await pilot.press("tab", "tab", "down", "alt+enter")
        await settle(pilot, lambda: len(acts(highlights)) > 1)
        assert acts(highlights)[1][-1] is False


async def test_what_could_not_be_shared_stays_and_says_why() -> None:
    app, highlights = shown(replace(HIGHLIGHTS, result="There is no board in this space."), works=False)
    async with app.run_test(size=ONE) as pilot:
        field = await begun(app, pilot)
        await pilot.press("alt+enter")
        await settle(pilot, lambda: "! There is no board in this space." in seen(app))
        assert len(acts(highlights)) == 1
        assert field.text == DRAFT.text
        assert not app.query_one("#share-yes", Choice).disabled


async def test_escape_shares_nothing_and_has_the_words_kept() -> None:
    app, highlights = shown()
    async with app.run_test(size=ONE) as pilot:
        await begun(app, pilot)
        await pilot.press("ctrl+home", *"So: ", "escape")
        await settle(pilot, lambda: not app.query(ShareForm))
        assert highlights.calls[-1] == ("look_at", f"So: {DRAFT.text}")
        assert acts(highlights) == []


async def test_what_was_typed_before_is_what_the_form_begins_with() -> None:
    app, _ = shown(draft=replace(DRAFT, kept="Typed before the power went."))
    async with app.run_test(size=ONE) as pilot:
        field = await begun(app, pilot)
        assert field.text == "Typed before the power went."


@pytest.mark.parametrize("draft", [replace(DRAFT, text=" ", pictures=()), None])
async def test_nothing_is_shared_where_there_is_nothing(draft: Draft | None) -> None:
    app, highlights = shown(replace(HIGHLIGHTS, result="Nobody can share this message."), draft)
    async with app.run_test(size=ONE) as pilot:
        await app.query_one(HighlightsPane).begin(GLAZE, *DRAFT.events)
        await pilot.pause()
        assert bool(app.query(ShareForm)) == (draft is not None)
        await pilot.press("alt+enter")
        await pilot.pause()
        assert acts(highlights) == []
        assert draft or "Nobody can share this message." in seen(app)


async def test_words_of_a_third_person_are_said_in_the_form() -> None:
    look = replace(LOOK, trouble="Words of somebody who is not asked: add their message, or take the words out.")
    app, _ = shown(draft=replace(DRAFT, look=look))
    async with app.run_test(size=ONE) as pilot:
        await begun(app, pilot)
        await pilot.pause()
        assert "! Words of somebody who is not asked" in seen(app)


async def consent(app: Host, pilot: object) -> ConsentForm:
    """The form that asks for our yes."""
    app.query_one(HighlightsPane).focus()
    await app.query_one(HighlightsPane).begin(GLAZE, MINE.event_id or DRAFT.events[0])
    await settle(pilot, lambda: bool(app.query(ConsentForm)))  # type: ignore[arg-type]  # any pilot
    return app.query_one(ConsentForm)


async def test_a_request_shows_all_that_a_yes_means() -> None:
    app, _ = shown(HIGHLIGHTS)
    async with app.run_test(size=WIDE) as pilot:
        await consent(app, pilot)
        await pilot.pause()
        text = words(app)
        for piece in (
            MINE.draft, "Cy Winter asks to share your words from glaze-lab", READERS,
            "When it was asked: 640 readers", "Dee Okafor agreed, without their name", "340 kB", "until 29 Nov",
            "you can take it back at any time",
        ):  # fmt: skip
            assert piece in text


@pytest.mark.parametrize("size", SHORT_SIZES, ids=str)
async def test_a_request_shows_its_readers_at_every_size(size: tuple[int, int]) -> None:
    app, _ = shown(HIGHLIGHTS)
    async with app.run_test(size=size) as pilot:
        await consent(app, pilot)
        await pilot.pause()
        assert READERS in words(app)


@pytest.mark.parametrize(("key", "mode"), [("y", "named"), ("n", "declined")])
async def test_a_letter_answers(key: str, mode: str) -> None:
    app, highlights = shown(HIGHLIGHTS)
    async with app.run_test(size=ONE) as pilot:
        await consent(app, pilot)
        await pilot.press("enter")
        await pilot.pause()
        assert highlights.calls == [], "there is no default"
        await pilot.press(key)
        await settle(pilot, lambda: bool(highlights.calls))
        assert highlights.calls == [("answer", "k-mine", mode)]
        await settle(pilot, lambda: not app.query(ConsentForm))


async def test_a_yes_without_a_name_asks_whether_that_helps() -> None:
    app, highlights = shown(HIGHLIGHTS, tells=("the detail “12 of 12”",))
    async with app.run_test(size=ONE) as pilot:
        await consent(app, pilot)
        await pilot.press("a")
        await pilot.pause()
        assert "Recognisable anyway? In the text: the detail “12 of 12”." in words(app)
        await pilot.press("y")
        await settle(pilot, lambda: bool(highlights.calls))
        assert highlights.calls == [("answer", "k-mine", "anonymous")]


async def test_no_with_words_says_no_and_opens_a_reply() -> None:
    app, highlights = shown(HIGHLIGHTS)
    async with app.run_test(size=ONE) as pilot:
        await consent(app, pilot)
        await pilot.press("w")
        await settle(pilot, lambda: bool(app.answering))
        assert highlights.calls == [("answer", "k-mine", "declined")]
        assert (app.opened, app.answering) == ([GLAZE], [MINE.event_id])


async def test_an_answer_that_was_not_taken_says_why_and_the_form_stays() -> None:
    app, _ = shown(replace(HIGHLIGHTS, result="This highlight is expired."), works=False)
    async with app.run_test(size=ONE) as pilot:
        form = await consent(app, pilot)
        await pilot.pause()
        await pilot.click("#consent-named")
        await settle(pilot, lambda: "This highlight is expired." in words(app))
        assert not form.busy


async def test_the_json_of_a_request_is_one_key_away_and_silence_says_nothing() -> None:
    app, highlights = shown(HIGHLIGHTS)
    async with app.run_test(size=ONE) as pilot:
        await consent(app, pilot)
        await pilot.press("J")
        await settle(pilot, lambda: app.query_one(ExactView).has_class("-shown"))
        assert '"body": "k-mine"' in seen(app)
        await pilot.press("escape", "escape")
        await settle(pilot, lambda: not app.query(ConsentForm))
        assert highlights.calls == []
