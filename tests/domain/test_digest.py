"""The digest of a week: nothing that is not on the board, and nobody's words become markup."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from markdown_it import MarkdownIt

from nookterm.domain.attachment import Attachment
from nookterm.domain.board import Highlight
from nookterm.domain.board_weeks import Week
from nookterm.domain.digest import digest_markdown, digest_text
from nookterm.domain.ids import EventId
from tests.domain.builders import BOARD, DEE

TUESDAY = datetime(2026, 11, 17, 12, tzinfo=UTC)
WEEK = Week(2026, 47)


def up(text: str = "Cone 6 at 1222 °C.\nSlow cooling.", nook: str = "Foxes", **more: Any) -> Highlight:
    fields: dict[str, Any] = {"credit": "Bo", "at": TUESDAY, **more}
    return Highlight(
        nook, nook, fields.pop("credit"), text, EventId(f"${nook}"), BOARD, fields.pop("at"), DEE, "", **fields
    )


def test_a_week_reads_as_a_page_of_plain_text() -> None:
    photo = Attachment("river.example", "m", "picture.jpg", "image/jpeg")
    board = [
        up("Ash glaze, first try.", "Owls", credit="", picture=photo),
        up(reactions=(("🔥", 3), ("👏", 1))),
        up("An older one.", "Newts", at=TUESDAY - timedelta(days=7)),
    ]
    assert digest_text(board, week=WEEK, space="River", zone=UTC) == (
        "Highlights of River, 2026-11-16 to 2026-11-22\n"
        "=============================================\n\n"
        "Foxes\n-----\n\n"
        "  Cone 6 at 1222 °C.\n  Slow cooling.\n\n"
        "  Bo · 2026-11-17 · 🔥 3  👏 1\n\n"
        "Owls\n----\n\n"
        "  Ash glaze, first try.\n\n"
        "  2026-11-17 · with a picture\n"
    )


def test_a_week_without_highlights_says_so() -> None:
    assert "Nothing was shared" in digest_text([], week=WEEK, space="River", zone=UTC)


def test_markdown_keeps_lines_and_paragraphs() -> None:
    page = digest_markdown([up("One.\nTwo.\n\nThree.")], week=WEEK, space="River", zone=UTC)
    html = MarkdownIt().render(page)
    assert "<p>One.<br />\nTwo.</p>\n<p>Three.</p>" in html
    assert "<h2>Foxes</h2>" in html


HOSTILE = [
    "# heading",
    "<script>alert(1)</script>",
    "[here](https://evil.example)",
    "![x](https://evil.example/x.png)",
    "**bold** _it_ `code` ~~gone~~",
    "| a | b |\n|---|---|",
    "1. one\n2. two",
    "- item",
    "> deeper",
    "&lt;b&gt;",
    "<https://evil.example>",
    "    code",
    "```\ncode",
    "a\n===",
    "a\\",
    "\x1b[31mred\u202egnihton",
]


@pytest.mark.parametrize("words", HOSTILE)
def test_nobodys_words_become_markup(words: str) -> None:
    plain_tags = {"h1", "h2", "p", "blockquote", "em", "br", "inline", "hardbreak", "softbreak", "text", "text_special"}
    page = digest_markdown([up(words, words, credit=words, reactions=((words, 1),))], week=WEEK, space=words, zone=UTC)
    tokens = MarkdownIt("commonmark").enable(["table", "strikethrough"]).parse(page)
    inner = [child for token in tokens for child in (token.children or [])]
    found = {token.tag or token.type for token in (*tokens, *inner)}
    assert found <= plain_tags
    assert "\x1b" not in page
    assert "\u202e" not in page


@given(st.text(max_size=60), st.text(max_size=20))
def test_a_digest_shows_the_same_words_whatever_they_are(body: str, nook: str) -> None:
    page = digest_markdown([up(body, nook)], week=WEEK, space="River", zone=UTC)
    tags = {t.tag for t in MarkdownIt("commonmark").parse(page)}
    assert tags <= {"h1", "h2", "p", "blockquote", ""}
