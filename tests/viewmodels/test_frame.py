"""The last frame is shown again only where it fits and is still true."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest

from nookterm.client.ports import Store
from nookterm.domain.ids import RoomId
from nookterm.store.opening import new_key, open_store
from nookterm.viewmodels.frame import Frame, KeptFrame, Pen, keep_frame, kept_frame
from nookterm.viewmodels.timeline import TimelineView

VIEW = TimelineView(RoomId("!a"), title="glaze-lab")
FRAME = Frame("\x1b[1mglaze-lab\x1b[0m", 80, 24, "dusk xterm", VIEW)


@pytest.fixture
def store(tmp_path: Path) -> Iterator[Store]:
    opened = open_store(tmp_path / "account.db", new_key(), create=True)
    opened.set_position("s1")
    yield opened
    opened.close()


def test_a_frame_comes_back_on_the_same_terminal(store: Store) -> None:
    keep_frame(store, FRAME, VIEW)

    assert kept_frame(store, 80, 24, "dusk xterm") == KeptFrame(FRAME.text)


def test_where_one_writes_comes_back_with_it(store: Store) -> None:
    pen = Pen(20, 4, 60, "\x1b[37m", "\x1b[0m")
    keep_frame(store, replace(FRAME, pen=pen), VIEW)

    assert kept_frame(store, 80, 24, "dusk xterm") == KeptFrame(FRAME.text, pen)


@pytest.mark.parametrize(("columns", "rows", "look"), [(81, 24, "dusk xterm"), (80, 25, "dusk xterm"), (80, 24, "x")])
def test_a_frame_that_does_not_fit_is_not_shown(store: Store, columns: int, rows: int, look: str) -> None:
    keep_frame(store, FRAME, VIEW)

    assert kept_frame(store, columns, rows, look) is None


def test_a_frame_is_not_shown_once_anything_was_synced_without_the_screen(store: Store) -> None:
    keep_frame(store, FRAME, VIEW)
    store.set_position("s2")

    assert kept_frame(store, 80, 24, "dusk xterm") is None


def test_a_frame_of_a_conversation_that_went_on_is_not_kept_nor_is_an_older_one(store: Store) -> None:
    keep_frame(store, FRAME, VIEW)
    keep_frame(store, FRAME, TimelineView(RoomId("!a"), title="another"))

    assert kept_frame(store, 80, 24, "dusk xterm") is None


def test_leaving_from_elsewhere_keeps_no_frame(store: Store) -> None:
    keep_frame(store, FRAME, VIEW)
    keep_frame(store, None, VIEW)

    assert kept_frame(store, 80, 24, "dusk xterm") is None
