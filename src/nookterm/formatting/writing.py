"""What one writes as Markdown, as the HTML that every client reads; nothing where plain words say the same."""

from __future__ import annotations

import re
from collections.abc import Sequence
from html import escape
from typing import Any

from nookterm.domain.ids import UserId
from nookterm.domain.records import dataclass
from nookterm.formatting.chat_lines import as_in_chat

EVERYBODY = "@room"
"""What calls everybody in a room (spec: mentions)."""
People = Sequence[tuple[str, UserId]]
"""Names by which people can be mentioned after an `@`."""

_LONGEST = 20_000
"""Characters that are read as Markdown; what is longer is pasted, not written."""
_MOST_BYTES = 40_000
"""Of both forms together: encrypted, an event that holds more is refused by every server."""
_SAYS_MORE = re.compile(
    r"[*_~`|\[\]<>\\]|^[ \t]*(?:#{1,6}|[-+]|\d{1,9}[.)])(?:\s|$)|^[ \t]*-(?:[ \t]*-){2}", re.MULTILINE
)
"""Without any of these nothing is Markdown, and the library need not be there."""


@dataclass(frozen=True, slots=True)
class Formatted:
    """A message in both forms."""

    body: str
    """As it was written."""
    html: str | None
    """None where it would say nothing more."""
    mentions: frozenset[UserId] = frozenset()
    everybody: bool = False
    """Whether it calls everybody in the room."""

    def content(self, *, emote: bool = False) -> dict[str, Any]:
        """The content of an event that says this."""
        form = {"format": "org.matrix.custom.html", "formatted_body": self.html} if self.html is not None else {}
        return {
            "msgtype": "m.emote" if emote else "m.text",
            "body": self.body,
            **form,
            "m.mentions": ({"user_ids": sorted(self.mentions)} if self.mentions else {})
            | ({"room": True} if self.everybody else {}),
        }


def write_markdown(text: str, people: People = (), *, markdown: bool = True, everybody: bool = False) -> Formatted:
    """A message out of what somebody wrote. `markdown` off: every sign stands for itself, names are still mentions.

    `everybody`: `@room` calls everybody in the room; else it is a word like any other.
    """
    everybody = everybody and EVERYBODY in text
    if len(text) > _LONGEST or not (_SAYS_MORE.search(text) if markdown else "@" in text):
        if "@" not in text or not (people or everybody):
            return Formatted(text, None)
        markdown = False
    if not markdown and not everybody and not _may_mention(text, people):
        return Formatted(text, None)
    from nookterm.formatting.markdown import render

    read = as_in_chat(text) if markdown else text
    html, mentions, called = render(read, people, markdown=markdown, everybody=everybody)
    same = html == escape(text, quote=False).replace("\n", "<br>")
    fits = html is not None and len(text.encode()) + len(html.encode()) <= _MOST_BYTES
    return Formatted(text, html if fits and not same else None, mentions, called)


def hidden(text: str) -> Formatted:
    """All of it as a spoiler, its signs as they stand: `why|words` or `words`."""
    words = text.strip()
    why, bar, rest = words.partition("|")
    reason, inner = (why.strip(), rest.strip()) if bar and rest.strip() and "\n" not in why else ("", words)
    shown = escape(inner, quote=False).replace("\n", "<br>")
    return Formatted(f"||{words}||", f'<span data-mx-spoiler="{escape(reason)}">{shown}</span>')


def _may_mention(text: str, people: People) -> bool:
    """Whether any name is in it at all; most messages have none, and cost nothing."""
    folded = text.casefold()
    return any(f"@{name}".casefold() in folded or user in text for name, user in people)
