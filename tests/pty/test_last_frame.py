"""A start begins with what was on the screen last, before the terminal's library is there; never with what is gone."""

from __future__ import annotations

import signal

import pytest

from tests.pty.conftest import NewPeople
from tests.pty.people import Person
from tests.pty.terminal import Terminal

pytestmark = [pytest.mark.live, pytest.mark.timeout(180)]

_WORDS = "The kettle is on"
_MOUSE_ON = b"\x1b[?1003h"
"""What the terminal's library sends when it takes over."""
_LEFT_CLEAN = (b"\x1b[?1049l", b"\x1b[?1000l", b"\x1b[?25h")


@pytest.fixture(scope="module")
def ana(signed_in: NewPeople) -> Person:
    """Somebody with a nook in which something was said."""
    (somebody,) = signed_in("ana")
    somebody.do("found", "space", "River")
    somebody.do("found", "nook", "River", "Tea house", "--question", "q1=Why?")
    somebody.do("send", "Tea house", _WORDS)
    return somebody


def _leave(window: Terminal) -> None:
    window.press("ctrl+q")
    assert window.exit_code() == 0


def _before_the_library(window: Terminal) -> bytes:
    head, mouse, _ = window.bytes.partition(_MOUSE_ON)
    assert mouse
    return head


def test_the_last_frame_stands_before_the_program_draws_and_keys_typed_on_it_are_not_lost(ana: Person) -> None:
    with ana.open() as window:
        window.wait_for("● live")
        window.wait_for(_WORDS)
        _leave(window)

    with ana.open() as window:
        window.wait_for(_WORDS)
        window.write("typed early")
        window.wait_for("● live")
        window.wait_for("typed early")
        head = _before_the_library(window)
        assert _WORDS.encode() in head
        assert b"  opening" in head
        assert b"typed early" in head
        window.wait_without("  opening")
        _leave(window)
        assert all(word in window.bytes for word in _LEFT_CLEAN)

    with ana.open() as window:
        window.wait_for("opening")
        window.signal(signal.SIGTERM)
        assert window.exit_code() == 128 + signal.SIGTERM
        assert window.bytes.rindex(b"\x1b[?1049l") > window.bytes.rindex(b"\x1b[?1049h")
        assert window.bytes.rindex(b"\x1b[?25h") > window.bytes.rindex(b"\x1b[?25l")


def test_it_is_not_shown_once_anything_was_synced_without_the_screen(ana: Person) -> None:
    ana.do("send", "Tea house", "said by a command meanwhile")
    ana.do("rooms")

    with ana.open() as window:
        window.wait_for("said by a command meanwhile")
        assert _WORDS.encode() not in _before_the_library(window)
        _leave(window)
