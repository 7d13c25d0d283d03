"""What every Store promises about finding messages: any script, every filter, page after page."""

from __future__ import annotations

import itertools
from collections.abc import Iterator
from datetime import UTC, timedelta
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from nookterm.client.ports import Store
from nookterm.domain.events import Edit, Event, Message, Unreadable
from nookterm.domain.ids import EventId, RoomId, UserId
from nookterm.domain.search import Search, read_query, words
from nookterm.store.opening import new_key, open_store
from tests.contracts.sample_events import ANA, BEN, ROOM, START, event, names
from tests.contracts.store_double import MemoryStore

OTHER = RoomId("!other:river.example")
UNSPACED = "東京都の図書館で会いましょう"
SCRIPTS = {
    "japanese": UNSPACED,
    "chinese": "我们明天在河边见面",
    "thai": "ฉันชอบดื่มน้ำชา",
    "lao": "ຂ້ອຍມັກດື່ມນ້ຳຊາ",
    "khmer": "ខ្ញុំចូលចិត្តតែ",
    "burmese": "ကျွန်တော်လက်ဖက်ရည်ကြိုက်တယ်",
}


@pytest.fixture(params=["database", "double"])
def store(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Store]:
    if request.param == "double":
        yield MemoryStore()
        return
    opened = open_store(tmp_path / "account.db", new_key(), create=True)
    yield opened
    opened.close()


def find(store: Store, line: str, limit: int = 50) -> list[str]:
    """The names of what a line finds, typed half an hour after the first message."""
    asked = read_query(line, START + timedelta(minutes=30), UTC)
    return names(
        store.search(Search(asked.terms, asked.without, None, None, asked.since, asked.until, asked.has), limit)
    )


@pytest.mark.parametrize("script", SCRIPTS)
def test_any_piece_of_a_text_without_spaces_is_found_and_nothing_else(store: Store, script: str) -> None:
    text = SCRIPTS[script]
    store.add_events([event(name, said) for name, said in SCRIPTS.items()])
    for begin in range(len(text)):
        for end in range(begin + 1, min(begin + 6, len(text)) + 1):
            piece = text[begin:end]
            if words(piece):
                held = {name for name, said in SCRIPTS.items() if piece in said}
                assert script in held
                assert held <= set(find(store, piece)), piece
    assert find(store, text[::-1]) == []


def test_a_piece_is_found_exactly_where_it_stands(store: Store) -> None:
    number = itertools.count()
    letters = st.text(alphabet="東京都のカハ", min_size=1, max_size=9)

    @settings(max_examples=60, deadline=None)
    @given(text=letters, piece=st.text(alphabet="東京都のカハ", min_size=1, max_size=3))
    def check(text: str, piece: str) -> None:
        room = RoomId(f"!room{next(number)}")
        store.add_events([event("a", text, room=room)])
        assert bool(store.search(Search(words(piece), rooms=frozenset({room})))) == (piece in text)

    check()


def test_scripts_may_be_mixed_in_one_word(store: Store) -> None:
    store.add_events([event("a", "明日はTokyo Towerで"), event("b", "Tokyoは明日"), event("c", "버스 정류장에서")])
    assert find(store, "明日はtok") == ["a"]
    assert find(store, "towerで") == ["a"]
    assert sorted(find(store, "明日 tokyo")) == ["a", "b"]
    assert find(store, "정류") == ["c"]


@pytest.mark.parametrize(
    ("said", "asked"),
    [
        ("HÉRON", "heron"),
        ("he\u0301ron", "héron"),
        ("Straße", "STRASSE"),
        ("ﬁre", "fire"),
        ("ＴＯＫＹＯ", "tokyo"),
        ("ﾊﾞｽ", "バス"),
        ("עִבְרִית", "עברית"),
        ("عَرَبِيّ", "عربي"),
        ("हिन्दी भाषा", "हिन्दी"),
        ("it was 🌊 and ❤️", "❤"),
        ("👩🏽‍💻", "💻"),
        ("co\u00adoperate", "cooperate"),
        ("ខ្ញុំ\u200bចូល", "ុំចូ"),
    ],
)
def test_letters_that_people_take_for_the_same_are_the_same(store: Store, said: str, asked: str) -> None:
    store.add_events([event("a", said), event("b", "else")])
    assert find(store, asked) == ["a"]


def test_vowel_signs_are_letters_and_not_accents(store: Store) -> None:
    store.add_events([event("a", "हिन्दी")])
    assert find(store, "हन") == []


def test_a_phrase_is_found_word_for_word(store: Store) -> None:
    store.add_events([event("a", "the heron stands"), event("b", "stands the heron", minute=1)])
    assert find(store, '"heron stands"') == ["a"]
    assert find(store, '"heron stand"') == []
    assert find(store, '"the heron"') == ["b", "a"]


def test_words_can_be_left_out_also_when_nothing_else_is_asked(store: Store) -> None:
    store.add_events([event("a", "heron at noon"), event("b", "heron at night", minute=1), event("c", "owl", minute=2)])
    assert find(store, "heron -night") == ["a"]
    assert find(store, '-"at noon" -owls') == ["c", "b"]


def test_who_where_and_when_narrow_it_down(store: Store) -> None:
    store.add_events([event("a", "heron"), event("b", "heron", sender=BEN, minute=1)])
    store.add_events([event("c", "heron", room=OTHER, minute=2), event("d", "owl", sender=BEN, room=OTHER, minute=3)])
    heron, minute = words("heron"), timedelta(minutes=1)
    assert names(store.search(Search(heron, senders=frozenset({BEN})))) == ["b"]
    assert names(store.search(Search(heron, senders=frozenset({BEN, ANA})))) == ["c", "b", "a"]
    assert names(store.search(Search(senders=frozenset({BEN})))) == ["d", "b"]
    assert names(store.search(Search(heron, rooms=frozenset({OTHER})))) == ["c"]
    assert names(store.search(Search(rooms=frozenset({OTHER}), senders=frozenset({ANA})))) == ["c"]
    assert names(store.search(Search(heron, since=START + minute))) == ["c", "b"]
    assert names(store.search(Search(heron, until=START + minute))) == ["a"]
    assert names(store.search(Search(since=START + minute, until=START + 3 * minute))) == ["c", "b"]
    assert names(store.search(Search(heron, since=START + timedelta(microseconds=1)))) == ["c", "b"]
    for nobody in (Search(heron, senders=frozenset()), Search(heron, rooms=frozenset())):
        assert store.search(nobody) == ()
    assert store.search(Search(heron, senders=frozenset({UserId("@nobody:river.example")}))) == ()


def test_a_word_that_looks_like_a_mark_of_ours_is_none(store: Store) -> None:
    store.add_events([event("a", "\ue000 \ue003link heron")])
    assert find(store, "has:link") == []
    assert find(store, "link") == ["a"]


def test_files_are_found_by_name_and_kind_and_links_by_being_there(store: Store) -> None:
    said = [
        event("picture", Message("image", "glaze-test.png")),
        event("nameless", Message("file", ""), minute=1),
        event("link", "look: https://river.example/a_b", minute=2),
        event("none", "https:// is how they begin", minute=3),
    ]
    store.add_events(said)
    assert find(store, "glaze") == ["picture"]
    assert find(store, "has:file") == ["nameless", "picture"]
    assert find(store, "has:image has:link") == ["link", "picture"]
    assert find(store, "has:link river.example") == ["link"]


def test_pages_follow_each_other_without_a_hole(store: Store) -> None:
    store.add_events([event(f"e{n}", "same", minute=n // 3) for n in range(10)])
    query, seen, last = Search(words("same")), list[str](), None
    while page := store.search(query, 3, last):
        seen += names(page)
        last = page[-1]
    assert seen == [f"e{n}" for n in reversed(range(10))]
    assert store.search(query, 3, event("unknown")) == ()


def test_what_is_said_in_a_thread_is_found(store: Store) -> None:
    store.add_events([event("root"), event("below", Message("text", "heron", thread=EventId("$root")))])
    assert find(store, "heron") == ["below"]


def test_a_link_that_was_edited_away_or_taken_back_is_gone(store: Store) -> None:
    store.add_events([event("a", "https://river.example"), event("e", Edit(EventId("$a"), Message("text", "sorry")))])
    assert find(store, "has:link") == []
    store.redact(ROOM, EventId("$a"))
    assert store.search(Search(senders=frozenset({ANA}))) == ()


def test_what_cannot_be_read_yet_is_found_once_it_can_be_whoever_it_is_from(store: Store) -> None:
    store.add_events([event("a", Unreadable("s1", "no key"), sender=BEN)])
    assert store.search(Search(senders=frozenset({BEN}))) == ()
    store.add_events([event("a", UNSPACED, sender=BEN)])
    found: tuple[Event, ...] = store.search(Search(words("図書"), senders=frozenset({BEN})))
    assert names(found) == ["a"]


def test_who_is_named_finds_a_message_and_so_do_newer_words_that_name_them(store: Store) -> None:
    def said(*people: UserId, everybody: bool = False) -> Message:
        return Message("text", "look at the heron", mentions=frozenset(people), everybody=everybody)

    def edited(name: str, target: str, *people: UserId, everybody: bool = False, minute: int) -> Event:
        new = Edit(EventId(f"${target}"), said(*people), frozenset(people), everybody)
        return event(name, new, minute=minute)

    def naming(user: UserId, line: str = "heron") -> list[str]:
        return names(store.search(Search(words(line), naming=user)))

    first = [event("a", said(BEN)), event("b", said(), minute=1), event("c", said(everybody=True), minute=2)]
    store.add_events([*first, event("d", said(ANA), minute=3), event("e", f"a heron for {BEN}", minute=4)])
    assert naming(BEN) == ["c", "a"]
    store.add_events([edited("b2", "b", BEN, minute=5), edited("d2", "d", everybody=True, minute=6)])
    assert naming(BEN) == ["d", "c", "b", "a"]
    assert (naming(BEN, "owl"), naming(UserId("@cy:river.example"), "look")) == ([], ["d", "c"])
    # Who was called has been called, whatever the words are now; words that are gone call nobody.
    store.add_events([edited("a2", "a", minute=7)])
    assert "a" in naming(BEN)
    store.redact(ROOM, EventId("$b2"))
    store.redact(ROOM, EventId("$c"))
    assert naming(BEN) == ["d", "a"]


def test_words_that_a_stranger_put_in_place_of_others_name_nobody(store: Store) -> None:
    new = Edit(EventId("$a"), Message("text", "a heron", mentions=frozenset({BEN})), frozenset({BEN}))
    store.add_events([event("a", "a heron"), event("b", new, sender=BEN), event("c", new, encrypted=False)])
    assert store.search(Search(naming=BEN)) == ()
