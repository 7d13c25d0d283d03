"""A request for a highlight says exactly what goes where; whatever else stands in it is no request."""

from __future__ import annotations

from typing import Any

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from nookterm.domain.audience import Audience, audience_of
from nookterm.domain.events import Message, Trust
from nookterm.domain.share_request import (
    LASTS,
    MOST_QUOTED,
    Quoted,
    SharedPicture,
    parse_request,
    read_request,
    reads_as_asked,
)
from nookterm.domain.vocabulary import HIGHLIGHT_REQUEST
from tests.domain.builders import ANA, BO, BOARD, CY, NOON, json_values, minutes
from tests.domain.highlight_builders import (
    DRAFT,
    FILE,
    ONE,
    OTHER_SOURCE,
    PICTURE,
    SOURCE,
    TARGET,
    TWO,
    a_request,
    asked_content,
    asking,
    named_request,
    with_block,
)


def test_what_is_asked_is_what_is_read() -> None:
    asks = a_request(asked_content(TWO))
    assert (asks.quotes, asks.draft, asks.target) == (TWO, DRAFT, BOARD)
    assert (asks.audience, asks.expires, asks.picture) == (audience_of(TARGET), NOON + LASTS, None)
    assert (asks.authors, asks.sources) == ((BO, CY), (SOURCE, OTHER_SOURCE))


def test_somebody_quoted_twice_is_asked_once() -> None:
    asks = a_request(asked_content((*TWO, Quoted(OTHER_SOURCE, BO))))
    assert asks.authors == (BO, CY)
    assert asked_content((*ONE, *ONE))["m.mentions"] == {"user_ids": [BO]}


def test_a_request_reads_as_a_question_in_any_client() -> None:
    content = asked_content()
    assert content["body"] == (
        "May we share this in #highlights (2 people, not encrypted, newcomers read the past)?\n"
        "Answer this message with: yes · yes, without my name · no\n\n"
        "> Cone 6 at 1222 °C.\n> Slow cooling."
    )
    assert content["m.relates_to"] == {"m.in_reply_to": {"event_id": SOURCE}}
    assert "A reaction counts too: ✅ with your name · 🎭 without · ❌ no" in asked_content(reactions=True)["body"]


def test_a_picture_is_asked_for_as_a_picture_with_the_words_under_it() -> None:
    content = asked_content(picture=PICTURE)
    assert (content["msgtype"], content["filename"]) == ("m.image", "picture.png")
    assert content["body"].startswith("May we share this")
    picture = a_request(content).picture
    assert picture
    assert (picture.sha256, picture.width, picture.height) == ("ab" * 32, 3, 2)
    assert picture.file
    assert picture.file.address == FILE.address


def test_a_picture_whose_file_is_nowhere_is_not_asked_for() -> None:
    assert "picture" not in asked_content(picture=SharedPicture("ab", None, 1, 1))[HIGHLIGHT_REQUEST]


@pytest.mark.parametrize(
    "more",
    [{"encrypted": False}, {"trust": Trust.UNPROVED}, {"trust": Trust.UNSIGNED}, {"trust": Trust.NONE}],
    ids=["clear", "unproved", "unsigned", "unknown"],
)
def test_a_request_counts_only_encrypted_from_a_signed_device(more: dict[str, Any]) -> None:
    assert read_request(asking(**more)) is None


QUOTE = {"event": SOURCE, "author": BO}
ODD: list[dict[str, Any]] = [
    {"v": 2},
    {"quotes": None},
    {"quotes": []},
    {"quotes": {}},
    {"quotes": [QUOTE, None]},
    {"quotes": [QUOTE, {"event": SOURCE}]},
    {"quotes": [{"event": "", "author": BO}]},
    {"quotes": [{"event": SOURCE, "author": 7}]},
    {"quotes": [QUOTE] * (MOST_QUOTED + 1)},
    {"draft": ""},
    {"draft": ["x"]},
    {"target": {}},
    {"target": ""},
    {"picture": None},
    {"picture": {"sha256": 1, "w": 1, "h": 1}},
    {"picture": {"sha256": "ab", "w": True, "h": 1}},
    {"picture": {"sha256": "ab", "w": 1}},
]


@pytest.mark.parametrize("change", ODD, ids=str)
def test_a_request_of_another_version_or_shape_is_none(change: dict[str, Any]) -> None:
    assert read_request(asking(named_request(**change))) is None


def test_a_picture_that_its_server_could_exchange_is_none() -> None:
    content = asked_content(picture=PICTURE)
    clear = {key: value for key, value in content.items() if key != "file"} | {"url": FILE.address}
    assert read_request(asking(clear)) is None


def test_a_picture_alone_needs_no_words() -> None:
    content = asked_content(picture=PICTURE, draft="")
    assert a_request(content).draft == ""


def test_what_a_note_repeats_needs_no_picture_beside_it() -> None:
    block = asked_content(picture=PICTURE)[HIGHLIGHT_REQUEST]
    asks = parse_request(block, None, NOON)
    assert asks
    assert asks.picture == SharedPicture("ab" * 32, None, 3, 2)


@pytest.mark.parametrize("said", [None, "everybody", {}, {"joined": True, "encrypted": "yes"}], ids=str)
def test_a_request_that_does_not_say_who_reads_asks_for_the_fewest(said: object) -> None:
    asks = a_request(named_request(audience=said))
    assert asks.audience == Audience(0, encrypted=False, join_rule="invite", history="joined")
    assert asks.audience.widened(audience_of(TARGET))


@pytest.mark.parametrize("expires", [None, "never", -1, True])
def test_a_request_without_an_end_is_over(expires: object) -> None:
    assert a_request(named_request(expires_ts=expires)).expires < NOON


def test_no_request_lasts_longer_than_others() -> None:
    assert a_request(named_request(expires_ts=10**17)).expires == minutes(1) + LASTS


# -- what other clients show


@given(st.text(min_size=1).filter(str.strip), st.text(max_size=20), st.booleans())
@example("> a\n> b\n\n", "x", True)
@example("a\tb\r\nc\u202ed\ud800", "#h", False)
def test_an_honest_request_reads_as_it_asks(draft: str, name: str, reactions: bool) -> None:  # noqa: FBT001 - hypothesis
    content = asked_content(draft=draft, reactions=reactions, name=name)
    event = asking(content)
    asks = read_request(event)
    assert asks
    assert isinstance(event.payload, Message)
    assert reads_as_asked(event.payload, asks)


QUOTED = "Cone 6 at 1222 °C.\n> Slow cooling."
WAYS = "Answer this message with: yes · yes, without my name · no"


@pytest.mark.parametrize(
    "change",
    [
        {"body": f"May we share this?\n{WAYS}\n\n> Something harmless."},
        {"body": f"May we share this (2 people, encrypted)?\n{WAYS}\n\n> {QUOTED}"},
        {"body": f"(2 people, not encrypted, newcomers read the past)?\n\n> {QUOTED}"},
        {"body": asked_content()["body"] + "\n> And more."},
        {"format": "org.matrix.custom.html", "formatted_body": "May we share <b>Something harmless</b>?"},
    ],
    ids=["other words", "other readers", "no ways", "more words", "formatted otherwise"],
)
def test_a_request_that_others_see_otherwise_does_not(change: dict[str, Any]) -> None:
    event = asking(asked_content() | change)
    asks = read_request(event)
    assert asks
    assert isinstance(event.payload, Message)
    assert not reads_as_asked(event.payload, asks)


@pytest.mark.parametrize(
    ("change", "shown"),
    [
        ({}, True),
        ({"msgtype": "m.file"}, False),
        ({"info": {"mimetype": "image/png", "thumbnail_file": {}}}, False),
        ({"info": {"mimetype": "image/png", "thumbnail_url": "mxc://a/b"}}, False),
        ({"info": {"mimetype": "image/svg+xml"}}, False),
        ({"info": {}}, False),
        ({"filename": None}, False),
        ({"filename": asked_content(picture=PICTURE)["body"]}, False),
    ],
    ids=str,
)
def test_a_picture_is_shown_by_others_only_where_nothing_stands_in_its_place(
    change: dict[str, Any],
    shown: bool,  # noqa: FBT001 - a table
) -> None:
    event = asking(asked_content(picture=PICTURE) | change)
    asks = read_request(event)
    assert asks
    assert isinstance(event.payload, Message)
    assert reads_as_asked(event.payload, asks) is shown


def test_everything_that_is_asked_changes_the_terms() -> None:
    changes: list[dict[str, Any]] = [
        {},
        {"draft": DRAFT + "."},
        {"target": "!other"},
        {"expires_ts": 1},
        {"audience": {"joined": 3}},
        {"quotes": [{"event": SOURCE, "author": ANA}]},
        {"picture": {"sha256": "ab", "w": 1, "h": 1}},
    ]
    found = {parse_request(named_request(**change)[HIGHLIGHT_REQUEST], None, NOON) for change in changes}
    assert len({asks.terms for asks in found if asks}) == len(changes)


@given(
    st.dictionaries(st.sampled_from(["quotes", "draft", "target", "audience", "expires_ts", "picture"]), json_values)
)
def test_no_block_breaks_the_reading(block: dict[str, Any]) -> None:
    content = with_block(HIGHLIGHT_REQUEST, asked_content(), **block)
    asks = read_request(asking(content))
    assert asks is None or (asks.quotes and asks.terms)
