"""The pages of comparing keys: who asks, seven pictures with their names, numbers, a code as a picture or text."""

from __future__ import annotations

from collections.abc import Sequence

from textual.content import Content

from nookterm.tui.widgets.cards_text import (
    HEADING,
    NOTHING,
    QUIET,
    SAFE,
    SOFT,
    STRONG,
    TEXT,
    WARN,
    hanging,
    row,
    said,
    wrapped,
)
from nookterm.tui.widgets.qr import qr_rows
from nookterm.viewmodels.verify import Step, VerifyView

_CELL = 11
"""Cells for a picture with its name beneath."""
_IN_A_ROW = 7
_SELECTOR = "\ufe0f"
"""Asks for a coloured picture, which makes terminals disagree about how wide it is."""
_LONGEST_CODE = 4000
"""Letters; no code that a picture can hold has more."""
_NUMBER_GAP = "   "


def head_rows(view: VerifyView, width: int) -> list[Content]:
    """What is asked, and of whom: the Matrix id always whole."""
    mark = row(("✓ ", SAFE)) if view.step is Step.DONE else row(("! ", WARN)) if view.warns else NOTHING
    rows = (
        hanging(mark, said(view.headline, STRONG), width) if mark else wrapped(said(view.headline, STRONG), width=width)
    )
    if view.step is Step.ASKED or (view.step is Step.WAITING and not view.with_ourselves):
        facts = [] if view.with_ourselves else [("Matrix id", view.user_id)]
        facts += [("Device", view.device)] if view.device else []
        rows += [NOTHING, *(line for name, value in facts for line in _fact(name, value, width))] if facts else []
    return rows if view.step in {Step.COMPARE, Step.SHOW} else [*rows, NOTHING]


def _fact(name: str, value: str, width: int) -> list[Content]:
    return hanging(row((name.ljust(12), QUIET)), said(value, TEXT), width)


def after_rows(view: VerifyView, width: int) -> list[Content]:
    """What it means, under the question."""
    return [line for text in view.words for line in wrapped(said(text, WARN if view.warns else SOFT), width=width)]


def picture_rows(view: VerifyView, width: int, *, plain: bool = False, numbers: bool = False) -> list[Content]:
    """What both sides have to show. `plain`: names without pictures; `numbers`: numbers although there are pictures."""
    if view.step is not Step.COMPARE:
        return []
    if numbers or not view.pictures:
        return [Content(_NUMBER_GAP).join([said(str(number), STRONG) for number in view.numbers])]
    each = width // _CELL
    if each < 3:  # noqa: PLR2004 - fewer beside each other are harder to read than a list
        return [_listed(n, picture, plain=plain) for n, picture in enumerate(view.pictures, 1)]
    each = _IN_A_ROW if each >= _IN_A_ROW else -(-_IN_A_ROW // 2)
    cell = min(width // each, _CELL + 1)
    rows: list[Content] = []
    for first in range(0, len(view.pictures), each):
        some = view.pictures[first : first + each]
        rows += [] if not rows else [NOTHING]
        rows.append(_beside([(str(first + n), SOFT) for n in range(1, len(some) + 1)], cell))
        if not plain:
            rows.append(_beside([(_drawn(symbol), TEXT) for symbol, _name in some], cell))
        rows += _names([name for _symbol, name in some], cell)
    return rows


def _names(names: Sequence[str], cell: int) -> list[Content]:
    """Names of two words take two rows, so that none is cut."""
    split = [name.split(" ", 1) if len(name) >= cell else [name] for name in names]
    rows = [_beside([(parts[0], STRONG) for parts in split], cell)]
    if any(len(parts) > 1 for parts in split):
        rows.append(_beside([(parts[1] if len(parts) > 1 else "", STRONG) for parts in split], cell))
    return rows


def _listed(number: int, picture: tuple[str, str], *, plain: bool) -> Content:
    symbol, name = picture
    return row((f"{number}  ", SOFT), ("" if plain else f"{_drawn(symbol)}  ", TEXT), (name, STRONG))


def _drawn(symbol: str) -> str:
    return symbol.replace(_SELECTOR, "")


def _beside(parts: Sequence[tuple[str, str]], cell: int) -> Content:
    cells: list[tuple[str, str] | Content] = []
    for text, style in parts:
        content = said(text, style).truncate(cell, ellipsis=True)
        before = max(0, (cell - content.cell_length) // 2)
        cells += [(" " * before, ""), content, (" " * max(0, cell - before - content.cell_length), "")]
    return row(*cells)


def code_rows(view: VerifyView, width: int, height: int, *, plain: bool = False) -> list[Content]:
    """Our code as a picture where there is room for one, and as text that can be copied."""
    if view.step is not Step.SHOW:
        return []
    picture = [] if plain else qr_rows(view.code)
    code, each = view.code[:_LONGEST_CODE], max(1, width)
    text = [said(code[at : at + each], TEXT) for at in range(0, len(code), each)]
    if picture and picture[0].cell_length <= width and len(picture) <= height:
        return picture
    why = "As text, to be pasted on the other device:"
    if picture:
        why = f"A window of {picture[0].cell_length + 8} by {len(picture) + 12} shows it as a picture. {why}"
    return [*wrapped(row((why, HEADING)), width=width), NOTHING, *text]
