"""What could be meant by the word that is being written, side by side in one row, which takes no key by itself."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable

from rich.cells import cell_len
from textual.content import Content
from textual.style import Style

from nookterm.domain.records import dataclass
from nookterm.tui.widgets.cards_text import KEY, NOTHING, QUIET, TEXT, ends, row
from nookterm.tui.widgets.pressing import command_hint, key_hint, presses
from nookterm.viewmodels.completing import Suggestion
from nookterm.viewmodels.conversation import colour_of

SUGGESTION = "suggestion"
"""Under this a click finds the number of the suggestion that it hit."""
MOST_SHOWN = 5
_LABEL = 24
"""Cells of one of several at most."""
_WITH_ID = 44
"""The same where what is said of it stands beside it, because another one is called so, too."""
_MEASURED = 60
"""Suggestions whose words say how much room is kept for them."""
_LEAST_SAID = 12
"""Cells below which nothing is said rather than a few letters."""
_GAP = Content("  ")
_ROOM_TO_SAY = 48
"""Cells from which on room is kept for what is said of the one that would be taken, and for its key."""


@dataclass(frozen=True, slots=True)
class Offer:
    """What is suggested, and what of it is seen."""

    found: tuple[Suggestion, ...] = ()
    chosen: int | None = None
    """Chosen by hand."""
    first: int = 0
    """The one at the left; the row turns only when what is chosen would not be seen."""

    @property
    def taken(self) -> int | None:
        """The one that Tab takes; None where none can be taken."""
        if self.chosen is not None:
            return self.chosen
        return next((number for number, one in enumerate(self.found) if one.insert), None)


@dataclass(frozen=True, slots=True)
class OfferRow:
    """An offer as it is drawn."""

    content: Content
    shown: range
    """The suggestions that are seen."""


@dataclass(frozen=True, slots=True)
class _Room:
    """Cells of the row. They do not depend on what is chosen: nothing moves when that is another one."""

    names: int
    says: int = 0
    """What the longest that can be said would need."""
    keys: bool = False
    """Whether a key is named in any case."""


def draw_offer(offer: Offer, indent: int, width: int, *, ansi: bool) -> OfferRow:
    """One row of `width` cells behind `indent` others, in which stands how many come before it.

    `ansi`: without tones of its own a terminal shows by reverse video what would be taken.
    """
    room = _room_for(offer, width)
    named = Counter(one.label.casefold() for one in offer.found)
    shown, pills = _fitting(offer, room.names, lambda number: _pill(offer, number, named, room.names, ansi=ansi))
    behind = len(offer.found) - shown.stop
    more = _leads_to(row((f" +{behind}", QUIET)), shown.stop) if behind else NOTHING
    before = f"+{shown.start}" if shown.start else ""
    ahead = row((f"{before:>{max(0, indent - 1)}}"[-indent:].ljust(indent), QUIET)) if indent else NOTHING
    if before:
        ahead = _leads_to(ahead, shown.start - 1)
    return OfferRow(row(ahead, _with_rest(offer, row(*pills, more), room, width)), shown)


def _leads_to(content: Content, number: int) -> Content:
    return content.stylize(Style.from_meta({SUGGESTION: number}))


def _room_for(offer: Offer, width: int) -> _Room:
    count = len(f" +{len(offer.found)}") if len(offer.found) > 1 else 0
    if width < _ROOM_TO_SAY:
        return _Room(max(1, width - count))
    keys = _GAP.cell_length + max(_take(by_hand=by_hand).cell_length for by_hand in (True, False))
    says = _GAP.cell_length + max((cell_len(one.about) for one in offer.found[:_MEASURED]), default=0)
    kept = min(says, width * 3 // 10)
    return _Room(width - count - keys - kept, says, keys=True)


def _fitting(offer: Offer, room: int, pill: Callable[[int], Content]) -> tuple[range, list[Content]]:
    """Those that fit, among them the one that would be taken."""
    must = offer.first if offer.taken is None else offer.taken
    first = max(min(offer.first, must), must - MOST_SHOWN + 1)
    while True:
        pills = [pill(first)]
        used = pills[0].cell_length
        for number in range(first + 1, min(first + MOST_SHOWN, len(offer.found))):
            one = pill(number)
            used += one.cell_length
            if used > room:
                break
            pills.append(one)
        if first + len(pills) > must:
            return range(first, first + len(pills)), pills
        first += 1


def _pill(offer: Offer, number: int, named: Counter[str], room: int, *, ansi: bool) -> Content:
    one = offer.found[number]
    twin = named[one.label.casefold()] > 1
    tone = f"$sender-{colour_of(one.user)}" if one.user else TEXT if one.insert else QUIET
    said = row((one.label, tone), ("  ", ""), (one.about, QUIET)) if twin else row((one.label, tone))
    said = said.truncate(max(1, min(_WITH_ID if twin else _LABEL, room - 2)), ellipsis=True)
    line = row(("›" if number == offer.chosen else " ", TEXT), said, (" ", ""))
    if number == offer.taken:
        line = row((line.plain, "bold reverse")) if ansi else line.stylize("bold on $select")
    return _leads_to(line, number)


def _with_rest(offer: Offer, left: Content, room: _Room, width: int) -> Content:
    """The suggestions, then what is said of the one that would be taken, at the right the keys."""
    free = width - left.cell_length - _GAP.cell_length
    keys = _keys(offer, free - room.says, least=room.keys)
    free -= keys.cell_length + _GAP.cell_length if keys else 0
    about = row((offer.found[offer.taken or 0].about, QUIET))
    if not about or free < min(about.cell_length, _LEAST_SAID):
        return ends(left, keys, width)
    return ends(row(left, _GAP, about.truncate(free, ellipsis=True)), keys, width)


def _keys(offer: Offer, free: int, *, least: bool) -> Content:
    """As many as there is room for beside what is said, the first in any case where there is `least` room."""
    hints = [presses(row(("↑↓", KEY), (" choose", QUIET)), "down"), key_hint("escape", "close")]
    if offer.taken is not None:
        hints.insert(0, _take(by_hand=offer.chosen is not None))
    while len(hints) > least and _GAP.join(hints).cell_length > free:
        hints.pop()
    return _GAP.join(hints)


def _take(*, by_hand: bool) -> Content:
    """Enter takes what was chosen by hand, and sends otherwise."""
    return key_hint("enter", "take") if by_hand else command_hint("composer.complete", "take")
