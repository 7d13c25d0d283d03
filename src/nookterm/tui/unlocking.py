"""The way to the page that makes this device trusted: by itself after a first sign-in, and from wherever one is."""

from __future__ import annotations

from textual import on

from nookterm.tui.account_seat import at
from nookterm.tui.comparing import ComparingApp
from nookterm.tui.messages import OpenTrust, WantRecovery
from nookterm.tui.own_keys import in_own_keys
from nookterm.tui.read_only import is_read_only
from nookterm.viewmodels.first_trust import FirstTrustView

_NOT_YET = (
    "This device is not trusted yet: others could not read what it sends. "
    "Sessions and trust ({go.trust}) goes on with it."
)
_NOT_NOTED = "The recovery key is not noted yet. Sessions and trust ({go.trust}) shows it again."


class UnlockingApp(ComparingApp, inherit_bindings=False):
    """An app whose device may have to be made trusted."""

    def follow_trust(self) -> None:
        """Show the page when it is wanted."""
        panel, seat = self._shell.first_trust, self.seat

        def offer(view: FirstTrustView) -> None:
            with at(seat):
                self._offer_trust(view)

        def moved(view: FirstTrustView) -> None:
            if view.wanted and self.is_running:
                # From the engine's thread.
                self.call_later(offer, view)

        panel.watch(moved)
        offer(panel.view)

    def show_trust(self) -> None:
        """Show the page where it was wanted while another account was in front."""
        self._offer_trust(self._shell.first_trust.view)

    def _offer_trust(self, view: FirstTrustView) -> None:
        if view.wanted and self.screen is self._main:
            self.action_unlock()

    @on(OpenTrust)
    @on(WantRecovery)
    def action_unlock(self) -> None:
        """Make this device trusted, or see to the recovery key."""
        if is_read_only(self._shell.status.view):
            self.notify("Another nookterm has this account: do it there.", markup=False)
            return
        from nookterm.tui.screens.first_trust import FirstTrustScreen

        if not isinstance(self.screen, FirstTrustScreen):
            self.push_screen(FirstTrustScreen(self._shell.first_trust), self._unlocked)

    def _unlocked(self, how: str | bool | None) -> None:  # noqa: FBT001 - a screen's result comes by place
        from nookterm.tui.screens.first_trust import DEVICE, LATER

        view = self._shell.first_trust.view
        if how == DEVICE:
            self.run_worker(self._ask_device(None), group="intents")
        elif how == LATER and view.key:
            self.notify(in_own_keys(_NOT_NOTED), markup=False)
        elif how == LATER:
            self.notify(in_own_keys(_NOT_YET), markup=False)
