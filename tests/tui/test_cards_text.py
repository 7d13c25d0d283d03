"""Where lines are broken, and where never."""

from __future__ import annotations

import pytest

from nookterm.tui.widgets.cards_text import row, wrapped


@pytest.mark.parametrize("width", range(12, 40))
def test_a_time_is_never_broken_and_no_word_and_no_style_is_lost(width: int) -> None:
    words = row(("asked 12 min ago, ", "bold"), ("answered 1 h ago by Cy", "italic"))

    lines = wrapped(words, width=width)

    assert " ".join(line.plain for line in lines) == words.plain
    assert all(line.cell_length <= width for line in lines)
    text = "\n".join(line.plain for line in lines)
    assert "12 min ago" in text
    assert "1 h ago" in text
    assert {span.style for line in lines for span in line.spans} == {"bold", "italic"}
