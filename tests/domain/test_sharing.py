"""Highlights: nothing leaves a nook but what its author agreed to, and nothing leaves with it."""

from __future__ import annotations

import json
from dataclasses import replace
from datetime import datetime, timedelta
from typing import Any

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from nookterm.domain.events import Edit, Event, Message, Trust, parse_payload
from nookterm.domain.ids import EventId, RoomId, UserId
from nookterm.domain.room import Room
from nookterm.domain.sharing import (
    ANONYMOUS,
    LASTS,
    NO,
    YES,
    Audience,
    Share,
    ShareState,
    audience_of,
    consent_content,
    draft_hash,
    flagged,
    highlight_content,
    highlights,
    is_copy,
    provenance,
    published_content,
    request_content,
    share_word,
    shares,
)
from nookterm.domain.vocabulary import HIGHLIGHT, HIGHLIGHT_CONSENT, HIGHLIGHT_PUBLISHED, HIGHLIGHT_REQUEST
from tests.domain.builders import (
    ANA,
    BO,
    BOARD,
    CY,
    EVE,
    FOXES,
    NOON,
    a_message,
    a_nook,
    a_reaction,
    a_redaction,
    a_room,
    an_edit,
    an_event,
    json_values,
    member,
    minutes,
    state,
)

DRAFT = "Cone 6 at 1222 °C.\nSlow cooling."
QUOTED = "Cone 6 at 1222 °C.\n> Slow cooling."
SOURCE, REQUEST, COPY = EventId("$source"), EventId("$request"), EventId("$copy")
KEY = bytes(range(32))
HOUR_LATER = minutes(60)
NOOK = a_nook()
TARGET = a_room(
    state("m.room.name", {"name": "Highlights"}),
    state("m.room.join_rules", {"join_rule": "restricted"}),
    member(ANA),
    member(BO),
    room_id=BOARD,
)


def the_source(**more: Any) -> Event:
    return a_message("Cone 6 at 1222 °C, says @eve. Slow cooling.", SOURCE, **{"by": BO, **more})


def asking(content: dict[str, Any] | None = None, **more: Any) -> Event:
    wanted = content or request_content(SOURCE, BO, DRAFT, TARGET, "#highlights", NOON)
    return a_message(json.loads(json.dumps(wanted)), REQUEST, **{"by": ANA, "at": minutes(1), **more})


def answering(mode: str, event_id: str = "$consent", draft: str = DRAFT, **more: Any) -> Event:
    return a_message(consent_content(REQUEST, draft, mode), event_id, **{"by": BO, "at": minutes(2), **more})


def publishing(key: bytes = KEY, copy: EventId = COPY, **more: Any) -> Event:
    content = published_content(a_share(), id_="uuid", key=key, target_event=copy)
    return a_message(content, "$note", **{"by": ANA, "at": minutes(3), **more})


def a_share(**more: Any) -> Share:
    share = Share(
        share_word(FOXES, REQUEST), REQUEST, FOXES, SOURCE, BO, ANA, DRAFT, BOARD, audience_of(TARGET), minutes(1),
        NOON + LASTS, ShareState.CONSENTED,
    )  # fmt: skip
    return replace(share, **more)


def seen(*events: Event, now: datetime = HOUR_LATER, nook: Room = NOOK) -> list[Share]:
    return list(shares(nook, events, now))


def one(*events: Event, now: datetime = HOUR_LATER) -> Share:
    (share,) = seen(the_source(), *events, now=now)
    return share


def standing(*events: Event, now: datetime = HOUR_LATER) -> ShareState:
    return one(asking(), *events, now=now).state


# -- the request


def test_a_request_says_exactly_what_goes_where_and_waits() -> None:
    assert one(asking()) == a_share(state=ShareState.WAITING)


def test_a_request_reads_as_a_question_in_any_client() -> None:
    content = request_content(SOURCE, BO, DRAFT, TARGET, "#highlights", NOON)

    assert content["body"] == (
        "May we share this in #highlights (2 people, not encrypted, newcomers read the past)? "
        "✅ with your name · 🎭 without · ❌ no\n\n> Cone 6 at 1222 °C.\n> Slow cooling."
    )
    assert content["m.mentions"] == {"user_ids": [BO]}
    assert content["m.relates_to"] == {"m.in_reply_to": {"event_id": SOURCE}}


@pytest.mark.parametrize(
    "more",
    [{"encrypted": False}, {"trust": Trust.UNPROVED}, {"trust": Trust.UNSIGNED}, {"room": RoomId("!other")}],
    ids=["clear", "unproved", "unsigned", "elsewhere"],
)
def test_a_request_counts_only_encrypted_by_a_proved_sender_in_the_nook(more: dict[str, Any]) -> None:
    assert seen(the_source(), asking(**more), answering("named")) == []


def test_a_request_that_names_another_author_than_the_source_has_is_none() -> None:
    stolen = request_content(SOURCE, ANA, DRAFT, TARGET, "#highlights", NOON)

    assert seen(the_source(by=BO), asking(stolen, by=ANA), answering("named", by=ANA)) == []


def test_a_request_taken_back_is_gone() -> None:
    assert seen(the_source(), asking(), answering("named"), a_redaction(REQUEST, by=ANA)) == []


@pytest.mark.parametrize(
    "change",
    [{"v": 2}, {"source": None}, {"source": ""}, {"author": 7}, {"draft": ""}, {"draft": ["x"]}, {"target": {}}],
    ids=str,
)
def test_a_request_of_another_version_or_shape_is_none(change: dict[str, Any]) -> None:
    content = request_content(SOURCE, BO, DRAFT, TARGET, "#highlights", NOON)

    assert seen(the_source(), asking({**content, HIGHLIGHT_REQUEST: {**content[HIGHLIGHT_REQUEST], **change}})) == []


@pytest.mark.parametrize("said", [None, "everybody", {}, {"joined": True, "encrypted": "yes"}], ids=str)
def test_a_request_that_does_not_say_who_reads_agrees_to_the_fewest(said: object) -> None:
    content = request_content(SOURCE, BO, DRAFT, TARGET, "#highlights", NOON)
    (share,) = seen(
        the_source(), asking({**content, HIGHLIGHT_REQUEST: {**content[HIGHLIGHT_REQUEST], "audience": said}})
    )

    assert share.audience == Audience(0, encrypted=False, join_rule="invite", history="joined")
    assert share.audience.widened(audience_of(TARGET))


def test_requests_stand_in_the_order_in_which_they_came() -> None:
    second = replace(asking(), event_id=EventId("$second"))

    assert [share.event_id for share in seen(the_source(), asking(), second)] == [REQUEST, "$second"]


# -- the answer


@pytest.mark.parametrize(
    ("mode", "state", "anonymous"),
    [
        ("named", ShareState.CONSENTED, False),
        ("anonymous", ShareState.CONSENTED, True),
        ("declined", ShareState.DECLINED, False),
        ("withdrawn", ShareState.WITHDRAWN, False),
    ],
)
def test_the_author_answers_in_words(mode: str, state: ShareState, anonymous: bool) -> None:  # noqa: FBT001 - a table
    share = one(asking(), answering(mode))

    assert (share.state, share.anonymous, share.by_reaction) == (state, anonymous, False)


@pytest.mark.parametrize(
    ("key", "state", "anonymous"),
    [
        (YES, ShareState.CONSENTED, False),
        (YES + "\ufe0f", ShareState.CONSENTED, False),
        (ANONYMOUS, ShareState.CONSENTED, True),
        (NO, ShareState.DECLINED, False),
    ],
)
def test_the_author_answers_by_reaction(key: str, state: ShareState, anonymous: bool) -> None:  # noqa: FBT001 - a table
    share = one(asking(), a_reaction(REQUEST, key, by=BO))

    assert (share.state, share.anonymous, share.by_reaction) == (state, anonymous, True)


@pytest.mark.parametrize("key", ["👍", "", "✔️", "yes", "✅✅"])
def test_other_reactions_are_no_answer(key: str) -> None:
    assert standing(a_reaction(REQUEST, key, by=BO)) == ShareState.WAITING


def test_a_reaction_to_something_else_is_no_answer() -> None:
    assert standing(a_reaction(SOURCE, YES, by=BO)) == ShareState.WAITING


@pytest.mark.parametrize("who", [ANA, CY, EVE])
def test_nobody_but_the_author_can_agree(who: UserId) -> None:
    assert standing(answering("named", by=who), a_reaction(REQUEST, YES, by=who)) == ShareState.WAITING


@pytest.mark.parametrize("who", [ANA, CY, EVE])
def test_nobody_but_the_author_can_decline_or_withdraw(who: UserId) -> None:
    others = [answering("withdrawn", "$2", by=who), a_reaction(REQUEST, NO, by=who)]

    assert standing(answering("named"), *others) == ShareState.CONSENTED


@pytest.mark.parametrize("draft", [DRAFT + " ", DRAFT.replace("1222", "1223"), "", DRAFT.lower()])
def test_an_agreement_to_other_words_is_none(draft: str) -> None:
    assert standing(answering("named", draft=draft)) == ShareState.WAITING


def test_a_no_needs_no_proof_of_the_words() -> None:
    assert standing(answering("declined", draft="other")) == ShareState.DECLINED
    assert standing(answering("named"), answering("withdrawn", "$2", draft="other")) == ShareState.WITHDRAWN


@pytest.mark.parametrize(
    "more",
    [{"encrypted": False}, {"trust": Trust.UNPROVED}, {"trust": Trust.UNSIGNED}],
    ids=["clear", "unproved", "unsigned"],
)
def test_an_answer_in_words_counts_only_encrypted_by_a_proved_sender(more: dict[str, Any]) -> None:
    assert standing(answering("named", **more)) == ShareState.WAITING


def test_a_no_counts_from_any_device_of_the_author() -> None:
    assert standing(answering("declined", trust=Trust.UNSIGNED)) == ShareState.DECLINED
    taken_back = answering("withdrawn", "$2", trust=Trust.UNSIGNED)
    assert standing(answering("named"), taken_back) == ShareState.WITHDRAWN


def test_an_encrypted_reaction_of_an_unproved_sender_is_no_answer() -> None:
    assert standing(a_reaction(REQUEST, YES, by=BO, encrypted=True, trust=Trust.UNPROVED)) == ShareState.WAITING


@pytest.mark.parametrize(
    "change", [{"v": 2}, {"request": "$other"}, {"mode": "maybe"}, {"mode": None}, {"draft_sha256": None}]
)
def test_an_answer_of_another_shape_is_none(change: dict[str, Any]) -> None:
    content = consent_content(REQUEST, DRAFT, "named")
    odd = {**content, HIGHLIGHT_CONSENT: {**content[HIGHLIGHT_CONSENT], **change}}

    assert standing(a_message(odd, "$consent", by=BO)) == ShareState.WAITING


def test_the_newest_answer_is_the_answer() -> None:
    assert standing(answering("declined"), a_reaction(REQUEST, YES, by=BO)) == ShareState.CONSENTED
    assert standing(a_reaction(REQUEST, YES, by=BO), answering("declined")) == ShareState.DECLINED
    assert standing(answering("withdrawn"), answering("named", "$2")) == ShareState.CONSENTED


def test_an_answer_taken_back_gives_the_one_before_it() -> None:
    yes, no = a_reaction(REQUEST, YES, "$yes", by=BO), a_reaction(REQUEST, NO, "$no", by=BO)

    assert standing(yes, a_redaction("$yes", by=BO)) == ShareState.WAITING
    assert standing(yes, no, a_redaction("$no", by=BO)) == ShareState.CONSENTED


def test_silence_is_a_no_in_the_end() -> None:
    assert standing(now=NOON + LASTS - timedelta(seconds=1)) == ShareState.WAITING
    assert standing(now=NOON + LASTS) == ShareState.EXPIRED


def test_an_agreement_that_was_not_used_in_time_is_over() -> None:
    assert standing(answering("named"), now=NOON + LASTS - timedelta(seconds=1)) == ShareState.CONSENTED
    assert standing(answering("named"), now=NOON + LASTS) == ShareState.EXPIRED


@pytest.mark.parametrize("expires", [None, "never", -1, True])
def test_a_request_without_an_end_is_over(expires: object) -> None:
    content = request_content(SOURCE, BO, DRAFT, TARGET, "#highlights", NOON)
    asked = asking({**content, HIGHLIGHT_REQUEST: {**content[HIGHLIGHT_REQUEST], "expires_ts": expires}})

    assert one(asked, answering("named")).state == ShareState.EXPIRED


# -- what a reaction agrees to


def sly(**change: Any) -> Event:
    """A request that other clients show otherwise than ours reads it."""
    return asking({**request_content(SOURCE, BO, DRAFT, TARGET, "#highlights", NOON), **change})


@pytest.mark.parametrize(
    "change",
    [
        {"body": "May we share this? ✅ 🎭 ❌\n\n> Something harmless."},
        {"body": f"May we share this (2 people, encrypted)? ✅ with your name · 🎭 without · ❌ no\n\n> {QUOTED}"},
        {"body": f"(2 people, not encrypted, newcomers read the past)? ✅ 🎭 ❌\n\n> {QUOTED}"},
        {"format": "org.matrix.custom.html", "formatted_body": "May we share <b>Something harmless</b>?"},
    ],
    ids=["other words", "other readers", "other signs", "formatted otherwise"],
)
def test_a_reaction_agrees_only_to_what_other_clients_show(change: dict[str, Any]) -> None:
    asked = sly(**change)

    assert one(asked, a_reaction(REQUEST, YES, by=BO)).state == ShareState.WAITING
    assert one(asked, a_reaction(REQUEST, NO, by=BO)).state == ShareState.DECLINED
    assert one(asked, answering("named")).state == ShareState.CONSENTED


@given(st.text(min_size=1).filter(str.strip), st.text(max_size=20))
@example("> a\n> b\n\n", "x")
@example("a\tb\r\nc\u202ed\ud800", "#h")
def test_an_honest_request_can_always_be_answered_by_reaction(draft: str, name: str) -> None:
    content = request_content(SOURCE, BO, draft, TARGET, name, NOON)
    asked = a_message(content, REQUEST, at=minutes(1))

    assert one(asked, a_reaction(REQUEST, YES, by=BO)).state == ShareState.CONSENTED


def test_an_edit_of_the_request_ends_the_agreement_before_it() -> None:
    assert standing(a_reaction(REQUEST, YES, by=BO), an_edit(REQUEST, "other")) == ShareState.WAITING
    assert standing(answering("named"), an_edit(REQUEST, "other")) == ShareState.WAITING
    assert standing(answering("declined"), an_edit(REQUEST, "other")) == ShareState.DECLINED


def test_a_reaction_to_an_edited_request_agrees_to_nothing_that_we_know() -> None:
    edited = an_edit(REQUEST, "May we share this? > Something harmless", "$edit")

    assert standing(edited, a_reaction(REQUEST, YES, by=BO)) == ShareState.WAITING
    assert standing(edited, a_reaction(REQUEST, YES, by=BO), a_redaction("$edit")) == ShareState.WAITING
    assert standing(edited, answering("named")) == ShareState.CONSENTED


@pytest.mark.parametrize(
    "edit", [an_edit(REQUEST, "x", by=CY), an_edit("$other", "x")], ids=["of another", "elsewhere"]
)
def test_an_edit_that_is_not_the_askers_own_ends_nothing(edit: Event) -> None:
    assert standing(a_reaction(REQUEST, YES, by=BO), edit) == ShareState.CONSENTED


# -- the source


def test_a_source_taken_back_ends_everything() -> None:
    assert standing(a_redaction(SOURCE, by=BO)) == ShareState.WITHDRAWN
    assert standing(answering("named"), a_redaction(SOURCE, by=BO)) == ShareState.WITHDRAWN
    assert standing(answering("named"), publishing(), a_redaction(SOURCE, by=BO)) == ShareState.WITHDRAWN


def test_a_source_that_came_already_taken_back_ends_everything_too() -> None:
    (share,) = seen(a_message({}, SOURCE, by=BO), asking(), answering("named"))

    assert share.state == ShareState.WITHDRAWN


def test_an_encrypted_redaction_ends_nothing() -> None:
    assert standing(answering("named"), a_redaction(SOURCE, by=EVE, encrypted=True)) == ShareState.CONSENTED


def test_a_source_older_than_what_is_known_here_is_taken_at_the_requests_word() -> None:
    (share,) = seen(asking(), answering("named"))

    assert (share.author, share.state) == (BO, ShareState.CONSENTED)


# -- publishing


def test_a_published_highlight_knows_its_copy_and_its_key() -> None:
    share = one(asking(), answering("anonymous"), publishing())

    assert (share.state, share.published, share.key, share.anonymous) == (ShareState.PUBLISHED, COPY, KEY, True)
    assert standing(answering("named"), publishing(), now=NOON + LASTS * 2) == ShareState.PUBLISHED


@pytest.mark.parametrize(
    "end", [answering("withdrawn", "$2"), answering("declined", "$2"), a_reaction(REQUEST, NO, by=BO)]
)
def test_a_published_highlight_whose_agreement_ended_is_due_to_come_down(end: Event) -> None:
    share = one(asking(), answering("named"), publishing(), end)

    assert (share.state, share.published) == (ShareState.WITHDRAWN, COPY)


def test_taking_the_reaction_away_takes_the_highlight_back() -> None:
    yes = a_reaction(REQUEST, YES, "$yes", by=BO)

    assert standing(yes, publishing()) == ShareState.PUBLISHED
    assert standing(yes, publishing(), a_redaction("$yes", by=BO)) == ShareState.WITHDRAWN


@pytest.mark.parametrize(
    "more",
    [{"encrypted": False}, {"trust": Trust.UNPROVED}, {"trust": Trust.UNSIGNED}],
    ids=["clear", "unproved", "unsigned"],
)
def test_a_note_of_publishing_counts_only_encrypted_by_a_proved_sender(more: dict[str, Any]) -> None:
    assert standing(answering("named"), publishing(**more)) == ShareState.CONSENTED


@pytest.mark.parametrize(
    "change",
    [
        {"v": 2},
        {"request": "$other"},
        {"target_event": None},
        {"target_event": ""},
        {"k": None},
        {"k": "xyz"},
        {"k": ""},
    ],
)
def test_half_a_note_of_publishing_is_none(change: dict[str, Any]) -> None:
    content = published_content(a_share(), id_="uuid", key=KEY, target_event=COPY)
    odd = {**content, HIGHLIGHT_PUBLISHED: {**content[HIGHLIGHT_PUBLISHED], **change}}

    assert standing(answering("named"), a_message(odd, "$note")) == ShareState.CONSENTED


def test_a_note_taken_back_is_none() -> None:
    assert standing(answering("named"), publishing(), a_redaction("$note")) == ShareState.CONSENTED


@given(st.lists(st.sampled_from([
    the_source(), asking(), answering("named"), answering("anonymous", "$c2"), answering("withdrawn", "$c3"),
    answering("named", "$c4", by=EVE), a_reaction(REQUEST, YES, "$r1", by=BO), a_reaction(REQUEST, YES, "$r2", by=EVE),
    a_reaction(REQUEST, NO, "$r3", by=BO), an_edit(REQUEST, "x"), publishing(), a_redaction(SOURCE, "$x1"),
    a_redaction("$consent", "$x2"), a_redaction("$r1", "$x3"),
]), unique_by=lambda event: event.event_id))  # fmt: skip
def test_whatever_happens_nothing_is_agreed_without_a_word_of_the_author(events: list[Event]) -> None:
    for share in seen(*events):
        agreed = share.state in {ShareState.CONSENTED, ShareState.PUBLISHED}
        theirs = {"$consent", "$c2", "$r1"} & {event.event_id for event in events}
        assert not agreed or theirs
        assert not agreed or "$x1" not in {event.event_id for event in events}


@given(st.sampled_from([HIGHLIGHT_REQUEST, HIGHLIGHT_CONSENT, HIGHLIGHT_PUBLISHED, HIGHLIGHT]), st.data())
def test_no_block_breaks_the_reading_of_highlights(kind: str, data: st.DataObject) -> None:
    keys = st.sampled_from(
        [
            "source",
            "author",
            "draft",
            "target",
            "audience",
            "expires_ts",
            "request",
            "mode",
            "k",
            "id",
            "target_event",
            "draft_sha256",
            "text",
            "commit",
        ]
    )
    block = data.draw(st.dictionaries(keys, json_values | st.just("$request")))
    event = an_event(parse_payload("m.room.message", {"body": "x", kind: {**block, "v": 1}}), "$odd", by=BO)

    found = seen(the_source(), asking(), event, a_reaction(REQUEST, YES, by=BO))
    assert REQUEST in {share.event_id for share in found}
    assert len(highlights(NOOK, [event])) == (kind == HIGHLIGHT and isinstance(block.get("id"), str))


# -- the proof


def test_the_proof_holds_for_these_words_of_this_source_alone() -> None:
    mark = provenance(KEY, SOURCE, DRAFT)

    assert mark == provenance(KEY, SOURCE, DRAFT)
    assert len({mark, provenance(KEY, SOURCE, DRAFT + "."), provenance(KEY, EventId("$other"), DRAFT),
                provenance(bytes(32), SOURCE, DRAFT)}) == 4  # fmt: skip


@given(st.text(), st.text())
@example("\ud800", "?")
@example("\ud800", "\udfff")
def test_different_drafts_never_share_a_hash_or_a_proof(one_draft: str, other: str) -> None:
    assert (draft_hash(one_draft) == draft_hash(other)) is (one_draft == other)
    assert (provenance(KEY, SOURCE, one_draft) == provenance(KEY, SOURCE, other)) is (one_draft == other)


def on_the_board(share: Share, event_id: str = COPY, **more: Any) -> Event:
    content = highlight_content(share, id_="uuid", key=KEY, nook_name="Foxes", credit="Bo")
    return a_message(content, event_id, **{"room": BOARD, "encrypted": False, **more})


def test_a_copy_is_known_by_its_proof() -> None:
    (copy,) = highlights(TARGET, [on_the_board(a_share())])
    published = one(asking(), answering("named"), publishing())

    assert is_copy(published, copy)
    assert not is_copy(replace(published, draft=DRAFT + "."), copy)
    assert not is_copy(replace(published, source=EventId("$other")), copy)
    assert not is_copy(replace(published, key=b""), copy)
    assert not is_copy(published, replace(copy, commit="\ud800"))
    assert not is_copy(published, replace(copy, event_id=EventId("$another")))


def test_a_note_that_names_somebody_elses_highlight_proves_nothing() -> None:
    """Else a member could have the highlight of another taken down as if its author had ended their consent."""
    (victim,) = highlights(TARGET, [on_the_board(a_share(source=EventId("$theirs"), draft="Theirs"), "$victim")])
    attack = one(asking(), publishing(copy=EventId("$victim")))

    assert (attack.state, attack.published) == (ShareState.WITHDRAWN, "$victim")
    assert not is_copy(attack, victim)


# -- the highlight itself


def test_a_highlight_is_the_agreed_words_the_nooks_name_and_the_credit() -> None:
    content = highlight_content(a_share(), id_="uuid", key=KEY, nook_name="Foxes", credit="Bo")

    assert content["body"] == "From Foxes, shared with permission\n\n> Cone 6 at 1222 °C.\n> Slow cooling.\n\nBo"
    assert content["m.mentions"] == {}
    assert set(content) == {"msgtype", "body", "m.mentions", HIGHLIGHT}
    assert set(content[HIGHLIGHT]) == {"v", "id", "nook_name", "text", "credit", "commit"}


def test_a_highlight_without_a_name_ends_with_the_words() -> None:
    for credit in ("", None):
        content = highlight_content(a_share(), id_="uuid", key=KEY, nook_name="Foxes", credit=credit)
        assert content["body"].endswith("Slow cooling.")
        assert content[HIGHLIGHT]["credit"] == ""


@given(st.text(max_size=200), st.binary(min_size=32, max_size=32))
def test_a_highlight_takes_nothing_of_the_nook_with_it(draft: str, key: bytes) -> None:
    share = a_share(
        event_id=EventId("$CANARY-request"), nook=RoomId("!CANARY-nook"), source=EventId("$CANARY-source"),
        author=UserId("@CANARY-author:h"), asked_by=UserId("@CANARY-asker:h"), draft=draft, request="k-canary",
        target=RoomId("!CANARY-target"), key=b"CANARY-key", published=EventId("$CANARY-copy"),
    )  # fmt: skip

    sent = json.dumps(highlight_content(share, id_="uuid", key=key, nook_name="Foxes", credit=None))

    assert "canary" not in sent.lower()
    assert key.hex() not in sent
    assert draft_hash(draft) not in sent
    assert "m.relates_to" not in sent


def test_the_note_with_the_key_stays_apart_from_the_highlight() -> None:
    note = published_content(a_share(), id_="uuid", key=KEY, target_event=COPY)

    assert bytes.fromhex(note[HIGHLIGHT_PUBLISHED]["k"]) == KEY
    assert "body" in note
    assert DRAFT not in json.dumps(note)


def test_every_request_has_its_word() -> None:
    assert share_word(FOXES, REQUEST) == share_word(FOXES, REQUEST)
    assert share_word(FOXES, REQUEST) != share_word(FOXES, SOURCE)


# -- the board


def test_the_board_shows_the_newest_first() -> None:
    board = highlights(
        TARGET, [on_the_board(a_share(), "$1", at=minutes(1)), on_the_board(a_share(), "$2", at=minutes(2))]
    )

    assert [h.event_id for h in board] == ["$2", "$1"]
    assert (board[0].nook_name, board[0].credit, board[0].body, board[0].id) == ("Foxes", "Bo", DRAFT, "uuid")
    assert board[0].commit == provenance(KEY, SOURCE, DRAFT)


def test_the_board_shows_no_more_what_was_taken_back() -> None:
    events = [on_the_board(a_share()), a_redaction(COPY, room=BOARD)]

    assert highlights(TARGET, events) == ()


@pytest.mark.parametrize(
    "event",
    [
        a_message("just talk", room=BOARD),
        a_message({"body": "x", HIGHLIGHT: {"v": 2, "id": "x"}}, room=BOARD),
        a_message({"body": "x", HIGHLIGHT: {"v": 1}}, room=BOARD),
        a_message({"body": "x", HIGHLIGHT: "x"}, room=BOARD),
        on_the_board(a_share(), room=FOXES),
        on_the_board(a_share(), encrypted=True, trust=Trust.UNPROVED),
        an_event(Edit(COPY, Message("text", "x")), room=BOARD),
    ],
    ids=["talk", "version", "no id", "no block", "another room", "unproved", "an edit"],
)
def test_the_board_shows_nothing_else(event: Event) -> None:
    assert highlights(TARGET, [event]) == ()


def test_odd_fields_of_a_highlight_are_empty() -> None:
    (odd,) = highlights(TARGET, [a_message({"body": "x", HIGHLIGHT: {"v": 1, "id": "x", "text": 5}}, room=BOARD)])

    assert (odd.body, odd.credit, odd.nook_name, odd.commit) == ("", "", "", "")


def test_the_flags_of_a_draft_belong_to_sharing() -> None:
    assert flagged("see @bo:river.example", ()) == ("@bo:river.example",)
