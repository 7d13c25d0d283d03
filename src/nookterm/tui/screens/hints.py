"""Which keys the footer names: those that work where the keyboard is, most useful first."""

from __future__ import annotations

from textual.actions import parse
from textual.widget import Widget

from nookterm.tui.commands import Command, command
from nookterm.tui.widgets.about import About
from nookterm.tui.widgets.composer import Composer
from nookterm.tui.widgets.footer import Hint
from nookterm.tui.widgets.forms_ask import AskForm
from nookterm.tui.widgets.forms_share import ShareForm
from nookterm.tui.widgets.timeline import Timeline
from nookterm.tui.widgets.tree import Tree

_EVERYWHERE: tuple[Hint, ...] = (("app.jump", ""), ("app.palette", ""), ("app.help", ""))
_PANELS: dict[str, tuple[Hint, ...]] = {
    "desk": (
        ("desk.undo", ""), ("desk.approve", ""), ("desk.decline", ""), ("desk.greet", ""), ("desk.fix", ""),
        ("desk.claim", ""), ("desk.vet", ""), ("desk.waitlist", ""), ("desk.snooze", ""), ("desk.mark", ""),
        ("desk.filter", ""), ("app.help", ""),
    ),
    "highlights": (
        ("highlights.named", ""), ("highlights.refuse", ""), ("highlights.publish", ""), ("highlights.withdraw", ""),
        ("app.help", ""),
    ),
    "requests": (
        ("requests.confirm", ""), ("requests.compare", ""), ("requests.withdraw", ""), ("requests.open", ""),
        ("app.help", ""),
    ),
    "directory": (
        ("directory.ask", ""), ("directory.join", ""), ("directory.open", ""), ("directory.look_up", ""),
        ("app.help", ""),
    ),
    "trust": (("trust.refresh", ""), ("app.palette", ""), ("app.help", "")),
}  # fmt: skip

_FORMS: tuple[tuple[type[Widget], tuple[Hint, ...]], ...] = (
    (AskForm, (("asking.ask", "ask to join"), ("asking.leave", ""), ("app.help", ""))),
    (ShareForm, (("sharing.share", ""), ("sharing.leave", ""), ("app.help", ""))),
)


def hints_for(place: str, focused: Widget | None, pane: Widget | None = None) -> tuple[Hint, ...]:
    """The hints; where there is less room those before the last fall away first. A panel names what works now."""
    if isinstance(focused, Tree):
        return (("list.open", ""), ("go.next_unread", ""), *_EVERYWHERE)
    if isinstance(focused, Timeline):
        back = "rooms" if focused.screen.has_class("-one") else "write"
        return (
            ("timeline.answer", ""), ("timeline.react", ""), ("timeline.edit", ""), ("timeline.share", "share"),
            ("timeline.redact", ""), ("timeline.compose", back), ("list.keys", ""),
        )  # fmt: skip
    if isinstance(focused, Composer) and focused.stopped:
        return (("app.go_on", "what to do"), *_EVERYWHERE)
    if isinstance(focused, Composer):
        if not focused.text:
            return (("composer.earlier", "select"), *_EVERYWHERE[:2], ("go.desk", ""), _EVERYWHERE[2])
        return (("composer.send", ""), ("composer.newline", ""), *_EVERYWHERE)
    if isinstance(focused, About):
        return (("about.charter", ""), ("about.facilitators", ""), ("about.compare", ""), *_EVERYWHERE)
    form = next((hints for kind, hints in _FORMS if focused and isinstance(focused.parent, kind)), None)
    if form:
        return form
    offered = _PANELS.get(place, _EVERYWHERE)
    return tuple(hint for hint in offered if pane is None or _works(pane, hint))


def _works(pane: Widget, hint: Hint) -> bool:
    found = command(hint[0])
    return found.context == "global" or works_now(pane, found)


def works_now(pane: Widget, found: Command) -> bool:
    """Whether a panel offers this command now."""
    _, name, parameters = parse(found.action)
    return pane.check_action(name, parameters) is not False
