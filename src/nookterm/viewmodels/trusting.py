"""Sessions and trust at work: what a person can do about devices, people, keys and exceptions."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

from nookterm.client.backup_state import BackupStep
from nookterm.client.errors import NotAllowed
from nookterm.client.ports import Secret
from nookterm.domain.ids import DeviceId, RoomId, UserId
from nookterm.domain.safe_text import safe_line
from nookterm.viewmodels.hub import Hub
from nookterm.viewmodels.names import known_name
from nookterm.viewmodels.trust_facts import note_devices, whose_keys_changed
from nookterm.viewmodels.trust_work import TrustWork


class TrustModel(TrustWork):
    """The intents of the place."""

    async def refresh(self) -> None:
        """Ask the server anew."""
        self._opened = True
        if self._hub and not self._hub.read_only:
            await self._work(self._look)

    async def _look(self, hub: Hub) -> str:
        trust, server = hub.session.trust, hub.session.gateway.key_server
        note_devices(hub, await server.own_devices())
        await trust.identity.look()
        await trust.backup.look()
        self._backup = None
        if changed := whose_keys_changed(hub):
            await server.query(changed)
        return ""

    # --- devices ----------------------------------------------------------------------------------------------------

    async def sign_out(self, device: DeviceId) -> None:
        """Sign another device out."""

        async def work(hub: Hub) -> str:
            from nookterm.client.proving import prove

            server, name = hub.session.gateway.key_server, self._name_of(device)
            confirm = self._confirm(hub, f"Sign out {name}")
            try:
                await prove(lambda auth: server.end_devices((device,), auth), confirm)
            except NotAllowed as problem:
                if problem.code == "not_confirmed":
                    return f"{name} stays signed in."
                raise
            finally:
                self.show(replace(self.view, ask=None))
            # Its signature stays good for ever: a server that shows it again must not have it trusted again.
            hub.session.gateway.identities.bar(hub.session.gateway.user_id, device, barred=True)
            await server.query([hub.session.gateway.user_id])
            note_devices(hub, await server.own_devices())
            return f"{name} is signed out."

        await self._work(work)

    async def rename(self, device: DeviceId, name: str) -> str:
        """Give a device another name."""

        async def work(hub: Hub) -> str:
            await hub.session.gateway.key_server.rename_device(device, name)
            note_devices(hub, await hub.session.gateway.key_server.own_devices())
            return ""

        return await self._work(work, told=True)

    async def bar(self, device: DeviceId, *, barred: bool) -> None:
        """Shut a device out, or let it in again."""

        async def work(hub: Hub) -> str:
            hub.session.gateway.identities.bar(hub.session.gateway.user_id, device, barred=barred)
            gets = "gets no keys any more" if barred else "gets keys again"
            return f"{self._name_of(device)} {gets}."

        await self._work(work)

    def _name_of(self, device: DeviceId) -> str:
        lines = (line for group in self.view.groups for line in group.lines if line.subject == device)
        return next((line.name for line in lines), safe_line(device))

    # --- people and rooms -------------------------------------------------------------------------------------------

    async def accept(self, user: UserId, shown: str) -> None:
        """Go on, unverified, with exactly the keys that were shown."""

        async def work(hub: Hub) -> str:
            people = hub.session.trust.people
            was_compared = str(people.standing(user).standing) == "violated"
            await (people.withdraw(user, shown) if was_compared else people.acknowledge(user, shown))
            return f"You go on with {known_name(hub, user)}, unverified."

        await self._work(work)

    async def forbid(self, room_id: RoomId) -> None:
        """End a room's exception."""

        async def work(hub: Hub) -> str:
            await hub.session.trust.exceptions.forbid(room_id)
            return "The exception has ended."

        await self._work(work)

    # --- keys -------------------------------------------------------------------------------------------------------

    async def back_up(self) -> None:
        """Turn the key backup on."""

        async def work(hub: Hub) -> str:
            backup = hub.session.trust.backup
            if backup.state().step is BackupStep.OFF:
                await backup.switch(on=True)
                return "The key backup is on."
            await backup.create()
            await backup.save_some()
            return "The key backup is on. Make a new recovery key: the old one does not open this backup."

        await self._while(work, "Turning the key backup on")

    async def restore(self) -> None:
        """Bring the keys of the backup here."""

        async def work(hub: Hub) -> str:
            count = await hub.session.trust.backup.restore(progress=self._progress)
            return f"{_keys(count)} came from the backup."

        await self._while(work, "Bringing keys from the backup")

    async def export(self, path: str, passphrase: str) -> str:
        """Write our keys into a file."""

        async def work(hub: Hub) -> str:
            from nookterm.client.key_files import export_keys

            count = await export_keys(hub.session, Path(path), Secret(passphrase), self._progress)
            return f"{_keys(count)} went into {safe_line(path)}."

        return await self._while(work, "Exporting keys", told=True)

    async def take_in(self, path: str, passphrase: str) -> str:
        """Read keys from a file."""

        async def work(hub: Hub) -> str:
            from nookterm.client.key_files import import_keys

            found = await import_keys(hub.session, Path(path), Secret(passphrase), self._progress)
            refused = sum(found.refused.values())
            rest = f", {refused} of no use" if refused else ""
            return f"{_keys(found.total)} in the file: {found.new + found.better} new here, {found.known} known{rest}."

        return await self._while(work, "Importing keys", told=True)


def _keys(count: int) -> str:
    return f"{count} {'key' if count == 1 else 'keys'}"
