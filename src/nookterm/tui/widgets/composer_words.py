"""What the composer says of itself: what is being written, and what the keys that lead out of it do now."""

from __future__ import annotations

from nookterm.tui.own_keys import own_key
from nookterm.tui.widgets.onward_bar import KINDS
from nookterm.viewmodels.timeline import TimelineView, Words

SELECT = "select"


def edits_last(view: TimelineView) -> bool:
    """Whether ↑ in an empty composer changes one's own words: they are the newest here, and the server has them."""
    said = next((e for e in reversed(view.entries) if isinstance(e, Words)), None)
    return said is not None and not (said.colour or said.redacted or said.state or said.poll)


def up_word(view: TimelineView) -> str:
    """What ↑ does in an empty composer."""
    return "edit your last" if edits_last(view) else SELECT


def leave_word(view: TimelineView) -> str:
    """What Esc ends, the last begun first; empty where it only leads to the messages."""
    if view.editing:
        return "leave the edit"
    if view.answering:
        return "no answer"
    return "leave the thread" if view.thread else ""


def title_of(view: TimelineView) -> str:
    """The title in the line around the field."""
    if view.blocked is not None and view.blocked.kind in KINDS:
        comes = view.blocked.kind == "closed" and view.blocked.yes
        return "Closed: what you write comes along" if comes else "This room is closed"
    if view.blocked is not None:
        return f"Not sent: {view.blocked.short}"
    if view.editing:
        return f"Change your message · {own_key('composer.leave')} leaves it as it is"
    if view.answering:
        return f"Answer {view.answering.author}"
    return "Write in this thread" if view.thread else f"Write to {view.title}"
