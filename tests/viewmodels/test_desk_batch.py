"""A batch says who is meant and who is left out before it begins, and never does what a single key would not."""

from __future__ import annotations

from dataclasses import replace

import pytest

from nookterm.domain.ids import RoomId
from nookterm.viewmodels.desk import DeskLine, Detail
from nookterm.viewmodels.desk_batch import BATCHED, doing, plan
from nookterm.viewmodels.desk_filter import Filter, counted, filtered
from tests.tui.desk_samples import (
    BOB_ASKS,
    CLASH,
    EVERYTHING,
    FOLDED,
    HELLO,
    JO_ASKS,
    KIM_ASKS,
    MIA_ASKS,
    flood,
    stranger,
)


def left_out(act: str, *lines: DeskLine) -> dict[str, str]:
    """Who is left out, and why."""
    return {row.line.who: row.why_not for row in plan(act, lines).rows if row.why_not}


def with_size(line: DeskLine, members: int, cap: int | None) -> DeskLine:
    assert isinstance(line.detail, Detail)
    return replace(line, detail=replace(line.detail, members=members, cap=cap))


def test_whom_another_is_on_is_left_out() -> None:
    assert left_out("decline", KIM_ASKS, MIA_ASKS) == {"Mia Holt": "Cy is on it"}


def test_a_yes_that_lacks_approvals_is_left_out_and_a_no_is_not() -> None:
    assert left_out("approve", BOB_ASKS) == {"Bob Reyes": "1 of 2 are for it, counting you"}
    assert left_out("decline", BOB_ASKS) == {}


def test_the_places_that_are_left_go_to_whoever_waits_longest() -> None:
    asking = [with_size(line, 58, 60) for line in (KIM_ASKS, JO_ASKS, stranger(1), stranger(2))]

    meant = plan("approve", asking)

    assert [line.who for line in meant.meant] == ["Kim Oda", "Jo Tanaka"]
    assert {row.why_not for row in meant.rows if row.why_not} == {"no place is left"}
    assert meant.title == "Let 2 people in"


def test_each_nook_has_its_own_places_and_one_without_a_cap_has_enough() -> None:
    here, there = with_size(KIM_ASKS, 59, 60), replace(with_size(JO_ASKS, 59, 60), nook_id=RoomId("!other"))
    endless = with_size(stranger(1), 500, None)

    assert left_out("approve", here, there, endless, endless) == {}


def test_whoever_took_it_back_is_cleared_away_and_not_declined() -> None:
    gone = next(line for line in FOLDED if line.fold == "withdrawn")
    assert left_out("decline", gone) == {"Lea Orr": "took it back"}
    assert left_out("clean", gone, KIM_ASKS) == {"Kim Oda": "still asks"}


def test_what_is_no_request_is_never_let_in_or_turned_away() -> None:
    for act in ("approve", "decline", "waitlist"):
        assert set(left_out(act, HELLO, CLASH)) == {"Eli Marsh", "Rae Moss"}


def test_claiming_many_leaves_out_what_is_ones_own_already() -> None:
    assert left_out("claim", BOB_ASKS, KIM_ASKS) == {"Bob Reyes": "yours already"}


def test_setting_aside_is_possible_for_every_line_that_is_not_set_aside() -> None:
    snoozed = next(line for line in FOLDED if line.fold == "snoozed")
    assert left_out("snooze", HELLO, CLASH, snoozed) == {"Nik Ash": "set aside already"}


def test_nobody_can_be_banned_by_the_dozen() -> None:
    assert "ban" not in BATCHED


@pytest.mark.parametrize("act", sorted(BATCHED))
def test_every_batch_says_what_it_would_do_and_what_it_does(act: str) -> None:
    made = plan(act, (KIM_ASKS, FOLDED[3]))
    assert made.title
    assert "{" not in made.title + doing(made)


def test_a_filter_wants_every_word_and_groups_without_a_line_are_gone() -> None:
    def who(typed: str) -> list[str]:
        return [line.who for group in filtered(EVERYTHING, Filter.of(typed)) for line in group.lines]

    assert who("mine") == ["Bob Reyes"]
    assert who("ASK free river-watch") == ["Ivo Lang"]
    assert who("tanaka") == ["Jo Tanaka", "Jo Tanaka"]
    assert who("hello zzz") == []
    assert filtered(EVERYTHING, Filter.of("tanaka"))[0].title == "People waiting"
    assert counted(filtered(flood(), Filter.of("evil.example"))) == 412
    assert filtered(EVERYTHING, Filter.of("  ")) is EVERYTHING.groups
