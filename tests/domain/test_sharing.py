"""What is said about a highlight, and what leaves with it: the agreed words, the nook's name, the credit, no more."""

from __future__ import annotations

import json
from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from nookterm.domain.board import highlights
from nookterm.domain.consent import Answer, How, Mode
from nookterm.domain.ids import EventId, RoomId, UserId
from nookterm.domain.provenance import Claimed, provenance
from nookterm.domain.sharing import (
    PUBLISHING_FOR,
    Claim,
    Copy,
    Share,
    ShareState,
    credit_fits,
    credit_line,
    credit_name,
    ended_content,
    highlight_content,
    is_copy,
    publishing_content,
)
from nookterm.domain.vocabulary import HIGHLIGHT, HIGHLIGHT_ENDED, HIGHLIGHT_PUBLISHED
from tests.domain.builders import ANA, BO, BOARD, CY, EVE, FOXES, minutes
from tests.domain.highlight_builders import (
    COPY,
    DRAFT,
    FILE,
    KEY,
    PICTURE,
    REQUEST,
    SOURCE,
    TARGET,
    TWO,
    a_copy,
    a_share,
    asked_content,
    on_the_board,
)

NOW = minutes(20)


@pytest.mark.parametrize(
    ("names", "authors", "line"),
    [
        ([], 1, ""),
        ([], 3, ""),
        (["Bo"], 1, "Bo"),
        (["Bo"], 2, "Bo and one more"),
        (["Bo"], 4, "Bo and 3 more"),
        (["Bo", "Cy"], 2, "Bo and Cy"),
        (["Bo", "Cy", "Dee"], 3, "Bo, Cy and Dee"),
        (["Bo", "Cy"], 3, "Bo, Cy and one more"),
    ],
)
def test_the_credit_names_who_agreed_to_it_and_counts_the_others(names: list[str], authors: int, line: str) -> None:
    assert credit_line(names, authors) == line


@pytest.mark.parametrize(
    ("credit", "named", "authors", "fits"),
    [
        ("", 0, 1, True),
        ("", 0, 2, True),
        ("Bo", 0, 1, False),
        ("Bo", 1, 1, True),
        ("", 1, 1, False),
        ("Bo", 1, 2, False),
        ("Bo and Cy", 1, 2, False),
        ("Bo and one more", 1, 2, True),
        ("Bo and 2 more", 1, 3, True),
        ("Bo and one more", 1, 3, False),
        ("Bo and Cy", 2, 2, True),
    ],
)
def test_a_credit_that_names_more_than_agreed_does_not_fit(credit: str, named: int, authors: int, fits: bool) -> None:  # noqa: FBT001
    assert credit_fits(credit, named, authors) is fits


@pytest.mark.parametrize(
    ("name", "shown"),
    [
        ("Bo", "Bo"),
        ("Bo @ work", "Bo @ work"),
        ("@bo:river.example", "bo"),
        ("I am @bo:river.example here", "bo"),
        ("#foxes:river.example", "bo"),
        ("mxc://river.example/abc", "bo"),
        ("https://matrix.to/#/!abc", "bo"),
        ("\u202eoB", "oB"),
        ("", "bo"),
        ("\u2800", "bo"),
        (None, "bo"),
    ],
)
def test_nobody_is_quoted_under_an_id(name: str | None, shown: str) -> None:
    assert credit_name(BO, name) == shown


def test_somebody_without_any_name_is_a_member() -> None:
    assert credit_name(UserId("@:river.example"), None) == "a member"


# -- a share at a glance


def test_a_share_knows_who_is_missing_and_who_is_named() -> None:
    yes, no = Answer(BO, Mode.NAMED, How.FORM), Answer(CY)
    share = a_share(asked_content(TWO), answers=(yes, no))
    assert (share.authors, share.draft, share.target) == ((BO, CY), DRAFT, BOARD)
    assert (share.waits_for, share.named, share.by_reaction) == ((CY,), (BO,), False)
    assert replace(share, answers=(replace(yes, how=How.REACTION), no)).by_reaction
    assert not replace(share, answers=(Answer(BO, None, How.REACTION), no)).by_reaction


def test_of_two_copies_the_same_one_stays_for_everybody() -> None:
    one, other = a_copy("b", event=EventId("$b")), a_copy("a", by=CY, event=EventId("$a"))
    share = a_share(copies=(one, other, a_copy("0", event=None)))
    assert (share.copy, share.extra, share.published) == (other, (one,), "$a")
    down = replace(share, down=frozenset({EventId("$a")}))
    assert (down.copy, down.extra, down.up) == (one, (), (one,))
    gone = replace(share, down=frozenset({EventId("$a"), EventId("$b")}))
    assert (gone.copy, gone.extra, gone.up, gone.published) == (other, (), (), "$a")
    assert (a_share().copy, a_share().published) == (None, None)


def claim(by: UserId, at: float, id_: str = "") -> Claim:
    return Claim(id_ or f"{by}{at}", by, minutes(at), EventId(f"$claim{at}"))


@pytest.mark.parametrize(
    ("claims", "holds"),
    [
        ([], None),
        ([(ANA, 19)], (ANA, 19)),
        ([(ANA, 19), (CY, 18)], (ANA, 19)),
        ([(ANA, 10)], None),
        ([(ANA, 10), (CY, 15)], (CY, 15)),
        ([(ANA, 10), (ANA, 15)], (ANA, 15)),
        ([(ANA, 10), (ANA, 15), (CY, 16)], (CY, 16)),
        ([(ANA, 24)], (ANA, 24)),
        ([(ANA, 26)], None),
        ([(ANA, 10**6), (CY, 19)], (CY, 19)),
    ],
    ids=str,
)
def test_who_began_first_holds_it_for_ten_minutes_and_nobody_for_good(
    claims: list[tuple[UserId, float]], holds: tuple[UserId, float] | None
) -> None:
    held = a_share(claims=tuple(claim(*each) for each in claims)).held_by(NOW)
    assert held == (claim(*holds) if holds else None)


def test_nobody_holds_what_is_up() -> None:
    assert a_share(claims=(claim(ANA, 19),), copies=(a_copy(),)).held_by(NOW) is None
    assert timedelta(minutes=10) == PUBLISHING_FOR


# -- what is said in the nook


def test_the_note_of_a_beginning_names_the_copy_its_key_and_the_answers() -> None:
    content = publishing_content(a_share(), a_copy(event=None))
    assert content[HIGHLIGHT_PUBLISHED] == {
        "v": 1,
        "request": REQUEST,
        "id": "uuid",
        "k": KEY.hex(),
        "consents": ["$consent"],
    }


def test_the_note_of_a_copy_says_once_more_what_was_asked() -> None:
    block = publishing_content(a_share(), a_copy())[HIGHLIGHT_PUBLISHED]
    assert (block["target_event"], block["asked_by"]) == (COPY, ANA)
    assert block["asked"]["draft"] == DRAFT


def test_the_nook_hears_what_came_down_and_what_cannot_be_recalled() -> None:
    content = ended_content(a_share(state=ShareState.WITHDRAWN), COPY)
    assert content[HIGHLIGHT_ENDED] == {"v": 1, "request": REQUEST, "target_event": COPY}
    assert "cannot be recalled" in content["body"]
    assert "second copy" in ended_content(a_share(state=ShareState.PUBLISHED), COPY)["body"]


# -- what leaves


def leaving(share: Share | None = None, **more: Any) -> dict[str, Any]:
    return highlight_content(share or a_share(), a_copy(), nook_name="Foxes", credit="Bo", **more)


def test_a_highlight_is_the_agreed_words_the_nooks_name_and_the_credit() -> None:
    content = leaving()
    assert content["body"] == "From Foxes, shared with permission\n\n> Cone 6 at 1222 °C.\n> Slow cooling.\n\nBo"
    assert (content["msgtype"], content["m.mentions"]) == ("m.text", {})
    assert set(content) == {"msgtype", "body", "m.mentions", HIGHLIGHT}
    assert set(content[HIGHLIGHT]) == {"v", "id", "nook_name", "text", "credit", "consent", "commit"}
    claimed = Claimed(DRAFT, "Bo", "", "Foxes")
    assert content[HIGHLIGHT]["commit"] == provenance(KEY, [SOURCE], claimed)


def test_a_yes_by_reaction_is_said_on_the_board() -> None:
    by_reaction = a_share(answers=(Answer(BO, Mode.NAMED, How.REACTION),))
    assert [leaving(s)[HIGHLIGHT]["consent"] for s in (a_share(), by_reaction)] == ["words", "reaction"]


def test_a_picture_goes_under_its_new_address_and_no_other() -> None:
    new = replace(FILE, media_id="new", name="picture.png", secret=None)
    content = leaving(a_share(asked_content(picture=PICTURE)), picture=new.content())
    assert (content["msgtype"], content["url"], content["filename"]) == ("m.image", new.address, "picture.png")
    assert content["body"].startswith("From Foxes")
    assert content[HIGHLIGHT]["picture"]["sha256"] == PICTURE.sha256
    assert content[HIGHLIGHT]["picture"]["url"] == new.address
    assert FILE.address not in json.dumps(content)


@given(st.text(max_size=30), st.text(max_size=10), st.text(max_size=10))
def test_nothing_of_the_nook_leaves_but_what_was_agreed(draft: str, name: str, credit: str) -> None:
    share = a_share()
    share = replace(share, asks=replace(share.asks, draft=draft))
    sent = json.dumps(highlight_content(share, a_copy(), nook_name=name, credit=credit))
    hidden = (FOXES, SOURCE, REQUEST, "$consent", share.request, KEY.hex(), ANA, BO, "m.relates_to", "user_ids")
    assert not [word for word in hidden if word in sent and word not in f"{draft}{name}{credit}"]


# -- what is a copy


def test_a_copy_is_known_by_its_proof() -> None:
    (shown,) = highlights(TARGET, [on_the_board(a_copy())])
    share, copy = a_share(), a_copy()
    assert is_copy(share, copy, shown)
    assert is_copy(share, replace(copy, event=None), shown), "found again after a crash"
    asks = share.asks
    for other in (
        replace(asks, draft=DRAFT + "."),
        replace(asks, quotes=(replace(asks.quotes[0], event=EventId("$other")),)),
        replace(asks, target=RoomId("!elsewhere")),
        replace(asks, picture=PICTURE),
    ):
        assert not is_copy(replace(share, asks=other), copy, shown)
    for wrong in (
        replace(copy, key=bytes(32)),
        replace(copy, key=b""),
        replace(copy, id="other"),
        replace(copy, by=CY),
        replace(copy, event=EventId("$another")),
    ):
        assert not is_copy(share, wrong, shown)
    for change in ({"commit": "\ud800"}, {"credit": "Eve"}, {"nook_name": "Hares"}, {"by_reaction": True}):
        assert not is_copy(share, copy, replace(shown, **change))


def test_a_copy_that_somebody_repeats_is_not_the_copy() -> None:
    again = on_the_board(a_copy(by=EVE, event=EventId("$again")))
    (shown,) = highlights(TARGET, [again])
    assert not is_copy(a_share(), a_copy(), shown)
    assert isinstance(a_copy(), Copy)
