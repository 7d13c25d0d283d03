"""What becomes of a highlight: nothing is agreed without a word of each author, and no one else can end or fake it."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from nookterm.domain.consent import NO, UNNAMED, YES, Mode
from nookterm.domain.events import Event, Message, Other, Trust, Unreadable
from nookterm.domain.ids import EventId, RoomId, UserId
from nookterm.domain.share_request import LASTS
from nookterm.domain.share_sayings import may_publish, named_in
from nookterm.domain.sharing import ShareState, ended_content, publishing_content
from nookterm.domain.vocabulary import (
    HIGHLIGHT_CONSENT,
    HIGHLIGHT_ENDED,
    HIGHLIGHT_PUBLISHED,
    HIGHLIGHT_REQUEST,
)
from tests.domain.builders import (
    ANA,
    BO,
    BOARD,
    CY,
    DEE,
    EVE,
    NOON,
    a_message,
    a_nook,
    a_redaction,
    a_room,
    an_edit,
    an_event,
    json_values,
    member,
    minutes,
    state,
)
from tests.domain.highlight_builders import (
    BY_REACTION,
    COPY,
    DRAFT,
    HOUR_LATER,
    NOOK,
    ONE,
    OTHER_SOURCE,
    REQUEST,
    SOURCE,
    TARGET,
    TWO,
    a_copy,
    a_share,
    answering,
    asked_content,
    asking,
    board_of,
    named_request,
    noting,
    on_the_board,
    one,
    reacting,
    saying,
    seen,
    standing,
    the_source,
    with_block,
)

WAITING, CONSENTED, DECLINED = ShareState.WAITING, ShareState.CONSENTED, ShareState.DECLINED
EXPIRED, PUBLISHED, WITHDRAWN = ShareState.EXPIRED, ShareState.PUBLISHED, ShareState.WITHDRAWN
YES_FORM = answering(Mode.NAMED)
UP = noting(a_copy())
BEGUN = noting(a_copy(event=None))
SAID_TWICE = the_source(OTHER_SOURCE, by=CY)


def why(*events: Event, **more: Any) -> str:
    """Why Bo's answer does not count."""
    return one(asking(), *events, **more).answers[0].why


# -- the request


def test_a_request_waits_for_its_author() -> None:
    share = one(asking())
    assert replace(share, answers=()) == a_share(state=WAITING)
    assert share.waits_for == (BO,)


@pytest.mark.parametrize(
    "more",
    [{"encrypted": False}, {"trust": Trust.UNPROVED}, {"trust": Trust.UNSIGNED}, {"room": RoomId("!other")}],
    ids=["clear", "unproved", "unsigned", "elsewhere"],
)
def test_a_request_counts_only_encrypted_by_a_proved_sender_in_the_nook(more: dict[str, Any]) -> None:
    assert seen(the_source(), asking(**more), YES_FORM) == []


def test_a_request_that_names_another_author_than_a_source_has_is_none() -> None:
    assert seen(the_source(by=ANA), asking(), YES_FORM) == []
    assert seen(the_source(), the_source(OTHER_SOURCE, by=BO), asking(asked_content(TWO))) == []


def test_a_source_older_than_what_is_known_here_is_taken_at_the_requests_word() -> None:
    (share,) = seen(asking(), YES_FORM)
    assert (share.authors, share.state) == ((BO,), CONSENTED)


def test_a_request_taken_back_is_gone() -> None:
    assert seen(the_source(), asking(), YES_FORM, a_redaction(REQUEST, by=ANA)) == []


def test_requests_stand_in_the_order_in_which_they_came() -> None:
    second = replace(asking(), event_id=EventId("$second"))
    assert [share.event_id for share in seen(the_source(), asking(), second)] == [REQUEST, "$second"]


# -- answers


@pytest.mark.parametrize(
    ("answer", "state_"),
    [
        (YES_FORM, CONSENTED),
        (answering(Mode.ANONYMOUS), CONSENTED),
        (answering(Mode.DECLINED), DECLINED),
        (answering(Mode.WITHDRAWN), WITHDRAWN),
        (saying("yes"), CONSENTED),
        (saying("Yes, without my name."), CONSENTED),
        (saying("no"), DECLINED),
        (saying("take it back"), WITHDRAWN),
        (saying("hm"), WAITING),
        (reacting(NO), DECLINED),
        (reacting(YES), WAITING),
        (reacting("👍"), WAITING),
        (answering(Mode.NAMED, trust=Trust.UNSIGNED), WAITING),
        (answering(Mode.NAMED, to=named_request(draft=DRAFT + " ")), WAITING),
        (saying("yes", trust=Trust.UNPROVED), WAITING),
        (reacting(YES, encrypted=True, trust=Trust.UNPROVED), WAITING),
    ],
)
def test_an_author_answers(answer: Event, state_: ShareState) -> None:
    assert standing(answer) == state_


@pytest.mark.parametrize("who", [ANA, CY, EVE])
@pytest.mark.parametrize("mode", list(Mode))
def test_nobody_answers_for_an_author(who: UserId, mode: Mode) -> None:
    others = [answering(mode, "$2", by=who), saying("no", "$3", by=who), reacting(NO, by=who)]
    assert standing(*others) == WAITING
    assert standing(YES_FORM, *others) == CONSENTED


def test_a_reaction_agrees_where_the_nook_lets_it() -> None:
    share = one(asking(asked_content(reactions=True)), reacting(YES), nook=BY_REACTION)
    assert (share.state, share.by_reaction, share.named) == (CONSENTED, True, (BO,))
    assert one(asking(), reacting(UNNAMED), nook=BY_REACTION).named == ()
    assert "in words" in why(reacting(YES))


def test_the_newest_answer_is_the_answer() -> None:
    no, yes = answering(Mode.DECLINED, "$no"), YES_FORM
    assert (standing(no, yes), standing(yes, no)) == (CONSENTED, DECLINED)
    assert standing(answering(Mode.WITHDRAWN, "$2"), yes) == CONSENTED
    assert one(asking(), yes, answering(Mode.ANONYMOUS, "$2")).named == ()


def test_a_yes_that_does_not_count_changes_no_answer_that_does() -> None:
    assert standing(YES_FORM, reacting(YES)) == CONSENTED
    assert standing(answering(Mode.DECLINED), reacting(YES)) == DECLINED


def test_whoever_seems_to_want_no_name_any_more_is_asked_again() -> None:
    assert standing(YES_FORM, reacting(UNNAMED)) == WAITING


def test_an_answer_taken_back_gives_the_one_before_it() -> None:
    no = reacting(NO, "$no")
    assert standing(YES_FORM, a_redaction("$consent", by=BO)) == WAITING
    assert standing(YES_FORM, no, a_redaction("$no", by=BO)) == CONSENTED


@pytest.mark.parametrize("first", [saying("yes"), YES_FORM], ids=["words", "form"])
def test_a_yes_that_is_edited_is_what_it_says_now(first: Event) -> None:
    assert standing(first, an_edit("$consent", "no", by=BO)) == DECLINED
    assert standing(first, an_edit("$consent", "maybe later", by=BO)) == WAITING
    assert one(asking(), first, an_edit("$consent", "yes, without my name", by=BO)).named == ()
    assert standing(first, an_edit("$consent", "no", by=EVE)) == CONSENTED
    assert standing(first, an_edit("$consent", "no", "$e", by=BO), a_redaction("$consent", by=BO)) == WAITING


def test_silence_is_a_no_in_the_end() -> None:
    just_before = NOON + LASTS - timedelta(seconds=1)
    assert (standing(now=just_before), standing(now=NOON + LASTS)) == (WAITING, EXPIRED)
    assert (standing(YES_FORM, now=just_before), standing(YES_FORM, now=NOON + LASTS)) == (CONSENTED, EXPIRED)


def test_somebody_who_left_has_not_agreed_until_they_are_back() -> None:
    gone = a_nook(member(BO, "leave"))
    assert standing(YES_FORM, nook=gone) == WAITING
    assert why(YES_FORM, nook=gone) == "left the nook"
    assert standing(YES_FORM, UP, nook=gone) == PUBLISHED
    unknown = a_room(state("m.room.create", {"room_version": "11"}, by=DEE), member(ANA))
    assert standing(YES_FORM, nook=unknown) == WAITING


# -- several authors


def two(*events: Event, **more: Any) -> Any:
    (share,) = seen(the_source(), SAID_TWICE, asking(asked_content(TWO)), *events, **more)
    return share


TO_BOTH = asked_content(TWO)
BO_SAYS = answering(Mode.NAMED, to=TO_BOTH)
CY_SAYS = answering(Mode.ANONYMOUS, "$cy", to=TO_BOTH, by=CY)


def test_all_authors_have_to_agree() -> None:
    assert (two(BO_SAYS).state, two(BO_SAYS).waits_for) == (WAITING, (CY,))
    both = two(BO_SAYS, CY_SAYS)
    assert (both.state, both.named, [a.author for a in both.answers]) == (CONSENTED, (BO,), [BO, CY])


def test_the_no_of_one_author_is_enough() -> None:
    assert two(BO_SAYS, CY_SAYS, saying("no", "$no", by=CY)).state == DECLINED
    assert two(BO_SAYS, CY_SAYS, a_redaction(OTHER_SOURCE, by=CY)).state == WITHDRAWN


def test_an_edit_of_a_source_voids_its_own_authors_yes_alone() -> None:
    assert two(BO_SAYS, CY_SAYS, an_edit(OTHER_SOURCE, "x", by=CY)).waits_for == (CY,)
    assert two(BO_SAYS, CY_SAYS, an_edit(SOURCE, "x", by=CY)).state == CONSENTED
    assert two(BO_SAYS, CY_SAYS, an_edit(SOURCE, "x", by=EVE)).state == CONSENTED


# -- what stands there


def test_an_edit_of_the_request_ends_the_yes_before_it() -> None:
    edited = an_edit(REQUEST, "other")
    assert standing(YES_FORM, edited) == WAITING
    assert standing(saying("yes"), edited) == WAITING
    assert standing(answering(Mode.DECLINED), edited) == DECLINED
    assert why(YES_FORM, edited) == "the request was changed after their yes"


def test_plain_words_to_an_edited_request_agree_to_nothing_that_we_know() -> None:
    edited = an_edit(REQUEST, "May we share this? > Something harmless", "$edit")
    assert standing(edited, saying("yes")) == WAITING
    assert standing(edited, saying("yes"), a_redaction("$edit")) == WAITING
    assert standing(edited, reacting(YES), nook=BY_REACTION) == WAITING
    assert standing(edited, YES_FORM) == CONSENTED


@pytest.mark.parametrize("edit", [an_edit(REQUEST, "x", by=CY), an_edit("$other", "x")], ids=["another's", "elsewhere"])
def test_an_edit_that_is_not_the_askers_own_ends_nothing(edit: Event) -> None:
    assert standing(saying("yes"), edit) == CONSENTED


def test_a_source_that_was_changed_asks_for_a_new_yes() -> None:
    edited = an_edit(SOURCE, "Cone 7", by=BO)
    assert standing(YES_FORM, edited) == WAITING
    assert why(YES_FORM, edited) == "changed the message after their yes"
    assert standing(edited, YES_FORM) == CONSENTED
    assert standing(YES_FORM, UP, edited) == PUBLISHED, "what is up is what was agreed to"


def test_a_source_taken_back_ends_everything() -> None:
    gone = a_redaction(SOURCE, by=BO)
    assert {standing(gone), standing(YES_FORM, gone), standing(YES_FORM, UP, gone)} == {WITHDRAWN}
    (share,) = seen(a_message({}, SOURCE, by=BO), asking(), YES_FORM)
    assert share.state == WITHDRAWN, "it came without its words"


def test_an_encrypted_redaction_ends_nothing() -> None:
    assert standing(YES_FORM, a_redaction(SOURCE, by=EVE, encrypted=True)) == CONSENTED


# -- publishing


def test_a_beginning_is_a_claim_and_no_copy() -> None:
    share = one(asking(), YES_FORM, BEGUN)
    assert (share.state, share.copy, share.copies) == (CONSENTED, None, (a_copy(event=None),))
    held = share.held_by(minutes(4))
    assert held
    assert (held.by, held.id, held.at, held.event) == (ANA, "uuid", minutes(3), BEGUN.event_id)


def test_a_published_highlight_knows_its_copy() -> None:
    share = one(asking(), answering(Mode.ANONYMOUS), BEGUN, UP)
    assert (share.state, share.copies, share.published) == (PUBLISHED, (a_copy(),), COPY)
    assert standing(YES_FORM, UP, now=NOON + LASTS * 2) == PUBLISHED


def test_the_first_word_about_a_copy_stays() -> None:
    moved = noting(a_copy(event=EventId("$moved")), at=minutes(9))
    stolen = noting(a_copy(by=CY, event=EventId("$stolen")))
    assert one(asking(), YES_FORM, UP, moved, stolen).published == COPY
    assert one(asking(), YES_FORM, BEGUN, stolen, UP).published == COPY


def test_who_went_by_answers_anew_says_so_with_the_copy() -> None:
    again = noting(a_copy(consents=("$later",)))
    share = one(asking(), YES_FORM, BEGUN, answering(Mode.ANONYMOUS, "$later"), again)
    assert (share.state, share.copies[0].consents) == (PUBLISHED, ("$later",))


@pytest.mark.parametrize(
    "note",
    [
        noting(a_copy(), encrypted=False),
        noting(a_copy(), trust=Trust.UNPROVED),
        noting(a_copy(), trust=Trust.UNSIGNED),
        noting(a_copy(by=EVE)),
        *(
            a_message(with_block(HIGHLIGHT_PUBLISHED, publishing_content(a_share(), a_copy()), **change), "$note")
            for change in (
                {"v": 2},
                {"id": 3},
                {"id": ""},
                {"k": None},
                {"k": "xyz"},
                {"k": "00"},
            )
        ),
    ],
)
@pytest.mark.parametrize("boards", [None, board_of()], ids=["no board", "board"])
def test_half_a_note_or_one_of_somebody_without_power_is_none(note: Event, boards: Any) -> None:
    share = one(asking(), YES_FORM, note, boards=boards)
    assert (share.state, share.copies, share.claims) == (CONSENTED, (), ())


@pytest.mark.parametrize("target", [None, "", 7])
def test_a_note_without_an_event_is_a_claim(target: object) -> None:
    content = with_block(HIGHLIGHT_PUBLISHED, publishing_content(a_share(), a_copy()), target_event=target)
    share = one(asking(), YES_FORM, a_message(content, "$note"))
    assert (share.state, len(share.claims)) == (CONSENTED, 1)


def test_a_note_taken_back_is_none() -> None:
    assert standing(YES_FORM, UP, a_redaction(UP.event_id)) == CONSENTED


def test_a_note_that_names_something_else_on_the_board_is_none() -> None:
    """Else somebody could have the highlight of another taken down, or keep one from being published."""
    theirs = on_the_board(a_copy(), a_share(named_request(draft="Theirs")))
    assert standing(YES_FORM, UP, boards=board_of(theirs)) == CONSENTED
    assert standing(YES_FORM, UP, boards=board_of(on_the_board(a_copy()))) == PUBLISHED


OPEN_BOARD = a_room(member(ANA), member(BO), room_id=BOARD)


@pytest.mark.parametrize(
    ("user", "board", "may"),
    [
        (ANA, None, True),
        (BO, None, True),
        (EVE, None, False),
        (ANA, TARGET, True),
        (BO, TARGET, False),
        (EVE, TARGET, False),
        (ANA, OPEN_BOARD, True),
        (BO, OPEN_BOARD, True),
        (EVE, OPEN_BOARD, False),
    ],
)
def test_who_may_publish(user: UserId, board: Any, may: bool) -> None:  # noqa: FBT001 - a table
    assert may_publish(NOOK, board, [BO], user) is may


def test_a_facilitator_of_the_board_alone_may_publish_as_well() -> None:
    helped = a_room(state("m.room.power_levels", {"users": {EVE: 50}}), member(EVE), room_id=BOARD)
    assert may_publish(NOOK, helped, [BO], EVE)


# -- what comes down


@pytest.mark.parametrize(
    "end",
    [
        answering(Mode.WITHDRAWN, "$2"),
        answering(Mode.DECLINED, "$2"),
        answering(Mode.WITHDRAWN, "$2", trust=Trust.UNSIGNED),
        answering(Mode.ANONYMOUS, "$2"),
        saying("take it back", "$2"),
        reacting(NO),
        an_edit("$consent", "no", by=BO),
        an_edit("$consent", "hm", by=BO),
        a_redaction("$consent", by=BO),
        a_redaction(SOURCE, by=DEE),
    ],
)
def test_the_end_of_a_consent_is_final(end: Event) -> None:
    assert standing(YES_FORM, UP, end) == WITHDRAWN
    assert standing(YES_FORM, UP, end, answering(Mode.NAMED, "$3")) == WITHDRAWN
    assert one(asking(), YES_FORM, UP, end).published == COPY


@pytest.mark.parametrize(
    "more",
    [
        answering(Mode.NAMED, "$2"),
        reacting(YES),
        an_edit(REQUEST, "x"),
        an_edit("$consent", "yes", by=BO),
        answering(Mode.WITHDRAWN, "$2", by=EVE),
        a_redaction("$something", by=EVE),
    ],
)
def test_what_ends_no_consent_takes_nothing_down(more: Event) -> None:
    assert standing(YES_FORM, UP, more) == PUBLISHED


def test_with_the_name_after_all_takes_nothing_down() -> None:
    assert standing(answering(Mode.ANONYMOUS), UP, answering(Mode.NAMED, "$2")) == PUBLISHED


def test_taking_the_reaction_away_takes_the_highlight_back() -> None:
    yes, up = reacting(YES), noting(a_copy(consents=("$reaction",)))
    taken = a_redaction("$reaction", by=BO)
    assert standing(yes, up, nook=BY_REACTION) == PUBLISHED
    assert standing(yes, up, taken, nook=BY_REACTION) == WITHDRAWN
    emptied = an_event(Other("m.reaction"), "$reaction", by=BO, encrypted=False)
    assert standing(emptied, up, taken, nook=BY_REACTION) == WITHDRAWN, "as a store keeps it"


def test_a_nook_that_stops_counting_reactions_takes_nothing_down() -> None:
    assert standing(reacting(YES), noting(a_copy(consents=("$reaction",)))) == PUBLISHED


def test_a_copy_without_any_consent_comes_down() -> None:
    assert standing(UP) == PUBLISHED, "a yes that is not here may be elsewhere"
    assert standing(noting(a_copy(consents=()))) == WITHDRAWN
    assert standing(a_message("hello", "$consent", by=BO), UP) == WITHDRAWN
    assert standing(answering(Mode.NAMED, by=EVE), UP) == WITHDRAWN


def test_a_yes_that_cannot_be_read_or_proved_here_stands() -> None:
    locked = an_event(Unreadable("x", "no key"), "$consent", by=BO)
    unsigned = answering(Mode.NAMED, trust=Trust.UNSIGNED)
    unproved = answering(Mode.NAMED, trust=Trust.UNPROVED)
    assert {standing(yes, UP) for yes in (locked, unsigned, unproved)} == {PUBLISHED}
    assert standing(locked, UP, a_redaction("$consent", by=BO)) == WITHDRAWN
    assert standing(replace(locked, sender=EVE), UP) == WITHDRAWN


def test_the_yes_of_each_author_is_looked_at() -> None:
    up = noting(a_copy(consents=("$consent", "$cy")), content=TO_BOTH)
    assert two(BO_SAYS, CY_SAYS, up).state == PUBLISHED
    assert two(BO_SAYS, up).state == PUBLISHED
    assert two(BO_SAYS, CY_SAYS, up, reacting(NO, by=CY)).state == WITHDRAWN


def test_a_copy_that_is_gone_from_the_board_is_down_for_good() -> None:
    share = one(asking(), YES_FORM, UP, boards=board_of(gone=frozenset({COPY})))
    assert (share.state, set(share.down), set(share.told)) == (WITHDRAWN, {COPY}, set())


def told(by: UserId = ANA, **change: Any) -> Event:
    content = with_block(HIGHLIGHT_ENDED, ended_content(a_share(), COPY), **change)
    return a_message(content, "$told", by=by, at=minutes(9))


def test_the_nook_is_told_that_a_copy_is_down() -> None:
    share = one(asking(), YES_FORM, UP, told())
    assert (share.state, set(share.down), set(share.told)) == (WITHDRAWN, {COPY}, {COPY})


@pytest.mark.parametrize("note", [told(EVE), told(request="$other"), told(target_event=3), told(v=7)], ids=range(4))
def test_nobody_without_power_says_that_a_copy_is_down(note: Event) -> None:
    assert standing(YES_FORM, UP, note) == PUBLISHED


def test_one_of_two_copies_that_is_down_takes_nothing_with_it() -> None:
    other = noting(a_copy("z", by=CY, event=EventId("$z")))
    share = one(asking(), YES_FORM, UP, other, boards=board_of(gone=frozenset({EventId("$z")})))
    assert (share.state, share.published, share.extra) == (PUBLISHED, COPY, ())


def test_a_copy_whose_words_were_changed_on_the_board_comes_down() -> None:
    changed = an_event(an_edit(COPY, "Buy pots").payload, "$e", room=BOARD, by=ANA, encrypted=False, trust=Trust.NONE)
    assert standing(YES_FORM, UP, boards=board_of(on_the_board(a_copy()), changed)) == WITHDRAWN


@pytest.mark.parametrize(
    ("answer", "credit", "state_"),
    [
        (YES_FORM, "Bo", PUBLISHED),
        (answering(Mode.ANONYMOUS), "", PUBLISHED),
        (answering(Mode.ANONYMOUS), "Bo", WITHDRAWN),
        (an_event(Unreadable("x", "no key"), "$consent", by=BO), "Bo", PUBLISHED),
    ],
)
def test_a_copy_that_names_somebody_against_their_wish_comes_down(
    answer: Event, credit: str, state_: ShareState
) -> None:
    board = board_of(on_the_board(a_copy(), credit=credit))
    assert standing(answer, UP, boards=board) == state_


# -- what is left of a request that is not here


GONE = an_event(Message("redacted", ""), REQUEST, by=ANA, at=minutes(1))


def test_a_request_taken_back_after_its_copy_went_up_leaves_the_authors_their_word() -> None:
    """Else an asker could take the way back from those whom they quoted."""
    (share,) = seen(the_source(), GONE, YES_FORM, UP, a_redaction(REQUEST, by=ANA))
    assert (share.state, share.event_id, share.asked_by, share.draft) == (PUBLISHED, REQUEST, ANA, DRAFT)
    for end in (answering(Mode.WITHDRAWN, "$2"), reacting(NO), a_redaction(SOURCE, by=BO)):
        (share,) = seen(the_source(), GONE, YES_FORM, UP, a_redaction(REQUEST, "$r2", by=ANA), end)
        assert share.state == WITHDRAWN


def test_plain_words_to_a_request_that_is_not_here_any_more_stand() -> None:
    (share,) = seen(the_source(), saying("yes"), UP)
    assert (share.state, share.asked_by, share.asked_at) == (PUBLISHED, ANA, minutes(3))


def test_a_request_of_which_nothing_went_up_is_not_told_of() -> None:
    assert seen(the_source(), GONE, YES_FORM, BEGUN) == []
    other = board_of(on_the_board(a_copy(), a_share(named_request(draft="Theirs"))))
    assert seen(the_source(), YES_FORM, UP, boards=other) == []


@pytest.mark.parametrize(
    "note",
    [
        noting(a_copy(), trust=Trust.UNSIGNED),
        noting(a_copy(by=EVE)),
        a_message(with_block(HIGHLIGHT_PUBLISHED, publishing_content(a_share(), a_copy()), asked={"v": 1}), "$n"),
        a_message(with_block(HIGHLIGHT_PUBLISHED, publishing_content(a_share(), a_copy()), asked=[]), "$n"),
        a_message(with_block(HIGHLIGHT_PUBLISHED, publishing_content(a_share(), a_copy()), asked_by=3), "$n"),
    ],
)
def test_a_note_that_cannot_be_believed_tells_of_no_request(note: Event) -> None:
    assert seen(the_source(), YES_FORM, note) == []
    assert seen(the_source(), YES_FORM, UP, a_redaction(UP.event_id)) == []


def test_what_has_to_be_read_is_what_requests_and_notes_name() -> None:
    up = noting(a_copy(consents=("$consent", "$cy")), content=TO_BOTH)
    assert named_in([asking(TO_BOTH)]) == {SOURCE, OTHER_SOURCE}
    assert named_in([up]) == {SOURCE, OTHER_SOURCE, "$consent", "$cy", REQUEST}
    assert named_in([BEGUN, a_message("hello")]) == {"$consent", REQUEST}


# -- whatever happens


EVERYTHING = [
    the_source(), asking(), YES_FORM, answering(Mode.ANONYMOUS, "$c2"), answering(Mode.WITHDRAWN, "$c3"),
    answering(Mode.NAMED, "$c4", by=EVE), saying("yes", "$w1"), saying("yes", "$w2", by=EVE), saying("no", "$w3"),
    reacting(YES, "$r1"), reacting(YES, "$r2", by=EVE), reacting(NO, "$r3"), an_edit(REQUEST, "x", "$e1"),
    an_edit(SOURCE, "x", "$e2", by=BO), an_edit("$w1", "no", "$e3", by=BO), BEGUN, UP, noting(a_copy("b", by=CY)),
    noting(a_copy("c", by=EVE)), told(), told(EVE), a_redaction(SOURCE, "$x1"), a_redaction("$consent", "$x2"),
    a_redaction("$w1", "$x3"), a_redaction(REQUEST, "$x4"),
]  # fmt: skip


@given(st.lists(st.sampled_from(EVERYTHING), unique_by=lambda event: event.event_id), st.booleans())
def test_nothing_is_agreed_without_a_word_of_the_author(events: list[Event], reactions: bool) -> None:  # noqa: FBT001
    ids = {event.event_id for event in events}
    for share in seen(*events, nook=BY_REACTION if reactions else NOOK):
        theirs = {"$consent", "$c2", "$w1", *({"$r1"} if reactions else ())} & ids
        assert share.state != CONSENTED or (theirs and "$x1" not in ids)
        assert share.state != PUBLISHED or "$x1" not in ids
        assert share.copy is None or share.copy.by != EVE
        assert all(claim.by != EVE for claim in share.claims)


KINDS = [HIGHLIGHT_REQUEST, HIGHLIGHT_CONSENT, HIGHLIGHT_PUBLISHED, HIGHLIGHT_ENDED]
FIELDS = ["quotes", "draft", "target", "audience", "expires_ts", "picture", "request", "mode", "terms", "k", "id"]


@given(st.sampled_from(KINDS), st.data())
def test_no_block_breaks_the_reading_of_highlights(kind: str, data: st.DataObject) -> None:
    keys = st.sampled_from([*FIELDS, "target_event", "asked", "asked_by", "consents"])
    odd = json_values | st.sampled_from([REQUEST, SOURCE, asked_content()[HIGHLIGHT_REQUEST], ["$consent", 3]])
    block = data.draw(st.dictionaries(keys, odd))
    event = a_message({"body": "x", kind: {**block, "v": 1}}, "$odd", by=data.draw(st.sampled_from([ANA, BO])))
    found = seen(the_source(), asking(), event, YES_FORM, UP, boards=board_of(on_the_board(a_copy())))
    assert REQUEST in {share.event_id for share in found}
    assert named_in([event]) >= set()
    assert HOUR_LATER > NOON
    assert ONE
