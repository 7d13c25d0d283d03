"""The ways into searching: everywhere, in this room, what names us, what is new."""

from __future__ import annotations

from textual import on

from nookterm.tui.messages import SearchHere
from nookterm.tui.upgrade_acting import UpgradeApp


class SearchApp(UpgradeApp, inherit_bindings=False):
    """An app with the search screen, which is loaded when it is first wanted."""

    def takes(self, word: str, rest: str) -> bool:
        """Carry out a command that was typed with words behind it. False: it is another one."""
        lines = {"/search": "", "/mentions": "is:mention ", "/unread": "is:unread "}
        if word not in lines or not rest:
            return super().takes(word, rest)
        self._search(f"{lines[word]}{rest} ")
        return True

    def action_search(self) -> None:
        """Find messages; what was looked for last is there again."""
        self._search(None)

    def action_mentions(self) -> None:
        """Every message that names us."""
        self._search("is:mention ")

    def action_unread(self) -> None:
        """Every room with something new."""
        self._search("is:unread ")

    @on(SearchHere)
    def _search_here(self, event: SearchHere) -> None:
        event.stop()

        async def begin() -> None:
            self._search(await self._shell.search.line_in(self._shell.timeline.view.room_id))

        self.opening(begin())

    def _search(self, line: str | None) -> None:
        if self.screen is self._main:
            from nookterm.tui.screens.search import SearchScreen

            self.push_screen(SearchScreen(self._shell.search, line))
