"""HTML of other clients, read into typed blocks: sanitised, bounded, and never a reason to fail."""

from __future__ import annotations

import re
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from functools import lru_cache
from typing import TYPE_CHECKING

from nookterm.domain.attachment import place_of
from nookterm.domain.ids import UserId
from nookterm.formatting.bounds import MOST_NODES, is_too_much
from nookterm.formatting.code import LATER, taken_apart
from nookterm.formatting.flow import Flow, Look
from nookterm.formatting.links import read_link
from nookterm.formatting.sanitising import sanitised
from nookterm.formatting.tables import table_of
from nookterm.formatting.text import Block, Code, Details, Emoji, Heading, Line, Listing, Mark, Person, Quoted, Text

if TYPE_CHECKING:
    from selectolax.lexbor import LexborNode

_DEEPEST = 100
"""Elements inside each other (the spec's own limit); what is deeper is words only."""
_MARKS = {
    "b": Mark.BOLD, "strong": Mark.BOLD, "i": Mark.ITALIC, "em": Mark.ITALIC, "u": Mark.UNDERLINE,
    "s": Mark.STRIKE, "del": Mark.STRIKE, "strike": Mark.STRIKE, "code": Mark.CODE,
}  # fmt: skip
_HEADINGS = {f"h{level}": level for level in range(1, 7)}
_BOXES = frozenset({"blockquote", "pre", "ul", "ol", "table", "hr", "details", *_HEADINGS})
_LINES = frozenset({"p", "div", "caption", "summary", "li", "tr"})
_COLOUR = re.compile(r"#[0-9a-fA-F]{6}")
_LANGUAGE = re.compile(r"(?:^|\s)language-([A-Za-z0-9_+#.-]{1,30})")
_RAISED = str.maketrans("0123456789+-=()n", "⁰¹²³⁴⁵⁶⁷⁸⁹⁺⁻⁼⁽⁾ⁿ")
_LOWERED = str.maketrans("0123456789+-=()", "₀₁₂₃₄₅₆₇₈₉₊₋₌₍₎")
_MOST_PEOPLE = 200
_MOST_EMOJI = 12
"""Different own emoji of a message that can be drawn."""
_HIGHEST = 1_000_000
"""The greatest number at which a list begins."""


class _TooMuchError(Exception):
    """More than a message has that is meant to be read."""


@lru_cache(maxsize=512)
def read_html(html: str) -> Text | None:
    """What a message's HTML says. None where it says nothing or too much: its plain words stand for it then."""
    if is_too_much(html):
        return None
    from selectolax.lexbor import LexborHTMLParser

    clean = sanitised(html)
    body = LexborHTMLParser(clean).body if clean.strip() else None
    if body is None:
        return None
    reader = _Reader()
    try:
        flow = Flow()
        reader.walk(body, flow, Look(), 0)
    except _TooMuchError:
        return None
    blocks = flow.done()
    return Text(html, blocks, tuple(reader.spoilers), tuple(reader.people), tuple(reader.emoji)) if blocks else None


@contextmanager
def hurried() -> Iterator[None]:
    """Read without what takes long the first time: code of a language that was not seen yet is without its colours.

    Afterwards it is read anew.
    """
    later: set[str] = set()
    before = LATER.set(later)
    try:
        yield
    finally:
        LATER.reset(before)
        if later:
            read_html.cache_clear()


class _Reader:
    """Walks a message once."""

    def __init__(self) -> None:
        self.spoilers: list[str] = []
        self.people: dict[UserId, None] = {}
        self.emoji: dict[str, None] = {}
        self._nodes = 0

    def walk(self, node: LexborNode, flow: Flow, look: Look, depth: int) -> None:
        """Whatever is inside the node, in its order."""
        for child in self.children(node):
            self._one(child, flow, look, depth)

    def _one(self, child: LexborNode, flow: Flow, look: Look, depth: int) -> None:
        tag = child.tag or ""
        if tag == "-text":
            flow.say(child.text_content or "", look)
        elif depth >= _DEEPEST:
            flow.say(child.text(deep=True), look)
        elif tag == "br":
            flow.break_line(look)
        elif tag == "img":
            flow.put(_named(child), self._pictured(child, look))
        elif tag in _BOXES and not flow.inline:
            self._box(child, tag, flow, look, depth + 1)
        elif tag in _BOXES or tag in _LINES:
            flow.end()
            self.walk(child, flow, look, depth + 1)
            flow.end()
        elif tag in {"sup", "sub"}:
            flow.put(_small(child.text(deep=True), raised=tag == "sup"), look)
        else:
            self.walk(child, flow, self._look(child, tag, look), depth + 1)

    def _pictured(self, image: LexborNode, look: Look) -> Look:
        """Letters that stand for a picture; where it is an own emoji, and not one of too many, they say which."""
        address = image.attributes.get("src") or ""
        known = address in self.emoji or len(self.emoji) < _MOST_EMOJI
        if "data-mx-emoticon" not in image.attributes or look.target or look.spoiler or not known:
            return look
        if place_of(address) is None:
            return look
        self.emoji[address] = None
        return replace(look, target=Emoji(address, _named(image)))

    def children(self, node: LexborNode) -> Iterator[LexborNode]:
        """The nodes right below, counted. Raises where there are too many."""
        child = node.first_child
        while child is not None:
            self._nodes += 1
            if self._nodes > MOST_NODES:
                raise _TooMuchError
            yield child
            child = child.next

    def _look(self, node: LexborNode, tag: str, look: Look) -> Look:
        """How letters inside an element look."""
        if tag in _MARKS:
            return replace(look, marks=look.marks | _MARKS[tag])
        attributes = node.attributes
        if tag == "a":
            target = read_link(attributes.get("href") or "")
            if isinstance(target, Person) and len(self.people) < _MOST_PEOPLE:
                self.people[target.user] = None
            return replace(look, target=target)
        if "data-mx-spoiler" in attributes and not look.spoiler:
            self.spoilers.append(attributes["data-mx-spoiler"] or "")
            look = replace(look, spoiler=len(self.spoilers))
        colour = attributes.get("data-mx-color") or attributes.get("color") or ""
        ground = attributes.get("data-mx-bg-color") or ""
        return replace(
            look,
            colour=colour if _COLOUR.fullmatch(colour) else look.colour,
            ground=ground if _COLOUR.fullmatch(ground) else look.ground,
        )

    def _box(self, node: LexborNode, tag: str, flow: Flow, look: Look, depth: int) -> None:
        if tag == "hr":
            flow.add(Line())
        elif tag == "pre":
            text, language = _lines(node), _language(node)
            flow.add(Code(text, language, taken_apart(text, language)))
        elif tag in _HEADINGS:
            inner = Flow(inline=True)
            self.walk(node, inner, look, depth)
            if words := inner.words():
                flow.add(Heading(_HEADINGS[tag], words))
        elif tag == "table":
            _add(flow, table_of(self, node, look, depth))
        elif tag == "details":
            flow.add(self._details(node, look, depth))
        elif tag == "blockquote":
            inner = Flow()
            self.walk(node, inner, look, depth)
            if blocks := inner.done():
                flow.add(Quoted(blocks))
        else:
            _add(flow, self._listing(node, tag, look, depth))

    def _listing(self, node: LexborNode, tag: str, look: Look, depth: int) -> Listing | None:
        items: list[tuple[Block, ...]] = []
        for child in self.children(node):
            inner = Flow()
            if child.tag == "li":
                self.walk(child, inner, look, depth + 1)
                items.append(inner.done())
            elif child.tag in {"ul", "ol"} and depth < _DEEPEST:
                # Not allowed, and often sent: a list right inside a list belongs to the item before it.
                self._box(child, child.tag, inner, look, depth + 1)
                items[-1:] = [(*(items[-1] if items else ()), *inner.done())]
        return Listing(tuple(items), _start(node) if tag == "ol" else None) if items else None

    def _details(self, node: LexborNode, look: Look, depth: int) -> Details:
        summary, inner = Flow(inline=True), Flow()
        for child in self.children(node):
            if child.tag == "summary":
                self.walk(child, summary, look, depth + 1)
            else:
                self._one(child, inner, look, depth)
        return Details(summary.words(), inner.done())


def _add(flow: Flow, block: Block | None) -> None:
    if block is not None:
        flow.add(block)


def _named(image: LexborNode) -> str:
    """A picture between words is there by its name: `:celadon:` where it is somebody's own emoji."""
    attributes = image.attributes
    name = " ".join((attributes.get("alt") or attributes.get("title") or "").split()).strip(":")
    if "data-mx-emoticon" in attributes:
        return f":{name or 'emoji'}:"
    return f"[picture: {name}]" if name else "[picture]"


def _small(text: str, *, raised: bool) -> str:
    """Raised and lowered letters, so that 10² is not read as 102."""
    words = " ".join(text.split())
    small = words.translate(_RAISED if raised else _LOWERED)
    if all(a != b for a, b in zip(words, small, strict=True)):
        return small
    sign = "^" if raised else "_"
    return f"{sign}{words}" if len(words) == 1 else f"{sign}({words})"


def _lines(pre: LexborNode) -> str:
    """The lines of code, without the line break that HTML wants at their end."""
    for line_break in pre.css("br"):
        line_break.replace_with("\n")
    return pre.text(deep=True).removeprefix("\n").removesuffix("\n")


def _language(pre: LexborNode) -> str:
    code = pre.css_first("code")
    found = _LANGUAGE.search(code.attributes.get("class") or "") if code is not None else None
    return found[1].lower() if found else ""


def _start(node: LexborNode) -> int:
    try:
        return max(-_HIGHEST, min(_HIGHEST, int(node.attributes.get("start") or "1")))
    except ValueError:
        return 1
