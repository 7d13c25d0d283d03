"""Keys that cannot work are said before anybody presses them, and what guides the hand is whole in 80 columns."""

from __future__ import annotations

from itertools import pairwise

import pytest
from textual.content import Content

from nookterm.client.settings import names, rule_of
from nookterm.tui.commands import COMMANDS, CONTEXTS, command, key_name, keymap_for
from nookterm.tui.keying import conflicts
from nookterm.tui.screens.hints import _EVERYWHERE, _FORMS, _PANELS, _TOUR, _TREE
from nookterm.tui.widgets.footer import Hint, fitting, status_row
from nookterm.viewmodels.status import StatusView

DETAIL = 76
"""Columns for the words about what is chosen, in a dialog at 80x24."""
HINTS: dict[str, tuple[Hint, ...]] = {
    "everywhere": _EVERYWHERE, "tree": _TREE, "tour": _TOUR, **_PANELS, **dict(_FORMS),
}  # fmt: skip
BUSY = StatusView(account="ana", connection="live", unsent=9, unread=99, mentions=9)


@pytest.mark.parametrize("preset", ["plain", "vim"])
def test_one_key_for_two_commands_is_told_wherever_they_are(preset: str) -> None:
    for context in CONTEXTS:
        for first, second in pairwise(c for c in COMMANDS if c.context == context):
            wrong = conflicts(keymap_for(preset, {first.id: "f12", second.id: "f12"}))
            assert wrong == [f"f12 means both {first.id} and {second.id}."]


@pytest.mark.parametrize("context", sorted(CONTEXTS.keys() - {"global"}))
def test_a_key_that_means_something_everywhere_is_told_where_it_takes_one_away(context: str) -> None:
    here = next(c for c in COMMANDS if c.context == context)
    wrong = conflicts(keymap_for("plain", {"app.jump": "f12", here.id: "f12"}))
    assert wrong == [f"f12 means app.jump everywhere: {here.id} cannot have it, too."]


@pytest.mark.parametrize("key", ["r", "G", "3", "space", "plus", "question_mark", "backspace"])
@pytest.mark.parametrize("id_", ["app.jump", "composer.send"])
def test_a_key_that_one_writes_with_is_told_where_one_writes(id_: str, key: str) -> None:
    assert f"{key} is needed for writing: {id_} cannot have it." in conflicts({id_: key})


@pytest.mark.parametrize("key", ["f12", "ctrl+g", "alt+r", "pageup", "up", "enter"])
def test_other_keys_are_anybodys(key: str) -> None:
    assert not any("writing" in said for said in conflicts({"composer.send": key}))


@pytest.mark.parametrize("place", HINTS)
def test_hints_are_whole_in_every_width_and_the_way_to_all_keys_stays_longest(place: str) -> None:
    hints = [_drawn(hint) for hint in HINTS[place]]
    assert HINTS[place][-1][0] in {"app.help", "list.keys"}
    for width in range(10, 160):
        kept = fitting(hints, width)
        assert [hint for hint in hints if hint in kept] == kept, "in their order, none of them cut"
        assert not kept or kept[-1] == hints[-1]
        assert kept or hints[-1].cell_length > width


@pytest.mark.parametrize("place", HINTS)
def test_beside_the_longest_news_80_columns_name_the_way_to_all_keys_and_what_comes_first(place: str) -> None:
    hints = [_drawn(hint) for hint in HINTS[place]]
    kept = fitting(hints, 80 - 4 - status_row(BUSY, 76).cell_length - 2)
    assert kept[-1] == hints[-1]
    assert kept[:2] == hints[: min(2, len(hints))]


def test_the_words_about_a_setting_or_a_command_are_whole() -> None:
    told = {
        name: words for name in names() if (rule := rule_of(name)) for words in (rule.about, f"may be {rule.words}")
    }
    told |= {one.id: one.help for one in COMMANDS}
    assert {name: words for name, words in told.items() if len(words) > DETAIL} == {}


def _drawn(hint: Hint) -> Content:
    found = command(hint[0])
    return Content(f"{key_name(found.keys[0]) if found.keys else found.slash} {(hint[1] or found.title).lower()}")
