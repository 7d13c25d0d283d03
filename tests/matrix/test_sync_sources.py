"""What a server may answer to a sync, and what is made of it: no nonsense breaks it, nothing unsaid is assumed."""

from __future__ import annotations

from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from nookterm.client.errors import NotFound, Problem, ServerTrouble
from nookterm.domain.events import Json
from nookterm.domain.ids import UserId
from nookterm.matrix.classic_sync import ClassicSync
from nookterm.matrix.http import Http
from nookterm.matrix.sliding_answer import as_classic, list_of
from nookterm.matrix.sliding_sync import FIRST, SlidingSync, grown
from nookterm.matrix.sync_position import Position, fingerprints, read_position, unheard, went_back
from nookterm.matrix.sync_source import ChosenSync, marks_of
from tests.matrix.fake_server import FakeServer, answer, fake_server
from tests.matrix.test_wire import ANY_JSON

ME = UserId("@me:river.example")
OFFERED = answer(200, {"versions": ["v1.12"], "unstable_features": {"org.matrix.simplified_msc3575": True}})
LACKING = answer(200, {"versions": ["v1.12"]})
UNKNOWN = answer(404, {"errcode": "M_UNRECOGNIZED", "error": "Unrecognized request"})
CLASSIC = answer(200, {"next_batch": "s1_1"})
EXPIRED = answer(400, {"errcode": "M_UNKNOWN_POS", "error": "Unknown position"})
SOUND = {"pos": "1/s5_1", "lists": {"rooms": {"count": 0, "ops": []}}, "rooms": {}, "extensions": {}}
MESSAGE = {"type": "m.room.encrypted", "sender": "@ana:river.example", "content": {"ciphertext": {"k": "AAAA"}}}


async def fetched(server: FakeServer, text: str | None = None, way: str = "sliding") -> Json:
    """One step from a fake server."""
    http = Http(server.url)
    try:
        return await ChosenSync(http, ClassicSync(http), SlidingSync(http, ME), way).fetch(text, 0.0)
    finally:
        await http.close()


def asked(server: FakeServer) -> list[str]:
    """The paths that were asked for."""
    return [head.split(" ")[1].partition("?")[0].rpartition("/")[2] for head in server.asked]


def sliding(**more: Any) -> Position:
    return Position("sliding", "1/s5_1", "7", **more)


# --- positions --------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "position", [Position("classic", "s1"), sliding(), sliding(window=60, unsure=True, heard=("a",))]
)
def test_a_position_is_read_as_it_was_written(position: Position) -> None:
    assert read_position(position.text()) == position


def test_a_bare_token_is_the_place_of_a_classic_sync() -> None:
    assert read_position("s72_1_2") == Position("classic", "s72_1_2")
    assert read_position("1234") == Position("classic", "1234")
    assert read_position(None) is None


@settings(max_examples=200, deadline=None)
@given(st.text(max_size=60))
def test_no_kept_text_breaks_the_start(text: str) -> None:
    read_position(text)


@pytest.mark.parametrize(
    ("old", "new", "back"),
    [
        ("s10_1", "s9_1", True),
        ("4/s10_1", "5/s9_1", True),
        ("s9_1", "s10_1", False),
        ("s9", "s1", False),
        ("x", "y", False),
    ],
)
def test_only_a_smaller_number_is_an_earlier_place(old: str, new: str, back: bool) -> None:  # noqa: FBT001 - from the table
    assert went_back(Position("classic", old), new) is back


def test_messages_of_the_response_before_are_not_taken_again_but_others_are() -> None:
    other = MESSAGE | {"content": {"ciphertext": {"k": "BBBB"}}}
    before = Position("sliding", "1/s1_", heard=fingerprints([MESSAGE]))
    # The two ways to sync do not give the same keys around a message.
    assert unheard([MESSAGE | {"message_id": "m1"}, other], before) == [other]


# --- nonsense ---------------------------------------------------------------------------------------------------------


@settings(max_examples=300, deadline=None)
@given(ANY_JSON, ANY_JSON)
def test_no_rooms_and_no_extensions_break_the_translation(room: Any, extension: Any) -> None:
    rooms = {"!a": room, "!b": {"required_state": room, "timeline": extension, "invite_state": room}}
    as_classic(rooms, {"typing": {"rooms": {"!a": extension}}, "receipts": extension}, ME)
    list_of({"lists": room})
    list_of({"lists": {"rooms": {"count": room, "ops": extension}}})
    fingerprints([room, {"content": extension}])


def test_a_message_nested_without_end_is_a_message() -> None:
    deep: Any = []
    for _ in range(5000):
        deep = [deep]
    assert len(fingerprints([MESSAGE | {"content": {"deep": deep}}])) == 1


@pytest.mark.parametrize("body", [{}, {"pos": 5}, {"pos": ""}, {"next_batch": "s1"}])
async def test_news_without_an_end_mark_are_trouble(body: object) -> None:
    async with fake_server(answer(200, body)) as server:
        with pytest.raises(ServerTrouble):
            await fetched(server)


# --- what is not said -------------------------------------------------------------------------------------------------


async def test_a_response_that_says_nothing_of_keys_does_not_say_that_there_are_none() -> None:
    async with fake_server(answer(200, SOUND)) as server:
        assert not marks_of(await fetched(server, sliding().text())).counts_told
    told: dict[str, Any] = {"e2ee": {"device_one_time_keys_count": {}, "device_unused_fallback_key_types": []}}
    async with fake_server(answer(200, SOUND | {"extensions": told})) as server:
        raw = await fetched(server, sliding().text())
    assert marks_of(raw).counts_told
    assert raw["device_unused_fallback_key_types"] == []


async def test_a_response_without_the_list_of_rooms_completes_nothing() -> None:
    async with fake_server(answer(200, {"pos": "1/s5_1"})) as server:
        raw = await fetched(server, sliding(window=FIRST, unsure=True).text())
    after = read_position(raw["next_batch"])
    assert (marks_of(raw).complete, marks_of(raw).present) == (False, None)
    assert after == sliding(window=grown(FIRST), unsure=True)


async def test_the_number_of_unread_events_is_nobodys_count() -> None:
    rooms = {"!a": {"notification_count": 0, "highlight_count": 0, "timeline": [], "required_state": []}}
    async with fake_server(answer(200, SOUND | {"rooms": rooms})) as server:
        raw = await fetched(server)
    assert "unread_notifications" not in raw["rooms"]["join"]["!a"]


async def test_no_server_sets_our_marks() -> None:
    forged = {"next_batch": "s1_1", "nookterm": {"complete": False, "present": []}}
    async with fake_server(LACKING, answer(200, forged)) as server:
        raw = await fetched(server, way="auto")
    assert marks_of(raw).complete
    assert marks_of(forged).complete


# --- the choice -------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("way", "text", "answers", "paths"),
    [
        ("auto", None, [OFFERED, answer(200, SOUND)], ["versions", "sync"]),
        ("auto", None, [LACKING, CLASSIC], ["versions", "sync"]),
        ("auto", None, [UNKNOWN, CLASSIC], ["versions", "sync"]),
        ("auto", None, [OFFERED, UNKNOWN, CLASSIC], ["versions", "sync", "sync"]),
        ("auto", sliding().text(), [answer(200, SOUND)], ["sync"]),
        ("auto", sliding().text(), [UNKNOWN, CLASSIC], ["sync", "sync"]),
        ("auto", "s1_1", [LACKING, CLASSIC], ["versions", "sync"]),
        ("classic", None, [CLASSIC], ["sync"]),
        ("sliding", None, [answer(200, SOUND)], ["sync"]),
    ],
)
async def test_the_source_is_what_the_server_offers_or_the_person_said(
    way: str, text: str | None, answers: list[bytes], paths: list[str]
) -> None:
    async with fake_server(*answers) as server:
        raw = await fetched(server, text, way)
    position = read_position(raw["next_batch"])
    assert position is not None
    assert (asked(server), position.kind) == (paths, "classic" if answers[-1] == CLASSIC else "sliding")


async def test_the_choice_is_made_once_for_each_start() -> None:
    async with fake_server(LACKING, CLASSIC) as server:
        http = Http(server.url)
        chosen = ChosenSync(http, ClassicSync(http), SlidingSync(http, ME))
        await chosen.fetch(None, 0.0)
        await chosen.fetch("s1_1", 0.0)
        await http.close()
    assert asked(server) == ["versions", "sync", "sync"]


async def test_a_person_who_wants_sliding_sync_hears_that_there_is_none() -> None:
    async with fake_server(UNKNOWN) as server:
        with pytest.raises(NotFound, match="no sliding sync"):
            await fetched(server)


async def test_an_expired_place_is_begun_anew_with_the_messages_to_this_device_where_they_were() -> None:
    inbox = {"to_device": {"next_batch": "9", "events": [MESSAGE]}}
    async with fake_server(EXPIRED, answer(200, SOUND | {"pos": "1/s6_1", "extensions": inbox})) as server:
        raw = await fetched(server, sliding(heard=fingerprints([MESSAGE])).text())
    after = read_position(raw["next_batch"])
    assert after is not None
    assert (marks_of(raw).anew, after.to_device, raw["to_device"]["events"]) == (True, "9", [])
    assert "pos=" not in server.asked[1].split(" ")[1]


async def test_a_server_that_refuses_every_place_is_a_problem_and_no_endless_loop() -> None:
    async with fake_server(EXPIRED) as server:
        with pytest.raises(Problem):
            await fetched(server, sliding().text())
    assert len(server.asked) == 3
