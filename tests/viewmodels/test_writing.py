"""What is written here as the content of an event, in both forms, and as a row of the timeline again."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, timedelta
from typing import Any

import pytest

from nookterm.client.naming import Named
from nookterm.domain.events import Event, Message, parse_payload
from nookterm.domain.ids import EventId, UserId
from nookterm.formatting.called import names_to_call
from nookterm.viewmodels.conversation import Reader, entries
from nookterm.viewmodels.talk_door import people_here
from nookterm.viewmodels.timeline import TimelineView, Words
from nookterm.viewmodels.writing import calls as how_many
from nookterm.viewmodels.writing import told, written
from tests.domain.builders import ANA, BO, CY, DEE, NOON, a_message, a_nook, member

HTML = {"format": "org.matrix.custom.html"}
PILL = f'<a href="https://matrix.to/#/{BO}">Bo</a>'
FOX = EventId("$fox")
READER = Reader(ANA, NOON + timedelta(days=30), UTC)


def content(text: str, **more: Any) -> dict[str, Any]:
    return written(text, a_nook(), **{"editing": None, "answering": None, **more})


def shown(html: str, body: str = "the body", **more: Any) -> Words:
    event = a_message({"body": body, **HTML, "formatted_body": html, **more}, by=BO)
    said = [e for e in entries(a_nook(), [event], (), READER, None) if isinstance(e, Words)]
    return said[-1]


@pytest.mark.parametrize(
    ("text", "body", "html"),
    [
        ("hello", "hello", None),
        ("**hello**", "**hello**", "<strong>hello</strong>"),
        ("/raw **hello**", "**hello**", None),
        ("@Bo hello", "@Bo hello", f"{PILL} hello"),
        ("/raw *@Bo*", "*@Bo*", f"*{PILL}*"),
    ],
)
def test_a_message_has_a_form_where_it_says_more(text: str, body: str, html: str | None) -> None:
    said = content(text)
    assert (said["msgtype"], said["body"], said.get("formatted_body")) == ("m.text", body, html)
    assert said.get("format") == (HTML["format"] if html else None)
    assert said["m.mentions"] == ({"user_ids": [BO]} if "@Bo" in text else {})


LONG_NAMES = (member(BO, name="Bo Lindqvist"), member(CY, name="Cy Arden"), member(DEE, name="Dee Arden"))
TWO_BOS = (member(BO, name="Bo Lindqvist"), member(CY, name="Bo Arden"), member(DEE, name="Dee Arden"))
LIKE_BO = (member(BO, name="Bo Lindqvist"), member(CY, name="\u0412o Arden"))
SAME_BOS = (member(BO, name="Bo"), member(CY, name="Bo"))


@pytest.mark.parametrize(
    ("people", "text", "who", "hint"),
    [
        (LONG_NAMES, "hello", [], ""),
        (LONG_NAMES, "@Bo Lindqvist hello", [BO], "calls Bo Lindqvist"),
        (LONG_NAMES, "well, @bo: hello", [BO], "calls Bo Lindqvist"),
        (LONG_NAMES, "**@Bo**, @cy and @DEE", [BO, CY, DEE], "calls Bo Lindqvist and 2 more"),
        (LONG_NAMES, f"{BO} and @cy", [BO, CY], "calls Bo Lindqvist and Cy Arden"),
        (LONG_NAMES, "`@Bo` and a@bo.se and @bonny and @work", [], ""),
        (LONG_NAMES, "@Arden?", [], "@Arden calls nobody: choose who"),
        (TWO_BOS, "@Bo hello", [], "@Bo calls nobody: choose who"),
        (TWO_BOS, "@Bo or @Dee", [DEE], "calls Dee Arden · @Bo calls nobody: choose who"),
        (TWO_BOS, "@Bo Arden hello", [CY], "calls Bo Arden"),
        (SAME_BOS, "@Bo hello", [], "@Bo calls nobody: choose who"),
        ((member(BO, name="Bo"), member(CY, name="Bo Arden")), "@Bo hello", [BO], "calls Bo"),
        (LIKE_BO, "@Bo", [], "@Bo calls nobody: choose who"),
    ],
    ids=[
        "nobody", "whole name", "first name", "several", "by id", "no names", "a last name", "two of a first name",
        "one of them sure", "the whole name of one", "two of one name", "a name before a first name", "one alike",
    ],
)  # fmt: skip
def test_who_is_called_is_told_while_one_writes_and_is_called_then(
    people: tuple[Event, ...], text: str, who: list[UserId], hint: str
) -> None:
    room = a_nook(*people)
    said = written(text, room, editing=None, answering=None)
    assert sorted(said["m.mentions"].get("user_ids", [])) == sorted(who)
    assert told(text, names_to_call(people_here(room)), TimelineView()) == hint


def test_while_one_changes_a_message_nobody_is_promised_a_call_and_code_calls_with_raw() -> None:
    names = names_to_call(people_here(a_nook()))
    assert told("@Bo", names, TimelineView(editing=FOX)) == "names Bo"
    assert told("/raw `@Bo`", names, TimelineView()) == "calls Bo"
    assert told("@room", names, TimelineView(everybody=3)) == "calls everybody here"
    assert told("@room", names, TimelineView()) == ""
    assert told("/spoiler @Bo", names, TimelineView()) == ""


def test_without_markdown_only_names_mean_more_than_letters() -> None:
    assert "formatted_body" not in content("**hello**", markdown=False)
    assert content("**@Bo**", markdown=False)["formatted_body"] == f"**{PILL}**"


def test_what_one_does_has_a_form_too() -> None:
    said = content("/me *waves*")
    assert (said["msgtype"], said["body"], said["formatted_body"]) == ("m.emote", "*waves*", "<em>waves</em>")


def test_an_edit_has_the_new_form_inside_and_a_fallback_for_those_who_know_no_edits() -> None:
    said = content("now **this**", editing=FOX)
    assert said["m.new_content"] == content("now **this**")
    assert (said["body"], said["formatted_body"]) == ("* now **this**", "* now <strong>this</strong>")
    assert said["m.relates_to"] == {"rel_type": "m.replace", "event_id": FOX}
    emote = content("/me *waves*", editing=FOX)
    assert (emote["msgtype"], emote["formatted_body"]) == ("m.emote", "* <em>waves</em>")


def test_an_edit_calls_only_those_whom_it_names_anew() -> None:
    said = content("@Bo and @Dee", editing=FOX, already=Named(frozenset({BO})))
    assert said["m.mentions"] == {"user_ids": [DEE]}
    assert said["m.new_content"]["m.mentions"] == {"user_ids": sorted([BO, DEE])}


@pytest.mark.parametrize(
    ("text", "calls"),
    [
        ("@room the kiln is hot", True),
        ("hot, **@room**: come", True),
        ("/me calls @room.", True),
        ("/raw *@room*", True),
        ("`@room` is a word", False),
        ("ask @room:river.example or @rooms", False),
        ("mail@room", False),
        ("/spoiler @room", False),
        ("@Room", False),
    ],
)
def test_room_calls_everybody_where_its_writer_said_yes(text: str, *, calls: bool) -> None:
    said = content(text, everybody=True)
    assert said["m.mentions"].get("room") is (True if calls else None)
    assert "@room" not in content(text).get("m.mentions", {})
    assert "room" not in content(text)["m.mentions"]
    view = TimelineView(everybody=33)
    assert how_many(text, view) == (33 if calls else 0)
    assert how_many(text, replace(view, everybody=0)) == 0


def test_everybody_is_called_once_however_often_the_words_change() -> None:
    first = content("@room and @Bo", everybody=True, editing=FOX)
    assert first["m.mentions"] == {"user_ids": [BO], "room": True}
    again = content("@room and @Bo!", everybody=True, editing=FOX, already=Named(frozenset({BO}), everybody=True))
    assert again["m.mentions"] == {}
    assert again["m.new_content"]["m.mentions"] == {"user_ids": [BO], "room": True}
    assert "@room" not in again["m.new_content"].get("formatted_body", "").replace("@room and", "")
    said = shown("@room!", "@room!", **{"m.mentions": {"room": True}})
    assert not said.everybody, "Bo may not"


def test_who_is_called_with_everybody_sees_it_as_their_name() -> None:
    event = a_message({"body": "@room come", "m.mentions": {"room": True}}, by=CY)
    (said,) = [e for e in entries(a_nook(), [event], (), READER, None) if isinstance(e, Words)]
    assert (said.mention, said.everybody, said.names) == (True, True, ("@room",))
    view = TimelineView(everybody=33, editing=said.event_id, entries=(said,))
    assert how_many("@room come all", view) == 0, "they were called already"


def test_a_long_edit_says_its_form_once_so_that_an_event_can_hold_it() -> None:
    said = content("**a** " + "word " * 2_000, editing=FOX)
    assert "formatted_body" in said["m.new_content"]
    assert "formatted_body" not in said


@pytest.mark.parametrize("thread", [None, EventId("$root")])
def test_an_answer_has_a_form_and_no_copy_of_what_it_answers(thread: EventId | None) -> None:
    said = content("*yes*", answering=FOX, thread=thread)
    assert said["formatted_body"] == "<em>yes</em>"
    assert said["m.relates_to"]["m.in_reply_to"] == {"event_id": FOX}
    payload = parse_payload("m.room.message", said)
    assert isinstance(payload, Message)
    assert (payload.html, payload.reply_to, payload.thread) == ("<em>yes</em>", FOX, thread)


def test_a_row_has_the_form_beside_the_words_and_what_people_in_it_are_called() -> None:
    row = shown(f"<b>a</b> {PILL}")
    assert row.body == "the body"
    assert row.formatted is not None
    assert row.called == ((BO, "Bo"),)
    assert shown("<p></p>").formatted is None
    assert shown("<b>a</b>").called == ()


def test_a_quote_does_not_tell_what_the_message_hides() -> None:
    form = "<span data-mx-spoiler>it was the dust</span>"
    hidden = a_message({"body": "it was the dust", **HTML, "formatted_body": form}, FOX)
    relation = {"m.in_reply_to": {"event_id": FOX}}
    answer = a_message({"body": "oh", "m.relates_to": relation}, "$answer", by=BO)
    row = entries(a_nook(), [hidden, answer], (), READER, None)[-1]
    assert isinstance(row, Words)
    assert row.quote is not None
    assert row.quote.text == "(spoiler)"
