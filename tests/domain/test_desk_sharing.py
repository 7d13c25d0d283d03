"""Highlights on the desk: what waits for whom, what has to come down, and who shared more than the space allows."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest

from nookterm.domain.audience import Audience
from nookterm.domain.board import Highlight
from nookterm.domain.consent import Answer, How, Mode
from nookterm.domain.desk import Group, Kind
from nookterm.domain.desk_sharing import overrun_item, share_items
from nookterm.domain.highlight_limits import Overrun, overruns
from nookterm.domain.ids import EventId, UserId
from nookterm.domain.limits import Limits
from nookterm.domain.share_request import Quoted, ShareRequest
from nookterm.domain.sharing import Copy, Share, ShareState
from tests.domain.builders import ANA, BO, BOARD, CY, DEE, FOXES, NOON, RIVER, minutes

READERS = Audience(9, encrypted=False, join_rule="public", history="shared")
COPY = Copy("id", b"k" * 32, ANA, minutes(5), event=EventId("$copy"))
SECOND = Copy("je", b"k" * 32, DEE, minutes(5), event=EventId("$second"))


def a_share(state: ShareState = ShareState.WAITING, *answers: Answer, copies: tuple[Copy, ...] = ()) -> Share:
    """A highlight of the people who answer; of Bo, who has not, if none is named."""
    given = answers or (Answer(BO),)
    quotes = tuple(Quoted(EventId(f"$said{n}"), answer.author) for n, answer in enumerate(given))
    asks = ShareRequest(quotes, "The kiln.", BOARD, READERS, minutes(900), "terms")
    return Share("k-share", EventId("$asked"), FOXES, asks, ANA, NOON, state, given, copies)


def yes(who: UserId) -> Answer:
    return Answer(who, Mode.NAMED, How.FORM, EventId(f"$yes{who}"))


WITHDRAWN, PUBLISHED = ShareState.WITHDRAWN, ShareState.PUBLISHED


@pytest.mark.parametrize(
    ("share", "kind", "why"),
    [
        (a_share(), Kind.SHARE, "waits for its author's yes"),
        (
            a_share(ShareState.WAITING, yes(BO), Answer(CY), Answer(DEE)),
            Kind.SHARE,
            "waits for the yes of 2 of its 3 authors",
        ),
        (
            a_share(ShareState.WAITING, Answer(BO, why="the request was changed after their yes")),
            Kind.SHARE,
            "waits for its author's yes (the request was changed after their yes)",
        ),
        (a_share(ShareState.CONSENTED, yes(BO)), Kind.SHARE, "its author agreed; it can be published"),
        (a_share(ShareState.CONSENTED, yes(BO), yes(CY)), Kind.SHARE, "both authors agreed; it can be published"),
        (a_share(ShareState.DECLINED), None, ""),
        (a_share(ShareState.EXPIRED), None, ""),
        (a_share(PUBLISHED, copies=(COPY,)), None, ""),
        (a_share(WITHDRAWN, copies=(COPY,)), Kind.TAKE_DOWN, "the consent has ended, and its copy is still up"),
        (a_share(WITHDRAWN), None, ""),
        (
            a_share(PUBLISHED, copies=(COPY, SECOND)),
            Kind.TAKE_DOWN,
            "put up twice at the same moment; the second copy is still up",
        ),
    ],
)
def test_a_highlight_is_on_the_desk_while_something_is_to_do(share: Share, kind: Kind | None, why: str) -> None:
    items = share_items([share], {EventId("$copy"), EventId("$second")})
    assert [(item.kind, item.why) for item in items] == ([(kind, why)] if kind else [])
    for item in items:
        assert (item.case, item.event, item.quote, item.since) == ("k-share", "$asked", "The kiln.", NOON)
        assert item.details["state"] == str(share.state)


def test_a_line_names_first_who_has_not_answered() -> None:
    (item,) = share_items([a_share(ShareState.WAITING, yes(BO), Answer(CY), Answer(DEE))], set())
    assert (item.user, item.details["waits_for"]) == (CY, f"{CY} {DEE}")
    assert item.details["authors"] == f"{BO} {CY} {DEE}"
    assert "copy" not in item.details


def test_a_copy_that_is_down_is_nothing_to_do() -> None:
    for copies in ((COPY,), (COPY, SECOND)):
        assert share_items([a_share(WITHDRAWN, copies=copies), a_share(PUBLISHED, copies=copies)], set()) == ()


def up(number: int, **more: Any) -> Highlight:
    at = NOON + timedelta(hours=number)
    return Highlight(f"h{number}", "Foxes", "", "words", EventId(f"$h{number}"), BOARD, at, DEE, "", **more)


def test_an_overrun_is_one_line_that_a_later_one_brings_back() -> None:
    board = [up(number) for number in range(5)]
    (found,) = overruns(Limits(), board, NOON + timedelta(days=1))
    item = overrun_item(RIVER, found)
    assert (item.kind, item.group, item.room, item.quote) == (Kind.OVERRUN, Group.CONTENT, RIVER, "Foxes")
    assert (item.why, item.details["count"]) == ("more than 3 highlights in seven days", "2")
    later = overrun_item(RIVER, replace(found, over=(*found.over, up(9))))
    assert (later.case, later.since > item.since) == (item.case, True)
    assert overrun_item(RIVER, Overrun("Owls", found.over, found.why)).case != item.case
