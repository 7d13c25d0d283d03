"""Words of somebody whom nobody asked stay in the nook, wherever they hide."""

from __future__ import annotations

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from nookterm.domain.attachment import Attachment
from nookterm.domain.borrowed import Saying, borrowed, own_words, sayings, words_now
from nookterm.domain.events import Event, Trust
from nookterm.domain.ids import EventId, UserId
from tests.domain.builders import ANA, BO, CY, a_message, a_reaction, an_edit

CYS = "I would never trust the old kiln with porcelain"


def said(*pairs: tuple[UserId | None, str]) -> list[Saying]:
    return [Saying(EventId(f"${number}"), author, words) for number, (author, words) in enumerate(pairs)]


def pieces(draft: str, *pairs: tuple[UserId | None, str], asked: frozenset[UserId] = frozenset({BO})) -> list[str]:
    return [draft[p.start : p.end] for p in borrowed(draft, said(*pairs), asked)]


@pytest.mark.parametrize(
    ("draft", "found"),
    [
        (CYS, [CYS]),
        (f"Well: “{CYS}!” That is it.", [CYS]),
        (CYS.upper(), [CYS.upper()]),
        ("he would never, trust\nthe old KILN, with porcelain", ["would never, trust\nthe old KILN, with porcelain"]),
        ("never trust the old kiln", []),
        ("the kiln with porcelain", []),
        ("I would never do it, trust the old kiln with porcelain", ["trust the old kiln with porcelain"]),
        ("", []),
    ],
)
def test_a_passage_is_found_however_it_is_written(draft: str, found: list[str]) -> None:
    assert pieces(draft, (CY, CYS)) == found


def test_few_tiny_words_are_nobodys() -> None:
    assert pieces("it is a bit of a go", (CY, "it is a bit of a go")) == []
    assert pieces("so it is what it is and always was", (CY, "so it is what it is and always was")) != []


def test_scripts_without_spaces_have_passages_too() -> None:
    words = "我绝不会把瓷器放进那座旧窑"
    assert pieces(f"他说{words}对吧", (CY, words)) == [words]
    assert pieces("旧窑", (CY, words)) == []


def test_whose_words_they_are_is_who_said_them_first() -> None:
    assert pieces(CYS, (BO, CYS), (CY, CYS)) == []
    assert pieces(CYS, (CY, CYS), (BO, CYS)) == [CYS], "quoted without a mark"
    assert pieces(CYS, (BO, "I would never trust the old kiln"), (CY, CYS)) == []


def test_each_passage_says_whose_and_where_from() -> None:
    other = "cobalt and a little iron make the very best blue"
    draft = f"{CYS}. Also, {other}."
    found = borrowed(draft, said((CY, CYS), (ANA, other)), {BO})
    assert [(p.author, p.event, draft[p.start : p.end]) for p in found] == [(CY, "$0", CYS), (ANA, "$1", other)]


def test_the_words_of_those_who_are_asked_are_theirs_to_give() -> None:
    assert pieces(CYS, (CY, CYS), asked=frozenset({BO, CY})) == []


def test_a_quote_of_nobody_knows_whom_is_somebodys() -> None:
    assert pieces(CYS, (None, CYS)) == [CYS]
    assert pieces(CYS, (BO, CYS), (None, CYS)) == []


# -- what was said


def test_quotes_inside_of_a_message_are_not_its_authors_words() -> None:
    body = f"> {CYS}\n> Really.\n\nI agree.\n  > and this"
    assert own_words(body) == ("I agree.", f"{CYS}\nReally.\nand this")
    assert list(sayings([a_message(body, by=BO)])) == [
        Saying(EventId("$message"), None, f"{CYS}\nReally.\nand this"),
        Saying(EventId("$message"), BO, "I agree."),
    ]


def test_edits_are_said_when_they_are_said() -> None:
    events = [a_message("one", "$a", by=BO), a_message("two", "$b", by=CY), an_edit("$a", "two", by=BO)]
    assert [(s.event, s.author, s.words) for s in sayings(events)] == [
        ("$a", BO, "one"),
        ("$b", CY, "two"),
        ("$a", BO, "two"),
    ]


@pytest.mark.parametrize("event", [a_reaction("$a", "x"), a_message("x", trust=Trust.UNPROVED), a_message({})])
def test_what_nobody_is_known_to_have_said_is_not_compared(event: Event) -> None:
    assert list(sayings([event])) == []


@pytest.mark.parametrize(
    ("edits", "now"),
    [
        ([], "first"),
        ([an_edit("$a", "second", by=BO)], "second"),
        ([an_edit("$a", "second", "$1", by=BO), an_edit("$a", "third", "$2", by=BO)], "third"),
        ([an_edit("$a", "stolen", by=CY)], "first"),
        ([an_edit("$b", "elsewhere", by=BO)], "first"),
        ([an_edit("$a", "in clear", by=BO, encrypted=False)], "first"),
        ([an_edit("$a", "unproved", by=BO, trust=Trust.UNPROVED)], "first"),
        ([an_edit("$a", "> quoted\nown", by=BO)], "own"),
        ([a_reaction("$a", "x", by=BO)], "first"),
    ],
)
def test_a_message_reads_as_its_author_left_it(edits: list[Event], now: str) -> None:
    assert words_now(a_message("first", "$a", by=BO), edits) == now


def test_what_is_no_message_has_no_words() -> None:
    assert words_now(a_reaction("$a", "x"), []) == ""
    assert words_now(a_message({}), []) == ""


@pytest.mark.parametrize(("body", "words"), [("kiln.jpg", ""), ("My kiln", "My kiln")])
def test_the_name_of_a_file_is_no_word_of_its_author(body: str, words: str) -> None:
    file: dict[str, Any] = Attachment("river.example", "abc", "kiln.jpg", "image/jpeg").content()
    assert words_now(a_message(file | {"body": body}), []) == words


@given(st.text(max_size=200), st.lists(st.tuples(st.sampled_from([BO, CY, None]), st.text(max_size=80)), max_size=5))
def test_passages_stand_in_the_draft_one_after_the_other(draft: str, pairs: list[tuple[UserId | None, str]]) -> None:
    found = borrowed(draft, said(*pairs), {BO})
    ends = [0, *(p.end for p in found)]
    assert all(0 <= p.start < p.end <= len(draft) for p in found)
    assert all(end <= p.start for end, p in zip(ends, found, strict=False))
    assert all(p.author != BO for p in found)


WORDS = ("the", "old", "kiln", "never", "held", "porcelain", "well", "enough")


@given(st.lists(st.sampled_from(WORDS), min_size=10, max_size=14))
def test_whoever_repeats_all_of_it_is_always_noticed(words: list[str]) -> None:
    text = " ".join(words)
    assert pieces(f"So {text} then", (CY, f"Oh, {text}!")) != []


@pytest.mark.timeout(5)
def test_a_hostile_nook_does_not_hold_up_a_draft() -> None:
    draft = "the " * 375
    assert borrowed(draft, said(*[(CY, "the " * 500)] * 20), {BO})
