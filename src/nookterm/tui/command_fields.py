"""How a command is declared in a few words: id, title, help, keys, keys of vim, slash, context."""

from __future__ import annotations

Fields = tuple[str, str, str, tuple[str, ...], tuple[str, ...], str, str]


def within(context: str, word: str, title: str, help_: str, *keys: str) -> Fields:
    """A command of one panel or dialog."""
    return (f"{context}.{word}", title, help_, keys, (), "", context)


def everywhere(word: str, title: str, help_: str, slash: str, *keys: str) -> Fields:
    """A command of the whole program, with its slash command."""
    return (f"app.{word}", title, help_, keys, (), slash, "global")
