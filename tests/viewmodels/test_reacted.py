"""Reactions as they are shown: an emoji as it is, somebody's own by name; nothing in it breaks out."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest

from nookterm.domain.attachment import Attachment
from nookterm.domain.events import Event, Message, Reaction
from nookterm.domain.ids import EventId, RoomId, UserId
from nookterm.domain.timeline import Said, fold_timeline
from nookterm.viewmodels.files import file_row
from nookterm.viewmodels.reacted import shown_reaction

PLACE = "mxc://x/y"
NOW = datetime(2026, 11, 22, tzinfo=UTC)


def said(*reactions: Reaction) -> Said:
    room, target = RoomId("!r"), EventId("$a")
    events = [Event(target, room, UserId("@bo:x"), NOW, Message("text", "hi"))]
    events += [Event(EventId(f"$r{n}"), room, UserId(f"@u{n}:x"), NOW, one) for n, one in enumerate(reactions)]
    found = fold_timeline(events, zone=UTC, me=UserId("@ana:x"))
    return next(item for item in found if isinstance(item, Said))


@pytest.mark.parametrize(
    ("shortcode", "shown"),
    [
        (":celadon:", ":celadon:"), ("celadon", ":celadon:"), ("", ":emoji:"), (": :", ":emoji:"),
        ("\x1b[2J\u202ex", ":[2Jx:"), ("y" * 90, f":{'y' * 23}…:"),
    ],
)  # fmt: skip
def test_somebodys_own_emoji_is_there_by_its_name(shortcode: str, shown: str) -> None:
    message = said(Reaction(EventId("$a"), PLACE, shortcode))
    assert [shown_reaction(message, key) for key, _ in message.reactions] == [shown]


def test_the_first_name_counts_and_usual_emoji_have_none() -> None:
    target = EventId("$a")
    message = said(
        Reaction(target, PLACE), Reaction(target, PLACE, "one"), Reaction(target, PLACE, "two"), Reaction(target, "👍")
    )
    assert [(shown_reaction(message, key), len(who)) for key, who in message.reactions] == [(":one:", 3), ("👍", 1)]
    assert said(Reaction(target, "👍")).own_emoji == ()


def test_a_sticker_is_a_line_with_its_name_and_size() -> None:
    heron = Attachment("x", "y", "heron", "image/webp", 24_000, width=256, height=256)
    assert file_row(Message("sticker", "heron", attachment=heron)) == "sticker heron  256 × 256, 23.4 KB"
    assert file_row(Message("sticker", "heron")) == "heron  (cannot be fetched)"
