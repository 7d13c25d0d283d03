"""The way to the dialog of comparing keys, from wherever one is."""

from __future__ import annotations

from textual import on

from nookterm.domain.ids import DeviceId, UserId
from nookterm.tui.messages import CompareDevice, ComparePerson
from nookterm.tui.screens.jump import Choice, ChooseScreen
from nookterm.tui.signing_in import SigningInApp
from nookterm.viewmodels.about import Someone
from nookterm.viewmodels.verify import Step


class ComparingApp(SigningInApp, inherit_bindings=False):
    """An app in which keys can be compared with people and with one's own devices."""

    def action_verify(self) -> None:
        """Look at what goes on; else begin with somebody in the open room."""
        self.opening(self._verify())

    async def _verify(self) -> None:
        panel = self._shell.verify
        if panel.view.step is Step.NONE:
            await panel.again()
        if panel.view.step is not Step.NONE:
            self.show_comparing()
            return
        people = [Choice(p.user, p.name, _about(p)) for p in self._shell.about.view.people]
        if people:
            self._choose(ChooseScreen("Compare keys with", lambda: people, "Enter asks them"), self._chosen)
        else:
            self.notify("Nobody asks to compare keys. Open a room to ask somebody who is in it.", markup=False)

    def _chosen(self, user: str | None) -> None:
        if user:
            self.run_worker(self._ask(UserId(user)), group="intents")

    @on(ComparePerson)
    def _wanted(self, event: ComparePerson) -> None:
        event.stop()
        self.run_worker(self._ask(event.user), group="intents")

    @on(CompareDevice)
    def _device_wanted(self, event: CompareDevice) -> None:
        event.stop()
        self.run_worker(self._ask_device(event.device), group="intents")

    async def _ask_device(self, device: DeviceId | None) -> None:
        await self._shell.verify.ask_device(device)
        self.show_comparing()

    async def _ask(self, user: UserId) -> None:
        await self._shell.verify.ask_person(user)
        self.show_comparing()

    def show_comparing(self) -> None:
        """Open the dialog over the main screen; never two of them."""
        from nookterm.tui.screens.verify import VerifyScreen  # the first frame does not wait for it

        if self.screen is self._main and self._shell.verify.view.step is not Step.NONE:
            self.push_screen(VerifyScreen(self._shell.verify))


def _about(someone: Someone) -> str:
    """Id, role, and how sure one is of them."""
    verified = "verified" if someone.shield == "verified" else ""
    return " · ".join(filter(None, (someone.user, someone.role, verified or someone.note)))
