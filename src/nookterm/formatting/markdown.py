"""Markdown as people write it in a chat: no HTML in it, no links but safe ones, spoilers, and names that mention."""

from __future__ import annotations

import re
from collections.abc import Mapping, MutableMapping, Sequence
from functools import cache
from typing import TYPE_CHECKING, Any
from urllib.parse import quote

from markdown_it import MarkdownIt

from nookterm.domain.ids import UserId
from nookterm.formatting.links import read_link

if TYPE_CHECKING:
    from markdown_it.rules_inline import StateInline
    from markdown_it.token import Token

_SURPRISING = ("code", "lheading", "reference", "image", "entity", "html_inline", "html_block")
"""What nobody means in a chat: indented code, a heading by a line below, definitions that vanish."""
_LIKE_LETTERS = frozenset({"text", "softbreak", "hardbreak", "link_open", "link_close"})
_SPOILER = "||"
_WORD = re.compile(r"\w")
_WHERE = "https://matrix.to/#/"
_ROOM = re.compile(r"@room(?![\w-]|[.:]\S)")
"""Everybody; `@room:example.org` is somebody's id."""


def render(
    text: str, people: Sequence[tuple[str, UserId]], *, markdown: bool, everybody: bool = False
) -> tuple[str | None, frozenset[UserId], bool]:
    """The HTML, None where it says no more than the text, who is mentioned, and whether everybody is.

    `everybody`: whether `@room` means that.
    """
    reader = _reader(markdown=markdown)
    env: dict[str, Any] = {"people": _pattern(people), "mentions": set(), "everybody": everybody, "called": False}
    tokens = reader.parse(text, env)
    mentions, called = frozenset(env["mentions"]), bool(env["called"])
    if not mentions and _is_plain(tokens):
        return None, mentions, called
    one = [token.type for token in tokens] == ["paragraph_open", "inline", "paragraph_close"]
    for token in tokens:
        token.hidden = token.hidden or (one and token.type != "inline")
        if token.type in {"th_open", "td_open"}:
            token.attrs = {}
        for child in token.children or ():
            child.tag = "del" if child.tag == "s" else child.tag
    return str(reader.renderer.render(tokens, reader.options, env)).strip("\n"), mentions, called


@cache
def _reader(*, markdown: bool) -> MarkdownIt:
    options = {"html": False, "linkify": True, "breaks": True, "xhtmlOut": False}
    if markdown:
        made = MarkdownIt("commonmark", options).enable(["table", "strikethrough", "linkify"]).disable(_SURPRISING)
        made.inline.add_terminator_char("|")
        made.inline.ruler.before("link", "spoiler", _spoiler)
    else:
        made = MarkdownIt("zero", options).enable(["newline", "linkify"])
    made.inline.ruler.before("newline", "mention", _mention)
    made.add_render_rule("softbreak", _line_break)
    made.add_render_rule("hardbreak", _line_break)
    made.validateLink = _is_safe  # type: ignore[method-assign]  # the library's own way to say which links are allowed
    if made.linkify is not None:
        made.linkify.set({"fuzzy_link": False, "fuzzy_email": False, "fuzzy_ip": False})
        made.linkify.add("ftp:", None).add("//", None)
    return made


def _line_break(*_: object) -> str:
    return "<br>"


def _is_safe(url: str) -> bool:
    return read_link(url) is not None


def _is_plain(tokens: Sequence[Token]) -> bool:
    """Whether the text itself says all of it: paragraphs of letters and addresses as they stand."""
    for token in tokens:
        if token.type not in {"paragraph_open", "paragraph_close", "inline"}:
            return False
        children = token.children or ()
        if any(child.type not in _LIKE_LETTERS or child.markup == "autolink" for child in children):
            return False
        said = "".join("\n" if child.type.endswith("break") else child.content for child in children)
        if token.type == "inline" and said.split() != token.content.split():
            return False
    return True


def _pattern(people: Sequence[tuple[str, UserId]]) -> tuple[re.Pattern[str], Mapping[str, tuple[str, UserId]]] | None:
    """What mentions somebody, the longest first."""
    known: dict[str, tuple[str, UserId]] = {}
    for name, user in people:
        if not name:
            continue
        known.setdefault(f"@{name}".casefold(), (name, user))
        known.setdefault(user.casefold(), (name, user))
    if not known:
        return None
    words = sorted(known, key=len, reverse=True)
    return re.compile("|".join(map(re.escape, words)), re.IGNORECASE), known


def _mention(state: StateInline, silent: bool) -> bool:  # noqa: FBT001 - the library's own signature
    """An inline rule: `@name` of somebody who is here, as a link to them; `@room` as it stands."""
    env: MutableMapping[str, Any] = state.env
    src, pos = state.src, state.pos
    if src[pos] != "@" or state.linkLevel:
        return False
    if env["everybody"] and _ROOM.match(src, pos) and not (pos and _WORD.match(src, pos - 1)):
        if not silent:
            env["called"] = True
            state.push("text", "", 0).content = "@room"
        state.pos = pos + len("@room")
        return True
    if env["people"] is None:
        return False
    pattern, known = env["people"]
    found = pattern.match(src, pos, state.posMax)
    if found is None or found[0].casefold() not in known:
        return False
    end = found.end()
    inside = (pos > 0 and _WORD.match(src, pos - 1)) or (end < len(src) and _WORD.match(src, end))
    if inside:
        return False
    if not silent:
        name, user = known[found[0].casefold()]
        env["mentions"].add(user)
        opened = state.push("link_open", "a", 1)
        opened.attrs = {"href": _WHERE + quote(user, safe="@:")}
        opened.markup = "mention"
        state.push("text", "", 0).content = name
        state.push("link_close", "a", -1)
    state.pos = end
    return True


def _spoiler(state: StateInline, silent: bool) -> bool:  # noqa: FBT001 - the library's own signature
    """An inline rule: `||hidden||`, or `||why|hidden||`."""
    src, start = state.src, state.pos
    if not src.startswith(_SPOILER, start) or state.env.get("hiding") or (start and _WORD.match(src, start - 1)):
        return False
    end = src.find(_SPOILER, start + 2, state.posMax)
    inner = src[start + 2 : end] if end > 0 else ""
    if not inner or inner != inner.strip() or (end + 2 < len(src) and _WORD.match(src, end + 2)):
        return False
    why, bar, hidden = inner.partition("|")
    reason = why.strip() if bar and hidden.strip() else ""
    if not silent:
        opened = state.push("spoiler_open", "span", 1)
        opened.attrs = {"data-mx-spoiler": reason}
        begin = end - len(hidden) if reason else start + 2
        behind, state.posMax, state.pos = state.posMax, end, begin
        state.env["hiding"] = True
        state.md.inline.tokenize(state)
        state.env["hiding"] = False
        state.posMax = behind
        state.push("spoiler_close", "span", -1)
    state.pos = end + 2
    return True
