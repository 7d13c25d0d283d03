"""The way back in from the running client, where the server has ended the session."""

from __future__ import annotations

from nookterm.tui.choosing import ChoosingApp
from nookterm.viewmodels.status import SIGNED_OUT


class SigningInApp(ChoosingApp, inherit_bindings=False):
    """An app around the main screen, with the page that signs in again."""

    @property
    def is_signed_out(self) -> bool:
        """Whether the server has ended the session."""
        return self._shell.status.view.connection == SIGNED_OUT

    def action_sign_in(self) -> None:
        """Sign in again, where the session has ended."""
        if not self.is_signed_out:
            self.notify("You are signed in.", markup=False)
            return
        from nookterm.tui.screens.returning import ReturnScreen

        if not isinstance(self.screen, ReturnScreen):
            self.push_screen(ReturnScreen(self._shell.returning), self._returned)

    def _returned(self, done: bool | None) -> None:  # noqa: FBT001 - a screen's result comes by place
        if done:
            self.notify("You are signed in again.", markup=False)
