"""Letters that no escape sequence contains and no earlier key has drawn: each can be waited for on its own."""

from __future__ import annotations

from tests.bench.program import Program

LETTERS = "".join(
    chr(code)
    for first, last in ((0x0410, 0x044F), (0x03B1, 0x03C9), (0x0561, 0x0586), (0x10D0, 0x10F0))
    for code in range(first, last + 1)
)
"""Cyrillic, Greek, Armenian, Georgian."""


def typed(program: Program, letters: str, pause: float = 0.03) -> list[float]:
    """Milliseconds from a key to its letter on the screen, for letters that are not on it."""
    taken = []
    for letter in letters:
        taken.append(1000 * program.press(letter.encode(), letter))
        program.rest(pause)
    return taken
