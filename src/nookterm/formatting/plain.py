"""Formatted words in one line, and addresses in words without any form."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Iterator

from nookterm.domain.ids import UserId
from nookterm.formatting.links import read_link
from nookterm.formatting.reading import read_html
from nookterm.formatting.text import Block, Code, Details, Heading, Link, Listing, Paragraph, Quoted, Run, Table, Text

HIDDEN = "(spoiler)"
_MOST_BLOCKS = 200
_ADDRESS = re.compile(r"https?://[^\s<>\"\\^`{|}\x00-\x20\x7f-\x9f]{1,2000}", re.IGNORECASE)
_BEHIND = ".,;:!?'…”’\"*_~"
_PAIRS = {")": "(", "]": "["}


def in_a_line(body: str, html: str | None) -> str:
    """The words of a message as one would tell them: without form, and without what is hidden."""
    text = read_html(html) if html else None
    if text is None or not text.spoilers:
        return body
    return " ".join(" ".join(_said(text.blocks)).split())


def called_in(text: Text | None, call: Callable[[UserId], str]) -> tuple[tuple[UserId, str], ...]:
    """Everybody whom a message mentions, with what `call` calls them."""
    if text is None or not text.people:
        return ()
    return tuple((user, call(user)) for user in text.people)


def addresses(text: str) -> Iterator[tuple[int, int, Link]]:
    """Where addresses stand in words, and where they lead: (begin, end, link), in their order."""
    if "://" not in text:
        return
    for found in _ADDRESS.finditer(text):
        words = _trimmed(found[0])
        link = read_link(words)
        if isinstance(link, Link):
            yield found.start(), found.start() + len(words), link


def _trimmed(address: str) -> str:
    """Without what belongs to the sentence: its full stop, a bracket that was opened before."""
    while address:
        last = address[-1]
        if last in _BEHIND or (last in _PAIRS and address.count(last) > address.count(_PAIRS[last])):
            address = address[:-1]
        else:
            break
    return address


def _said(blocks: Iterable[Block]) -> Iterator[str]:
    todo = list(blocks)[::-1]
    for _ in range(_MOST_BLOCKS):
        if not todo:
            return
        block = todo.pop()
        match block:
            case Paragraph(runs) | Heading(_, runs):
                yield _words(runs)
            case Code(text):
                yield text
            case Quoted(inner):
                todo += inner[::-1]
            case Listing(items):
                todo += [part for item in items for part in item][::-1]
            case Table(head, rows):
                yield from (_words(cell) for row in (head, *rows) for cell in row)
            case Details(summary):
                yield _words(summary)
            case _:
                pass


def _words(runs: Iterable[Run]) -> str:
    said: list[str] = []
    hidden = 0
    for run in runs:
        if run.spoiler and run.spoiler != hidden:
            said.append(HIDDEN)
        hidden = run.spoiler
        if not run.spoiler:
            said.append(run.text)
    return "".join(said)
