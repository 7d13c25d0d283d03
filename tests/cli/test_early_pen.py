"""What is typed before the program is there stands where one writes, and all of it comes to the program."""

from __future__ import annotations

import os
import select
import sys
import termios

import pytest

from nookterm.cli.early_pen import EarlyLine, EarlyPen
from nookterm.cli.last_frame import LastFrame
from nookterm.tui.look import Look
from nookterm.viewmodels.frame import Pen

PEN = Pen(row=20, column=4, width=10, begins="<", ends=">")


@pytest.mark.parametrize(
    ("typed", "stands"),
    [
        (["hel", "lo"], "hello"),
        (["helo", "\x7f", "lo"], "hello"),
        (["\x7f\x7fa"], "a"),
        (["hello\r", "more"], "hello"),
        (["hi\x1b[D", "x"], "hi"),
        (["a\u202eb"], "a"),
        (["Жé漢"], "Жé漢"),
    ],
)
def test_letters_stand_until_the_first_key_that_only_the_program_knows(typed: list[str], stands: str) -> None:
    line = EarlyLine()

    for piece in typed:
        line.take(piece)

    assert line.text == stands


@pytest.mark.parametrize(
    ("typed", "shown"),
    [
        ("abc", "abc\x1b[7m \x1b[27m      "),
        ("0123456789", "123456789\x1b[7m \x1b[27m"),
        ("漢漢漢漢漢", "漢漢漢漢\x1b[7m \x1b[27m "),
    ],
)
def test_a_line_fills_its_place_and_no_cell_more(typed: str, shown: str) -> None:
    line = EarlyLine()
    line.take(typed)

    assert line.drawn(PEN) == f"\x1b[21;5H<{shown}>"


def test_nothing_typed_is_lost_between_the_pen_and_the_program() -> None:
    keyboard, fingers = os.pipe()
    drawn: list[str] = []
    shown, show = os.pipe()

    def write(text: str) -> None:
        drawn.append(text)
        os.write(show, b".")

    pen = EarlyPen(PEN, keyboard, write)
    os.write(fingers, "hé\rmore".encode())
    assert select.select([shown], [], [], 5.0)[0]
    pen.stop()
    os.write(fingers, b"later")

    assert pen.typed == "hé\rmore".encode()
    assert "hé\x1b[7m" in drawn[-1]
    assert os.read(keyboard, 99) == b"later"
    for file in (keyboard, fingers, shown, show):
        os.close(file)


def test_the_terminal_keeps_no_key_that_is_typed_early_for_itself_and_is_left_as_it_was(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    fingers, terminal = os.openpty()
    with os.fdopen(terminal, "rb", buffering=0) as keyboard:
        before = termios.tcgetattr(terminal)
        monkeypatch.setattr(sys, "stdin", keyboard)

        with LastFrame(Look()):
            os.write(fingers, b"\x13\x11\r")
            assert os.read(terminal, 99) == b"\x13\x11\r"

        assert termios.tcgetattr(terminal) == before
    os.close(fingers)
