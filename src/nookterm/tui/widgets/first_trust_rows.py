"""The pages of making a device trusted, as rows: what stands above the field, page by page."""

from __future__ import annotations

from textual.content import Content

from nookterm.domain.safe_text import safe_line
from nookterm.tui.widgets.cards_text import (
    KEY,
    NOTHING,
    QUIET,
    SAFE,
    SOFT,
    STRONG,
    TEXT,
    WAITING,
    WARN,
    hanging,
    meter,
    row,
    said,
    wrapped,
)
from nookterm.tui.widgets.way_in import way_in
from nookterm.viewmodels.first_trust import FirstTrustView, Stage

_NOW = 2
_GROUPS_A_ROW = 4
_METER = 40
_LONGEST_LINK = 2000
_NARROWEST = 20
"""Cells of a row with a part of a link, whatever the terminal has."""

_OFFER = (
    "Your devices sign each other, so that nobody, not even your server, can add one and read along. "
    "You get a recovery key for the day when none of them is at hand."
)
LOST = (
    "Everybody whom you have compared keys with has to be compared again, and sees that your keys changed.",
    "Your other devices have to be trusted again, one by one.",
    "The backup is replaced: messages that only the old one could open stay closed.",
    "The old recovery key opens nothing any more.",
)
"""What another identity means; the command line says the same (cli/commands/trust.py)."""


def step_row(view: FirstTrustView, width: int) -> Content:
    """Where one is on the way in."""
    done = view.stage is Stage.DONE
    return way_in(_NOW + done, width, between=done)


def page_rows(view: FirstTrustView, width: int, *, saving: bool, low: bool) -> list[Content]:
    """What the page says; `low`: there are few rows."""
    pages = {
        Stage.LOOKING: lambda: [row(("Looking how your account stands", QUIET))],
        Stage.AWAY: lambda: _text("Your server could not be asked", ("Nothing was changed.",), width),
        Stage.OFFER: lambda: _text(
            "Make this device yours",
            (_OFFER,),
            width,
        ),
        Stage.UNLOCK: lambda: _unlock(view, width, brief=low and view.notice is not None),
        Stage.KEY: lambda: _key(view, width, saving=saving),
        Stage.PROVE: lambda: _text(
            "Is it noted?",
            (f"Type group {view.group} of your recovery key, from where you noted it.",),
            width,
        ),
        Stage.REPLACE: lambda: _replace(width),
        Stage.CONFIRM: lambda: _confirm(view, width),
        Stage.WORKING: lambda: _working(view),
        Stage.DONE: lambda: _done(view, width),
    }
    return pages[view.stage]()


def _text(head: str, sentences: tuple[str, ...], width: int) -> list[Content]:
    rows = wrapped(said(head, STRONG), width=width)
    for sentence in sentences:
        rows += wrapped(said(sentence, SOFT), width=width)
    return rows


def _unlock(view: FirstTrustView, width: int, *, brief: bool) -> list[Content]:
    who = row(("You are signed in as ", SOFT), (view.user, TEXT), (" on ", SOFT), (view.server, TEXT), (". ", SOFT))
    why = (
        "Messages are sealed. This device needs one proof that it is yours, and then it can read what was written "
        "before."
    )
    rows = [*wrapped(said("Open your older messages", STRONG), width=width)]
    if not brief:
        rows += wrapped(row(who, (why, SOFT)), width=width)
    if view.replaced:
        about = "Your identity was replaced on another device. If that was not you, somebody else has your account."
        rows += hanging(row(("! ", WARN)), said(about, WARN), width)
    if not view.storage:
        about = "No recovery key was made for this account: another device of yours can open it."
        rows += hanging(row(("○ ", WAITING)), said(about, SOFT), width)
    return rows


def _key(view: FirstTrustView, width: int, *, saving: bool) -> list[Content]:
    rows = wrapped(said("Your recovery key", STRONG), width=width)
    about = (
        "It opens your messages on a new device when none of yours is at hand. Keep it where you find it without this "
        "machine, and show it to nobody: your server does not have it, and nobody can give it to you again."
    )
    rows += wrapped(said(about, SOFT), width=width)
    rows.append(NOTHING)
    groups = view.key.reveal().split() if view.key else []
    for start in range(0, len(groups), _GROUPS_A_ROW):
        rows.append(
            row(*(part for group in groups[start : start + _GROUPS_A_ROW] for part in (("   ", TEXT), (group, KEY))))
        )
    if view.saved:
        rows += [NOTHING, *hanging(row(("✓ ", SAFE)), said(f"Written to {view.saved}", SOFT), width)]
    elif saving:
        rows += [NOTHING, *wrapped(said("A new file that only you can read:", SOFT), width=width)]
    return rows


def _replace(width: int) -> list[Content]:
    rows = wrapped(said("Another identity in place of yours", STRONG), width=width)
    rows += wrapped(
        said("Only if neither the recovery key nor another device is left. What it means:", SOFT), width=width
    )
    for sentence in LOST:
        rows += hanging(row(("! ", WARN)), said(sentence, TEXT), width)
    return rows


def _confirm(view: FirstTrustView, width: int) -> list[Content]:
    rows = wrapped(said("Your server wants to know that it is you", STRONG), width=width)
    if not view.link:
        rows += wrapped(said("The password of your account. It goes to this server only.", SOFT), width=width)
        if view.refused:
            rows += wrapped(row(("! ", WARN), ("That was not the password.", WARN)), width=width)
        return rows
    rows += wrapped(said("Open this page in a browser, say yes there, then go on here:", SOFT), width=width)
    link, room = safe_line(view.link, longest=_LONGEST_LINK), max(width, _NARROWEST)
    rows += [NOTHING, *(said(link[n : n + room], KEY) for n in range(0, len(link), room)), NOTHING]
    if view.refused:
        rows += wrapped(row(("! ", WARN), ("The server has not heard your yes yet.", WARN)), width=width)
    return rows


def _working(view: FirstTrustView) -> list[Content]:
    rows = [row((view.doing or "Working", SOFT))]
    if view.total:
        rows.append(row(meter(view.done, view.total + 1, _METER), (f"  {view.done} of {view.total}", QUIET)))
    return rows


def _done(view: FirstTrustView, width: int) -> list[Content]:
    rows = wrapped(said("This device is yours" if view.words else "This device is trusted", STRONG), width=width)
    words = view.words or ("It is signed by your identity, and others can read what it sends.",)
    for sentence in words:
        rows += hanging(row(("✓ ", SAFE)), said(sentence, SOFT), width)
    return rows
