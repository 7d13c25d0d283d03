"""The accounts of a client with a screen: which one it begins with, and how each of the others is opened beside it."""

from __future__ import annotations

import os
from collections.abc import Awaitable, Callable, Sequence
from typing import TYPE_CHECKING

from nookterm.cli.live import follow_settings
from nookterm.cli.serving import carry_out_with
from nookterm.client.account import Parts
from nookterm.client.live_settings import LiveSettings
from nookterm.client.ports import Secret
from nookterm.client.retention import Retention
from nookterm.domain.forms import Locale
from nookterm.domain.records import dataclass
from nookterm.vault.choose import PASSPHRASE_FILE, VAULT_FILE
from nookterm.viewmodels.settings_work import SettingsModel
from nookterm.viewmodels.shell import ClientShell

if TYPE_CHECKING:  # The start waits for nothing that one account does not need.
    from nookterm.cli.passphrase import Passphrase
    from nookterm.client.account import OpenAccount
    from nookterm.client.engine import Engine
    from nookterm.client.session import Session
    from nookterm.viewmodels.accounts import AccountsPanel

ALL = "all"


@dataclass(frozen=True, slots=True)
class Shells:
    """Makes the shell of any account of this process, all alike."""

    parts: Parts
    engine: Engine
    live: LiveSettings
    system: Locale
    """What the system's language says; asked before there were threads."""
    beside: Sequence[Callable[[Session], Awaitable[None]]]
    """What is done beside showing an account."""

    def of(self, opening: Callable[[], Awaitable[OpenAccount]]) -> ClientShell:
        """The shell of the account that this opens."""
        shell = ClientShell(
            self.engine,
            opening,
            carry_out=carry_out_with(self.parts),
            let_go=Retention.of(self.live.settings).run,
            beside=self.beside,
            settings=SettingsModel(self.live, self.system),
        )
        return follow_settings(shell, self.live)


def side_by_side(
    shells: Shells,
    opening: Callable[[str, bool], Callable[[], Awaitable[OpenAccount]]],
    passphrase: Passphrase,
    first: str,
    shell: ClientShell,
) -> AccountsPanel:
    """All accounts, with `shell` of `first` in front. Nothing of the others is looked at before that one is up.

    `opening` gives the way to open a profile; the second word: read-only.
    """
    from nookterm.viewmodels.accounts_work import AccountsModel

    home = shells.parts.profiles.home

    def tell(typed: str) -> bool:
        can = not os.environ.get(PASSPHRASE_FILE) and (home / VAULT_FILE).exists()
        if typed:
            passphrase.tell(Secret(typed))
        return can

    model = AccountsModel(
        shells.parts,
        shells.engine,
        lambda name, read_only: shells.of(opening(name, read_only)),
        tell_passphrase=tell,
        others=shells.live.settings.text("accounts") == ALL,
    )
    model.begin_with(first, shell)
    return model
