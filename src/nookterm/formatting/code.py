"""Code taken apart into what deserves a colour. Only known languages and short texts: lexers can be kept busy."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from contextvars import ContextVar
from functools import cache
from typing import Protocol

Pieces = tuple[tuple[str, str], ...]
"""(what it is, its text); what it is: keyword, name, type, string, number, comment, added, removed, or empty."""

_LONGEST = 3_000
"""Characters. Lexers need a time that grows with the square of it where somebody wants them to."""
_MOST_PIECES = 3_000
_LEXERS = {
    "bash": "bash", "sh": "bash", "shell": "bash", "zsh": "bash", "c": "c", "h": "c", "c++": "cpp", "cpp": "cpp",
    "css": "css", "diff": "diff", "patch": "diff", "docker": "docker", "dockerfile": "docker", "elixir": "elixir",
    "go": "go", "golang": "go", "haskell": "haskell", "hs": "haskell", "html": "html", "ini": "ini", "java": "java",
    "javascript": "javascript", "js": "javascript", "json": "json", "kotlin": "kotlin", "kt": "kotlin", "lua": "lua",
    "perl": "perl", "php": "php", "py": "python", "python": "python", "pycon": "pycon", "rb": "ruby", "ruby": "ruby",
    "rs": "rust", "rust": "rust", "sql": "sql", "swift": "swift", "toml": "toml", "ts": "typescript",
    "typescript": "typescript", "xml": "xml", "yaml": "yaml", "yml": "yaml",
}  # fmt: skip
_KINDS = (
    ("Comment", "comment"),
    ("Keyword.Type", "type"),
    ("Keyword.Constant", "number"),
    ("Keyword", "keyword"),
    ("Operator.Word", "keyword"),
    ("Literal.String", "string"),
    ("Literal.Number", "number"),
    ("Literal.Date", "number"),
    ("Name.Builtin", "type"),
    ("Name.Attribute", "type"),
    ("Name.Exception", "type"),
    ("Name.Function", "name"),
    ("Name.Class", "name"),
    ("Name.Decorator", "name"),
    ("Name.Tag", "keyword"),
    ("Generic.Inserted", "added"),
    ("Generic.Deleted", "removed"),
    ("Generic.Heading", "name"),
    ("Generic.Subheading", "name"),
    ("Generic.Prompt", "comment"),
)
"""What begins with the left is the right; the first that fits."""
_HARD = re.compile(r"[^\n]{400}|\s{200}|[\x00-\x08\x0b-\x1f\x7f]")
"""Lines that nobody wrote, and what is no text."""


LATER: ContextVar[set[str] | None] = ContextVar("later", default=None)
"""Collects languages that nothing was read of yet, for whoever does not wait for them; None: they are waited for."""


class _Lexer(Protocol):
    def get_tokens(self, text: str) -> Iterable[tuple[object, str]]: ...


def taken_apart(text: str, language: str) -> Pieces:
    """The pieces of some code, whose texts together are the code. One piece where nobody knows better."""
    name = _LEXERS.get(language.lower())
    if name is None or len(text) > _LONGEST or _HARD.search(text):
        return (("", text),)
    later = LATER.get()
    if later is not None and name not in _READ:
        later.add(name)
        return (("", text),)
    found: list[tuple[str, str]] = []
    # Some lexers know a comment only by the end of its line.
    for kind, piece in _tokens(name, f"{text}\n"):
        if len(found) >= _MOST_PIECES:
            return (("", text),)
        if found and found[-1][0] == kind:
            found[-1] = (kind, found[-1][1] + piece)
        else:
            found.append((kind, piece))
    kind, last = found[-1]
    found[-1] = (kind, last.removesuffix("\n"))
    kept = tuple(piece for piece in found if piece[1])
    return kept if "".join(piece for _, piece in kept) == text else (("", text),)


def _tokens(name: str, text: str) -> Iterator[tuple[str, str]]:
    for kind, piece in _lexer(name).get_tokens(text):
        if piece:
            yield _kind(str(kind).removeprefix("Token.")), piece


@cache
def _kind(token: str) -> str:
    return next((kind for start, kind in _KINDS if f"{token}.".startswith(f"{start}.")), "")


_READ: dict[str, _Lexer] = {}


def _lexer(name: str) -> _Lexer:
    if name not in _READ:
        from pygments.lexers import get_lexer_by_name  # type: ignore[import-untyped]  # it ships no types

        _READ[name] = get_lexer_by_name(name, stripnl=False, ensurenl=False)
    return _READ[name]
