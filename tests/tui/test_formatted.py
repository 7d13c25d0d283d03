"""Messages with a form: drawn as meant, no wider than their place, opened by key and by click, and never markup."""

from __future__ import annotations

from dataclasses import replace

import pytest
from textual.app import App, ComposeResult
from textual.content import Content
from textual.pilot import Pilot
from textual.style import Style

from nookterm.formatting.reading import read_html
from nookterm.tui.app import NooktermApp
from nookterm.tui.widgets.composer import Composer
from nookterm.tui.widgets.timeline import Timeline
from nookterm.tui.widgets.timeline_pen import Shown
from nookterm.tui.widgets.timeline_rows import WIDEST, Drawing, entry_rows
from nookterm.tui.widgets.timeline_table import fitted
from nookterm.viewmodels.timeline import Entry, Words
from tests.tui.fakes import TIMELINE, FakeShell, words
from tests.tui.formatted_samples import ENTRIES, LONG, said
from tests.tui.panel_host import HOSTILE, clean, poisoned, seen, settle, wear

WIDTHS = (18, 33, 60, 76, 120)


class Hall(App[None]):
    """A timeline alone."""

    def __init__(self) -> None:
        super().__init__()
        wear(self)

    def compose(self) -> ComposeResult:
        yield Timeline()


def drawn(message: Words, width: int = 76, *, shown: Shown = Shown.FOLDED, brackets: bool = False) -> list[str]:
    """The rows below the name, without the room for times."""
    how = Drawing(width, shown=shown, brackets=brackets)
    return [line.plain[7:].rstrip() for line in entry_rows(message, how)][1:]


def links(rows: list[Content]) -> list[tuple[str, str]]:
    """(words, where they lead)."""
    spans = [(row, span) for row in rows for span in row.spans if isinstance(span.style, Style) and span.style.link]
    return [(row.plain[span.start : span.end], str(span.style.link)) for row, span in spans]  # type: ignore[union-attr]  # a Style, asked above


async def show(pilot: Pilot[None], *entries: Entry) -> Timeline:
    """A timeline with the keyboard."""
    timeline = pilot.app.query_one(Timeline)
    timeline.show(replace(TIMELINE, entries=entries), compact=False)
    await pilot.pause()
    timeline.focus()
    await pilot.pause()
    return timeline


@pytest.mark.parametrize(
    ("html", "rows"),
    [
        ("<b>a</b> <i>b</i>", ["a b"]),
        ("<p>a</p><p>b</p>", ["a", "", "b"]),
        ("a<h3>b</h3>c", ["a", "", "b", "c"]),
        ("<ul><li>a<ul><li>b<ul><li>c</li></ul></li></ul></li></ul>", ["• a", "  ◦ b", "    ▪ c"]),
        ('<ol start="9"><li>a</li><li>b</li></ol>', [" 9. a", "10. b"]),
        ("<blockquote>a<blockquote>b</blockquote></blockquote>c", ["│ a", "│ │ b", "c"]),
        ("a<hr>b", ["a", "─" * 24, "b"]),
        ("<pre>a\n  b</pre>", [" a", "   b"]),
        ("<details><summary>a</summary>b</details>", ["▸ a"]),
        ("<details>b</details>", ["▸ Details"]),
        ("<table><tr><th>a</th><th>b</th></tr><tr><td>1</td><td></td></tr></table>", ["a │ b", "──┼──", "1 │"]),
        ('<span data-mx-spoiler="why">x</span>', [" ▒ spoiler: why ▒"]),
        ("a<br><br>b", ["a", "", "b"]),
        ('<a href="https://matrix.to/#/@bo:river.example">x</a>', ["@Bo Lindqvist"]),
        ('<a href="https://matrix.to/#/@eve:river.example">Bo Lindqvist</a>', ["@eve:river.example"]),
        ('<a href="https://matrix.to/#/#tea:river.example">x</a>', ["#tea:river.example"]),
        ('<a href="https://matrix.to/#/!tea/$e">there</a>', ["there (a message)"]),
        ('<a href="https://matrix.to/#/!tea">there</a>', ["there (a room)"]),
    ],
)
def test_each_block_is_drawn_as_what_it_is(html: str, rows: list[str]) -> None:
    assert drawn(said(html)) == rows


@pytest.mark.parametrize("shown", Shown)
@pytest.mark.parametrize("width", WIDTHS)
def test_no_row_is_wider_than_its_place(width: int, shown: Shown) -> None:
    wide = "".join(f"<td>{'word ' * 9}</td>" for _ in range(7))
    hard = said(
        f"<h1>{'x' * 200}</h1><blockquote><blockquote><ul><li><ol start=99999><li>{'漢字' * 90}</li></ol></li></ul>"
        f"</blockquote></blockquote><pre><code class=language-python>{'y = 1; ' * 40}</code></pre>"
        f"<table><tr>{wide}</tr></table><details><summary>{'s ' * 200}</summary>{'z' * 99}</details>"
        f"<a href='https://{'h' * 60}.example'>{'👨‍👩‍👧‍👦' * 60}</a>"
    )
    deep = said("<blockquote>" * 60 + "deep " * 40 + "</blockquote>" * 60)
    for message in (*(e for e in ENTRIES if isinstance(e, Words)), hard, deep):
        for compact in (False, True):
            for line in entry_rows(message, Drawing(width, compact, shown=shown)):
                assert line.cell_length <= min(width, WIDEST + 7), line.plain


def test_no_letter_is_torn_apart_where_a_line_breaks() -> None:
    family = "👨‍👩‍👧‍👦"
    for message in (said(f"<b>{family * 40}</b>"), said("", family * 40)):
        assert set("".join(drawn(message, 20)).split(family)) == {""}


def test_inline_code_and_names_are_told_apart_without_colours_too() -> None:
    assert drawn(said("use <code>zinc</code>"), brackets=True) == ["use `zinc`"]
    assert drawn(said("<span data-mx-spoiler>x</span>"), brackets=True) == ["[▒ spoiler ▒]"]
    assert drawn(said("<pre>a</pre>"), brackets=True) == ["│ a"]


@pytest.mark.parametrize(
    ("html", "row", "url"),
    [
        ('<a href="https://x.example/a">the <b>words</b></a>', "the words (x.example)", "https://x.example/a"),
        ('<a href="https://x.example/a">x.example/a</a>', "x.example/a", "https://x.example/a"),
        ('<a href="https://gl\u0430zy.org">glazy.org</a>', "glazy.org (xn--glzy-63d.org)", "https://xn--glzy-63d.org"),
        ("see https://x.example/a.", "see https://x.example/a.", "https://x.example/a"),
        ("https://x.example@evil.example/", "https://x.example@evil.example/ (evil.example)",
         "https://x.example@evil.example/"),
        ('<a href="mailto:a@x.example">write</a>', "write (a@x.example)", "mailto:a@x.example"),
    ],
)  # fmt: skip
def test_a_link_leads_where_it_says_and_says_where_it_leads(html: str, row: str, url: str) -> None:
    message = said(html)
    assert drawn(message) == [row]
    assert {where for _, where in links(entry_rows(message, Drawing(76)))} == {url}
    assert links(entry_rows(message, Drawing(76, links=False))) == []


def test_addresses_in_plain_words_are_links() -> None:
    rows = entry_rows(said("", "see https://x.example/a, and https://gl\u0430zy.org"), Drawing(76))
    assert links(rows) == [("https://x.example/a", "https://x.example/a"),
                           ("https://gl\u0430zy.org", "https://xn--glzy-63d.org")]  # fmt: skip
    assert rows[1].plain.endswith("https://gl\u0430zy.org (xn--glzy-63d.org)")


def test_what_is_hidden_is_as_long_whatever_it_is() -> None:
    short, long = (drawn(said(f"<span data-mx-spoiler>{words}</span>")) for words in ("no", "yes " * 50))
    assert short == long
    assert drawn(said("<span data-mx-spoiler>no <b>no</b></span>"), shown=Shown.OPEN) == ["no no"]


def test_words_that_run_from_the_right_stand_at_the_right() -> None:
    hebrew = "\u05e9\u05dc\u05d5\u05dd 12 abc"
    assert drawn(said(hebrew), 50) == [hebrew.rjust(43)]
    assert drawn(said("", hebrew), 50) == [hebrew.rjust(43)]
    assert drawn(said(f"abc {hebrew}"), 50) == [f"abc {hebrew}"]
    assert drawn(said(f"\u202e{hebrew}"), 50) == [hebrew.rjust(43)]


def test_marks_do_not_pile_up_over_many_pieces() -> None:
    html = "a" + "".join(f"<b>{chr(0x301) * 4}</b><i>{chr(0x301) * 4}</i>" for _ in range(50))
    assert drawn(said(html))[0].count(chr(0x301)) <= 4


def test_code_keeps_its_blanks_and_loses_no_letter() -> None:
    code = "if x:\n    y = " + "1 + " * 40
    rows = drawn(said(f"<pre>{code}</pre>"), 50)
    assert rows[1].startswith("     y = 1")
    assert "".join("".join(rows[1:]).split()) == "".join(code.split("\n")[1].split())


def test_a_long_message_says_how_much_more_there_is_and_shows_it() -> None:
    for message in (said("", LONG), said(LONG.replace("\n", "<br>")), said(f"<pre>{LONG}</pre>")):
        folded, whole = drawn(message), drawn(message, shown=Shown.WHOLE)
        assert len(folded) == 19
        assert folded[-1] == "… 22 more lines  Enter shows them"
        assert whole[:18] == folded[:18]
        assert whole[-1] == "Enter folds this"
        assert len(whole) == 41


def test_a_very_long_message_is_laid_out_only_where_it_is_seen() -> None:
    folded = drawn(said("", "word " * 4000))
    assert len(folded) == 19
    assert folded[-1].startswith("… about 27")
    assert len(drawn(said("", "word " * 4000), shown=Shown.WHOLE)) > 280


@pytest.mark.parametrize(
    ("naturals", "room", "widths"),
    [
        ([3, 4], 20, [3, 4]),
        ([3, 40], 20, [3, 17]),
        ([30, 40], 20, [10, 10]),
        ([2, 30, 30], 20, [2, 9, 9]),
        ([9] * 9, 20, None),
        ([], 20, []),
    ],
)
def test_columns_give_way_to_each_other(naturals: list[int], room: int, widths: list[int] | None) -> None:
    assert fitted(naturals, room) == widths


def test_a_table_that_no_terminal_holds_is_told_row_by_row() -> None:
    cells = "".join(f"<th>column {n}</th>" for n in range(9))
    values = "".join(f"<td>value {n}</td>" for n in range(9))
    rows = drawn(said(f"<table><tr>{cells}</tr><tr>{values}</tr><tr>{values}</tr></table>"), 50)
    assert rows[:2] == ["column 0: value 0", "column 1: value 1"]
    assert rows[9] == "─" * 8
    assert len(rows) == 19


def test_an_emote_begins_with_who_does_it() -> None:
    assert drawn(said("waves <b>twice</b>", emote=True)) == ["Bo Lindqvist waves twice"]
    assert drawn(said("<ul><li>a</li></ul>", emote=True)) == ["Bo Lindqvist", "• a"]


async def test_enter_opens_a_long_message_then_what_it_hides_and_then_folds_it() -> None:
    hides = said(LONG.replace("\n", "<br>") + "<br><span data-mx-spoiler>it was the dust</span>", n=7)
    async with Hall().run_test(size=(80, 60)) as pilot:
        timeline = await show(pilot, words(1, "Dee", 2, "09:00", "before"), hides)
        before = seen(pilot.app)
        assert "23 more lines" in before
        await pilot.press("enter")
        assert "40 of forty" in seen(pilot.app)
        assert "it was the dust" not in seen(pilot.app)
        await pilot.press("enter")
        assert "it was the dust" in seen(pilot.app)
        await pilot.press("enter")
        assert seen(pilot.app) == before
        timeline.show(replace(TIMELINE, entries=(hides,), room_id=None), compact=False)


async def test_a_click_on_what_hides_something_opens_it_and_one_beside_it_does_not() -> None:
    hides = said("see <span data-mx-spoiler>it was the dust</span>", n=7)
    async with Hall().run_test(size=(80, 20)) as pilot:
        await show(pilot, hides)
        for _ in range(2):
            await pilot.click(Timeline, offset=(10, 2))
            assert "it was the dust" not in seen(pilot.app)
        await pilot.click(Timeline, offset=(18, 2))
        await pilot.pause()
        assert "it was the dust" in seen(pilot.app)


async def test_what_was_opened_is_folded_in_the_next_room() -> None:
    hides = said("<span data-mx-spoiler>it was the dust</span>", n=7)
    async with Hall().run_test(size=(80, 20)) as pilot:
        timeline = await show(pilot, hides)
        await pilot.press("enter")
        assert "it was the dust" in seen(pilot.app)
        timeline.show(replace(TIMELINE, entries=(hides,), room_id=None), compact=False)
        await pilot.pause()
        assert "it was the dust" not in seen(pilot.app)


@pytest.mark.parametrize("name", HOSTILE)
@pytest.mark.parametrize("where", ["words", "code", "cell", "summary", "spoiler", "link", "emoji"])
def test_hostile_words_in_html_are_only_words(name: str, where: str) -> None:
    text = HOSTILE[name].encode("utf-8", "replace").decode().replace("<", "&lt;")[:4_000]
    quoted = text.replace('"', "&quot;")
    html = {
        "words": text,
        "code": f'<pre><code class="language-python">{text}</code></pre>',
        "cell": f"<table><tr><td>{text}</td></tr></table>",
        "summary": f"<details><summary>{text}</summary>{text}</details>",
        "spoiler": f'<span data-mx-spoiler="{quoted}">{text}</span>',
        "link": f'<a href="https://x.example/{quoted}">{text}</a>',
        "emoji": f'<img data-mx-emoticon alt="{quoted}">',
    }[where]
    assert read_html(html) is not None
    for shown in Shown:
        for width in (8, 76):
            for line in entry_rows(said(html), Drawing(width, shown=shown)):
                assert clean(line.plain)
                assert "\n" not in line.plain
                assert all(link.isascii() and link.isprintable() for _, link in links([line]))


@pytest.mark.parametrize("size", [(140, 40), (1, 1)], ids=str)
@pytest.mark.parametrize("name", HOSTILE)
async def test_values_of_whatever_origin_harm_no_terminal(name: str, size: tuple[int, int]) -> None:
    """As if the reader of HTML let everything through: each text of each block, run and link is the hostile one."""
    entries: tuple[Entry, ...] = tuple(poisoned(entry, HOSTILE[name][:2_000]) for entry in ENTRIES)
    async with Hall().run_test(size=size) as pilot:
        timeline = await show(pilot, *entries)
        for key in ("home", "enter", "enter", "end", "enter"):
            await pilot.press(key)
            await pilot.pause()
            for strip in timeline.render_lines(timeline.size.region):
                assert all(clean(segment.text) for segment in strip)
                assert not any(segment.style and segment.style.link for segment in strip if name == "controls")
        assert pilot.app._exception is None


async def test_what_becomes_of_words_is_told_while_one_writes_them() -> None:
    shell = FakeShell()
    app = NooktermApp(shell)
    async with app.run_test(size=(100, 30)) as pilot:
        await settle(pilot, lambda: isinstance(app.focused, Composer))
        await pilot.press(*"so **it")
        await settle(pilot, lambda: "** has no end yet" in seen(app))
        await pilot.press(*"** is")
        await settle(pilot, lambda: "will be: bold" in seen(app))
        shell.timeline.show(replace(shell.timeline.view, markdown=False))
        await pilot.press("x")
        await settle(pilot, lambda: "will be" not in seen(app))
        assert app.screen.query_one(Composer).text == "so **it** isx"
