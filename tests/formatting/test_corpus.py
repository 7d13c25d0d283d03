"""What other clients and bridges really send, in the form in which they send it, reads as it does there."""

from __future__ import annotations

import pytest

from nookterm.formatting.reading import read_html
from tests.formatting.outline import outline

_TO = "https://matrix.to/#/"

CORPUS = {
    "Element: a reply with its fallback": (
        (f'<mx-reply><blockquote><a href="{_TO}!r:x.example/$e">In reply to</a> <a href="{_TO}@bo:x.example">'
        "@bo:x.example</a><br>Was the bisque dusty?</blockquote></mx-reply>Yes, <em>very</em>."),
        ["p Yes, /very/."],
    ),
    "Element: Markdown with a list and a quote": (
        ("<p>Three things:</p>\n<ol>\n<li>weigh</li>\n<li>sieve\n<ul>\n<li>twice</li>\n</ul>\n</li>\n</ol>\n"
        "<blockquote>\n<p>first line<br />second line</p>\n</blockquote>\n<p>So it is.</p>\n"),
        ["p Three things:", "1.", "  p weigh", "2.", "  p sieve", "  -", "    p twice", "quote",
         "  p first line⏎second line", "p So it is."],
    ),
    "Element: code, inline and in a block": (
        'Use <code>zinc &lt; 6%</code>:\n<pre><code class="language-js">const z = a &amp;&amp; b;\n</code></pre>\n',
        ["p Use `zinc < 6%`:", "code js: 'const z = a && b;'"],
    ),
    "Element: a pill and a spoiler": (
        f'<a href="{_TO}@bo:x.example">Bo</a>: <span data-mx-spoiler="the end">it was the <b>dust</b></span>',
        ["p Bo<@bo:x.example>: ||1 it was the ||1 *dust*"],
    ),
    "Element: a table": (
        ("<table>\n<thead>\n<tr>\n<th>Tile</th>\n<th>Zinc</th>\n</tr>\n</thead>\n<tbody>\n<tr>\n<td>12</td>\n"
        "<td>4 %</td>\n</tr>\n</tbody>\n</table>\n"),
        ["table Tile | Zinc", "  12 | 4 %"],
    ),
    "Element X: a list": (
        "<ol><li>Wash</li><li>Dry</li></ol><p>Done</p>", ["1.", "  p Wash", "2.", "  p Dry", "p Done"],
    ),
    "Element: rainbow": (
        '<font color="#ff0000">a</font><font color="#ff7f00">b</font>', ["p a{#ff0000/}b{#ff7f00/}"],
    ),
    "Element: LaTeX": (
        '<span data-mx-maths="\\alpha"><code>\\alpha</code></span> it is', ["p `\\alpha` it is"],
    ),
    "Cinny: what Markdown it was": (
        ('<strong data-md="**">b</strong> <i data-md="*">i</i> <span data-mx-spoiler data-md="||">s</span><br>'
        '<h2 data-md="##">H</h2><ul data-md="-"><li><p>a</p></li></ul><blockquote data-md="&gt;">q</blockquote>'
        '<pre data-md="```"><code class="language-ts" data-label="x.ts">let a;</code></pre>'),
        ["p *b* /i/ ||1 s", "h2 H", "-", "  p a", "quote", "  p q", "code ts: 'let a;'"],
    ),
    "Cinny: its own emoji": (
        '<img data-mx-emoticon src="mxc://x.example/abc" alt="celadon" title="celadon" height="32" /> fired',
        ["p :celadon: fired"],
    ),
    "FluffyChat: reply and lines": (
        (f'<mx-reply><blockquote><a href="{_TO}!r/$e">In reply to</a> <a href="{_TO}@bo:x.example">@bo:x.example</a>'
        "<br/>a</blockquote></mx-reply>one<br/>two<br/><br/>three"),
        ["p one⏎two⏎⏎three"],
    ),
    "FluffyChat: strike and a link": (
        '<p><del>old</del> <a href="https://x.example/a?b=c&amp;d=e">new</a></p>',
        ["p ~old~ new<https://x.example/a?b=c&d=e>"],
    ),
    "Nheko: one paragraph with line breaks": ("<p>one<br />two</p>", ["p one⏎two"]),
    "gomuks: plain HTML": ("one<br><strong>two</strong>", ["p one⏎*two*"]),
    "an IRC bridge: colours of its own": (
        '<font data-mx-color="#FF0000" data-mx-bg-color="#000000" color="#FF0000"><b>stop</b></font> now',
        ["p *stop*{#FF0000/#000000} now"],
    ),
    "a Discord bridge: an embed": (
        ('<p>look</p><blockquote background-color="#5865F2"><p><a href="https://x.example/v">A title</a></p>'
        "<p>a description<br>of it</p></blockquote>"),
        ["p look", "quote", "  p A title<https://x.example/v>", "  p a description⏎of it"],
    ),
    "a Discord bridge: an emoji and who is meant": (
        ('<img data-mx-emoticon src="mxc://x/y" alt=":kiln:" title=":kiln:" height="32"/> '
        f'<a href="{_TO}@discord_1:x.example">@ana</a>'),
        ["p :kiln: @ana<@discord_1:x.example>"],
    ),
    "a Telegram bridge: forwarded": (
        (f'Forwarded message from <a href="{_TO}@telegram_5:x.example">Dee</a><br><tg-forward><blockquote>'
        "<strong>News</strong><br>of today</blockquote></tg-forward>"),
        ["p Forwarded message from Dee<@telegram_5:x.example>", "quote", "  p *News*⏎of today"],
    ),
    "a WhatsApp bridge: marks": ("<strong>a</strong> <em>b</em> <del>c</del> <code>d</code>", ["p *a* /b/ ~c~ `d`"]),
    "a bot: what may be shown": (
        "<details><summary>12 tests failed</summary><pre><code>E  assert 1 == 2\n</code></pre></details>",
        ["details 12 tests failed", "  code : 'E  assert 1 == 2'"],
    ),
    "a bot: labels": (
        ('opened <a href="https://x.example/i/7">#7</a> <span data-mx-bg-color="#d73a4a" data-mx-color="#ffffff">'
        "&nbsp;bug&nbsp;</span>"),
        ["p opened #7<https://x.example/i/7> \N{NO-BREAK SPACE}bug\N{NO-BREAK SPACE}{#ffffff/#d73a4a}"],
    ),
    "a bot: headings and a line": (
        "<h1>Today</h1><h3>Kiln</h3><p>free</p><hr/><p><small>by the bot</small></p>",
        ["h1 Today", "h3 Kiln", "p free", "line", "p by the bot"],
    ),
    "a feed: nested quotes and pictures from elsewhere": (
        '<p><img src="https://x.example/t.gif" alt="a chart"></p><blockquote><blockquote>deep</blockquote>less',
        ["p [picture: a chart]", "quote", "  quote", "    p deep", "  p less"],
    ),
}  # fmt: skip


@pytest.mark.parametrize("name", CORPUS)
def test_what_others_send_is_read_as_they_meant_it(name: str) -> None:
    html, expected = CORPUS[name]
    assert outline(read_html(html)) == expected
