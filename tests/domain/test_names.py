"""Names on screen: nobody passes for somebody else."""

from __future__ import annotations

import sys

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from nookterm.domain.events import Membership
from nookterm.domain.ids import EventId, UserId
from nookterm.domain.names import shown_name, shown_names, skeleton
from nookterm.domain.room import Member
from tests.domain.builders import ANA, BO, NOON

ALICE = UserId("@alice:river.example")
MALLORY = UserId("@mallory:elsewhere.example")


def called(user: UserId, name: str | None) -> Member:
    return Member(user, Membership.JOIN, name, NOON, EventId("$m"), user)


def shown(*people: tuple[UserId, str | None]) -> list[str]:
    names = shown_names([called(user, name) for user, name in people])
    return [names[user] for user, _ in people]


def test_a_name_of_ones_own_is_shown_as_it_is() -> None:
    assert shown((ANA, "Ana"), (BO, "Bo 🦊")) == ["Ana", "Bo 🦊"]


def test_who_chose_no_name_goes_by_the_start_of_the_id() -> None:
    assert shown((ANA, None), (BO, "")) == ["ana", "bo"]


LOOKALIKES = [
    "Alice",
    "alice",
    "ALICE",
    "Alice ",
    "  Al ice",
    "A\u200blice",
    "Alice\u200b",
    "Alice\u2060",
    "\ufeffAlice",
    "Al\u00adice",
    "Alice\u3164",
    "Alice\u2800",
    "\u202eAlice",
    "Αlice",
    "Аlісе",
    "Al1ce",
    "A|ice",
    "AIice",
    "Ａｌｉｃｅ",
    "𝐀𝐥𝐢𝐜𝐞",
    "Ⓐlice",
    "Álice",
    "Alıce",
    "A\nlice",
    "Alice\U000e0041",
    "Al\u0456ce",
]


@pytest.mark.parametrize("name", LOOKALIKES, ids=ascii)
def test_two_who_look_alike_both_carry_their_ids(name: str) -> None:
    alice, mallory = shown((ALICE, "Alice"), (MALLORY, name))

    assert alice == "Alice ‹@alice:river.example›"
    assert mallory.endswith(" ‹@mallory:elsewhere.example›")


@pytest.mark.parametrize(
    ("one", "other"),
    [("Morgan", "rnorgan"), ("Will", "VVill"), ("Nora", "Νora"), ("Bob", "Вob"), ("Hugo", "Ηugo"), ("Mona", "Моna"),
     ("Kim", "Кim"), ("Zoe", "Ζοe"), ("Yu", "Υu"), ("Ian", "lan"), ("Tom", "ТОМ"), ("Eva", "ЕVА")],
)  # fmt: skip
def test_letters_of_other_scripts_and_pairs_of_letters_do_not_pass_either(one: str, other: str) -> None:
    assert skeleton(one) == skeleton(other)


@pytest.mark.parametrize(
    ("one", "other"), [("Ana", "Anna"), ("Bo", "Boo"), ("李明", "李名"), ("🦊", "🐺"), ("Jean", "Sean")]
)
def test_names_that_differ_to_the_eye_stay_bare(one: str, other: str) -> None:
    assert shown((ALICE, one), (MALLORY, other)) == [one, other]


@pytest.mark.parametrize(
    "name",
    [
        "Alice (@alice:river.example)",
        "Alice ‹@alice:river.example›",
        "@alice:river.example",
        "Alice ＠alice：river.example",
        "Alice: host",
        "alice@river.example",
        "‹Alice›",
        "Alice ∶ river",
        "﹫alice",
    ],
)
def test_a_name_that_reads_like_an_id_always_carries_the_true_one(name: str) -> None:
    assert shown_name(MALLORY, name).endswith(" ‹@mallory:elsewhere.example›")
    assert shown((ALICE, "Alice"), (MALLORY, name))[0] == "Alice"


@pytest.mark.parametrize(
    "name", ["\u200b", "\u3164", "\u2800", "\u0301\u0301", "\u200d", " ", "\n", "\u202e"], ids=ascii
)
def test_a_name_that_cannot_be_seen_is_none(name: str) -> None:
    assert shown_name(BO, name) == "bo"


def test_an_invisible_name_does_not_make_an_id_pass_for_a_name() -> None:
    """`@alice:elsewhere` with a zero-width name would be shown by the start of the id: `alice`."""
    double = UserId("@alice:elsewhere.example")

    assert shown((ALICE, "Alice"), (double, "\u200b")) == [f"Alice ‹{ALICE}›", f"alice ‹{double}›"]
    assert shown((ALICE, None), (double, None)) == [f"alice ‹{ALICE}›", f"alice ‹{double}›"]


def test_names_that_differ_only_where_they_are_cut_off_carry_their_ids() -> None:
    one, other = shown((ALICE, "x" * 70 + "a"), (MALLORY, "x" * 70 + "b"))

    assert one == "x" * 63 + f"… ‹{ALICE}›"
    assert other == "x" * 63 + f"… ‹{MALLORY}›"


def test_even_the_longest_ids_are_told_apart_to_their_end() -> None:
    long, longer = (UserId("@" + "a" * 240 + end + ":h.example") for end in ("1", "2"))
    one, other = shown((long, "Sam"), (longer, "Sam"))

    assert one != other
    assert str(long) in one


def test_an_id_that_says_nothing_before_its_server_is_shown_whole() -> None:
    assert shown_name(UserId("@:river.example"), None) == "@:river.example ‹@:river.example›"


ids = st.from_regex(r"@[a-e]{0,3}:[a-c]\.example", fullmatch=True).map(UserId)
letters = st.sampled_from(
    [*"aAlLiI1|оo0", "\u200b", "\u202e", "\u3164", "@", ":", "‹", "›", " ", "a.example", "rn", "m"]
)
names = st.none() | st.text(max_size=80) | st.lists(letters, max_size=8).map("".join)


@given(st.dictionaries(ids, names, max_size=8))
@example({ALICE: None, UserId("@alice:b.example"): "\u200b"})
@example({ALICE: "x", MALLORY: f"x ‹{ALICE}›"})
def test_no_two_people_are_ever_shown_alike(people: dict[UserId, str | None]) -> None:
    names_shown = shown_names([called(user, name) for user, name in people.items()])

    assert set(names_shown) == set(people)
    assert len(set(names_shown.values())) == len(people)
    bare = [name for user, name in names_shown.items() if not name.endswith(f" ‹{user}›")]
    assert len({skeleton(name) for name in bare}) == len(bare)
    assert all("@" not in name and "\n" not in name and name for name in bare)


@given(names)
def test_a_name_alone_is_shown_as_among_strangers(name: str | None) -> None:
    assert shown_name(BO, name) == shown((BO, name))[0]


def work(people: list[Member]) -> int:
    """How many calls naming these people takes: a measure that no busy machine disturbs."""
    calls = 0

    def count(*_: object) -> None:
        nonlocal calls
        calls += 1

    sys.setprofile(count)
    try:
        shown_names(people)
    finally:
        sys.setprofile(None)
    return calls


def test_naming_everybody_in_a_room_takes_work_in_proportion_to_their_number() -> None:
    few, many = ([called(UserId(f"@u{n}:h"), "Sam") for n in range(number)] for number in (200, 2000))

    assert work(many) < 11 * work(few)


def test_a_name_of_60_kilobytes_costs_no_more_than_a_long_one() -> None:
    assert work([called(BO, "Sam" + "\u0301" * 60_000)]) <= work([called(BO, "Sam" + "\u0301" * 1_000)])
