"""The ways between a closed room and the next: forward by the bar, back by the first line; and upgrading."""

from __future__ import annotations

from textual import on

from nookterm.tui.message_acting import MessageApp
from nookterm.tui.messages import GoOnward, OpenRoom


class UpgradeApp(MessageApp, inherit_bindings=False):
    """An app with the page about rooms that go on, which is loaded when it is first wanted."""

    def takes(self, word: str, rest: str) -> bool:
        """Carry out a command that was typed with words behind it. False: it is another one."""
        if word != "/upgrade" or not rest:
            return super().takes(word, rest)
        self._onward(rest)
        return True

    @on(GoOnward)
    def _go_onward(self, event: GoOnward) -> None:
        event.stop()
        self._onward(None)

    def action_upgrade(self) -> None:
        """What upgrading the open room means."""
        self._onward("")

    def action_upgraded(self) -> None:
        """The room that the open one goes on from."""

        async def back() -> None:
            old = await self._shell.people.onward.older()
            if old is None:
                self.notify("This room goes on from no other one that is known here.", markup=False)
            else:
                self._main.post_message(OpenRoom(old))

        self.run_worker(back(), group="intents")

    def _onward(self, version: str | None) -> None:
        if self.screen is self._main:
            from nookterm.tui.screens.onward import OnwardScreen

            self.push_screen(OnwardScreen(self._shell.people.onward, version))
