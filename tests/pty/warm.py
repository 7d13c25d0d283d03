"""Commands in processes of their own that need not load the program first: they are forked off one that has it loaded.

Loading it takes longer than what most commands do then. As a script, this file is the process that has it loaded.
"""

from __future__ import annotations

import contextlib
import gc
import importlib
import json
import os
import pkgutil
import select
import signal
import socket
import subprocess
import sys
import tempfile
import threading
import time
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from typing import Any, NamedTuple

_LONGEST = 1 << 17
"""Bytes of one order: the words and the environment."""


@dataclass(frozen=True, slots=True)
class Ended:
    """What a command left behind."""

    code: int
    out: str
    err: str


class Nest:
    """Forks a process for each command, side by side where they are asked for side by side."""

    def __init__(self) -> None:
        """Start the process that has the program loaded; it ends with this one."""
        self._orders, theirs = socket.socketpair(socket.AF_UNIX, socket.SOCK_SEQPACKET)
        with theirs:
            self._process = subprocess.Popen(
                [sys.executable, "-P", __file__, str(theirs.fileno())],
                env={name: os.environ[name] for name in ("PATH",) if name in os.environ} | {"LANG": "C.UTF-8"},
                stdin=subprocess.DEVNULL,
                stdout=subprocess.DEVNULL,
                pass_fds=(theirs.fileno(),),
            )

    def run(self, words: Sequence[str], env: Mapping[str, str], patience: float = 60) -> Ended:
        """Run `nookterm` with these words in this environment and no other; kill it after `patience` seconds."""
        order = json.dumps({"words": list(words), "env": dict(env)}).encode()
        with tempfile.TemporaryFile() as out, tempfile.TemporaryFile() as err:
            ours, theirs = socket.socketpair()
            with ours:
                with theirs:
                    socket.send_fds(self._orders, [order], [out.fileno(), err.fileno(), theirs.fileno()])
                code = _exit_code(ours, patience, words)
            out.seek(0)
            err.seek(0)
            return Ended(code, out.read().decode(), err.read().decode())


@cache
def nest() -> Nest:
    """The one of this test session."""
    return Nest()


def _exit_code(news: socket.socket, patience: float, words: Sequence[str]) -> int:
    """Wait for what the process that watches the command has to tell: its process id, and how it ended."""
    give_up, told = time.monotonic() + patience, b""
    while select.select([news], [], [], max(0.0, give_up - time.monotonic()))[0]:
        piece = news.recv(64)
        if not piece:
            return int(told.split()[1])
        told += piece
    with contextlib.suppress(ProcessLookupError):
        os.kill(int(told.split()[0]), signal.SIGKILL)
    raise subprocess.TimeoutExpired(list(words), patience)


class _Order(NamedTuple):
    """One command, in the process that becomes it."""

    words: list[str]
    env: dict[str, str]
    files: Sequence[int]


def _load() -> None:
    """Load what commands use. A keyring is chosen by the environment as it is loaded: that is left to the command."""
    import nookterm.cli.commands

    for module in pkgutil.iter_modules(nookterm.cli.commands.__path__, "nookterm.cli.commands."):
        importlib.import_module(module.name)
    for name in ("cli.main", "cli.handing", "cli.wiring", "matrix.gateway", "store.opening", "vault.passphrase"):
        importlib.import_module(f"nookterm.{name}")
    assert "keyring" not in sys.modules
    assert threading.active_count() == 1, "a fork takes only one thread along"
    gc.collect()
    gc.freeze()


def _next_order(orders: socket.socket) -> _Order | None:
    """Returns in a new process for each order; None in the first one, when there will be no more."""
    while True:
        message, files, _flags, _address = socket.recv_fds(orders, _LONGEST, 3)
        if not message:
            return None
        with contextlib.suppress(ChildProcessError):
            while os.waitpid(-1, os.WNOHANG)[0]:
                pass
        if os.fork() == 0:
            orders.close()
            told: dict[str, Any] = json.loads(message)
            return _Order(told["words"], told["env"], files)
        for file in files:
            os.close(file)


def _become(order: _Order) -> None:
    """Go on as the command, watched by a process that tells how it ends."""
    out, err, news = order.files
    command = os.fork()
    if command:
        os.write(news, f"{command}\n".encode())
        os.write(news, str(os.waitstatus_to_exitcode(os.waitpid(command, 0)[1])).encode())
        os._exit(0)
    os.dup2(out, 1)
    os.dup2(err, 2)
    for file in order.files:
        os.close(file)
    os.environ.clear()
    os.environ.update(order.env)
    time.tzset()
    sys.argv = ["nookterm", *order.words]


def _main() -> None:
    _load()
    order = _next_order(socket.socket(fileno=int(sys.argv[1])))
    if order is not None:
        _become(order)
        from nookterm.cli.main import run

        run()


if __name__ == "__main__":
    _main()
