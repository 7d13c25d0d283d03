"""Everything one can do, declared once: keys, palette, slash commands, footer, help, docs/keys.md are made of it."""

from __future__ import annotations

from collections.abc import Iterable, Mapping

from textual.binding import Binding

from nookterm.domain.records import dataclass
from nookterm.tui import (
    account_commands,
    calling_commands,
    caring_commands,
    column_commands,
    desk_commands,
    file_commands,
    layout_commands,
    message_commands,
    nook_commands,
    people_commands,
    record_commands,
    room_list_commands,
    search_commands,
    seen_commands,
    settings_commands,
    sharing_commands,
    tour_commands,
    trust_commands,
    upgrade_commands,
)
from nookterm.tui.command_fields import Fields

_ACTIONS = {
    "list.up": "step(-1)",
    "list.down": "step(1)",
    "list.page_up": "leap(-1)",
    "list.page_down": "leap(1)",
    "list.open": "open",
    "list.keys": "app.help",
    "list.first": "edge(0)",
    "list.last": "edge(-1)",
    "composer.page_up": "page(-1)",
    "composer.page_down": "page(1)",
    "composer.older": "recall(-1)",
    "composer.newer": "recall(1)",
    **column_commands.ACTIONS,
    **layout_commands.ACTIONS,
    **desk_commands.ACTIONS,
    **nook_commands.ACTIONS,
    **record_commands.ACTIONS,
    **room_list_commands.ACTIONS,
    **people_commands.ACTIONS,
    **sharing_commands.ACTIONS,
}
"""Commands whose action takes an argument."""
_GO = {
    "previous_room": "screen.room(-1)",
    "next_room": "screen.room(1)",
    "next_unread": "screen.room(1, True)",
    "about": "screen.about",
    "column": "screen.column",
}
"""Ways about the main screen that are more than showing a place."""


@dataclass(frozen=True, slots=True)
class Command:
    """One thing that one can do. Its action is on the screen or pane of its context."""

    id: str
    title: str
    help: str
    keys: tuple[str, ...] = ()
    vim_keys: tuple[str, ...] = ()
    """More keys of the `vim` preset."""
    slash: str = ""
    context: str = "global"

    @property
    def word(self) -> str:
        """The last part of its id."""
        return self.id.rpartition(".")[2]

    @property
    def action(self) -> str:
        """The Textual action. A message's commands go through the timeline to the screen."""
        if self.id in _ACTIONS:
            return _ACTIONS[self.id]
        if self.context == "timeline" and self.word != "first_unread":
            return f"want('{self.word}')"
        if self.id.startswith("go."):
            return _GO.get(self.word, f"screen.go('{self.word}')")
        return f"app.{self.word}" if self.id.startswith("app.") else self.word


def _made(plain: Iterable[Fields]) -> tuple[Command, ...]:
    return tuple(Command(*fields) for fields in plain)


def _global() -> tuple[Command, ...]:
    return (
        Command("app.jump", "Jump", "Go to a room by a few letters of its name", ("ctrl+g",), slash="/jump"),
        Command("app.palette", "Commands", "Find any command by its name", ("ctrl+p",)),
        Command("app.help", "Keys", "Show every key", ("f1",), slash="/help"),
        Command("go.previous_room", "Previous room", "Open the room above in the list", ("alt+up",)),
        Command("go.next_room", "Next room", "Open the room below in the list", ("alt+down",)),
        Command("go.next_unread", "Next unread", "Open the next room with something new", ("alt+a",)),
        Command("go.desk", "Desk", "Who and what waits for a facilitator", ("alt+d",), slash="/desk"),
        *_made(sharing_commands.EVERYWHERE),
        Command(
            "go.requests", "My requests", "Where you asked to join, and how it stands", ("alt+r",), slash="/requests"
        ),
        Command("go.directory", "Find a nook", "The nooks of this space", ("alt+n",), slash="/nooks"),
        *_made(trust_commands.EVERYWHERE),
        Command("go.about", "About", "What this room is for and who reads it", ("alt+i",), slash="/about"),
        *_made(column_commands.EVERYWHERE),
        *_made(layout_commands.EVERYWHERE),
        Command(
            "app.undo", "Undo", "Do not make the decision that drains, wherever you are", ("alt+u",), slash="/undo"
        ),
        Command("app.go_on", "Go on", "What stops sending here: look at it and decide", ("alt+g",), slash="/goon"),
        Command("app.compare", "Compare keys", "With the person whose identity changed here", ("alt+c",)),
        Command(
            "app.unsigned",
            "Unsigned devices",
            "For facilitators: let them take part here for a week, or end that",
            slash="/unsigned",
        ),
        Command("app.door", "Door", "For facilitators: close this nook's door to requests, or open it", slash="/door"),
        Command("app.plain", "Plain mode", "Only the conversation, or everything again", ("alt+p",), slash="/plain"),
        Command("app.density", "Density", "Airy or compact lines", slash="/density"),
        Command("app.theme", "Theme", "The next theme; /theme NAME picks one", slash="/theme"),
        Command("app.found_space", "Found a space", "Begin a community", slash="/found-space"),
        Command("app.found_nook", "Found a nook", "Begin a nook in this space", slash="/found-nook"),
        *_made(nook_commands.EVERYWHERE),
        *_made(caring_commands.EVERYWHERE),
        *_made(record_commands.EVERYWHERE),
        *_made(people_commands.EVERYWHERE),
        *_made(file_commands.EVERYWHERE),
        *_made(message_commands.EVERYWHERE),
        *_made(search_commands.EVERYWHERE),
        *_made(upgrade_commands.EVERYWHERE),
        *_made(seen_commands.EVERYWHERE),
        *_made(room_list_commands.EVERYWHERE),
        *_made(settings_commands.EVERYWHERE),
        *_made(calling_commands.EVERYWHERE),
        *_made(tour_commands.EVERYWHERE),
        Command("app.join", "Join", "Go into a room: /join #name:server, or an id", ("alt+j",), slash="/join"),
        Command("app.retry", "Try again", "Send unsent messages now", slash="/retry"),
        *_made(account_commands.EVERYWHERE),
        Command("app.sign_in", "Sign in again", "Where the server has ended this session", slash="/signin"),
        Command("app.quit", "Quit", "Leave nookterm", ("ctrl+q",), slash="/quit"),
    )


def _conversation() -> tuple[Command, ...]:
    timeline = "timeline"
    return (
        Command("timeline.answer", "Reply", "Answer this message", ("r",), context=timeline),
        Command(
            "timeline.thread", "Thread", "Show the answers to this message; Esc goes back", ("t",), context=timeline
        ),
        Command("timeline.edit", "Edit", "Change your own message", ("e",), context=timeline),
        Command(
            "timeline.react", "React", "Add a reaction; the same one again takes it back", ("plus",), context=timeline
        ),
        *_made(message_commands.MESSAGES),
        *_made(sharing_commands.MESSAGES),
        Command("timeline.copy", "Copy", "Copy the words", ("y",), context=timeline),
        Command("timeline.compare", "Compare keys", "Compare keys with who wrote this", ("v",), context=timeline),
        Command("timeline.readers", "Who reads this", "Who can read this room", ("i",), context=timeline),
        *_made(caring_commands.MESSAGES),
        *_made(file_commands.MESSAGES),
        *_made(search_commands.MESSAGES),
        *_made(seen_commands.MESSAGES),
        Command("timeline.first_unread", "First unread", "Go to the first new message", ("n",), context=timeline),
        Command(
            "timeline.compose",
            "Write",
            "Back to the composer; in one column to the rooms",
            ("escape",),
            ("a",),
            context=timeline,
        ),
    )


def _writing() -> tuple[Command, ...]:
    writing = "composer"
    return (
        Command("composer.send", "Send", "Send what you wrote", ("enter",), context=writing),
        Command(
            "composer.newline", "New line", "Begin a new line", ("alt+enter", "ctrl+j", "shift+enter"), context=writing
        ),
        Command("composer.complete", "Complete", "Take the chosen or the first suggestion", ("tab",), context=writing),
        Command(
            "composer.editor", "Editor", "Go on in your own editor ($VISUAL, $EDITOR)", ("ctrl+o",), context=writing
        ),
        Command(
            "composer.earlier",
            "Select or edit",
            "Empty: edit your last message, or select one",
            ("up",),
            context=writing,
        ),
        Command(
            "composer.leave",
            "Select",
            "To the messages; in one column once more goes to the rooms",
            ("escape",),
            context=writing,
        ),
        Command(
            "composer.page_up",
            "Earlier",
            "A page up in the conversation, while you write",
            ("pageup",),
            context=writing,
        ),
        Command("composer.page_down", "Later", "A page down in the conversation", ("pagedown",), context=writing),
        Command("composer.older", "Said before", "Bring back what you sent before", ("ctrl+up",), context=writing),
        Command("composer.newer", "Said after", "Forward again", ("ctrl+down",), context=writing),
    )


def _lists() -> tuple[Command, ...]:
    return (
        Command("list.up", "Up", "One up", ("up", "k"), context="list"),
        Command("list.down", "Down", "One down", ("down", "j"), context="list"),
        Command("list.page_up", "Page up", "A screenful up", ("pageup",), ("ctrl+b",), context="list"),
        Command("list.page_down", "Page down", "A screenful down", ("pagedown",), ("ctrl+f",), context="list"),
        Command("list.open", "Open", "Open what is chosen", ("enter",), ("l",), context="list"),
        Command("list.first", "First", "To the first", ("home",), ("g",), context="list"),
        Command("list.last", "Last", "To the last, in a conversation the newest", ("end",), ("G",), context="list"),
        Command("list.keys", "Keys", "Show every key", ("question_mark",), context="list"),
    )


def _panels() -> tuple[Command, ...]:
    directory, requests = "directory", "requests"
    return (
        Command("directory.ask", "Ask to join", "Ask, with the nook's questions", ("a",), context=directory),
        Command("directory.join", "Go in", "Go in where the door is open", ("e",), context=directory),
        Command("directory.open", "Open", "Open a nook that you are in", ("o",), context=directory),
        Command(
            "directory.look_up",
            "By address",
            "Look a nook or a space up by its address: /ask #name:server",
            ("f",),
            slash="/ask",
            context=directory,
        ),
        Command("directory.refresh", "Look again", "Read the list anew", ("ctrl+r",), context=directory),
        Command("directory.back", "Back", "Back to the conversation", ("escape",), context=directory),
        Command("requests.confirm", "Decide", "Say whether you know who asks, or go on", ("c",), context=requests),
        Command("requests.compare", "Compare keys", "Compare keys with who asks", ("v",), context=requests),
        Command("requests.withdraw", "Take back", "Take this request back", ("x",), context=requests),
        Command("requests.open", "Open", "Open the nook, or the room of the request", ("o",), context=requests),
        Command("requests.refresh", "Look again", "Look again", ("ctrl+r",), context=requests),
        *_made(sharing_commands.PANEL),
    )


def _forms() -> tuple[Command, ...]:
    asking, founding = "asking", "founding"
    return (
        Command("asking.ask", "Ask", "Send the request with these answers", ("alt+enter",), context=asking),
        Command("asking.leave", "Not now", "Back to the cards; the answers stay", ("escape",), context=asking),
        *_made(sharing_commands.FORMS),
        Command("founding.found", "Begin", "Begin the space or the nook", ("alt+enter",), context=founding),
        Command("founding.leave", "Not now", "Begin nothing", ("escape",), context=founding),
    )


COMMANDS: tuple[Command, ...] = (
    *_global(),
    *_conversation(),
    *_writing(),
    *_lists(),
    *_made(desk_commands.PANEL),
    *_made(record_commands.AT_THE_DESK),
    *_panels(),
    *_made(trust_commands.ELSEWHERE),
    *_made(nook_commands.ELSEWHERE),
    *_made(people_commands.ELSEWHERE),
    *_made(column_commands.PANEL),
    *_made(room_list_commands.PANEL),
    *_made(room_list_commands.MENU),
    *_made(trust_commands.PANELS),
    *_forms(),
    *_made(nook_commands.FORMS),
    *_made(record_commands.SCREEN),
    *_made(people_commands.SCREENS),
    *_made(caring_commands.FORMS),
    *_made(file_commands.FORMS),
    *_made(message_commands.FORMS),
    *_made(search_commands.SCREEN),
    *_made(upgrade_commands.SCREEN),
    *_made(account_commands.SCREEN),
    *_made(settings_commands.SCREENS),
    *_made(trust_commands.DIALOG),
    *_made(tour_commands.CARD),
)
CONTEXTS: Mapping[str, str] = {
    "global": "Everywhere",
    "timeline": "Messages",
    "composer": "Writing",
    "list": "In every list",
    "desk": "Desk",
    "directory": "Find a nook",
    "requests": "My requests",
    "asking": "Asking to join",
    "founding": "Beginning a space or nook",
    **nook_commands.CONTEXTS,
    **column_commands.CONTEXTS,
    **room_list_commands.CONTEXTS,
    **caring_commands.CONTEXTS,
    **file_commands.CONTEXTS,
    **message_commands.CONTEXTS,
    **search_commands.CONTEXTS,
    **upgrade_commands.CONTEXTS,
    **account_commands.CONTEXTS,
    **settings_commands.CONTEXTS,
    **record_commands.CONTEXTS,
    **people_commands.CONTEXTS,
    **sharing_commands.CONTEXTS,
    **trust_commands.CONTEXTS,
    **tour_commands.CONTEXTS,
}
"""Contexts and what people call them."""
NO_KEY = "no_key"
"""How Textual is told that a command has none: there is no such key on a keyboard."""
_NAMES = {
    "plus": "+", "minus": "-", "asterisk": "*", "slash": "/", "question_mark": "?", "exclamation_mark": "!",
    "escape": "Esc", "enter": "Enter", "tab": "Tab",
    "up": "↑", "down": "↓", "left": "←", "right": "→",
    "pageup": "PgUp", "pagedown": "PgDn", "home": "Home", "end": "End", "space": "space",
}  # fmt: skip


def bindings_for(context: str) -> list[Binding]:
    """The bindings of a context. Global ones work while one types, too; a command without a key can be given one."""
    return [
        Binding(
            ",".join(command.keys) or f"{NO_KEY}_{command.word}",
            command.action,
            command.title,
            tooltip=command.help,
            id=command.id,
            show=False,
            priority=context == "global",
        )
        for command in COMMANDS
        if command.context == context
    ]


def keymap_for(preset: str, own: Mapping[str, str]) -> dict[str, str]:
    """What differs from the plain keys: those that the `vim` preset adds, and a person's own, which win."""
    vim = {c.id: ",".join((*c.keys, *c.vim_keys)) for c in COMMANDS if c.vim_keys} if preset == "vim" else {}
    return {**vim, **{id_: keys for id_, keys in own.items() if any(c.id == id_ for c in COMMANDS)}}


def keys_of(command: Command, keymap: Mapping[str, str]) -> tuple[str, ...]:
    """The keys that work now."""
    mapped = keymap.get(command.id)
    return command.keys if mapped is None else tuple(filter(None, (key.strip() for key in mapped.split(","))))


def command(id_: str) -> Command:
    """A command by its id. Raises StopIteration for an unknown one."""
    return next(c for c in COMMANDS if c.id == id_)


def key_name(key: str) -> str:
    """A key as people read it: `^g`, `alt+d`, `Enter`."""
    if key.startswith("ctrl+"):
        last = key.removeprefix("ctrl+")
        return f"^{_NAMES.get(last, last)}"
    head, plus, last = key.rpartition("+")
    return (
        f"{head}{plus}{_NAMES.get(last, last)}"
        if plus
        else _NAMES.get(key, key.upper() if key.startswith("f") and key[1:].isdigit() else key)
    )
