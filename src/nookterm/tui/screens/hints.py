"""Which keys the footer names: those that work where the keyboard is, most useful first."""

from __future__ import annotations

from textual.actions import parse
from textual.widget import Widget

from nookterm.tui.commands import Command, command
from nookterm.tui.screens.beside import Beside
from nookterm.tui.screens.message_menu import acts_for
from nookterm.tui.widgets.about import About
from nookterm.tui.widgets.composer import Composer, is_command
from nookterm.tui.widgets.footer import Hint
from nookterm.tui.widgets.timeline import Timeline
from nookterm.tui.widgets.tree import Tree

_EVERYWHERE: tuple[Hint, ...] = (("app.jump", ""), ("app.palette", ""), ("app.help", ""))
_TREE = (("list.open", ""), ("tree.filter", ""), ("tree.menu", "menu"), ("go.next_unread", ""), *_EVERYWHERE)
_TOUR = (("tour.next", ""), ("tour.back", ""), ("tour.end", ""), *_EVERYWHERE)
_PANELS: dict[str, tuple[Hint, ...]] = {
    "desk": (
        ("desk.undo", ""), ("desk.approve", ""), ("desk.decline", ""), ("desk.greet", ""), ("desk.fix", ""),
        ("desk.claim", ""), ("desk.vet", ""), ("desk.waitlist", ""), ("desk.snooze", ""), ("desk.mark", ""),
        ("desk.filter", ""), ("app.help", ""),
    ),
    "highlights": (
        ("list.open", "read"), ("highlights.stop", ""), ("highlights.publish", ""), ("highlights.ask", ""),
        ("highlights.form", ""), ("highlights.write", ""), ("highlights.origin", ""), ("highlights.withdraw", ""),
        ("highlights.react", ""), ("highlights.exact", ""), ("app.help", ""),
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

_FORMS: tuple[tuple[str, tuple[Hint, ...]], ...] = (
    ("AskForm", (("asking.ask", "ask to join"), ("asking.leave", ""), ("app.help", ""))),
    (
        "ShareForm",
        (
            ("sharing.share", "ask"),
            ("sharing.next", "next"),
            ("sharing.blank", "blank"),
            ("sharing.exact", "JSON"),
            ("sharing.leave", ""),
            ("app.help", ""),
        ),
    ),
    (
        "ConsentForm",
        (
            ("consenting.named", ""),
            ("consenting.anonymous", "unnamed"),
            ("consenting.refuse", ""),
            ("consenting.words", ""),
            ("consenting.exact", "JSON"),
            ("consenting.leave", ""),
            ("app.help", ""),
        ),
    ),
    ("ExactView", (("exact.leave", ""), ("app.help", ""))),
)


def hints_for(place: str, focused: Widget | None, pane: Widget | None = None) -> tuple[Hint, ...]:
    """The hints; where there is less room those before the last fall away first. A panel names what works now."""
    if isinstance(focused, Tree) or (focused is not None and focused.id == "tour"):
        return _TREE if isinstance(focused, Tree) else _TOUR
    if isinstance(focused, Timeline):
        return _among_messages(focused)
    if isinstance(focused, Composer) and focused.stopped:
        return (("app.go_on", "what to do"), *_EVERYWHERE)
    if isinstance(focused, Composer):
        return _while_writing(focused)
    if focused is not None and _is_in(focused, Beside.__name__):
        # In the place of the conversation it has a way back.
        back: tuple[Hint, ...] = (("column.back", ""),) if focused.screen.has_class("-about") else ()
        about = (("about.charter", ""), ("about.facilitators", ""), ("about.compare", ""), *back, *_EVERYWHERE)
        listed = (("list.open", ""), ("column.next", "next face"), ("column.back", ""), *_EVERYWHERE)
        return about if isinstance(focused, About) else listed
    form = next((hints for kind, hints in _FORMS if focused and _is_in(focused, kind)), None)
    if form:
        return form
    offered = _PANELS.get(place, _EVERYWHERE)
    return tuple(hint for hint in offered if pane is None or _works(pane, hint))


def _while_writing(focused: Composer) -> tuple[Hint, ...]:
    up, leave = focused.ways_out
    out: tuple[Hint, ...] = (("composer.leave", leave),) if leave else ()
    if not focused.text:
        desk: tuple[Hint, ...] = () if leave else (("go.desk", ""),)
        return (*out, ("composer.earlier", up), *_EVERYWHERE[:2], *desk, _EVERYWHERE[2])
    # Enter takes a suggestion that was chosen by hand: the row with it says so.
    sends = "do it" if is_command(focused.text) else ""
    send: tuple[Hint, ...] = (("composer.send", sends),) if focused.chosen is None else ()
    return (*send, *out, ("composer.newline", ""), *_EVERYWHERE)


def _among_messages(focused: Timeline) -> tuple[Hint, ...]:
    if count := len(focused.marks):
        return (
            ("timeline.share", f"share {count} message{'' if count == 1 else 's'}"), ("timeline.mark", ""),
            ("timeline.compose", "none"), ("list.keys", ""),
        )  # fmt: skip
    back = "rooms" if focused.screen.has_class("-one") else "write"
    said = focused.chosen
    fits = {id_ for id_, _ in acts_for(said, focused.view)} if said else set()
    about: tuple[Hint, ...] = (
        ("timeline.vote", ""), ("timeline.answer", ""), ("timeline.react", ""), ("timeline.edit", ""),
        ("timeline.share", "share"), ("timeline.redact", ""),
    )  # fmt: skip
    ways = (("timeline.compose", back), ("app.palette", ""), ("list.keys", ""))
    return (*(hint for hint in about if hint[0] in fits), *ways)


def _is_in(focused: Widget, kind: str) -> bool:
    """By the name of the class: a form that nobody opened is not loaded for this."""
    return any(type(widget).__name__ == kind for widget in focused.ancestors_with_self)


def _works(pane: Widget, hint: Hint) -> bool:
    found = command(hint[0])
    return found.context == "global" or works_now(pane, found)


def works_now(pane: Widget, found: Command) -> bool:
    """Whether a panel offers this command now."""
    _, name, parameters = parse(found.action)
    return pane.check_action(name, parameters) is not False
