"""What can stop a demo from starting, each with the way out."""

from __future__ import annotations

import errno
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path

from nookterm.client.errors import CannotWrite, Problem

_FULL = frozenset({errno.ENOSPC, errno.EDQUOT})


class DemoProblem(Problem):
    """A demo that cannot start or go on; `code` tells which of the reasons below."""


class WorldVersionMismatch(DemoProblem):
    """The folder holds a world that another version of nookterm made."""


def world_version(folder: Path, found: object, expected: int) -> WorldVersionMismatch:
    """`found` is whatever the folder's `world.json` claims."""
    return WorldVersionMismatch(
        f"The world in {folder} was made by another version of nookterm (it is of form {found}, ours is {expected}).",
        "Choose another folder with --dir, or let the demo seed this one anew.",
        code="world_version",
    )


def port_taken(port: int) -> DemoProblem:
    """Somebody else already listens on `port`."""
    return DemoProblem(
        f"Port {port} is already in use on this machine.",
        "Give another one with --port, or leave --port out and a free one is found.",
        code="port_taken",
    )


def name_taken(server_name: str) -> DemoProblem:
    """Somebody listens at the address by which a kept server is known to the other one."""
    return DemoProblem(
        f"Something on this machine uses {server_name}, which is the name of a server of this world.",
        "End it and try again, or make a new world in another folder with --dir.",
        code="port_taken",
    )


def one_server(folder: Path) -> DemoProblem:
    """A kept world cannot become a federated one."""
    return DemoProblem(
        f"The world in {folder} has one server.",
        "Leave --federated out, or choose another folder with --dir.",
        code="one_server",
    )


def not_federating() -> DemoProblem:
    """What one server was told does not reach the other."""
    return DemoProblem(
        "The two homeservers do not reach each other.",
        "This machine may be very busy. Try again in a moment.",
        code="not_federating",
    )


def port_refused(port: int) -> DemoProblem:
    """No such port, or one that is reserved for the system."""
    return DemoProblem(
        f"This machine does not let you use port {port}.",
        "Give one between 1024 and 65535 with --port, or leave --port out and a free one is found.",
        code="port_refused",
    )


def synapse_missing() -> DemoProblem:
    """The homeserver is an optional extra and is not installed."""
    return DemoProblem(
        "The demo needs Synapse, the Matrix homeserver, and it is not installed here.",
        'Install it with: pip install "nookterm[demo]"   (in a checkout: make demo)',
        code="synapse_missing",
    )


def homeserver_failed(last_lines: Sequence[str]) -> DemoProblem:
    """Synapse ended before it was ready; `last_lines` are the end of what it wrote."""
    said = "\n".join(f"  {line}" for line in last_lines) or "  (it said nothing)"
    return DemoProblem(
        f"The homeserver stopped before it was ready. Its last words:\n{said}",
        'Try again; if it stays so, install it anew: pip install --force-reinstall "nookterm[demo]"',
        code="homeserver_failed",
    )


def homeserver_ended(last_lines: Sequence[str]) -> DemoProblem:
    """Synapse ended while the world was in use."""
    said = "\n".join(f"  {line}" for line in last_lines) or "  (it said nothing)"
    return DemoProblem(
        f"The homeserver has ended by itself. Its last words:\n{said}",
        "Start the demo again; a world that is kept with --dir is still there.",
        code="homeserver_ended",
    )


def homeserver_slow(seconds: float) -> DemoProblem:
    """Synapse is alive but did not answer within `seconds`."""
    return DemoProblem(
        f"The homeserver did not answer within {seconds:.0f} seconds.",
        "This machine may be very busy. Try again in a moment.",
        code="homeserver_slow",
    )


def world_in_use(folder: Path) -> DemoProblem:
    """Another demo has this folder open."""
    return DemoProblem(
        f"Another demo is already running in {folder}.",
        "Join it with: nookterm demo --as USER   or choose another folder with --dir.",
        code="world_in_use",
    )


def no_world() -> DemoProblem:
    """Nobody can be joined: no demo runs."""
    return DemoProblem(
        "No demo is running on this machine.",
        "Start one in another terminal with: nookterm demo   (with --dir there, give the same --dir here)",
        code="no_world",
    )


def world_unfinished() -> DemoProblem:
    """The first terminal still holds everybody's account."""
    return DemoProblem(
        "The world is still being made.",
        "Try again in half a minute; the first terminal shows how far it is.",
        code="world_unfinished",
    )


def play_failed(step: str, why: str) -> DemoProblem:
    """A step of the play did not come out as it should."""
    return DemoProblem(
        f"The play stopped at this step: {step}. {why}",
        "Please tell us, with these lines: this is a defect.",
        code="play_failed",
    )


def not_a_world(folder: Path) -> DemoProblem:
    """`folder` holds files that are not a demo world; nothing in it was touched."""
    return DemoProblem(
        f"{folder} has files in it that are not a demo world. They were left as they are.",
        "Choose an empty folder, or one that does not exist yet, with --dir.",
        code="not_a_world",
    )


def disk_full(place: Path) -> CannotWrite:
    """There is too little room in `place` for a world."""
    return CannotWrite(
        f"There is not enough free space in {place} for a demo world.",
        "Free some space, or put the world on another disk with --dir.",
        code="disk_full",
    )


@contextmanager
def disk_problems(place: Path) -> Iterator[None]:
    """Turn the system's refusals to write in `place` into words with a way out.

    Raises:
        CannotWrite: with code `disk_full` or `cannot_write`.
    """
    try:
        yield
    except OSError as error:
        if error.errno in _FULL:
            raise disk_full(place) from error
        raise CannotWrite(
            f"The demo cannot write in {place}: {(error.strerror or str(error)).lower()}.",
            "Choose a folder of your own with --dir.",
            code="cannot_write",
        ) from error
