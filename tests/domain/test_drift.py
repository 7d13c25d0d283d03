"""What is set otherwise than the charter says, and who may set it right."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest

from nookterm.domain.cases import case_word
from nookterm.domain.charter import Charter, Question, charter_content, short_topic
from nookterm.domain.drift import Drift, Setting, drifts
from nookterm.domain.events import Event
from nookterm.domain.ids import RoomId, UserId
from nookterm.domain.room import Child, Room
from nookterm.domain.vocabulary import CHARTER, ENTRY, FACILITATES, FACILITATION
from tests.domain.builders import ANA, BO, CY, DEE, DESK, FOXES, RIVER, a_nook, a_room, a_space, member, state

OURS = Charter("Glazes", "potters", questions=(Question("q1", "Why?"),), cap=20)
LEVELS: dict[str, Any] = {"users": {DEE: 100, ANA: 50, CY: 50}, "invite": 50, "kick": 50, "ban": 50, "redact": 50}


def test_a_nook_that_went_on_says_what_still_belongs_to_the_older_room() -> None:
    new = replace(kept(), room_id=RoomId("!new"), charter=None)
    old = replace(kept(), room_id=FOXES)
    space = a_room(
        state("m.space.child", {"via": ["h"]}, FOXES),
        state("m.room.power_levels", {"users": {ANA: 100}}),
        member(ANA),
        room_id=RIVER,
    )

    found = {drift.setting: drift for drift in drifts(new, [space], None, [old])}
    assert (found[Setting.PLACE].is_, found[Setting.PLACE].space) == ("the older room instead of this one", RIVER)
    assert found[Setting.PLACE].fixable_by_me
    assert found[Setting.CHARTER].is_ == "in the older room alone"
    both = replace(space, children=(*space.children, Child(RoomId("!new"), ("h",))))
    (beside,) = (drift for drift in drifts(new, [both], None, [old]) if drift.setting is Setting.PLACE)
    assert beside.is_ == "the older room beside this one"
    # What a room merely claims to go on from is not in `before`, and moves nothing.
    alone = replace(new, predecessor=FOXES)
    assert not {Setting.PLACE, Setting.CHARTER} & {drift.setting for drift in drifts(alone, [space], None)}


def kept(*more: Event, me: UserId = DEE, charter: Charter = OURS, **levels: Any) -> Room:
    """A nook in which everything is as its charter says, but for what a test adds."""
    return a_nook(
        state(CHARTER, charter_content(charter)),
        state("m.room.topic", {"topic": short_topic(OURS)}),
        state(FACILITATION, {"v": 1, "room_id": DESK}),
        *more,
        me=me,
        levels={**LEVELS, **levels},
    )


def the_space(entry: Charter | None = None, *, me: UserId = DEE) -> Room:
    """The River space, of which Dee is admin, with the nook's entry card."""
    card = replace(OURS, facilitators=(ANA, CY, DEE)) if entry is None else entry
    space = a_room(
        state("m.room.create", {"type": "m.space", "room_version": "11"}, by=DEE),
        state("m.room.power_levels", {"users": {DEE: 100}}, by=DEE),
        state("m.space.child", {"via": ["river.example"]}, FOXES, by=DEE),
        state(FACILITATION, {"v": 1, "room_id": DESK}, by=DEE),
        state(ENTRY, charter_content(card), FOXES, by=DEE),
        member(DEE),
        member(ANA),
        room_id=RIVER,
        me=me,
    )
    return replace(space, entries={}) if entry == Charter() else space


def the_desk(*facilitated: str, me: UserId = DEE) -> Room:
    """The facilitators' room, which names what it cares for."""
    return a_room(
        state("m.room.create", {"room_version": "11"}, by=DEE),
        state("m.room.power_levels", {"users": {DEE: 100}}, by=DEE),
        *(state(FACILITATES, {"v": 1}, room, by=DEE) for room in facilitated),
        member(DEE),
        room_id=DESK,
        me=me,
    )


def found(nook: Room, space: Room | None = None, desk: Room | None = None) -> list[Drift]:
    return list(drifts(nook, [space or the_space(me=nook.me)], desk or the_desk(FOXES, me=nook.me)))


def test_a_nook_that_is_as_its_charter_says_has_no_drift() -> None:
    assert found(kept()) == []


@pytest.mark.parametrize(
    ("nook", "setting", "is_", "should"),
    [
        (replace(kept(), encrypted=False), Setting.ENCRYPTION, "off", "on"),
        (kept(users_default=50), Setting.EVERYBODY, "everybody has 50", "0"),
        (kept(invite=0), Setting.INVITE, "anybody with 0 or more", "facilitators (50)"),
        (kept(kick=10), Setting.KICK, "anybody with 10 or more", "facilitators (50)"),
        (kept(ban=49), Setting.BAN, "anybody with 49 or more", "facilitators (50)"),
        (kept(redact=0), Setting.REDACT, "anybody with 0 or more", "facilitators (50)"),
        (kept(state_default=0), Setting.STATE, "anybody with 0 or more", "facilitators (50)"),
        (
            kept(state("m.room.history_visibility", {"history_visibility": "shared"})),
            Setting.HISTORY,
            "everything since the beginning",
            "from their invite on",
        ),
        (
            kept(state("m.room.history_visibility", {"history_visibility": "\x1b[31mred"})),
            Setting.HISTORY,
            "something unknown",
            "from their invite on",
        ),
        (kept(charter=replace(OURS, history="joined")), Setting.HISTORY, "from their invite on", "from when they join"),
        (
            kept(state("m.room.join_rules", {"join_rule": "public"})),
            Setting.JOIN_RULE,
            "anybody walks in",
            "people ask to join",
        ),
        (
            kept(state("m.room.join_rules", {"join_rule": "knock_restricted"})),
            Setting.JOIN_RULE,
            "whoever is in another room walks in, others ask",
            "people ask to join",
        ),
        (
            kept(state("m.room.join_rules", {"join_rule": "invite"})),
            Setting.DOORMAT,
            "in: nobody can ask",
            "out: people ask to join",
        ),
        (kept(state("m.room.guest_access", {"guest_access": "can_join"})), Setting.GUESTS, "let in", "kept out"),
        (
            kept(state("m.room.topic", {"topic": "Old words"})),
            Setting.TOPIC,
            "not the charter's short form",
            "the charter's short form",
        ),
        (
            kept(state(FACILITATION, {"v": 2})),
            Setting.LINK_OUT,
            "missing",
            "the facilitators' room of the space",
        ),
    ],
    ids=lambda value: value.value if isinstance(value, Setting) else None,
)
def test_each_setting_is_named_with_what_it_is_and_what_it_should_be(
    nook: Room, setting: Setting, is_: str, should: str
) -> None:
    drift = next(d for d in found(nook) if d.setting == setting)

    assert (drift.is_, drift.should_be) == (is_, should)
    assert drift.fixable_by_me
    assert drift.case == case_word("drift", FOXES, setting)
    assert drift.why.endswith(".")


@pytest.mark.parametrize(
    ("nook", "setting"),
    [
        (kept(invite=0, me=ANA), Setting.INVITE),
        (kept(state("m.room.history_visibility", {"history_visibility": "shared"}), me=ANA), Setting.HISTORY),
        (kept(invite=0, users={DEE: 40}, events={"m.room.power_levels": 40}), Setting.INVITE),
        (kept(state("m.room.guest_access", {"guest_access": "can_join"}), me=BO), Setting.GUESTS),
        (kept(state("m.room.guest_access", {"guest_access": "can_join"}), member(DEE, "leave")), Setting.GUESTS),
    ],
    ids=["power levels", "history", "more than one has", "a member", "not there"],
)
def test_what_needs_more_power_than_i_have_is_not_mine_to_fix(nook: Room, setting: Setting) -> None:
    strict = {"m.room.power_levels": 100, "m.room.history_visibility": 100}
    if nook.me == ANA:
        nook = replace(nook, power=replace(nook.power, events=strict))

    assert [d.fixable_by_me for d in found(nook) if d.setting == setting] == [False]


def test_one_facilitator_alone_is_a_drift_that_no_setting_mends() -> None:
    alone = kept(users={DEE: 100})

    drift = next(d for d in found(alone) if d.setting == Setting.FACILITATORS)

    assert (drift.is_, drift.should_be, drift.fixable_by_me) == ("one person", "two or more", False)
    for me, can in ((DEE, True), (BO, False)):
        drift = next(d for d in found(replace(alone, me=me)) if d.setting == Setting.FACILITATORS)
        assert drift.by_choice is can


def test_a_nook_in_which_nobody_can_decide_says_nobody() -> None:
    drift = next(d for d in found(kept(users={})) if d.setting == Setting.FACILITATORS)

    assert drift.is_ == "nobody"


def test_a_facilitators_room_that_does_not_name_the_nook_is_the_missing_half_of_a_link() -> None:
    (drift,) = found(kept(), desk=the_desk("!another:river.example"))
    (for_ana,) = found(kept(me=ANA), desk=the_desk(me=ANA))

    assert (drift.setting, drift.is_, drift.fixable_by_me) == (Setting.LINK_BACK, "missing", True)
    assert not for_ana.fixable_by_me


def test_a_facilitators_room_that_i_am_not_in_is_not_judged() -> None:
    assert drifts(kept(), [the_space()]) == ()


@pytest.mark.parametrize(
    ("card", "setting", "is_"),
    [
        (Charter(), Setting.CARD, "missing"),
        (replace(OURS, cap=30, facilitators=(ANA, CY, DEE)), Setting.CARD, "not what the charter says"),
        (replace(OURS, facilitators=(ANA, BO, CY, DEE)), Setting.CARD_NAMES, "1 without the power"),
        (replace(OURS, facilitators=(ANA, DEE)), Setting.CARD_NAMES, "1 not named"),
        (replace(OURS, facilitators=(BO, DEE)), Setting.CARD_NAMES, "1 without the power and 2 not named"),
    ],
)
def test_an_entry_card_is_held_against_the_charter_and_the_real_powers(
    card: Charter, setting: Setting, is_: str
) -> None:
    (drift,) = found(kept(), the_space(card))

    assert (drift.setting, drift.is_, drift.space, drift.fixable_by_me) == (setting, is_, RIVER, True)
    assert drift.case == case_word("drift", FOXES, f"{setting} {RIVER}")


def test_a_card_in_a_space_where_i_have_no_power_is_not_mine_to_fix() -> None:
    (drift,) = found(kept(me=ANA), the_space(replace(OURS, facilitators=(ANA, DEE)), me=ANA))

    assert not drift.fixable_by_me


def test_the_names_on_the_card_are_no_part_of_the_comparison_with_the_charter() -> None:
    assert found(kept(charter=replace(OURS, facilitators=(ANA,)))) == []


def test_a_nook_without_a_charter_is_held_only_against_what_keeps_every_nook_safe() -> None:
    closed = a_nook(
        state("m.room.join_rules", {"join_rule": "invite"}),
        state("m.room.history_visibility", {"history_visibility": "shared"}),
        state("m.room.topic", {"topic": "Anything"}),
    )
    read_by_all = a_nook(state("m.room.history_visibility", {"history_visibility": "world_readable"}))

    assert drifts(closed, [a_space(RIVER, FOXES)]) == ()
    assert [(d.setting, d.should_be) for d in drifts(read_by_all, [])] == [(Setting.HISTORY, "from their invite on")]


def test_an_empty_charter_asks_for_no_topic() -> None:
    bare = kept(charter=Charter())

    assert [d.setting for d in found(replace(bare, topic=None), the_space(OURS))] == [Setting.CARD, Setting.CARD_NAMES]
    assert Setting.TOPIC in [d.setting for d in found(bare)]


def test_the_most_serious_comes_first_and_each_space_has_a_case_of_its_own() -> None:
    second = replace(the_space(Charter()), room_id=RoomId("!a-second:river.example"))
    all_found = drifts(replace(kept(invite=0), encrypted=False), [the_space(Charter()), second], the_desk(FOXES))

    assert [d.setting for d in all_found] == [Setting.ENCRYPTION, Setting.INVITE, Setting.CARD, Setting.CARD]
    assert [d.space for d in all_found[2:]] == ["!a-second:river.example", RIVER]
    assert len({d.case for d in all_found}) == 4
