"""Completion: what is being written, and what could be meant by it."""

from __future__ import annotations

from dataclasses import replace

import pytest

from nookterm.domain.ids import RoomId, UserId
from nookterm.domain.room import Room
from nookterm.domain.space import Kind as RoomKind
from nookterm.formatting.writing import write_markdown
from nookterm.viewmodels.completing import (
    Asked,
    Kind,
    RoomAddress,
    Suggestion,
    asked_at,
    commands_for,
    emoji_for,
    paths_for,
    people_for,
    rooms_for,
    settings_for,
)
from nookterm.viewmodels.room_addresses import address
from nookterm.viewmodels.settings import SettingChoice, SettingRow

BO, DEE, ANNA, BODO = (UserId(f"@{who}:river.example") for who in ("bo", "dee", "anna", "bodo"))
PEOPLE = (("Bo Lindqvist", BO), ("Dee Okafor", DEE), ("Anna Bo-Marsh", ANNA), ("Kim", BODO))
HERE = (("heron.jpg", False), ("Herons", True), (".hidden", False), ("bad\x1bname", False), ("notes", False))


@pytest.mark.parametrize(
    ("before", "kind", "typed", "start"),
    [
        ("@", Kind.PERSON, "@", 0),
        ("see @de", Kind.PERSON, "@de", 4),
        ("(@bo:river.example", Kind.PERSON, "@bo:river.example", 1),
        ("in #lou", Kind.ROOM, "#lou", 3),
        ("good :smi", Kind.EMOJI, ":smi", 5),
        (":+1", Kind.EMOJI, ":+1", 0),
        (":heart:", Kind.EMOJI, ":heart:", 0),
        ("ひ :ねこ", Kind.EMOJI, ":ねこ", 2),
        ("/up", Kind.COMMAND, "/up", 0),
        ("/upload ", Kind.PATH, "", 8),
        ("/upload ~/my pic", Kind.PATH, "~/my pic", 8),
    ],
)
def test_a_word_says_by_its_sign_what_it_is_to_become(before: str, kind: Kind, typed: str, start: int) -> None:
    assert asked_at(before, first_line=True) == Asked(kind, typed, start)


@pytest.mark.parametrize(
    "before",
    ["", "hello", "ana@river.example", "# A heading", "#", "at 10:30", "std::vec", ":D", ":-)", "note: yes", "//etc",
     "a /de", "@de "],
)  # fmt: skip
def test_what_only_looks_like_it_is_left_alone(before: str) -> None:
    assert asked_at(before, first_line=True) is None


def test_a_command_stands_in_the_first_line_alone() -> None:
    assert asked_at("/de", first_line=False) is None
    assert asked_at("/upload ~/", first_line=False) is None


@pytest.mark.parametrize(
    ("typed", "inserted"),
    [
        ("@bo", ["@Bo Lindqvist", "@Anna Bo-Marsh", "@Kim"]),
        ("@OKA", ["@Dee Okafor"]),
        ("@dee:riv", ["@Dee Okafor"]),
        ("@kim", ["@Kim"]),
        ("@Kim", []),
        ("@zz", []),
    ],
)
def test_people_are_found_by_name_word_and_id_in_this_order(typed: str, inserted: list[str]) -> None:
    assert [one.insert for one in people_for(typed, PEOPLE)] == inserted


def test_whoever_is_inserted_is_mentioned_when_it_is_sent() -> None:
    for name, user in PEOPLE:
        (first, *_) = people_for(f"@{name[:2]}", PEOPLE)
        assert write_markdown(f"see {first.insert} there", PEOPLE).mentions == {user}


def test_two_of_one_name_are_told_apart_by_their_ids() -> None:
    twins = (("Sam", BO), ("sam", DEE))

    assert [one.insert for one in people_for("@sa", twins)] == [BO, DEE]


def test_rooms_that_can_be_named_come_first_and_the_others_say_why_not() -> None:
    rooms = (
        RoomAddress("lab", why_not="private"),
        RoomAddress("The lamp room", "#lights:river.example"),
        RoomAddress("lounge", "#lounge:river.example"),
    )

    assert rooms_for("#la", rooms) == (
        Suggestion("#lights:river.example", "The lamp room", "#lights:river.example"),
        Suggestion("", "lab", "private"),
    )
    assert rooms_for("#lounge:river.example", rooms) == ()


@pytest.mark.parametrize(
    ("kind", "rule", "alias", "given"),
    [
        (RoomKind.ROOM, "public", "#a:b.example", True),
        (RoomKind.NOOK, "public", "#a:b.example", True),
        (RoomKind.NOOK, "knock", "#a:b.example", False),
        (RoomKind.NOOK, "invite", "#a:b.example", False),
        (RoomKind.ROOM, "knock", "#a:b.example", True),
        (RoomKind.ROOM, "invite", "#a:b.example", False),
        (RoomKind.ROOM, "public", None, False),
        (RoomKind.ROOM, "public", "#a b:x\n", False),
    ],
)
def test_no_private_nook_is_named_elsewhere(kind: RoomKind, rule: str, alias: str | None, *, given: bool) -> None:
    room = replace(Room(RoomId("!r:b.example"), UserId("@me:b.example"), name="r"), join_rule=rule, alias=alias)

    told = address(room, kind)

    assert (told.alias == alias) is given
    assert bool(told.why_not) is not given
    assert "!r" not in told.alias + told.why_not


def test_a_whole_command_needs_no_help_and_of_many_none_is_left_out() -> None:
    many = [(f"/a{number}", "does it") for number in range(20)]

    assert len(commands_for("/a", many)) == len(many), "how many more there are stands in the row"
    assert commands_for("/a12", many) == ()
    assert commands_for("/a19", [("/a19", "x"), ("/a199", "y")])[1].insert == "/a199"


def test_emoji_that_were_taken_lately_come_first() -> None:
    found = (("😀", "grin"), ("😏", "smirk"), ("🙂", "smile"))

    assert [one.insert for one in emoji_for(found, ("🙂", "🦉"))] == ["🙂", "😀", "😏"]


@pytest.mark.parametrize(
    ("typed", "inserted"),
    [
        ("~/", ["~/Herons/", "~/heron.jpg", "~/notes"]),
        ("~/her", ["~/Herons/", "~/heron.jpg"]),
        ("/srv/my folder/no", ["/srv/my folder/notes"]),
        ("~/.h", ["~/.hidden"]),
        ("~/heron.jpg", []),
        ("", ["~/"]),
        ("~", ["~/"]),
        ("bad", []),
        ("no", ["notes"]),
    ],
)
def test_paths_show_folders_first_and_nothing_hidden_or_unprintable(typed: str, inserted: list[str]) -> None:
    assert [one.insert for one in paths_for(typed, HERE)] == inserted


SETTINGS = (
    SettingRow(
        "clock", "Look", "Clock", "How times are written.", "auto", "default", "auto or 24 or 12", "auto",
        choices=(SettingChoice("auto"), SettingChoice("24", "14:05"), SettingChoice("12", "2:05 pm")),
    ),
    SettingRow("keep.days", "Keeping", "Days", "How long.", "all", "default", "a number", "all"),
    SettingRow("theme", "Look", "Theme", "Colours.", "ansi", "NO_COLOR", "a name", "dusk", fixed="NO_COLOR decides it"),
)  # fmt: skip


@pytest.mark.parametrize(
    ("line", "inserts"),
    [
        ("/set ", ["clock", "keep.days"]), ("/set cl", ["clock"]), ("/set days", ["keep.days"]), ("/set th", []),
        ("/set clock", []), ("/set clock ", ["auto", "24", "12"]), ("/set clock 1", ["12"]), ("/set clock 12", []),
        ("/set keep.days ", []), ("/set heron ", []),
    ],
)  # fmt: skip
def test_settings_are_completed_by_a_part_of_their_name_and_then_by_what_they_may_be(
    line: str, inserts: list[str]
) -> None:
    asked = asked_at(line, first_line=True)
    assert asked is not None
    assert asked.kind is Kind.SETTING
    assert line[asked.start :] == line.removeprefix("/set ").rpartition(" ")[2]
    assert [one.insert for one in settings_for(asked.typed, SETTINGS)] == inserts


def test_everybody_can_be_called_by_those_who_may_and_a_person_of_that_name_by_their_id() -> None:
    room = (("room", DEE), *PEOPLE)
    (person, everybody) = people_for("@ro", room, 33)
    assert (person.insert, everybody.insert) == (DEE, "@room")
    assert everybody.about == "calls everybody here: 33 others"
    assert [one.insert for one in people_for("@ro", room)] == ["@room"], "a person, where one may not call all"
    assert all(one.insert != "@room" for one in people_for("@", PEOPLE, 33))
