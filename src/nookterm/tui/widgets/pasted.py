"""What was pasted or dropped on the terminal: a file's path, as terminals write them, or words."""

from __future__ import annotations

import re
import shlex
from pathlib import Path
from urllib.parse import unquote, urlsplit

_LONGEST = 4096


def pasted_path(text: str) -> str:
    """The path of the one file of this machine that a pasted text names; empty where it is just words.

    Terminals quote a dropped file's name, put backslashes before blanks, or give a `file://` address.
    """
    words = text.strip()
    if not words or len(words) > _LONGEST or "\n" in words or words[0] not in "/~'\"f":
        return ""
    if words.startswith("file://"):
        parts = urlsplit(words)
        return _there(unquote(parts.path)) if parts.netloc in {"", "localhost"} else ""
    return _there(words) or _there(_unquoted(words))


def _unquoted(words: str) -> str:
    try:
        found = shlex.split(words)
    except ValueError:
        return ""
    return found[0] if len(found) == 1 else ""


def _there(path: str) -> str:
    if not path.startswith(("/", "~")):
        return ""
    try:
        return path if Path(path).expanduser().is_file() else ""
    except (OSError, RuntimeError, ValueError):
        return ""


def fenced(text: str) -> str:
    """The same as a code block, in a fence that nothing inside it ends."""
    longest = max((len(run) for run in re.findall("`+", text)), default=0)
    fence = "`" * max(3, longest + 1)
    return f"{fence}\n{text.strip(chr(10))}\n{fence}\n"
