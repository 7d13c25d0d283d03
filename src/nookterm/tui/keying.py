"""Which key a command may have: whom it would take it from, and which keys are needed for writing."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from nookterm.tui.commands import COMMANDS, CONTEXTS, Command, key_name, keys_of

_WRITING = frozenset({
    "backspace", "delete", "left", "right", "up", "down", "home", "end", "enter", "tab", "escape", "space",
    "ctrl+a", "ctrl+c", "ctrl+d", "ctrl+e", "ctrl+f", "ctrl+h", "ctrl+k", "ctrl+u", "ctrl+v", "ctrl+w", "ctrl+x",
    "ctrl+y", "ctrl+z", "ctrl+left", "ctrl+right",
})  # fmt: skip
"""What edits text: a key that works everywhere may not be one of these."""
_SIGNS = frozenset({"space", "backspace", "delete"})
_ARROWS = "↑↓←→"
_WHERE_ONE_WRITES = frozenset({"global", "composer"})
_TOLD = 3


def conflicts(keymap: Mapping[str, str]) -> list[str]:
    """What is wrong with a person's own keys: unknown ids, one key for two commands, letters that one writes with."""
    known = {c.id: c for c in COMMANDS}
    wrong = [f"There is no command called {id_}." for id_ in keymap if id_ not in known]
    taken: dict[tuple[str, str], str] = {}
    everywhere = {key: c.id for c in COMMANDS if c.context == "global" for key in keys_of(c, keymap)}
    for c in COMMANDS:
        for key in keys_of(c, keymap):
            other = taken.setdefault((c.context, key), c.id)
            if other != c.id:
                wrong.append(f"{key} means both {other} and {c.id}.")
            elif c.context != "global" and key in everywhere:
                wrong.append(f"{key} means {everywhere[key]} everywhere: {c.id} cannot have it, too.")
            elif c.context in _WHERE_ONE_WRITES and _writes(key):
                wrong.append(f"{key} is needed for writing: {c.id} cannot have it.")
    return wrong


def _writes(key: str) -> bool:
    """Whether a key, as Textual names it, puts a character into a text."""
    name = key_name(key)
    return key in _SIGNS or (len(name) == 1 and name not in _ARROWS)


def refusal(command: Command, key: str, character: str | None) -> str:
    """Why a key cannot be this command's; empty where it can. `character` is what it would write, if anything."""
    if key in {"ctrl+c", "ctrl+at"} or key.startswith("ctrl+c,"):
        return "ctrl+c says how to quit, and stays so."
    if command.context not in _WHERE_ONE_WRITES:
        return ""
    if character is not None and character.isprintable() and "+" not in key.rstrip("+"):
        return f"{key_name(key)} is needed for writing; a key with ctrl or alt, or F2 to F12, is not."
    if command.context == "global" and key in _WRITING:
        return f"{key_name(key)} is needed for writing; another key with ctrl or alt is not."
    return ""


def taken_from(command: Command, key: str, keymap: Mapping[str, str]) -> tuple[Command, ...]:
    """The commands that would not get this key any more: of the same place, and of any where one of them is global."""
    others = (c for c in COMMANDS if c.id != command.id and key in keys_of(c, keymap))
    return tuple(c for c in others if c.context == command.context or "global" in {c.context, command.context})


def losers(command: Command, taken: Sequence[Command]) -> str:
    """What giving it that key means for others, in words; empty for nothing."""
    if not taken:
        return ""
    named = [f"“{c.title}” ({CONTEXTS[c.context].lower()})" for c in taken[:_TOLD]]
    more = f" and {len(taken) - _TOLD} more" if len(taken) > _TOLD else ""
    whose = f"{', '.join(named)}{more}"
    if command.context != "global" and any(c.context == "global" for c in taken):
        return f"It is the key of {whose} everywhere: it would never come here."
    return f"It is the key of {whose}."


def without(command: Command, key: str, keymap: Mapping[str, str]) -> str:
    """What to write down, so that a command has this key no more."""
    return ",".join(one for one in keys_of(command, keymap) if one != key)


def with_key(command: Command, key: str, keymap: Mapping[str, str], *, more: bool) -> str:
    """What to write down, so that a command has this key; `more`: beside those that it has."""
    return ",".join(dict.fromkeys((*(keys_of(command, keymap) if more else ()), key)))
