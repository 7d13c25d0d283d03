"""Which keys the footer names: those that work where the keyboard is, most useful first."""

from __future__ import annotations

from textual.widget import Widget

from nookterm.tui.widgets.composer import Composer
from nookterm.tui.widgets.footer import Hint
from nookterm.tui.widgets.timeline import Timeline
from nookterm.tui.widgets.tree import Tree

_EVERYWHERE: tuple[Hint, ...] = (("app.jump", ""), ("app.palette", ""), ("app.help", ""))
_PANELS: dict[str, tuple[Hint, ...]] = {
    "desk": (
        ("desk.approve", ""), ("desk.decline", ""), ("desk.claim", ""), ("desk.vet", ""), ("desk.undo", ""), ("app.help", ""),
    ),
    "highlights": (
        ("highlights.named", ""), ("highlights.refuse", ""), ("highlights.publish", ""), ("highlights.withdraw", ""), ("app.help", ""),
    ),
    "requests": (("requests.withdraw", ""), ("requests.open", ""), ("app.help", "")),
    "directory": (("directory.ask", ""), ("directory.join", ""), ("directory.open", ""), ("app.help", "")),
}  # fmt: skip


def hints_for(place: str, focused: Widget | None) -> tuple[Hint, ...]:
    """The hints, in the order in which they fall away from the end."""
    if isinstance(focused, Tree):
        return (("tree.open", ""), ("go.next_unread", ""), *_EVERYWHERE)
    if isinstance(focused, Timeline):
        return (
            ("timeline.answer", ""), ("timeline.react", ""), ("timeline.edit", ""), ("timeline.share", "share"),
            ("timeline.redact", ""), ("timeline.compose", "write"), ("timeline.keys", ""),
        )  # fmt: skip
    if isinstance(focused, Composer):
        return (("composer.send", ""), ("composer.newline", ""), *_EVERYWHERE)
    return _PANELS.get(place, _EVERYWHERE)
