"""What one writes becomes the HTML that others read, or stays as it is where that says it all."""

from __future__ import annotations

import re

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from nookterm.domain.ids import UserId
from nookterm.formatting.reading import read_html
from nookterm.formatting.text import Link
from nookterm.formatting.writing import Formatted, write_markdown
from tests.formatting.outline import outline

BO, DEE = UserId("@bo:river.example"), UserId("@dee:river.example")
BO_B = UserId("@bo.b:river.example")
PEOPLE = (("Bo Lindqvist", BO), ("Bo", BO_B), ("Dee (@dee:river.example)", DEE))
_TO = "https://matrix.to/#/"

SAYS_MORE = {
    "**b** _i_ ~~d~~ `c`": "<strong>b</strong> <em>i</em> <del>d</del> <code>c</code>",
    "# H\nwords": "<h1>H</h1>\n<p>words</p>",
    "- a\n- b": "<ul>\n<li>a</li>\n<li>b</li>\n</ul>",
    "3. a\n4. b": '<ol start="3">\n<li>a</li>\n<li>b</li>\n</ol>',
    "- a\nafter": "<ul>\n<li>a</li>\n</ul>\n<p>after</p>",
    "- a\n  - b\n\n  more of a": "<ul>\n<li>\n<p>a</p>\n<ul>\n<li>b</li>\n</ul>\n<p>more of a</p>\n</li>\n</ul>",
    "> quoted\nmy answer": "<blockquote>\n<p>quoted</p>\n</blockquote>\n<p>my answer</p>",
    "> a\n> b\n\nc": "<blockquote>\n<p>a<br>b</p>\n</blockquote>\n<p>c</p>",
    "```python\nx = 1\n> no quote\ny\n```\nafter":
        '<pre><code class="language-python">x = 1\n&gt; no quote\ny\n</code></pre>\n<p>after</p>',
    "~~~\n```\n~~~": "<pre><code>```\n</code></pre>",
    "**a**\nb": "<strong>a</strong><br>b",
    "||it was the dust||": '<span data-mx-spoiler="">it was the dust</span>',
    "||the end|it **was** the dust||": '<span data-mx-spoiler="the end">it <strong>was</strong> the dust</span>',
    "| a | b |\n|---|:-:|\n| 1 | 2 |":
        "<table>\n<thead>\n<tr>\n<th>a</th>\n<th>b</th>\n</tr>\n</thead>\n<tbody>\n<tr>\n<td>1</td>\n<td>2</td>\n</tr>\n"
        "</tbody>\n</table>",
    "[words](https://x.example)": '<a href="https://x.example">words</a>',
    "*a* https://x.example/_b_c": '<em>a</em> <a href="https://x.example/_b_c">https://x.example/_b_c</a>',
    "**<b>**": "<strong>&lt;b&gt;</strong>",
    r"\*as it is\*": "*as it is*",
    "---": "<hr>",
    "words\n---\nmore": "<p>words</p>\n<hr>\n<p>more</p>",
}  # fmt: skip

SAYS_NO_MORE = [
    "Hello.", "two\nlines", "two\n\nparagraphs", "https://x.example/a_b_c", "5 * 3 * 2 and snake_case_name", "#tag",
    "-5 °C", "a || b || c", "a||b||c", "||", "|| ||", "<b>x</b> &amp; &copy;", "    four blanks", "words\n===",
    "x [1] y", "¯\\_(ツ)_/¯", "[x]: https://x.example", "[x](javascript:alert(1))", "[x](file:///etc/passwd)",
    "mail ana@x.example", "www.x.example", "@nobody", "bo@bo", "1.5", "half ~ done", "a\\b",
]  # fmt: skip


@pytest.mark.parametrize("text", SAYS_MORE)
def test_markdown_becomes_html(text: str) -> None:
    assert write_markdown(text) == Formatted(text, SAYS_MORE[text])


@pytest.mark.parametrize("text", SAYS_NO_MORE)
def test_words_that_are_no_markdown_stay_as_they_are(text: str) -> None:
    assert write_markdown(text, PEOPLE) == Formatted(text, None)


@pytest.mark.parametrize("text", [*SAYS_MORE, *SAYS_NO_MORE])
def test_without_markdown_every_sign_stands_for_itself(text: str) -> None:
    assert write_markdown(text, PEOPLE, markdown=False) == Formatted(text, None)


@pytest.mark.parametrize(
    ("text", "html", "named"),
    [
        ("@Bo Lindqvist hello", f'<a href="{_TO}{BO}">Bo Lindqvist</a> hello', {BO}),
        ("hello @bo!", f'hello <a href="{_TO}{BO_B}">Bo</a>!', {BO_B}),
        ("hello @bob", None, set()),
        ("ask @dee:river.example", f'ask <a href="{_TO}{DEE}">Dee (@dee:river.example)</a>', {DEE}),
        ("@Dee (@dee:river.example) knows", f'<a href="{_TO}{DEE}">Dee (@dee:river.example)</a> knows', {DEE}),
        ("`@Bo` is how one writes", "<code>@Bo</code> is how one writes", set()),
        ("**@Bo**", f'<strong><a href="{_TO}{BO_B}">Bo</a></strong>', {BO_B}),
        ("[@Bo](https://x.example)", '<a href="https://x.example">@Bo</a>', set()),
        ("@Bo @BO", f'<a href="{_TO}{BO_B}">Bo</a> <a href="{_TO}{BO_B}">Bo</a>', {BO_B}),
    ],
)
def test_names_of_people_who_are_here_mention_them(text: str, html: str | None, named: set[UserId]) -> None:
    assert write_markdown(text, PEOPLE) == Formatted(text, html, frozenset(named))


def test_names_are_mentions_without_markdown_too() -> None:
    said = write_markdown("@Bo **not** <b>\n2", PEOPLE, markdown=False)
    assert said.html == f'<a href="{_TO}{BO_B}">Bo</a> **not** &lt;b&gt;<br>2'
    assert said.mentions == {BO_B}


def test_the_content_of_an_event_has_a_form_only_where_there_is_one() -> None:
    assert write_markdown("a").content() == {"msgtype": "m.text", "body": "a", "m.mentions": {}}
    assert write_markdown("*a* @Bo", PEOPLE).content(emote=True) == {
        "msgtype": "m.emote", "body": "*a* @Bo", "format": "org.matrix.custom.html",
        "formatted_body": f'<em>a</em> <a href="{_TO}{BO_B}">Bo</a>', "m.mentions": {"user_ids": [BO_B]},
    }  # fmt: skip


def test_what_is_too_long_to_be_written_by_hand_goes_as_it_is() -> None:
    pasted = "**[" * 10_000
    assert write_markdown(pasted) == Formatted(pasted, None)


def test_no_form_is_sent_that_would_make_an_event_too_large() -> None:
    escaped = "**a** " + "<" * 19_000
    said = write_markdown(escaped)
    assert said.html is None


@pytest.mark.parametrize("text", SAYS_MORE)
def test_what_is_written_here_is_read_here(text: str) -> None:
    assert outline(read_html(SAYS_MORE[text])) != ["nothing"]


_SIGNS = st.sampled_from([*"*_~`|[]()<>\\#>-+.!@&:/\n \t1", "||", "```", "**", "@Bo", "https://x.example", "a"])


@settings(max_examples=300, deadline=None)
@given(st.lists(st.one_of(_SIGNS, st.text(max_size=6)), max_size=30).map("".join))
def test_whatever_is_written_only_tags_of_our_own_come_out(text: str) -> None:
    said = write_markdown(text, PEOPLE)
    assert said.body == text
    html = said.html or ""
    known = re.sub(r"</?(?:p|strong|em|del|code|pre|h[1-6]|ul|ol|li|blockquote|br|hr|span|table|thead|tbody|tr|th|td|a)"
                   r'(?: (?:href|title|start|class|data-mx-spoiler)="[^"<>]*")*>', "", html)  # fmt: skip
    assert "<" not in known
    for address in re.findall(r'href="([^"]*)"', html):
        assert address.startswith(("http://", "https://", "mailto:", "matrix:"))


def test_a_written_link_is_the_one_that_is_read() -> None:
    read = read_html(write_markdown("[a](https://x.example/ü)").html or "")
    assert read is not None
    runs = read.blocks[0].runs  # type: ignore[union-attr]  # one paragraph
    assert runs[0].target == Link("https://x.example/%C3%BC", "x.example")
