"""A board of two weeks, highlights on their way in every state, a form with things to look at in its text."""

from __future__ import annotations

from nookterm.domain.ids import EventId, RoomId
from nookterm.viewmodels.highlights import (
    AnswerLine,
    BegunLine,
    BoardItem,
    Draft,
    DraftLook,
    FlagLine,
    HighlightsView,
    OriginView,
    PictureLine,
    QuotedLine,
    ShareLine,
    WeekLine,
)
from nookterm.viewmodels.model import Face
from tests.tui.panel_samples import BIKES, GLAZE

READERS = "812 readers, not encrypted, history open to all"

MINE = ShareLine(
    "k-mine",
    "glaze-lab",
    "you and Dee Okafor",
    "My celadon crawled on vertical tiles for a year. It was dust: wiped with a damp sponge, 12 of 12 came out clean.",
    "waits for you",
    "nook-waiting",
    "4 h",
    READERS,
    mine_to_answer=True,
    event_id=EventId("$ask-mine"),
    room_id=GLAZE,
    asked_by="Cy Winter",
    asked_audience="640 readers, not encrypted, history open to all",
    answers=(
        AnswerLine("you", "have not answered", "nook-waiting", mine=True),
        AnswerLine("Dee Okafor", "agreed, without their name · in nookterm", "nook-safe"),
    ),
    quoted=2,
    picture="1600 × 1200, 340 kB",
    expires="until 29 Nov",
    mine=True,
)
AGREED = ShareLine(
    "k-agreed",
    "bike-kitchen",
    "Dee Okafor",
    "A tyre boot from a toothpaste tube holds 40 km.",
    "agreed",
    "nook-safe",
    "1 d",
    READERS,
    mine_to_publish=True,
    event_id=EventId("$ask-agreed"),
    room_id=BIKES,
    asked_by="you",
    answers=(AnswerLine("Dee Okafor", "agreed, with their name · in plain words", "nook-safe"),),
    expires="until 28 Nov",
    mine=True,
    can_withdraw=True,
)
HELD = ShareLine(
    "k-held",
    "herb-garden",
    "Noor and Hal",
    "Basil wants its feet dry: a saucer kills more of it than frost does.",
    "waits for Hal",
    "nook-waiting",
    "2 d",
    READERS,
    event_id=EventId("$ask-held"),
    room_id=RoomId("!herbs"),
    asked_by="Noor",
    answers=(
        AnswerLine("Noor", "agreed, with their name · in nookterm", "nook-safe"),
        AnswerLine("Hal", "reacted", "nook-warn", why="this nook asks for a yes in words"),
    ),
    busy="Cy Winter is publishing it right now",
    expires="until 27 Nov",
)
OVER = ShareLine(
    "k-over",
    "glaze-lab",
    "you",
    "Zinc crazes when it cools too fast.",
    "declined",
    "nook-quiet",
    "6 d",
    READERS,
    asked_by="Bo Lindqvist",
    answers=(AnswerLine("you", "said no", mine=True),),
    mine=True,
    over=True,
)
DUST = BoardItem(
    EventId("$dust"),
    "glaze-lab",
    "Dusty bisque makes celadon crawl. Wipe it with a damp sponge.",
    "Bo Lindqvist",
    "3 h",
    "This week",
    picture="picture 1200 × 900, 210 kB",
    reactions=(("👍", 3, False), ("🎉", 1, True)),
    mine=True,
    can_withdraw=True,
    request="k-dust",
)
BOOT = BoardItem(
    EventId("$boot"),
    "bike-kitchen",
    "Chain whips can be made of a file handle and an old chain. Ours has held for two winters and some forty bikes; "
    "the only thing that ever broke was the file handle, which was pine. Take ash.",
    "Dee Okafor and one more",
    "1 d",
    "This week",
    by_reaction=True,
    way_in=BIKES,
)
WEIR = BoardItem(
    EventId("$weir"),
    "river-watch",
    "Nitrate at the weir is down by a third since the reeds went in.",
    "",
    "9 d",
    "Week of 9 November",
    altered=True,
)
WEEK = WeekLine(
    "2026-W47",
    "This week",
    2,
    "bike-kitchen, glaze-lab",
    "Highlights of Riverside Makers, 2026-11-16 to 2026-11-22\n"
    "=========================================================\n\n"
    "bike-kitchen\n------------\n\n  Chain whips can be made of a file handle and an old chain.\n\n"
    "  Dee Okafor and one more · 2026-11-21\n",
    "# Highlights of Riverside Makers, 2026\\-11\\-16 to 2026\\-11\\-22\n\n## bike\\-kitchen\n\n"
    "> Chain whips can be made of a file handle and an old chain\\.\n\n*Dee Okafor and one more · 2026\\-11\\-21*\n",
    "~/riverside-makers-2026-W47",
)
HIGHLIGHTS = HighlightsView(
    waiting=(MINE, AGREED, HELD),
    board=(BOOT, DUST, WEIR),
    ended=(OVER,),
    begun=(BegunLine(GLAZE, (EventId("$kiln"),), "glaze-lab", "Opened the kiln: the celadon crawled again."),),
    weeks=(
        WEEK,
        WeekLine("2026-W46", "Week of 9 November", 1, "river-watch", "…", "…", "~/riverside-makers-2026-W46"),
    ),
    room="Riverside Makers",
    audience=READERS,
    face=Face.CONTENT,
)
CALM = HighlightsView(
    waiting=(AGREED, HELD), board=HIGHLIGHTS.board, room="Riverside Makers", audience=READERS, face=Face.CONTENT
)
"""Nothing waits for our yes: the board is what opens."""
ORIGIN = OriginView(
    EventId("$boot"),
    proved=True,
    headline="Proved: exactly these words and this credit come from bike-kitchen.",
    rows=(("asked by", "Dee Okafor"), ("shared by", "Cy Winter, 21 Nov 10:12"), ("authors", "Dee Okafor and Noor")),
    sources=(QuotedLine("Dee Okafor", 3, "09:12", "You can make a chain whip of a file handle and an old chain."),),
)
_TEXT = "It was the dust. Wiped, refired, no crawl on 12 of 12. The recipe is Marta's, from marta-glazes.example."


def _flag(piece: str, kind: str, words: str) -> FlagLine:
    at = _TEXT.index(piece)
    return FlagLine(piece, at, at + len(piece), kind, words)


LOOK = DraftLook(
    _TEXT,
    (
        _flag("Marta", "name", "a name; was not asked"),
        _flag("marta-glazes.example", "link", "a link that leads to a person"),
    ),
    ("the link marta-glazes.example", "the detail “12 of 12”"),
)
DRAFT = Draft(
    GLAZE,
    (EventId("$kiln"), EventId("$dee")),
    "glaze-lab",
    ("Bo Lindqvist", "Dee Okafor"),
    _TEXT,
    READERS,
    own=False,
    board="Riverside Makers highlights",
    quotes=(
        QuotedLine("Bo Lindqvist", 1, "09:12", "Opened the kiln. The celadon crawled again, but only on the vertical."),
        QuotedLine("Dee Okafor", 4, "09:40", "Was the bisque dusty? Mine crawled until I wiped every tile."),
        QuotedLine(
            "Bo Lindqvist", 1, "11:05", "It was the dust. Wiped, refired, no crawl on 12 of 12. Recipe is Marta's."
        ),
    ),
    left="2 of 3 left this week",
    pictures=(PictureLine(EventId("$kiln"), "kiln.jpg, 2.4 MB"),),
    look=LOOK,
)
OWN = Draft(
    GLAZE,
    (EventId("$kiln"),),
    "glaze-lab",
    ("you",),
    _TEXT,
    READERS,
    own=True,
    among=True,
    board="Riverside Makers highlights",
    quotes=(QuotedLine("Ana", 0, "11:05", _TEXT),),
    left="1 of 3 left this week",
    look=LOOK,
)
