"""Events from outside: whatever comes, something sensible is read and nothing is raised."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta, timezone
from typing import Any

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from nookterm.domain.events import (
    Edit,
    MemberChange,
    Membership,
    Message,
    Other,
    Reaction,
    Redaction,
    StateChange,
    Unreadable,
    moment,
    parse_payload,
)
from nookterm.domain.ids import EventId
from nookterm.domain.vocabulary import ACT
from tests.domain.builders import json_values

TYPES = [
    "m.room.message", "m.sticker", "m.reaction", "m.room.redaction", "m.room.encrypted", "m.room.member", "m.room.name",
    "x.y",
]  # fmt: skip
KEYS = [
    "msgtype",
    "body",
    "format",
    "formatted_body",
    "m.relates_to",
    "m.new_content",
    "m.mentions",
    "membership",
    "event_id",
    "rel_type",
    "is_falling_back",
    "m.in_reply_to",
    "key",
    "redacts",
    "user_ids",
    "displayname",
    "reason",
    "prev_content",
    "session_id",
    ACT,
]
WORDS = ["m.replace", "m.thread", "m.text", "$e", "> <@a:b> x", "join", "org.matrix.custom.html"]
near_events = st.recursive(
    json_values | st.sampled_from(WORDS),
    lambda inner: st.dictionaries(st.sampled_from(KEYS), inner, max_size=6) | st.lists(inner, max_size=3),
    max_leaves=20,
)


def message(**content: Any) -> Message:
    payload = parse_payload("m.room.message", {"msgtype": "m.text", **content})
    assert isinstance(payload, Message)
    return payload


@given(st.sampled_from(TYPES), near_events, st.none() | st.text(max_size=5), near_events)
@example("m.room.message", {"body": "\ud800", "m.relates_to": {"event_id": ["$x"]}}, None, None)
@example("m.room.message", {1: 2}, None, {3: 4})
@example("m.room.member", {"membership": ["join"]}, "@a:b", {"prev_content": "x"})
def test_no_json_of_the_world_makes_the_parser_fail(
    type_: str, content: object, key: str | None, unsigned: object
) -> None:
    payload = parse_payload(type_, content, key, unsigned)

    kinds = {
        "m.room.message": Message | Edit,
        "m.sticker": Message,
        "m.reaction": Reaction | Other,
        "m.room.redaction": Redaction | Other,
        "m.room.encrypted": Unreadable,
    }
    state = MemberChange | Other if type_ == "m.room.member" else StateChange
    assert isinstance(payload, kinds.get(type_, Other) if key is None else state)


def test_a_plain_message_is_its_kind_and_its_words() -> None:
    assert parse_payload("m.room.message", {"msgtype": "m.notice", "body": "hello"}) == Message("notice", "hello")


def test_formatted_words_count_only_in_the_format_that_the_spec_names() -> None:
    assert message(body="b", format="org.matrix.custom.html", formatted_body="<b>b</b>").html == "<b>b</b>"
    assert message(body="b", format="text/x-sly", formatted_body="<b>b</b>").html is None
    assert message(body="b", formatted_body="<b>b</b>").html is None


def test_a_message_without_content_was_taken_back() -> None:
    assert parse_payload("m.room.message", {}) == Message("redacted", "")
    assert parse_payload("m.room.message", ["no", "object"]) == Message("redacted", "")


def test_a_sticker_is_a_message_by_the_name_of_its_picture() -> None:
    sticker = parse_payload("m.sticker", {"body": "a cat", "url": "mxc://river.example/cat", "info": {}})
    assert isinstance(sticker, Message)
    assert (sticker.kind, sticker.body) == ("sticker", "a cat")
    assert sticker.attachment is not None
    assert parse_payload("m.sticker", {}) == Message("redacted", "")


def test_odd_fields_of_a_message_fall_away_one_by_one() -> None:
    assert message(msgtype=7, body=["x"], **{"m.mentions": "all"}) == Message("text", "")


@pytest.mark.parametrize(
    ("body", "shown"),
    [
        ("> <@bo:h> hi\n\nhello", "hello"),
        ("> <@bo:h> hi\n> more\n\nhello\n\n> not a fallback", "hello\n\n> not a fallback"),
        ("> * <@bo:h> waves\n\nhello", "hello"),
        ("> <@bo:h> hi\nhello", "hello"),
        ("> my own quote\n\nhello", "> my own quote\n\nhello"),
        ("hello", "hello"),
        ("", ""),
    ],
)
def test_a_reply_is_shown_without_the_quote_that_older_clients_add(body: str, shown: str) -> None:
    reply = message(body=body, **{"m.relates_to": {"m.in_reply_to": {"event_id": "$bo"}}})

    assert (reply.body, reply.reply_to, reply.thread) == (shown, "$bo", None)


@pytest.mark.parametrize("body", ["> <@bo:h> hi", "> <@bo:h> hi\n> there", "> <@bo:h> hi\n\n"])
def test_a_reply_never_loses_all_its_words(body: str) -> None:
    assert message(body=body, **{"m.relates_to": {"m.in_reply_to": {"event_id": "$bo"}}}).body == body


def test_a_quote_in_a_message_that_replies_to_nothing_is_the_senders_own() -> None:
    assert message(body="> <@bo:h> hi\n\nhello").body == "> <@bo:h> hi\n\nhello"


@pytest.mark.parametrize(
    ("falling_back", "reply"), [(True, None), (False, "$bo"), (None, "$bo"), ("yes", "$bo")], ids=str
)
def test_a_thread_reply_answers_somebody_only_if_it_says_so(falling_back: object, reply: str | None) -> None:
    relation = {
        "rel_type": "m.thread",
        "event_id": "$root",
        "is_falling_back": falling_back,
        "m.in_reply_to": {"event_id": "$bo"},
    }
    said = message(body="in a thread", **{"m.relates_to": relation})

    assert (said.thread, said.reply_to) == ("$root", reply)


def test_an_edit_carries_the_new_words_and_not_the_fallback() -> None:
    content = {
        "body": "* new",
        "m.new_content": {"msgtype": "m.text", "body": "new"},
        "m.relates_to": {"rel_type": "m.replace", "event_id": "$old"},
    }

    assert parse_payload("m.room.message", content) == Edit(EventId("$old"), Message("text", "new"))


@pytest.mark.parametrize("missing", ["m.new_content", "m.relates_to"])
def test_half_an_edit_is_a_message_of_its_own(missing: str) -> None:
    content = {
        "msgtype": "m.text",
        "body": "* new",
        "m.new_content": {"body": "new"},
        "m.relates_to": {"rel_type": "m.replace", "event_id": "$old"},
    }
    del content[missing]

    assert parse_payload("m.room.message", content) == Message("text", "* new")


def test_newer_words_call_only_those_whom_they_name_outside_themselves() -> None:
    new = {"body": "x", "m.mentions": {"user_ids": ["@a:h", "@b:h"], "room": True}}
    relation = {"rel_type": "m.replace", "event_id": "$e"}
    content = {"body": "* x", "m.new_content": new, "m.relates_to": relation, "m.mentions": {"user_ids": ["@b:h"]}}
    edit = parse_payload("m.room.message", content)
    assert isinstance(edit, Edit)
    assert (set(edit.named), edit.everybody) == ({"@b:h"}, False)
    assert (set(edit.message.mentions), edit.message.everybody) == ({"@a:h", "@b:h"}, True)


@pytest.mark.parametrize("said", [1, "true", None, {}, False])
def test_only_a_plain_yes_names_everybody(said: object) -> None:
    assert not message(body="@room", **{"m.mentions": {"room": said}}).everybody


def test_mentions_are_capped_and_only_names_count() -> None:
    names = [7, *(f"@u{number}:h" for number in range(10_000))]

    mentions = message(body="hi", **{"m.mentions": {"user_ids": names}}).mentions

    assert len(mentions) == 49
    assert "@u0:h" in mentions


def test_our_own_blocks_are_kept_beside_the_words_and_nobody_elses() -> None:
    assert message(body="b", **{ACT: {"v": 1}, "org.nooktermite": 1, "com.other": 2}).blocks == {ACT: {"v": 1}}


@pytest.mark.parametrize(
    "relation", [{}, {"event_id": "$e"}, {"key": "x"}, {"event_id": "$e", "key": 3}, {"event_id": "", "key": "x"}, 5]
)
def test_half_a_reaction_is_none(relation: object) -> None:
    assert parse_payload("m.reaction", {"m.relates_to": relation}) == Other("m.reaction")


def test_a_reaction_is_its_target_and_its_key() -> None:
    content = {"m.relates_to": {"rel_type": "m.annotation", "event_id": "$e", "key": "✅"}}

    assert parse_payload("m.reaction", content) == Reaction(EventId("$e"), "✅")


@pytest.mark.parametrize("key", ["shortcode", "com.beeper.reaction.shortcode"])
def test_a_reaction_with_somebodys_own_emoji_says_what_it_is_called(key: str) -> None:
    relation = {"rel_type": "m.annotation", "event_id": "$e", "key": "mxc://x/y"}
    reaction = parse_payload("m.reaction", {"m.relates_to": relation, key: ":celadon:" + "x" * 1000})

    assert isinstance(reaction, Reaction)
    assert reaction.shortcode.startswith(":celadon:x")
    assert len(reaction.shortcode) == 100


def test_a_redaction_names_what_it_takes_back() -> None:
    assert parse_payload("m.room.redaction", {"redacts": "$e", "reason": "oops"}) == Redaction(EventId("$e"), "oops")
    assert parse_payload("m.room.redaction", {"reason": "oops"}) == Other("m.room.redaction")


def test_an_encrypted_event_without_its_key_is_unreadable_and_says_why() -> None:
    payload = parse_payload("m.room.encrypted", {"session_id": "s", "ciphertext": "…"})

    assert payload == Unreadable("s", "the key for this message has not arrived")


def test_a_member_change_tells_where_somebody_came_from() -> None:
    before = {"prev_content": {"membership": "knock", "displayname": "Bobby"}}
    content = {"membership": "invite", "displayname": "Bob", "reason": "Welcome"}

    payload = parse_payload("m.room.member", content, "@bob:h", before)

    assert isinstance(payload, MemberChange)
    assert (payload.user, payload.membership, payload.previous) == ("@bob:h", Membership.INVITE, Membership.KNOCK)
    assert (payload.display_name, payload.previous_name, payload.reason) == ("Bob", "Bobby", "Welcome")


def test_an_unknown_membership_is_no_move() -> None:
    assert parse_payload("m.room.member", {"membership": "ghost"}, "@bob:h") == Other("m.room.member")


def test_a_member_event_without_a_state_key_moves_nobody() -> None:
    assert parse_payload("m.room.member", {"membership": "join"}) == Other("m.room.member")


def test_a_message_with_a_state_key_is_state_and_no_message() -> None:
    assert parse_payload("m.room.message", {"body": "x"}, "") == StateChange("m.room.message", "", {"body": "x"})


def test_a_timestamp_is_a_moment_in_utc() -> None:
    assert moment(1_793_534_400_123) == datetime(2026, 11, 1, 12, 0, 0, 123_000, tzinfo=UTC)


@given(st.integers() | json_values)
@example(2**63)
@example(-1)
@example(10**30)
@example(float("nan"))
def test_every_timestamp_is_a_moment_that_every_zone_can_show(value: object) -> None:
    shown = moment(value)

    for hours in (-23, 0, 23):
        assert shown.astimezone(timezone(timedelta(hours=hours))) == shown


@pytest.mark.parametrize("nonsense", ["1793534400000", True, None, 1.5, [], {}, -5])
def test_a_timestamp_that_is_none_is_the_beginning_of_time(nonsense: object) -> None:
    assert moment(nonsense) == datetime(1970, 1, 1, tzinfo=UTC)


def test_a_term_still_fits_behind_the_latest_moment_that_a_server_can_claim() -> None:
    assert moment(2**60) + timedelta(days=100_000) > moment(2**60)
