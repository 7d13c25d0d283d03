"""A field in which words are completed: when it looks for suggestions, and which keys a row of them takes."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable

from textual.message import Message
from textual.widgets import TextArea

from nookterm.domain.ids import UserId
from nookterm.domain.records import dataclass
from nookterm.tui.commands import COMMANDS
from nookterm.tui.emoji_names import find_emoji
from nookterm.tui.path_names import names_in
from nookterm.viewmodels.completing import (
    Asked,
    Kind,
    RoomAddress,
    Suggestion,
    asked_at,
    commands_for,
    emoji_for,
    paths_for,
    people_for,
    rooms_for,
    settings_for,
)
from nookterm.viewmodels.settings import SettingRow

_EMOJI_LOOKED_AT = 5_000
"""All that there are: how many more fit stands in the row."""
_RECENT = 12
_BEFORE_WORDS = (
    ("/me", "What you do: /me waves"),
    ("/raw", "As it stands, without Markdown: /raw *words*"),
    ("/spoiler", "Hidden until somebody opens it: /spoiler WORDS, or why|WORDS"),
)
"""What stands before words that are sent."""
_WANT_WORDS = frozenset({
    *(word for word, _ in _BEFORE_WORDS), "/date", "/follow", "/join", "/set", "/upload",
})  # fmt: skip
"""What is nothing without words behind it."""
_COMMANDS = (
    *_BEFORE_WORDS,
    *((command.slash, command.help) for command in COMMANDS if command.slash),
)


async def _no_rooms() -> tuple[RoomAddress, ...]:
    return ()


class CompletingField(TextArea):
    """Posts what could be meant. Enter takes only what was chosen by hand, Tab takes the first."""

    @dataclass
    class Suggested(Message):
        """Other suggestions fit now, or another one is chosen."""

        found: tuple[Suggestion, ...]
        chosen: int | None

    people: tuple[tuple[str, UserId], ...] = ()
    """Who can be mentioned."""
    everybody = 0
    """How many others `@room` calls; 0 where one may not."""
    rooms_of: Callable[[], Awaitable[tuple[RoomAddress, ...]]] = staticmethod(_no_rooms)
    """Gives the rooms that can be named."""
    settings_of: Callable[[], tuple[SettingRow, ...]] = staticmethod(tuple)
    """Gives the settings that there are."""
    found: tuple[Suggestion, ...] = ()
    chosen: int | None = None
    refused = ""
    """Words that came to nothing: the row says why, and suggests nothing until they are others."""
    _asked: Asked | None = None
    _shut: tuple[int, int] | None = None
    """The word, by its place, for which the row was closed."""
    _recent: tuple[str, ...] = ()
    """Emoji that were taken lately, the last one first."""

    def look(self) -> None:
        """Suggest what fits the word at the cursor."""
        line, column = self.cursor_location
        writes = self.has_focus and not self.read_only and self.selection.is_empty
        before = self.document.get_line(line)[:column]
        asked = asked_at(before, first_line=line == 0) if writes and self.text != self.refused else None
        if asked == self._asked:
            return
        last, self._asked = self._asked, asked
        if asked is None or self._shut != (line, asked.start):
            self._shut = None
        if asked is None or self._shut:
            self._suggest(())
        elif asked.kind is Kind.COMMAND:
            self._suggest(commands_for(asked.typed, _COMMANDS))
        elif asked.kind is Kind.SETTING:
            self._suggest(settings_for(asked.typed, self.settings_of()))
        elif asked.kind is Kind.PERSON:
            self._suggest(people_for(asked.typed, self.people, self.everybody))
        else:
            if last is None or (last.kind, last.start) != (asked.kind, asked.start):
                self._suggest(())
            self.run_worker(self._find(asked), group="completion", exclusive=True)

    async def _find(self, asked: Asked) -> None:
        """What takes a moment: the rooms of the account, a library with its names, a folder."""
        if asked.kind is Kind.ROOM:
            found = rooms_for(asked.typed, await self.rooms_of())
        elif asked.kind is Kind.EMOJI:
            named = await asyncio.to_thread(find_emoji, asked.typed, _EMOJI_LOOKED_AT)
            found = emoji_for(named, self._recent)
        else:
            found = paths_for(asked.typed, await asyncio.to_thread(names_in, asked.typed))
        if asked == self._asked and not self._shut:
            self._suggest(found)

    def _suggest(self, found: tuple[Suggestion, ...], chosen: int | None = None) -> None:
        if (found, chosen) != (self.found, self.chosen):
            self.found, self.chosen = found, chosen
            self.post_message(self.Suggested(found, chosen))

    def on_text_area_selection_changed(self) -> None:
        """The cursor went elsewhere."""
        self.look()

    def on_blur(self) -> None:
        """Nobody writes here now."""
        self._asked = None
        self._suggest(())

    def completes_by(self, key: str) -> bool:
        """Whether the row takes this key; then it is done. ← and → move the cursor until something is chosen in it."""
        if not self.found:
            return False
        last, at = len(self.found) - 1, self.chosen
        if key == "down" or (key == "right" and at is not None):
            self.choose(0 if at is None or at == last else at + 1)
        elif key == "up" or (key == "left" and at is not None):
            self.choose(at - 1 if at else last)
        elif key == "escape" and self._asked is not None:
            self._shut = (self.cursor_location[0], self._asked.start)
            self._suggest(())
        elif key == "enter" and self.chosen is not None:
            self.take(self.chosen)
        else:
            return False
        return True

    def choose(self, number: int) -> None:
        """Choose this one by hand: Enter takes it then."""
        if 0 <= number < len(self.found):
            self._suggest(self.found, number)

    def action_complete(self) -> None:
        """Take what is chosen, else the first that can be taken; without any, on to the next place."""
        if not self.found:
            self.screen.focus_next()
            return
        first = next((number for number, one in enumerate(self.found) if one.insert), 0)
        self.take(first if self.chosen is None else self.chosen)

    def take(self, number: int) -> bool:
        """A suggestion takes the word's place. Gives whether the line is a whole order then."""
        asked, found = self._asked, self.found[number : number + 1]
        if asked is None or not found or not found[0].insert:
            return False
        line, column = self.cursor_location
        insert = found[0].insert
        if asked.kind is Kind.EMOJI:
            self._recent = (insert, *(one for one in self._recent if one != insert))[:_RECENT]
        after = "" if asked.kind is Kind.PATH else " "
        self._suggest(())
        self.replace(insert + after, (line, asked.start), (line, column))
        value = asked.kind is Kind.SETTING and " " in asked.typed
        return value or (asked.kind is Kind.COMMAND and insert not in _WANT_WORDS)
