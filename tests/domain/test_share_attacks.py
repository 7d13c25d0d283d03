"""What people, servers and boards that mean harm make of highlights: it leaves nothing without a yes to these words."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest

from nookterm.domain.borrowed import Saying, borrowed, compared
from nookterm.domain.consent import NO, YES, Mode
from nookterm.domain.events import Event, Message, Trust
from nookterm.domain.ids import EventId
from nookterm.domain.share_request import read_request
from nookterm.domain.sharing import ShareState, ended_content
from tests.domain.builders import ANA, BO, CY, a_message, an_edit, minutes
from tests.domain.highlight_builders import (
    BY_REACTION,
    COPY,
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
    standing,
)

CONSENTED, PUBLISHED, WAITING, WITHDRAWN = (
    ShareState.CONSENTED,
    ShareState.PUBLISHED,
    ShareState.WAITING,
    ShareState.WITHDRAWN,
)
FORM = answering(Mode.NAMED)
COPY_UP = a_copy()
UP = noting(COPY_UP)
BOARD = board_of(on_the_board(COPY_UP))


# -- the one who asks


@pytest.mark.parametrize(
    "kind",
    ["m.image", "m.file", "m.video", "m.audio", "m.location", "m.emote", "m.key.verification.request", "org.x"],
)
def test_a_plain_yes_agrees_to_no_words_that_other_clients_do_not_show(kind: str) -> None:
    shows_otherwise = asking({**asked_content(), "msgtype": kind})
    assert one(shows_otherwise, saying("yes")).state == WAITING
    assert one(shows_otherwise, FORM).state == CONSENTED, "the form shows what is asked"


def test_a_plain_yes_agrees_to_no_words_under_a_picture_that_nobody_asks_about() -> None:
    assert one(asking({**asked_content(), "url": "mxc://river.example/lunch"}), saying("yes")).state == WAITING


@pytest.mark.parametrize(
    "change",
    [
        ("May we", "\u202eMay we"),
        ("#highlights", "\u2067#highlights"),
        ("#highlights", "#highlights\n\n\n"),
        ("#highlights", "the bin (just say yes)\n" * 20 + "#highlights"),
        ("May we share this in", "Lunch? If so, say yes. May we share this in"),
        ("Slow", "\u202eSlow"),
        ("Slow", "S\u200blow"),
        ("\n> Slow", "\u2028> Slow"),
    ],
    ids=str,
)
def test_a_plain_yes_agrees_to_no_question_that_is_drawn_otherwise(change: tuple[str, str]) -> None:
    content = asked_content()
    content["body"] = content["body"].replace(*change)
    assert one(asking(content), saying("yes")).state == WAITING


def test_a_request_that_would_not_fit_into_the_note_about_its_copy_is_none() -> None:
    assert read_request(asking(named_request(x="a" * 44_000))) is not None
    assert read_request(asking(named_request(x="a" * 46_000))) is None


# -- the author's words, and their server


@pytest.mark.parametrize(
    "words",
    ["yes?", "Yes??", "~~yes~~", "yes 👎", "yes 🙅", "<del>yes</del>", "(yes)", "yes/no", "yes ❌", "✅?"],
)
def test_a_yes_in_doubt_is_none(words: str) -> None:
    assert standing(saying(words)) == WAITING


@pytest.mark.parametrize("words", ["Yes!", "yes…", "“Yes”", "Yes – without my name.", "yes\n"])
def test_a_yes_may_have_its_signs(words: str) -> None:
    assert standing(saying(words)) == CONSENTED


@pytest.mark.parametrize("kind", ["image", "emote", "file"])
def test_a_picture_called_yes_is_no_yes(kind: str) -> None:
    answer = saying("yes")
    assert isinstance(answer.payload, Message)
    assert standing(replace(answer, payload=replace(answer.payload, kind=kind))) == WAITING


def in_clear(event: Event) -> Event:
    """The same answer where only its server says what it answers."""
    assert isinstance(event.payload, Message)
    return replace(event, payload=replace(event.payload, answers_in_clear=True))


def test_a_yes_that_a_server_pointed_at_the_request_is_none() -> None:
    assert standing(in_clear(saying("yes"))) == WAITING
    assert standing(FORM, in_clear(saying("no", "$no"))) == ShareState.DECLINED, "a no keeps it in the nook"
    assert standing(in_clear(FORM)) == CONSENTED, "a form names its request inside"


def test_an_edit_that_a_server_pointed_at_an_answer_makes_no_yes_of_it() -> None:
    no, named, unnamed = saying("no"), saying("yes"), saying("yes, without my name")
    assert standing(no, an_edit("$consent", "yes", by=BO)) == WAITING
    assert standing(unnamed, an_edit("$consent", "yes", by=BO)) == WAITING, "names nobody"
    assert one(asking(), named, an_edit("$consent", "yes, without my name", by=BO)).named == ()
    assert standing(named, an_edit("$consent", "yes, without my name", by=BO)) == CONSENTED


def test_a_charter_that_a_server_wrote_lets_no_reaction_agree() -> None:
    assert one(asking(), reacting(YES), nook=BY_REACTION).state == WAITING
    assert one(asking(asked_content(reactions=True)), reacting(YES), nook=BY_REACTION).state == CONSENTED
    assert one(asking(), FORM, reacting(NO), nook=BY_REACTION).state == ShareState.DECLINED


# -- the one who publishes


def ended(by: Any = ANA) -> Event:
    return a_message(ended_content(a_share(), COPY), "$ended", by=by, at=minutes(5))


def test_a_false_note_that_a_copy_is_down_keeps_no_copy_up() -> None:
    share = one(asking(), FORM, UP, ended(), boards=BOARD)
    assert (share.state, share.up, set(share.down)) == (PUBLISHED, share.copies, set())
    share = one(asking(), FORM, UP, ended(), answering(Mode.WITHDRAWN, "$2", at=minutes(6)), boards=BOARD)
    assert (share.state, [copy.event for copy in share.up]) == (WITHDRAWN, [COPY])


def test_a_publisher_who_names_no_answers_may_name_nobody_either() -> None:
    silent = a_copy(consents=())
    for mode, credit, state in (
        (Mode.ANONYMOUS, "Bo", WITHDRAWN),
        (Mode.ANONYMOUS, "", PUBLISHED),
        (Mode.NAMED, "Bo", PUBLISHED),
    ):
        board = board_of(on_the_board(silent, credit=credit))
        assert one(asking(), answering(mode), noting(silent), boards=board).state == state, (mode, credit)


def test_what_is_not_judged_for_a_missing_key_stays_so() -> None:
    elsewhere = a_copy(consents=(EventId("$missing"),))
    board = board_of(on_the_board(elsewhere, credit=""))
    assert one(asking(), noting(elsewhere), FORM, boards=board).state == PUBLISHED


# -- words of people who are not asked


@pytest.mark.parametrize(
    ("find", "put"),
    [
        ("trust", "tr\u200bust"),
        ("never", "ne\u00adver"),
        ("kiln", "k\u2060iln"),
        ("old", "o\ufe0fld"),
        ("o", "о"),
        ("e", "е"),
        ("porcelain", "ｐｏｒｃｅｌａｉｎ"),
        ("kiln", "k̶i̶l̶n̶"),
    ],
    ids=ascii,
)
def test_signs_that_are_not_seen_hide_nobodys_words(find: str, put: str) -> None:
    words = "I would never trust the old kiln with porcelain"
    draft = words.replace(find, put)
    assert draft != words
    (passage,) = borrowed(draft, [Saying(EventId("$1"), CY, words)], {BO})
    assert (passage.start, draft[passage.start : passage.end]) == (0, draft.rstrip("\u0336"))


def test_words_whose_key_came_from_a_backup_are_compared_too_after_those_that_are_proved() -> None:
    words = "I would never trust the old kiln with porcelain"
    restored, proved = a_message(words, "$a", by=CY, trust=Trust.UNPROVED), a_message(words, "$b", by=BO)
    assert [p.author for p in borrowed(words, compared([restored]), {BO})] == [CY]
    assert borrowed(words, compared([restored, proved]), {BO}) == (), "no server makes somebody's words another's"
