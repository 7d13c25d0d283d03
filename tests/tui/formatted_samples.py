"""Messages with a form, as other clients send them, for tests of how they are drawn."""

from __future__ import annotations

from nookterm.domain.ids import EventId, UserId
from nookterm.formatting.reading import read_html
from nookterm.viewmodels.timeline import Aside, Entry, Rule, Words
from tests.tui.fakes import words

BO = UserId("@bo:river.example")
RICH = (
    "<p>Three things about <strong>zinc</strong>, <em>in this order</em>:</p><ol><li>weigh it<ul><li>twice</li>"
    "<li>with a <code>0.1 g</code> scale</li></ul></li><li>sieve it</li></ol>"
    "<blockquote><p>Was the bisque dusty?</p></blockquote>"
    '<p><del>Never</del> <u>always</u> wipe. <span data-mx-spoiler="what it was">it was the dust</span></p>'
)
CODE = (
    'I keep this next to the scale: <pre><code class="language-python">def zinc_ratio(recipe: Recipe) -&gt; float:\n'
    "    # above 0.06 it crawls\n    return recipe[&quot;zinc&quot;] / 100\n</code></pre>"
)
TABLE = (
    "<table><thead><tr><th>Tile</th><th>Zinc</th><th>What became of it in the kiln</th></tr></thead><tbody><tr>"
    "<td>12</td><td>0.04</td><td>fine</td></tr><tr><td>13</td><td>0.09</td><td>"
    "crawled on all vertical tiles, first where dust had been</td></tr></tbody></table>"
)
LINKS = (
    '<a href="https://matrix.to/#/@bo:river.example">whoever</a>: <a href="https://glazy.org/recipes/7">the recipe</a>'
    ', glazed <a href="https://gl\u0430zy.org/">glazy.org</a>, <img data-mx-emoticon src="mxc://x/y" alt="celadon">'
)
MORE = (
    "<h2>Next firing</h2><details><summary>The log of the kiln</summary><p>20:00 on</p></details><hr>"
    "<p>\u05e9\u05dc\u05d5\u05dd \u05e2\u05d5\u05dc\u05dd</p>"
)
LONG = "\n".join(f"{n:02} of forty lines out of the kiln's own log" for n in range(1, 41))


def said(html: str, body: str = "plain words", n: int = 1, **more: object) -> Words:
    """A message of Bo's with this form."""
    return words(n, "Bo Lindqvist", 1, "09:12", body, formatted=read_html(html), called=((BO, "Bo Lindqvist"),), **more)


ENTRIES: tuple[Entry, ...] = (
    Rule("Thursday 19 November", "day"),
    said(RICH, n=1),
    said(CODE, n=2, first=False),
    words(3, "Dee Okafor", 4, "09:40", "", formatted=read_html(TABLE), edited=True),
    words(4, "Cy Arden", 5, "09:58", "", formatted=read_html(LINKS), called=((BO, "Bo Lindqvist"),), mention=True),
    Aside(EventId("$m1"), "10:14", "Eli Marsh joined"),
    words(5, "Eli Marsh", 6, "10:15", "", formatted=read_html(MORE), newcomer=True),
    words(6, "Dee Okafor", 4, "10:20", LONG),
)
