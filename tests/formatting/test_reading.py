"""HTML of strangers becomes blocks and runs, as the spec has it, and nothing else of it stays."""

from __future__ import annotations

import time

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from nookterm.formatting.bounds import LONGEST
from nookterm.formatting.code import _READ
from nookterm.formatting.plain import in_a_line
from nookterm.formatting.reading import hurried, read_html
from nookterm.formatting.text import Code, Listing, Paragraph, Quoted
from tests.formatting.outline import outline

READS = {
    "words": ("Hello.", ["p Hello."]),
    "marks": (
        "<b>b</b><strong>s</strong> <i>i</i> <em>e</em> <u>u</u> <s>s</s> <del>d</del> <code>c</code>",
        ["p *bs* /i/ /e/ _u_ ~s~ ~d~ `c`"],
    ),
    "an older mark": ("<strike>k</strike>", ["p ~k~"]),
    "marks in each other": ("<b>a<i>b<del>c</del></i></b>", ["p *a**/b/**/~c~/*"]),
    "paragraphs": ("<p>a</p>\n<p>b</p>", ["p a", "p b"]),
    "div": ("<div>a</div><div>b</div>", ["p a", "p b"]),
    "line breaks": ("a<br>b<br/>\n c", ["p a⏎b⏎c"]),
    "white space": ("<p>  a \n\t b  </p>", ["p a b"]),
    "headings": ("<h1>a</h1><h4>b <b>c</b></h4><h6> </h6>", ["h1 a", "h4 b *c*"]),
    "quotes": ("<blockquote>a<blockquote><p>b</p></blockquote></blockquote>c",
               ["quote", "  p a", "  quote", "    p b", "p c"]),
    "list": ("<ul>\n<li>a</li>\n<li><p>b</p><p>c</p></li></ul>", ["-", "  p a", "-", "  p b", "  p c"]),
    "numbers": ('<ol start="4"><li>a</li><li>b</li></ol>', ["4.", "  p a", "5.", "  p b"]),
    "nested": ("<ul><li>a<ol><li>b</li></ol></li></ul>", ["-", "  p a", "  1.", "    p b"]),
    "nested wrongly": ("<ul><li>a</li><ul><li>b</li></ul></ul>", ["-", "  p a", "  -", "    p b"]),
    "code": (
        '<pre><code class="language-Python">def f():\n    return 1\n</code></pre>',
        ["code python: 'def f():\\n    return 1'"],
    ),
    "code without a language": ("<pre>a\n  b</pre>", ["code : 'a\\n  b'"]),
    "code with line breaks": ("<pre><code>a<br>b</code></pre>", ["code : 'a\\nb'"]),
    "table": (
        "<table><thead><tr><th>a</th><th>b</th></tr></thead><tbody><tr><td>1</td></tr></tbody></table>",
        ["table a | b", "  1 | "],
    ),
    "table without a head": ("<table><tr><td>1</td><td><b>2</b><br>3</td></tr></table>", ["table ", "  1 | *2*⏎3"]),
    "paragraphs in a cell": ("<table><tr><td><p>a</p><p>b</p></td></tr></table>", ["table ", "  a⏎b"]),
    "blocks in a heading": ("<h2>a<ul><li>b</li><li>c</li></ul></h2>", ["h2 a⏎b⏎c"]),
    "an empty table": ("<table></table>a<table><tr></tr></table>", ["p a"]),
    "an empty quote and an empty list": ("<blockquote> </blockquote><ul></ul>a", ["p a"]),
    "line": ("a<hr>b", ["p a", "line", "p b"]),
    "details": ("<details><summary>S <b>s</b></summary>a<p>b</p></details>", ["details S *s*", "  p a", "  p b"]),
    "spoiler": ('<span data-mx-spoiler="why">a <b>b</b></span> c', ["p ||1 a ||1 *b* c"]),
    "two spoilers": ("<span data-mx-spoiler>a</span> <span data-mx-spoiler>b</span>", ["p ||1 a ||2 b"]),
    "link": ('<a href="https://x.example/a?b#c">x</a>', ["p x<https://x.example/a?b#c>"]),
    "mail": ('<a href="mailto:ana@x.example">x</a>', ["p x<mailto:ana@x.example>"]),
    "person": ('<a href="https://matrix.to/#/@bo:x.example">Bo</a>', ["p Bo<@bo:x.example>"]),
    "person as a matrix link": ('<a href="matrix:u/bo:x.example?action=chat">Bo</a>', ["p Bo<@bo:x.example>"]),
    "person, escaped": ('<a href="https://matrix.to/#/%40bo%3Ax.example">Bo</a>', ["p Bo<@bo:x.example>"]),
    "room": ('<a href="https://matrix.to/#/%23r:x.example?via=y">r</a>', ["p r<#r:x.example>"]),
    "message": ('<a href="https://matrix.to/#/!r:x.example/$e">r</a>', ["p r<!r:x.example$e>"]),
    "own emoji": ('<img data-mx-emoticon src="mxc://x/y" alt=":celadon:" height="32">', ["p :celadon:"]),
    "own emoji by title": ('<img data-mx-emoticon="" src="mxc://x/y" title="celadon">', ["p :celadon:"]),
    "picture": ('a<img src="mxc://x/y" alt="a tile">', ["p a[picture: a tile]"]),
    "colours": (
        '<font color="#ff0000">a</font><span data-mx-color="#00ff00" data-mx-bg-color="#000000">b</span>',
        ["p a{#ff0000/}b{#00ff00/#000000}"],
    ),
    "colours that are none": ('<font color="red; x">a</font>', ["p a"]),
    "raised and lowered": ("10<sup>2</sup> H<sub>2</sub>O x<sup>ab</sup> y<sub>k</sub>", ["p 10² H₂O x^(ab) y_k"]),
    "reply fallback": ("<mx-reply><blockquote>old</blockquote></mx-reply>new", ["p new"]),
    "entities": ("a &lt;b&gt; &amp;amp; &#x41;", ["p a <b> &amp; A"]),
    "unknown elements": ("<marquee>a</marquee><blink>b</blink>", ["p ab"]),
    "unclosed": ("<p><b>a<p>b", ["p *a*", "p *b*"]),
    "cut in a tag": ("a<b", ["p a"]),
}  # fmt: skip

GONE = {
    "script": "a<script>alert(1)</script>",
    "style": "a<style>p{}</style>",
    "comment": "a<!-- b -->",
    "javascript": 'a<a href="javascript:alert(1)"></a>',
    "event handler": '<p onclick="x()">a</p>',
    "template": "a<template><p>b</p></template>",
    "form": "<form action=x>a<input value=b></form>",
    "remote picture": 'a<img src="https://tracker.example/x.png" alt="">',
}

UNFOLLOWED = [
    "javascript:alert(1)", "JaVaScRiPt:alert(1)", "data:text/html,x", "file:///etc/passwd", "ftp://x.example",
    "http://", "https://[::1", "https://x y.example", "/relative", "//x.example", "https://" + "a" * 3000, "matrix:",
    "matrix:q/x", "https://\x1b]52;c;x\x07", "vbscript:x", "https://x.example:99999999/", "tel:1",
]  # fmt: skip


@pytest.mark.parametrize("name", READS)
def test_html_is_read_as_the_spec_has_it(name: str) -> None:
    html, expected = READS[name]
    assert outline(read_html(html)) == expected


@pytest.mark.parametrize("name", GONE)
def test_what_is_no_text_is_gone(name: str) -> None:
    shown = outline(read_html(GONE[name]))
    assert shown in (["p a"], ["p a[picture]"])


@pytest.mark.parametrize("href", UNFOLLOWED)
def test_no_link_leads_where_a_browser_would_do_more_than_show_a_page(href: str) -> None:
    assert outline(read_html(f'<a href="{href}">words</a>')) == ["p words"]


@pytest.mark.parametrize("html", ["", "   ", "<p></p>", "<b> </b>", "<script>x</script>", "<mx-reply>a</mx-reply>"])
def test_html_that_says_nothing_leaves_the_word_to_the_body(html: str) -> None:
    assert read_html(html) is None


HOSTILE = {
    "long": "a" * (LONGEST + 1),
    "nodes": "<br>" * 15_000 + "<b></b>" * 700,
    "bold": "<b>" * 21_000,
    "paragraphs": "<p>x" * 16_000,
    "lists": "<ul>" * 16_000,
    "items": "<ul><li>" * 8_000,
    "quotes": "<blockquote>" * 5_400 + "x",
    "details": "<details>" * 6_000,
    "tables": "<table><tr><td>" * 4_000,
    "wrongly closed": "<ul></b>" * 8_000,
    "never in a paragraph": "<p>" + "".join(f"<b x={n}>" for n in range(290)) + "<p>x" * 15_000,
    "kept open by tables": "<p>" + "<b><table></b></table>" * 1_500 + "<p>x" * 7_000,
    "attributes": "<a " * 21_000,
    "comments": "<!--" * 16_000,
    "entities": "&" * 65_000,
    "links": '<a href="https://x.example">y</a>' * 1_900,
    "spoilers": "<span data-mx-spoiler>x</span>" * 2_100,
    "cells": "<table><tr>" + "<td>x" * 12_000,
}


@pytest.mark.parametrize("name", HOSTILE)
def test_hostile_html_costs_no_more_than_a_blink(name: str) -> None:
    """Generous: this is no benchmark. Without bounds some of these take seconds, or gigabytes."""
    read_html.cache_clear()
    before = time.process_time()
    text = read_html(HOSTILE[name])
    assert time.process_time() - before < 1.5
    assert text is None or text.blocks


def test_what_is_deeper_than_the_spec_allows_is_words_only() -> None:
    text = read_html("<blockquote>" * 150 + "deep" + "</blockquote>" * 150)
    depth, blocks = 0, text.blocks if text else ()
    while blocks and isinstance(blocks[0], Quoted):
        depth, blocks = depth + 1, blocks[0].blocks
    assert depth == 100
    assert isinstance(blocks[0], Paragraph)
    assert blocks[0].runs[0].text == "deep"


def test_a_list_cannot_begin_at_a_number_that_fills_the_screen() -> None:
    text = read_html(f'<ol start="{"9" * 40}"><li>a</li></ol><ol start="x"><li>b</li></ol>')
    starts = [block.start for block in text.blocks if isinstance(block, Listing)] if text else []
    assert starts == [1_000_000, 1]


def test_code_in_a_known_language_is_taken_apart_and_stays_what_it_was() -> None:
    text = read_html('<pre><code class="language-python">def f():  # why\n    return "x" + 1</code></pre>')
    code = text.blocks[0] if text else None
    assert isinstance(code, Code)
    assert ("keyword", "def") in code.pieces
    assert ("comment", "# why") in code.pieces
    assert "".join(piece for _, piece in code.pieces) == code.text


@pytest.mark.parametrize("language", ["klingon", "", "../../etc", "python" * 9])
def test_code_in_an_unknown_language_is_one_piece(language: str) -> None:
    text = read_html(f'<pre><code class="language-{language}">a b</code></pre>')
    assert isinstance(text and text.blocks[0], Code)
    assert text is not None
    assert text.blocks[0].pieces == (("", "a b"),)  # type: ignore[union-attr]  # it is a Code, said above


def test_who_is_mentioned_is_known_once_each() -> None:
    link = '<a href="https://matrix.to/#/@bo:x.example">Bo</a>'
    text = read_html(f"{link} {link}")
    assert text is not None
    assert text.people == ("@bo:x.example",)


def emoji(address: str, name: str = "celadon") -> str:
    return f'<img data-mx-emoticon src="{address}" alt=":{name}:">'


@pytest.mark.parametrize(
    ("html", "found"),
    [
        (emoji("mxc://x.example/a") * 2 + emoji("mxc://x.example/b"), ("mxc://x.example/a", "mxc://x.example/b")),
        (emoji("https://x.example/a"), ()),
        (emoji("mxc://x.example/../a"), ()),
        ('<img src="mxc://x.example/a" alt="a picture">', ()),
        (f"<span data-mx-spoiler>{emoji('mxc://x.example/a')}</span>", ()),
        (f'<a href="https://x.example">{emoji("mxc://x.example/a")}</a>', ()),
        ("".join(emoji(f"mxc://x.example/{n}") for n in range(99)), tuple(f"mxc://x.example/{n}" for n in range(12))),
    ],
)
def test_a_few_own_emoji_say_where_their_picture_lies_and_none_that_is_hidden_or_elsewhere(
    html: str, found: tuple[str, ...]
) -> None:
    text = read_html(html)
    assert text is not None
    assert text.emoji == found


def test_two_texts_are_equal_when_they_were_read_from_the_same_words() -> None:
    one = read_html("<b>a</b>")
    read_html.cache_clear()
    assert one == read_html("<b>a</b>") != read_html("<b>b</b>")


@pytest.mark.parametrize(
    ("html", "said"),
    [
        ("a <span data-mx-spoiler>secret</span> <span data-mx-spoiler>too</span>", "a (spoiler) (spoiler)"),
        ("<ul><li>a</li></ul><pre>b</pre><table><tr><td><span data-mx-spoiler>x</span></td></tr></table>",
         "a b (spoiler)"),
        ("<details><summary>s</summary>in</details><blockquote>q <span data-mx-spoiler>x</span></blockquote><hr>",
         "s q (spoiler)"),
        ("<b>a</b>", "the body"),
    ],
)  # fmt: skip
def test_a_line_about_a_message_does_not_tell_what_it_hides(html: str, said: str) -> None:
    assert in_a_line("the body", html) == said


def test_whoever_is_in_a_hurry_reads_code_without_its_colours_and_gets_them_afterwards(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    # Another test reads something of every language, and this one is about one that nothing was read of yet.
    monkeypatch.delitem(_READ, "swift", raising=False)
    html = '<pre><code class="language-swift">let kettle = "on"</code></pre>'

    with hurried():
        first = read_html(html)
    then = read_html(html)
    with hurried():
        again = read_html(html)

    assert first is not None
    assert first.blocks == (Code('let kettle = "on"', "swift", (("", 'let kettle = "on"'),)),)
    assert then is not None
    assert ("keyword", "let") in then.blocks[0].pieces  # type: ignore[union-attr]  # it is the same code
    assert again == then


_PIECES = st.sampled_from(
    ["<", ">", "</", "/>", "<b>", "</b>", "<ul>", "<li>", "</ul>", "<table>", "<tr>", "<td>", "</table>", "<pre>",
     "<code class='language-python'>", "</pre>", "<blockquote>", "<details>", "<summary>", "<span data-mx-spoiler>",
     "</span>", "<a href='https://x.example'>", '<a href="javascript:x">', "</a>", "<img data-mx-emoticon alt=", '"',
     "&#0;", "&#x202e;", "&lt;", "\x00", "\x1b", "\u202e", "\ud800", "a", " ", "\n", "<br>", "<hr>", "<h1>", "<sup>"]
)  # fmt: skip


@settings(max_examples=300, deadline=None)
@given(st.lists(st.one_of(_PIECES, st.text(max_size=8)), max_size=40).map("".join))
def test_whatever_comes_it_never_fails_and_leads_nowhere_else(html: str) -> None:
    for line in outline(read_html(html)):
        leads = [part for part in line.split("<")[1:] if ">" in part and "://" in part.partition(">")[0]]
        assert all(part.startswith("https://x.example") for part in leads)
