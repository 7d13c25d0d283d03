"""The world that the demo shows holds every kind of thing that the program knows, counted from the data itself."""

from __future__ import annotations

import unicodedata
from collections import Counter
from datetime import UTC, datetime, timedelta, timezone
from importlib.resources import files

import pytest
from hypothesis import given
from hypothesis import strategies as st

from nookterm.demo.world import (
    Edit,
    HighlightAnswered,
    HighlightAsked,
    HighlightPublished,
    Joining,
    JoinRequest,
    Line,
    Moment,
    React,
    Redact,
    Say,
    World,
)
from nookterm.demo.world_file import load_world
from nookterm.demo.world_rules import WorldFileProblem


@pytest.fixture(scope="module")
def world() -> World:
    return load_world()


@pytest.fixture(scope="module")
def source() -> str:
    return (files("nookterm.demo") / "world.toml").read_text(encoding="utf-8")


def _with_role(world: World, role: str) -> list[str]:
    return [person.id for person in world.people if person.role == role]


def _says(world: World, room: str = "") -> list[tuple[Line, Say]]:
    return [(line, line.deed) for line in world.lines if isinstance(line.deed, Say) and room in {"", line.room}]


def _requests(world: World) -> dict[str, JoinRequest]:
    return {step.person: step for step in world.steps if isinstance(step, JoinRequest)}


def test_there_is_a_space_with_its_rooms_and_a_space_within(world: World) -> None:
    kinds = Counter(room.kind for room in world.rooms)
    assert (kinds["space"], kinds["highlights"], kinds["facilitators"]) == (2, 1, 1)
    assert kinds["nook"] >= 6
    inner = next(room for room in world.rooms if room.kind == "space" and room.parent)
    assert inner.parent == world.space
    assert 1 <= sum(nook.parent == inner.room for nook in world.nooks) <= 2


def test_every_nook_says_what_it_is_for_and_asks_something(world: World) -> None:
    for nook in world.nooks:
        assert nook.charter
        assert all((nook.topic, nook.charter.purpose, nook.charter.who_belongs, nook.charter.not_for))
        assert nook.charter.differs
        assert nook.charter.questions


def test_at_least_fourteen_people_talk(world: World) -> None:
    assert len({line.sender for line in world.lines}) >= 14
    assert len({person.name for person in world.people}) == len(world.people) >= 16


def test_it_opens_as_somebody_who_decides(world: World) -> None:
    assert world.opens_as in _with_role(world, "facilitator")


def test_each_role_is_what_it_says(world: World) -> None:
    (admin,), (outsider,) = _with_role(world, "admin"), _with_role(world, "outsider")
    assert next(room.founder for room in world.rooms if room.room == world.space) == admin
    assert not [room for room in world.rooms if outsider in world.members(room.room)]
    deciding = {person for nook in world.nooks for person in nook.facilitators}
    assert deciding == set(_with_role(world, "facilitator"))
    in_nooks = {person for nook in world.nooks for person in world.members(nook.room)}
    assert set(_with_role(world, "member")) <= in_nooks
    applicants = _with_role(world, "applicant")
    assert "bob" in applicants
    assert not in_nooks & set(applicants)
    assert set(applicants) <= set(world.members(world.space)) & set(_requests(world))


def test_facilitators_are_in_their_nooks_and_in_the_facilitators_room(world: World) -> None:
    (room,) = [room.room for room in world.rooms if room.kind == "facilitators"]
    for nook in world.nooks:
        assert nook.founder in nook.facilitators
        assert set(nook.facilitators) <= set(world.members(nook.room)) & set(world.members(room))


def test_two_facilitators_share_a_nook_with_free_places(world: World) -> None:
    first = world.nooks[0]
    assert first.charter
    assert {"ana", "cy", "noor"} <= set(first.facilitators)
    assert len(world.members(first.room)) < first.charter.cap


def test_two_plain_members_are_in_no_request_and_no_highlight(world: World) -> None:
    busy = set(_requests(world))
    busy |= {person for s in world.steps if isinstance(s, HighlightAsked) for person in (s.author, s.asked_by)}
    assert len(set(_with_role(world, "member")) - busy) >= 2


def test_one_nook_has_a_single_place_left_and_somebody_asks_for_it(world: World) -> None:
    (nook,) = [nook for nook in world.nooks if nook.charter and nook.charter.cap == 12]
    assert len(world.members(nook.room)) == 11
    assert _requests(world)["ivo"].nook == nook.room


def test_one_nook_is_asleep(world: World) -> None:
    last = {nook.room: max(line.at for line, _ in _says(world, nook.room)) for nook in world.nooks}
    assert last["herb-garden"].day == -17
    assert all(at.day >= -2 for room, at in last.items() if room != "herb-garden")


def test_a_thread_is_there_and_a_question_that_nobody_answered(world: World) -> None:
    talk = _says(world, "letterpress")
    threads = Counter(say.thread for _, say in talk if say.thread)
    assert max(threads.values()) >= 3
    answered = {target for _, say in talk for target in (say.reply_to, say.thread)}
    answered |= {line.deed.target for line in world.lines if isinstance(line.deed, React)}
    open_questions = [line for line, say in talk if say.text.endswith("?") and say.id and say.id not in answered]
    assert [line.at.day for line in open_questions] == [-2]


def test_three_people_ask_each_in_another_way(world: World) -> None:
    requests = _requests(world)
    assert len(requests) == 3
    assert len(requests["bob"].answers) == 2
    assert not requests["bob"].reason
    assert requests["mia"].reason
    assert not requests["mia"].answers
    deciding = {nook.room for nook in world.nooks if world.opens_as in nook.facilitators}
    assert {request.nook for request in requests.values()} <= deciding


def test_one_highlight_is_out_one_waits_for_its_author_and_one_for_whoever_opens(world: World) -> None:
    asked = {s.source: s.author for s in world.steps if isinstance(s, HighlightAsked)}
    answers = [s for s in world.steps if isinstance(s, HighlightAnswered) and s.answer != "no"]
    agreed = {s.source for s in answers if s.author == asked[s.source]}
    published = {s.source for s in world.steps if isinstance(s, HighlightPublished)}
    assert len(published) == 1
    assert published == agreed
    assert sorted(asked[source] for source in asked if source not in agreed) == ["ana", "bo"]
    (second,) = (s for s in answers if s.author != asked[s.source])
    assert (second.source, second.author, second.answer) == ("table", "dee", "anonymous"), "one waits for two"


def test_whoever_opens_can_ask_somewhere_and_has_something_unread(world: World) -> None:
    assert any(world.opens_as not in world.members(nook.room) for nook in world.nooks)
    for room, line in world.read.items():
        talk = [say.id for _, say in _says(world, room)]
        assert 0 < len(talk) - talk.index(line) - 1 < 12


def test_the_talk_has_every_kind_of_line(world: World) -> None:
    talk = _says(world)
    assert 140 <= len(talk) <= 220
    assert sum(isinstance(line.deed, Edit) for line in world.lines) >= 3
    assert sum(isinstance(line.deed, Redact) for line in world.lines) == 1
    assert sum(isinstance(line.deed, React) for line in world.lines) >= 20
    assert {say.kind for _, say in talk} == {"text", "emote", "notice"}
    assert sum(bool(say.reply_to) for _, say in talk) >= 15
    assert any(say.html for _, say in talk)
    mentioned = [(line.room, line.at) for line, say in talk if world.opens_as in say.mentions]
    assert {room for room, at in mentioned if at.day == 0} == {"glaze-lab", "bike-kitchen"}


def test_somebody_is_new_today(world: World) -> None:
    assert any(isinstance(step, Joining) and step.at.day == 0 for step in world.steps)


def test_no_text_plays_tricks_on_the_terminal(source: str) -> None:
    odd = {c for c in source if unicodedata.category(c) in {"Cc", "Cf"} and c not in "\n\u200d"}
    assert not odd


@given(
    now=st.datetimes(min_value=datetime(2025, 1, 1), max_value=datetime(2035, 1, 1)),  # noqa: DTZ001 - the zone follows
    zone=st.integers(-12, 14),
)
def test_at_any_hour_anywhere_the_past_keeps_its_order_and_ends_before_now(
    world: World, now: datetime, zone: int
) -> None:
    here = now.replace(tzinfo=timezone(timedelta(hours=zone)))
    times = [step.at.on(here) for step in world.steps]
    assert times == sorted(times)
    assert times[-1] < here
    assert timedelta(days=20) < here - times[0] < timedelta(days=22)


def test_calendar_times_are_read_on_the_clock_of_the_person() -> None:
    here = datetime(2026, 11, 22, 1, 0, tzinfo=timezone(timedelta(hours=9)))
    assert Moment.parse("-20d 09:12").on(here) == datetime(2026, 11, 2, 0, 12, tzinfo=UTC)
    assert Moment.parse("-38m").on(here) == datetime(2026, 11, 21, 15, 22, tzinfo=UTC)


@pytest.mark.parametrize("text", ["", "now", "-0d 10:00", "-2d 24:00", "-1d 20:01", "-241m", "38m", "-2d 9:00", "-5 m"])
def test_a_time_of_no_known_form_is_refused(text: str) -> None:
    with pytest.raises(ValueError, match="is no time"):
        Moment.parse(text)


@pytest.mark.parametrize(
    ("here", "instead", "word"),
    [
        ("version = 1", "version = 9", "version = 1"),
        ("version = 1", "version = ", "no TOML"),
        ('opens_as = "ana"', 'opens_as = "anna"', "'anna'"),
        ('published_by = "noor"', 'published_by = "ana"', "the demo opens as them"),
        ('space = "makers"', 'space = "glaze-lab"', "is no space"),
        ('role = "admin"', 'role = "boss"', "'boss' is none of admin"),
        ('role = "outsider"', 'role = "member"', "the rooms say otherwise"),
        ('id = "repair-corner"\n', 'id = "makers"\n', "there twice"),
        ('parent = "repair-corner"', 'parent = "highlights"', "is no space"),
        ("cap = 12\n", "cap = 1\n", "2 to 150"),
        ("cap = 12\n", 'cap = "12"\n', "of type int"),
        ("cap = 12\n", "cap = 12\nkap = 13\n", "nobody knows kap"),
        ('tove = "-14d 19:00"', 'tove = "-1d 19:00"', "tove is not in 'glaze-lab'"),
        ('tove = "-14d 19:00"', 'tove = "-21d 08:00"', "before the room is founded"),
        ('reply = "looked"', 'reply = "looking"', "no earlier line 'looking'"),
        ('to = "engraved"', 'to = "weather"', "cannot read it"),
        (
            'from = "bo", text = "Opened the kiln. The celadon crawled again, only on vertical',
            'from = "cy", text = "',
            "else's",
        ),
        ('id = "looked"', 'id = "weather"', "is taken"),
        ('at = "-20d 18:30"', 'at = "-19d 18:30"', "comes before the line above"),
        ('also = "unloading"', 'also = "three-speed"', "no line of glaze-lab"),
        ('person = "bob"', 'person = "bo"', "is in it already"),
        ("answers = { learn", "answers = { lern", "not those that the nook asks"),
        ('answer = "named"', 'answer = "no"', "without consent"),
        ('source = "table"', 'source = "chair"', "no line has the id 'chair'"),
        ('bike-kitchen = "tandem"', 'bike-kitchen = "ratio"', "'ratio' is no line in 'bike-kitchen'"),
    ],
)
def test_a_world_that_does_not_fit_together_says_where(source: str, here: str, instead: str, word: str) -> None:
    assert here in source
    with pytest.raises(WorldFileProblem, match=word):
        load_world(source.replace(here, instead, 1))
