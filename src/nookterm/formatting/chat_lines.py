"""Where Markdown and a chat disagree about lines: a quote or a list ends with its last line, a shrug keeps its arm."""

from __future__ import annotations

import re
from collections.abc import Iterator

_SHRUG = "¯\\_(ツ)_/¯"
_WHOLE_SHRUG = "¯\\\\\\_(ツ)\\_/¯"
_FENCE = re.compile(r" {0,3}(`{3,}|~{3,})")
_QUOTE = re.compile(r" {0,3}>")
_ITEM = re.compile(r"\s*(?:[-*+]|\d{1,9}[.)])(?:\s|$)")


def as_in_chat(text: str) -> str:
    """The same Markdown with a blank line where a quote or a list ends without one."""
    return "\n".join(_aired(text.replace(_SHRUG, _WHOLE_SHRUG).split("\n")))


def _aired(lines: list[str]) -> Iterator[str]:
    fence, kind = "", ""
    for line in lines:
        opened = _FENCE.match(line)
        if fence:
            yield line
            if opened and opened[1].startswith(fence) and not line[opened.end() :].strip():
                fence = ""
            continue
        now = _kind(line, kind)
        if kind and now != kind and line.strip():
            yield ""
        yield line
        kind = now
        fence = opened[1] if opened else ""


def _kind(line: str, before: str) -> str:
    """`quote` or `list` for a line of such; what is indented under an item is still its own."""
    if _QUOTE.match(line):
        return "quote"
    if _ITEM.match(line) or (before == "list" and (line.startswith("  ") or not line.strip())):
        return "list"
    return ""
