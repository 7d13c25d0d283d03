"""The vault in the system's keyring. A keyring may be locked, gone or silent: each is told apart from an empty one."""

from __future__ import annotations

import threading
from collections.abc import Callable
from typing import TYPE_CHECKING, TypeVar

from nookterm.client.errors import VaultClosed
from nookterm.client.ports import Secret

if TYPE_CHECKING:
    from keyring.backend import KeyringBackend

_T = TypeVar("_T")

SERVICE = "nookterm"
PATIENCE = 10.0
"""Seconds after which a keyring counts as silent."""
_REFUSED = ("keyrings.", "keyring.backends.fail", "keyring.backends.null", "keyring.backends.chainer")
"""Modules of backends that hold nothing, or that may write in clear text or ask questions on the terminal."""


class KeyringVault:
    """Secrets in the system's keyring, each under its name in the service `nookterm`."""

    kind = "keyring"

    def __init__(self, *, patience: float = PATIENCE) -> None:
        """Nothing is asked yet. `patience` is in seconds."""
        self._patience = patience

    @classmethod
    def available(cls, *, patience: float = PATIENCE) -> bool:
        """Whether there is a keyring to use (it may be locked)."""
        try:
            return _in_time(_backend, patience) is not None
        except VaultClosed:
            return False

    def save(self, name: str, secret: Secret) -> None:
        """Keep a secret and read it back. Raises VaultClosed."""

        def keep() -> str | None:
            backend = _demand_backend()
            backend.set_password(SERVICE, name, secret.reveal())
            return backend.get_password(SERVICE, name)

        if _in_time(keep, self._patience) != secret.reveal():
            raise _closed("The keyring did not keep what it was given.")

    def load(self, name: str) -> Secret | None:
        """A kept secret; None where there is none. Raises VaultClosed."""
        text = _in_time(lambda: _demand_backend().get_password(SERVICE, name), self._patience)
        return None if text is None else Secret(text)

    def delete(self, name: str) -> None:
        """Forget a secret; nothing happens where there is none. Raises VaultClosed."""

        def forget() -> None:
            backend = _demand_backend()
            if backend.get_password(SERVICE, name) is not None:
                backend.delete_password(SERVICE, name)

        _in_time(forget, self._patience)


def _backend() -> KeyringBackend | None:
    """The best backend that is a real keyring."""
    import keyring
    from keyring.backends.chainer import ChainerBackend

    chosen = keyring.get_keyring()
    chain = list(chosen.backends) if isinstance(chosen, ChainerBackend) else [chosen]
    return next((backend for backend in chain if not type(backend).__module__.startswith(_REFUSED)), None)


def _demand_backend() -> KeyringBackend:
    found = _backend()
    if found is None:
        raise _closed("There is no keyring on this machine that nookterm can use.")
    return found


def _in_time(call: Callable[[], _T], patience: float) -> _T:
    """Run `call` in a thread of its own, since a keyring may never answer. Raises VaultClosed."""
    answers: list[_T] = []
    faults: list[Exception] = []

    def run() -> None:
        try:
            answers.append(call())
        except Exception as error:  # noqa: BLE001 - a backend raises whatever its desktop raises
            faults.append(error)

    thread = threading.Thread(target=run, name="keyring", daemon=True)
    thread.start()
    thread.join(patience)
    if answers:
        return answers[0]
    if not faults:
        raise _closed("The keyring does not answer.")
    fault = faults[0]
    if isinstance(fault, VaultClosed):
        raise fault
    from keyring.errors import KeyringLocked, NoKeyringError

    if isinstance(fault, KeyringLocked):
        raise _closed("The keyring is locked.") from fault
    if isinstance(fault, NoKeyringError):
        raise _closed("There is no keyring on this machine that nookterm can use.") from fault
    raise _closed("The keyring refused.") from fault


def _closed(what: str) -> VaultClosed:
    return VaultClosed(what, "Nothing was created. Unlock the keyring of your desktop and try again.", code="vault")
