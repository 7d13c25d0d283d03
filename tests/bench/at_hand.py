"""The client with its vault's key at hand: what a keyring or a passphrase takes is measured by itself, beside this."""

from __future__ import annotations

import json
import sys
from pathlib import Path

from nookterm.cli import home, main
from nookterm.cli.passphrase import Passphrase
from nookterm.client.ports import Secret, Vault


class Hand:
    """A vault whose secrets lie open in a file of the benchmark's own world."""

    kind = "demo"

    def __init__(self, file: Path) -> None:
        self._file = file

    def save(self, name: str, secret: Secret) -> None:
        """Keep a secret."""
        self._file.write_text(json.dumps(self._kept() | {name: secret.reveal()}), encoding="utf-8")

    def load(self, name: str) -> Secret | None:
        """A kept secret."""
        kept = self._kept().get(name)
        return Secret(kept) if kept else None

    def delete(self, name: str) -> None:
        """Forget a secret."""
        self._file.write_text(json.dumps(self._kept() | {name: ""}), encoding="utf-8")

    def _kept(self) -> dict[str, str]:
        return dict(json.loads(self._file.read_text(encoding="utf-8"))) if self._file.exists() else {}


def _in_hand(home: Path, kind: str | None, passphrase: Passphrase) -> Vault:
    return Hand(home / "hand.json")


if __name__ == "__main__":
    home.open_vault_of = _in_hand
    main.set_up()
    sys.exit(main.main(sys.argv[1:]))
