"""What Markdown will make of words while they are being written: told in a few words, at the cost of a glance."""

from __future__ import annotations

import re

_LONGEST = 2_000
"""Characters that are looked at: a hint must not be felt at a key."""
_FENCE = re.compile(r"^ {0,3}(`{3,}|~{3,})", re.MULTILINE)
_BLOCK = re.compile(r"^ {0,3}(`{3,}|~{3,})[^\n]*\n.*?^ {0,3}\1[`~]*[ \t]*$", re.MULTILINE | re.DOTALL)
_INLINE = re.compile(r"(?<![`\\])(`+)(?!`)(.+?)(?<!`)\1(?!`)", re.DOTALL)
_ESCAPED = re.compile(r"\\[\\`*_~|\[\]#>+-]")
_UNDERSCORES = r"(?<![\w_])_(?=[^\s_])[^_\n]*(?<=[^\s_])_(?!\w)"
_FORMS = (
    ("bold", re.compile(r"(\*\*|__)(?=\S)(?:.+?)(?<=\S)\1", re.DOTALL)),
    ("struck out", re.compile(r"~~(?=\S).+?(?<=\S)~~", re.DOTALL)),
    ("spoiler", re.compile(r"(?<!\w)\|\|(?=\S).+?(?<=\S)\|\|(?!\w)", re.DOTALL)),
    ("italic", re.compile(r"(?<![\w*])\*(?=[^\s*])[^*\n]*(?<=[^\s*])\*(?!\*)|" + _UNDERSCORES)),
    ("link", re.compile(r"\[[^\]\n]+\]\([^)\s]+\)")),
    ("heading", re.compile(r"^ {0,3}#{1,6} \S", re.MULTILINE)),
    ("quote", re.compile(r"^ {0,3}>", re.MULTILINE)),
    ("list", re.compile(r"^[ \t]*(?:[-*+]|\d{1,9}[.)]) \S", re.MULTILINE)),
    ("table", re.compile(r"^ {0,3}\|?[ \t]*:?-+:?[ \t]*\|[ \t|:-]*$", re.MULTILINE)),
)  # fmt: skip
_OPEN = (
    ("**", re.compile(r"(?<!\*)\*\*(?=\S)(?!.*\S\*\*)", re.DOTALL)),
    ("~~", re.compile(r"(?<!~)~~(?=\S)(?!.*\S~~)", re.DOTALL)),
    ("||", re.compile(r"(?<![\w|])\|\|(?=[^\s|])(?!.*\S\|\|)", re.DOTALL)),
    ("`", re.compile(r"(?<!`)`(?=[^\s`])(?!.*`)", re.DOTALL)),
)
_SIGNS = re.compile(r"[*_~`|\[#>]|^[ \t]*(?:[-+]|\d{1,9}[.)]) ", re.MULTILINE)


def without_code(text: str) -> str:
    """What is left where code is taken out: in it every sign stands for itself."""
    return _INLINE.sub(" ", _ESCAPED.sub("", _BLOCK.sub("\n", text)))


def hint(text: str) -> str:
    """What will become of it, or what is not closed yet; empty where there is nothing to say."""
    if text.startswith("/spoiler ") and text[9:].strip():
        return "spoiler: hidden until somebody opens it; why|words says why"
    if text.startswith("/") or len(text) > _LONGEST or not _SIGNS.search(text):
        return ""
    found: list[str] = []
    rest = _BLOCK.sub("\n", text)
    if rest != text:
        found.append("code block")
    if fence := _FENCE.search(rest):
        return f"code block: {fence[1]} on a line of its own ends it"
    words = _INLINE.sub("x", _ESCAPED.sub("", rest))
    if words != _ESCAPED.sub("", rest):
        found.append("code")
    found += [name for name, form in _FORMS if form.search(words)]
    for sign, opened in _OPEN:
        if opened.search(words):
            return f"{sign} has no end yet"
    return f"will be: {', '.join(found)}" if found else ""
