"""Sessions and trust: which devices speak for us, whom we met, what keeps our keys, and what to do about each."""

from __future__ import annotations

from nookterm.domain.ids import DeviceId, UserId
from nookterm.tui.messages import CompareDevice, ComparePerson, WantRecovery
from nookterm.tui.screens.trust_forms import export_form, import_form, rename_form
from nookterm.tui.screens.trust_list import TrustList
from nookterm.tui.widgets.cards import BlockList
from nookterm.viewmodels.trust import LineKind, find_line


class TrustPane(TrustList):
    """What can be done. What cannot be taken back asks first, and is bound to the line that it named."""

    # --- on a line --------------------------------------------------------------------------------------------------

    def action_compare(self) -> None:
        """Compare keys with a device or a person."""
        if line := self.meant():
            if line.kind is LineKind.PERSON:
                self.post_message(ComparePerson(UserId(line.subject)))
            else:
                self.post_message(CompareDevice(None if line.here else DeviceId(line.subject)))

    def action_sign_out(self) -> None:
        """Sign another device out, once the row under the list has its answer."""
        if line := self.meant():
            device = DeviceId(line.subject)
            question = f"Sign out {line.name} ({device})? It forgets its keys; what only it could read is lost."
            self.ask(question, lambda: self.intend(self._panel.sign_out(device)), "sign it out")

    def action_rename(self) -> None:
        """Give a device another name."""
        if line := self.meant():
            self.open(rename_form(self._panel, DeviceId(line.subject), line.name))

    def action_bar(self) -> None:
        """Shut a device out, or let it in again."""
        line = self.meant()
        if line is None:
            return
        device, bar = DeviceId(line.subject), not line.barred
        if bar:
            question = f"Shut {line.name} ({device}) out of what is said from now on? It stays signed in."
        else:
            question = f"Let {line.name} ({device}) read again what is said from now on?"
        act = "shut it out" if bar else "let it in"
        self.ask(question, lambda: self.intend(self._panel.bar(device, barred=bar)), act)

    def action_accept(self) -> None:
        """Go on unverified with somebody whose keys changed."""
        if line := self.meant():
            user, shown = UserId(line.subject), line.shown
            question = f"Go on with {line.name} unverified? Ask them first whether they have begun anew."
            self.ask(question, lambda: self.intend(self._panel.accept(user, shown)), "go on unverified")

    def action_forbid(self) -> None:
        """End a room's exception."""
        line = self.meant()
        if line is not None and (room_id := line.room_id) is not None:
            question = f"End the exception in {line.name}? Unsigned devices read nothing there from then on."
            self.ask(question, lambda: self.intend(self._panel.forbid(room_id)), "end it")

    # --- keys -------------------------------------------------------------------------------------------------------

    def action_backup(self) -> None:
        """Turn the backup on, or bring its keys here; what is wrong stands in its line."""
        line = find_line(self._panel.view, "backup")
        if line is None:
            return
        self.query_one(BlockList).choose("backup")
        if "trust.back_up" in line.actions:
            question = "Keep your message keys on the server, sealed with your recovery key?"
            self.ask(question, lambda: self.intend(self._panel.back_up()), "turn it on")
        elif "trust.restore" in line.actions:
            question = "Bring the keys in the backup to this device? Older messages open with them."
            self.ask(question, lambda: self.intend(self._panel.restore()), "bring them here")

    def action_recovery(self) -> None:
        """Hand over to the screen of the recovery key."""
        self.post_message(WantRecovery())

    def action_export(self) -> None:
        """Write keys into a file."""
        self.open(export_form(self._panel))

    def action_import(self) -> None:
        """Read keys from a file."""
        self.open(import_form(self._panel))

    def action_stop(self) -> None:
        """Stop what goes on."""
        self.intend(self._panel.stop())
