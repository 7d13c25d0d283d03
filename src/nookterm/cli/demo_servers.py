"""The servers of a demo, one or two, and everything that its world needs of them."""

from __future__ import annotations

import argparse
import contextlib
import importlib
import sys
import threading
from collections.abc import Callable, Iterator, Mapping
from pathlib import Path

from nookterm.cli.wiring import LazyDoorway, pickle_key
from nookterm.client.account import Hold, Parts
from nookterm.client.errors import WrongUsage
from nookterm.client.ports import Credentials, Gateway, Secret, Store, Vault
from nookterm.client.profiles import Profiles
from nookterm.demo import errors, moments
from nookterm.demo import folder as folders
from nookterm.demo.homeserver import Homeserver
from nookterm.demo.making import is_half_made
from nookterm.demo.pair import OTHER, lies_on_two, two_servers
from nookterm.demo.people import Home
from nookterm.demo.synapse_config import last_words
from nookterm.demo.world import World
from nookterm.demo.world_file import FEDERATED, load_world
from nookterm.domain.records import dataclass
from nookterm.pictures.cleaner import PictureCleaner

Tell = Callable[[str], None]


def demo_parts(world: Path, as_token: str | None, sync: str | None = None) -> Parts:
    """The real parts over a demo world: its own vault, and, with the token, a last hop that can date what is sent."""
    from nookterm.store.lock import hold_account
    from nookterm.store.opening import open_store

    def vault(_kind: str | None) -> Vault:
        from nookterm.vault.demo import DemoVault

        return DemoVault(world)

    def gateway(credentials: Credentials, store: Store) -> Gateway:
        from nookterm.matrix.gateway import NioGateway
        from nookterm.matrix.stamp import Stamp

        stamp = Stamp(Secret(as_token), moments.milliseconds) if as_token else None
        return NioGateway(credentials, store.connection, pickle_key(store), stamp=stamp, sync=sync or "auto")

    def hold(folder: Path) -> Hold:
        return hold_account(folder / "account.lock")

    return Parts(LazyDoorway(), vault, open_store, gateway, hold, moments.clock, Profiles(world), PictureCleaner())


@dataclass(frozen=True, slots=True)
class Running:
    """The servers of one world, which end with the block that made them."""

    world: World
    servers: tuple[Homeserver, ...]
    homes: Mapping[str, Home]

    @property
    def folder(self) -> Path:
        """Where the world says of itself how far it is: the folder of its first server."""
        return self.servers[0].folder

    @property
    def parts(self) -> Parts:
        """For accounts of the first server."""
        return self.homes["here"].parts

    @property
    def server_name(self) -> str:
        """Of the first server."""
        return self.servers[0].server_name

    def demand(self) -> None:
        """Raise a DemoProblem where a server has ended by itself."""
        for server in self.servers:
            if not server.is_running():
                raise errors.homeserver_ended(last_words(server.folder))


@contextlib.contextmanager
def running(args: argparse.Namespace, tell: Tell) -> Iterator[Running]:
    """The running homeservers, with the folder of `--dir` if one was given."""
    threading.Thread(target=_warm_up, daemon=True).start()
    path = Path(args.dir).expanduser().absolute() if args.dir else None
    if path and is_half_made(path):
        tell(f"the world in {path} was never finished; making it anew")
        folders.clear_kept(path)
    federated = args.federated or bool(path and lies_on_two(path))
    if federated and args.rooms:
        message = "--rooms needs a server that lets anybody make as many rooms as they like."
        raise WrongUsage(message, "Leave --federated out: its servers have Synapse's own limits.", code="usage")
    with contextlib.ExitStack() as stack:
        try:
            servers = _start(stack, args, path, tell, federated=federated)
        except errors.WorldVersionMismatch as problem:
            if path is None or not _agreed(problem):
                raise
            folders.clear_kept(path)
            servers = _start(stack, args, path, tell, federated=federated)
        names = ("here", OTHER)[: len(servers)]
        homes = {name: _home(server, args.sync, limited=federated) for name, server in zip(names, servers, strict=True)}
        world = load_world(file=FEDERATED) if federated else load_world()
        yield Running(world, servers, homes)


def _start(
    stack: contextlib.ExitStack, args: argparse.Namespace, path: Path | None, tell: Tell, *, federated: bool
) -> tuple[Homeserver, ...]:
    if not federated:
        return (stack.enter_context(Homeserver.start(folder=path, port=args.port, progress=tell)),)
    pair = stack.enter_context(two_servers(folder=path, port=args.port, progress=tell))
    return pair.first, pair.second


def _home(server: Homeserver, sync: str | None, *, limited: bool) -> Home:
    parts = demo_parts(server.folder, server.as_token, sync)
    secret = Secret(server.registration_secret) if limited else None
    return Home(parts, server.base_url, server.server_name, secret)


def _warm_up() -> None:
    """Load what takes half a second to load while the server starts."""
    importlib.import_module("nookterm.matrix.gateway")


def _agreed(problem: errors.WorldVersionMismatch) -> bool:
    """Whether a person at the terminal wants the old world thrown away."""
    if not (sys.stdin.isatty() and sys.stderr.isatty()):
        return False
    print(problem.message, file=sys.stderr)
    return input("Throw that world away and make a new one there? [y/N] ").strip().lower() in {"y", "yes"}
