"""The rows of the form that shares messages: where they come from, what to look at, who reads them."""

from __future__ import annotations

from collections.abc import Sequence

from textual.content import Content

from nookterm.tui.widgets.cards import Block, Look, heading
from nookterm.tui.widgets.cards_highlight import COPIES
from nookterm.tui.widgets.cards_text import (
    HEADING,
    LEAVES,
    NOTHING,
    QUIET,
    SAFE,
    SOFT,
    STRONG,
    TEXT,
    WAITING,
    WARN,
    ends,
    hanging,
    paragraph,
    row,
    said,
    wrapped,
)  # fmt: skip
from nookterm.tui.widgets.pressing import command_hint
from nookterm.viewmodels.highlights import Draft, FlagLine, QuotedLine
from nookterm.viewmodels.words import both

_WIDEST = 84
_MOST_TELLS = 4


def asked(draft: Draft) -> str:
    """Everybody else whose yes it needs, in a line."""
    return both(name for name in draft.authors if name != "you")


def ways(draft: Draft) -> tuple[str, str]:
    """What the buttons say: with our name, and without it; the second is empty where no words are ours."""
    if draft.own:
        return "Share with my name", "Without my name"
    if draft.among:
        return "Ask, with my name", "Without mine"
    return f"Ask {asked(draft)}" if len(draft.authors) == 1 else "Ask for their yes", ""


def from_rows(draft: Draft, width: int) -> list[Content]:
    """The chosen messages, and the way of consent."""
    count = len(draft.events)
    room = min(width, _WIDEST)
    head = row((f"From {draft.nook}", STRONG))
    rows = [ends(head, row(("1 message" if count == 1 else f"{count} messages", QUIET)), room), NOTHING]
    rows += quoted_rows(draft.quotes, room)
    rows += [row(("Consent", HEADING)), *_steps(draft, room), NOTHING]
    after = "Your own words: sharing them is your yes." if draft.own else "A changed word asks again. Silence is a no."
    rows += wrapped(row((after, QUIET)), width=room)
    back = "Whoever agreed can take it back at any time." if not draft.own else "You can take it back at any time."
    return [*rows, *wrapped(row((back, QUIET)), width=room)]


def quoted_rows(quotes: Sequence[QuotedLine], width: int) -> list[Content]:
    """Messages as they stand in the nook."""
    rows: list[Content] = []
    for quote in quotes:
        style = f"bold $sender-{quote.colour}" if quote.colour else STRONG
        rows.append(row((f"{quote.time:<5}  ", QUIET), (quote.author, style)))
        rows += [row(("       ", ""), line) for line in paragraph(quote.text, max(8, width - 7), SOFT)]
        rows.append(NOTHING)
    return rows


def _steps(draft: Draft, width: int) -> list[Content]:
    later = row(("○ ", QUIET))
    rows = hanging(row(("● ", WAITING)), row(("you choose the words", TEXT)), width)
    for name in draft.authors:
        if name != "you":
            rows += hanging(later, row((f"{name} reads this exact text and says yes or no", QUIET)), width)
    return rows + hanging(later, row(("put on the board", QUIET)), width)


def head_rows(draft: Draft, width: int, *, low: bool) -> list[Content]:
    """What this is, and what the limits still allow."""
    left = row((draft.left, QUIET))
    head = ends(row((f"Highlight from {draft.nook}", STRONG)), left, width)
    if low:
        return [head]
    return [head, *wrapped(row(("What the space will read, word for word", QUIET)), width=width)]


def flag_blocks(flags: Sequence[FlagLine]) -> list[Block]:
    """What is to look at, a row each."""
    if not flags:
        return []
    one = len(flags) == 1
    title = row((f"{len(flags)} {'thing' if one else 'things'} to look at", HEADING))
    keys = row(command_hint("sharing.next", "next"), ("  ", ""), command_hint("sharing.blank", "take out"))
    return [heading(lambda room: ends(title, keys, room)), *(_flag_block(flag) for flag in flags)]


def _flag_block(flag: FlagLine) -> Block:
    def draw(width: int, _look: Look) -> list[Content]:
        piece = row(("! ", WARN), said(flag.piece, f"underline {WARN}"))
        return [ends(piece, said(flag.words, QUIET), width)]

    return Block(f"{flag.start}", 1, draw)


def reader_rows(draft: Draft, trouble: str, flags: int, width: int, *, short: bool, low: bool) -> list[Content]:
    """Who will read it, whole; whose yes it needs; what cannot be recalled."""
    rows: list[Content] = []
    if low and flags:
        rows.append(row(("! ", WARN), (f"{flags} to look at", WARN)))
    if trouble:
        rows += hanging(row(("! ", WARN)), said(trouble, WARN), width)
    leaves = row(("Leaves encryption. ", f"bold {LEAVES}"), (draft.audience, TEXT))
    if low:
        leaves = row((draft.audience, TEXT))
    rows += hanging(row(("↗ ", LEAVES)), leaves, width)
    if low:
        return rows
    if not short:
        rows = [NOTHING, row(("Who will read this", HEADING)), *rows]
        rows += hanging(row(("  ", "")), row((COPIES, QUIET)), width)
        rows.append(NOTHING)
    if asked(draft):
        needs = f"Nothing leaves {draft.nook} before {asked(draft)} {_say(draft)} yes to exactly this."
        rows += hanging(row(("✓ ", SAFE)), row((needs, SOFT)), width)
    if not short:
        proof = f"Members of {draft.nook} can check where it came from. Nobody else can."
        rows += hanging(row(("✓ ", SAFE)), row((proof, SOFT)), width)
    return rows


def _say(draft: Draft) -> str:
    return "says" if sum(1 for name in draft.authors if name != "you") == 1 else "say"


def recognised(tells: Sequence[str]) -> str:
    """The question before something goes without a name."""
    some = "; ".join(tells[:_MOST_TELLS])
    if not some:
        return "Recognisable anyway? Nothing in the text stands out. Whoever knows you may still know how you write."
    more = f" and {len(tells) - _MOST_TELLS} more" if len(tells) > _MOST_TELLS else ""
    return f"Recognisable anyway? In the text: {some}{more}."
