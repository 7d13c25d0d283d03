"""The page beside a list of highlights: the exact text, who reads it, how far it got, what can be done."""

from __future__ import annotations

from textual.content import Content

from nookterm.tui.widgets.cards_highlight import COPIES, Entry, reactions
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
    box,
    ends,
    hanging,
    meaning_style,
    paragraph,
    row,
    said,
    wrapped,
)  # fmt: skip
from nookterm.tui.widgets.forms_share_rows import quoted_rows
from nookterm.tui.widgets.pressing import command_hint, lined
from nookterm.viewmodels.highlights import AnswerLine, BegunLine, BoardItem, HighlightsView, OriginView, ShareLine

_MARKS = {"nook-safe": ("✓ ", SAFE), "nook-warn": ("! ", WARN), "nook-waiting": ("● ", WAITING)}
_PIECE = 600
"""Characters of one paragraph of a digest."""


def page_rows(item: Entry | None, view: HighlightsView, width: int, *, markdown: bool = False) -> list[Content]:
    """The chosen entry in full."""
    if item is None:
        return []
    if isinstance(item, BoardItem):
        return _board_page(item, view, width)
    if isinstance(item, ShareLine):
        return share_rows(item, width)
    if isinstance(item, BegunLine):
        rows = [row((f"From {item.nook}", STRONG)), *wrapped(row(("Asked of nobody yet", QUIET)), width=width), NOTHING]
        return [
            *rows,
            *text_box(item.text, "", width),
            NOTHING,
            *_keys(width, ("list.open", "go on"), ("highlights.withdraw", "throw away")),
        ]
    text = item.markdown if markdown else item.text
    head = ends(row((item.label, STRONG)), row(("Markdown" if markdown else "text", QUIET)), width)
    other = "as text" if markdown else "as Markdown"
    ways = _keys(width, ("highlights.copy", "copy"), ("highlights.write", "write down"), ("highlights.form", other))
    body = [
        line for part in text.split("\n") for line in (paragraph(part[:_PIECE], width, SOFT) if part else [NOTHING])
    ]
    return [head, *ways, NOTHING, *body]


def share_rows(item: ShareLine, width: int) -> list[Content]:
    """A highlight on its way: its words, its readers, each author's answer."""
    state = row((item.state, meaning_style(item.meaning, QUIET)))
    rows = [ends(row((f"From {item.nook}", STRONG)), state, width)]
    if item.busy:
        rows += hanging(row(("◷ ", WAITING)), said(item.busy, WAITING), width)
    rows += wrapped(row(("What the space will read, word for word", QUIET)), width=width)
    rows += [NOTHING, *text_box(item.draft, item.audience, width)]
    rows += picture_rows(item.picture, width)
    rows += audience_rows(item, width)
    rows += [NOTHING, row(("Consent", HEADING)), *consent_rows(item, width)]
    if not item.over:
        rows += [NOTHING, *wrapped(row((COPIES, QUIET)), width=width)]
    return [*rows, *_share_keys(item, width)]


def audience_rows(item: ShareLine, width: int) -> list[Content]:
    """Who could read it when it was asked, where that was not the same."""
    if not item.asked_audience:
        return []
    then = row((f"When it was asked: {item.asked_audience}.", SOFT))
    rows = hanging(row(("  ", "")), then, width)
    if item.wider:
        wide = "More can read it now: a yes to this does not count any more. It has to be asked anew."
        rows += hanging(row(("! ", WARN)), row((wide, WARN)), width)
    return rows


def picture_rows(picture: str, width: int) -> list[Content]:
    """What goes along with the words."""
    if not picture:
        return []
    cleaned = row((f"With a picture: {picture}. ", TEXT), ("Place and camera data are removed.", SOFT))
    return hanging(row(("↗ ", LEAVES)), cleaned, width)


def consent_rows(item: ShareLine, width: int) -> list[Content]:
    """Asked, each author's answer, on the board."""
    by = f"{item.asked_by} asked in {item.nook}" if item.asked_by else f"asked in {item.nook}"
    when = "just now" if item.age == "now" else f"{item.age} ago"
    rows = hanging(row(("✓ ", SAFE)), row((f"{by}, {when}", SOFT)), width)
    for answer in item.answers:
        rows += answer_rows(answer, width)
    agreed = bool(item.answers) and all(answer.meaning == "nook-safe" for answer in item.answers)
    if not item.over:
        mark, style = ("● ", WAITING) if agreed else ("○ ", QUIET)
        rows += hanging(row((mark, style)), row(("put on the board", TEXT if agreed else QUIET)), width)
    if item.expires and not item.over:
        rows += hanging(row(("  ", "")), row((f"Asked {item.expires}. Silence is a no.", QUIET)), width)
    return rows


def answer_rows(answer: AnswerLine, width: int) -> list[Content]:
    """How one author stands to it, and why an answer does not count."""
    mark = row(_MARKS.get(answer.meaning, ("○ ", QUIET)))
    words = row((answer.name, STRONG if answer.mine else TEXT), (f" {answer.words}", SOFT))
    rows = hanging(mark, words, width)
    if answer.why:
        rows += hanging(row(("  ", "")), said(f"Does not count: {answer.why}.", WARN), width)
    return rows


def _board_page(item: BoardItem, view: HighlightsView, width: int) -> list[Content]:
    rows = [ends(row((f"From {item.nook}", STRONG)), row((item.age, QUIET)), width)]
    rows += wrapped(row((item.credit or "without a name", QUIET)), width=width)
    rows += [NOTHING, *text_box(item.body, view.audience, width)]
    rows += hanging(row(("↗ ", LEAVES)), said(item.picture), width) if item.picture else []
    if item.altered:
        altered = "In other apps this reads differently: somebody changed it. Here are the words that were shared."
        rows += hanging(row(("! ", WARN)), row((altered, WARN)), width)
    if item.reactions:
        rows += [NOTHING, reactions(item)]
    if item.by_reaction:
        why = "An author agreed by a reaction only. Reactions are clear text; a server could make one."
        rows += hanging(row(("! ", WAITING)), row((why, SOFT)), width)
    if view.origin and view.origin.event_id == item.event_id:
        rows += [NOTHING, *origin_rows(view.origin, width)]
    if item.can_withdraw:
        rows += [NOTHING, *wrapped(row((f"You may take this back. {COPIES}", QUIET)), width=width)]
    join = [("highlights.ask", f"ask to join {item.nook}")] if item.way_in else []
    back = [("highlights.withdraw", "take back")] if item.can_withdraw else []
    return [
        *rows,
        NOTHING,
        *_keys(width, ("highlights.origin", "where from"), ("highlights.react", "react"), *join, *back),
    ]


def origin_rows(origin: OriginView, width: int) -> list[Content]:
    """Who shared it, from what; or why that cannot be said."""
    mark, style = ("✓ ", SAFE) if origin.proved else ("! ", WARN)
    rows = [row(("Where it came from", HEADING)), *hanging(row((mark, style)), said(origin.headline, style), width)]
    for what, value in origin.rows:
        rows += hanging(row((f"  {what:<10} ", QUIET)), said(value), width)
    if origin.sources:
        rows += [NOTHING, *quoted_rows(origin.sources, width)]
    return rows


def text_box(text: str, audience: str, width: int) -> list[Content]:
    """A text in the line that says who can read it."""
    return box(paragraph(text, width - 4), width, LEAVES, foot=f"↗ {audience}" if audience else "")


def _share_keys(item: ShareLine, width: int) -> list[Content]:
    keys: list[tuple[str, str]] = []
    if item.mine_to_answer:
        keys.append(("list.open", "read and answer"))
    if item.may_answer:
        keys.append(("list.open", "answer anew"))
    if item.mine_to_publish:
        keys.append(("highlights.publish", "publish"))
    if not item.over:
        keys.append(("highlights.exact", "exact JSON"))
    if item.can_withdraw:
        keys.append(("highlights.withdraw", "take back"))
    return [NOTHING, *_keys(width, *keys)] if keys else []


def _keys(width: int, *keys: tuple[str, str]) -> list[Content]:
    """`o where from   + react`: keys that work on this entry, as many to a row as fit."""
    return lined([command_hint(id_, words, SOFT) for id_, words in keys], width)
