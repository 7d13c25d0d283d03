"""A stranger's picture is decoded in a process of its own: what kills its decoder, or keeps it busy, ends only that."""

from __future__ import annotations

import contextlib
import json
import subprocess
import sys
from typing import NoReturn

from nookterm.client.errors import UnsafeFile
from nookterm.client.ports.pictures import Preview

_PATIENCE = 20.0
"""Seconds for one picture; the largest that is taken needs two."""
_MEMORY = 1 << 30
"""Bytes of address space: 40 million pixels of four bytes, their copies, and the decoder."""
_HEAD = 10
_FLAT, _SHEER = 3, 4
"""Bytes of each pixel."""
_SHOWN, _REFUSED = b"\x00", b"\x01"


def preview(data: bytes, largest_side: int, *, sheer: bool = False) -> Preview:
    """Pixels to draw, made by the other process. Raises UnsafeFile, also where that process came to a bad end."""
    depth = _SHEER if sheer else _FLAT
    command = [sys.executable, "-I", "-m", __name__, str(largest_side), str(depth)]
    try:
        done = subprocess.run(command, input=data, capture_output=True, timeout=_PATIENCE, check=False)
    except (OSError, subprocess.SubprocessError):
        _failed()
    answer = done.stdout
    if done.returncode == 0 and answer[:1] == _REFUSED:
        told = json.loads(answer[1:])
        raise UnsafeFile(told["message"], told["hint"], code=told["code"])
    width, height = int.from_bytes(answer[2:6]), int.from_bytes(answer[6:10])
    pixels = answer[_HEAD:]
    fits = 0 < max(width, height) <= largest_side and len(pixels) == width * height * depth
    if done.returncode or answer[:1] != _SHOWN or not fits:
        _failed()
    return Preview(pixels, width, height, answer[1:2] == b"\x01", sheer)


def _failed() -> NoReturn:
    message = "This picture could not be decoded: it may be made to harm whoever looks at it."
    raise UnsafeFile(message, "It was not shown. Nothing else happened.", code="broken_picture")


def main() -> None:
    """The other process: a picture on standard input, its pixels on standard output."""
    import resource

    with contextlib.suppress(OSError, ValueError):
        # Some systems know no such limit; the size of the picture is limited in any case.
        resource.setrlimit(resource.RLIMIT_AS, (_MEMORY, _MEMORY))
    resource.setrlimit(resource.RLIMIT_CPU, (int(_PATIENCE), int(_PATIENCE)))
    resource.setrlimit(resource.RLIMIT_FSIZE, (0, 0))
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
    from nookterm.pictures.decoding import flat, sheer
    from nookterm.pictures.kinds import contained

    try:
        found = contained(sys.stdin.buffer.read())
        made = sheer if int(sys.argv[2]) == _SHEER else flat
        pixels, width, height = made(found, int(sys.argv[1]))
    except UnsafeFile as problem:
        told = {"message": problem.message, "hint": problem.hint, "code": problem.code}
        sys.stdout.buffer.write(_REFUSED + json.dumps(told).encode())
    else:
        head = _SHOWN + bytes((found.moves,)) + width.to_bytes(4) + height.to_bytes(4)
        sys.stdout.buffer.write(head + pixels)


if __name__ == "__main__":
    main()
