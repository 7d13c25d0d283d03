"""WebP, chunk by chunk (spec: WebP container): its first picture, and whether it moves."""

from __future__ import annotations

from collections.abc import Iterator

from nookterm.pictures.container import LARGEST_PROFILE, Container, Reader, broken, turned_by

_PIXELS = {b"VP8 ", b"VP8L", b"ALPH"}
_ICC, _ALPHA = 0x20, 0x10
_FRAME_HEAD = 16


def is_webp(data: bytes) -> bool:
    """Whether a file begins as a WebP does."""
    return data[:4] == b"RIFF" and data[8:12] == b"WEBP"


def read(data: bytes) -> Container:
    """Outer form of a WebP. Raises UnsafeFile."""
    reader = Reader(data, "WebP")
    head = reader.take(12)
    body = reader.take(int.from_bytes(head[4:8], "little") - 4)
    found: dict[bytes, bytes] = {}
    moves = False
    for kind, piece in _chunks(body):
        moves = moves or kind in {b"ANIM", b"ANMF"}
        if kind == b"ANMF" and not _PIXELS & found.keys():
            found |= {name: part for name, part in _chunks(piece[_FRAME_HEAD:]) if name in _PIXELS}
        found.setdefault(kind, piece)
    width, height = _size(found)
    return Container("WEBP", width, height, _lean(found, width, height), moves, turned_by(found.get(b"EXIF", b"")))


def _chunks(body: bytes) -> Iterator[tuple[bytes, bytes]]:
    reader = Reader(body, "WebP")
    while reader.left:
        kind, size = reader.take(4), reader.number(4, "little")
        yield kind, reader.take(size)
        if size % 2 and reader.left:
            reader.take(1)


def _size(found: dict[bytes, bytes]) -> tuple[int, int]:
    """Width and height as the pixels themselves say, which is what a decoder makes room for."""
    if found.get(b"VP8L", b"")[:1] == b"\x2f":
        bits = int.from_bytes(found[b"VP8L"][1:5], "little")
        return (bits & 0x3FFF) + 1, (bits >> 14 & 0x3FFF) + 1
    frame = found.get(b"VP8 ", b"")
    if frame[3:6] != b"\x9d\x01\x2a":
        broken("WebP")
    return int.from_bytes(frame[6:8], "little") & 0x3FFF, int.from_bytes(frame[8:10], "little") & 0x3FFF


def _lean(found: dict[bytes, bytes], width: int, height: int) -> bytes:
    kept = {name: found[name] for name in (b"ICCP", b"ALPH", b"VP8 ", b"VP8L") if name in found}
    if len(kept.get(b"ICCP", b"")) > LARGEST_PROFILE:
        del kept[b"ICCP"]
    if b"VP8L" in kept:
        kept.pop(b"VP8 ", None)
        kept.pop(b"ALPH", None)
    flags = _ICC * (b"ICCP" in kept) | _ALPHA * (b"VP8L" in kept or b"ALPH" in kept)
    size = (width - 1 & 0xFFFFFF).to_bytes(3, "little") + (height - 1 & 0xFFFFFF).to_bytes(3, "little")
    parts = [(b"VP8X", bytes((flags, 0, 0, 0)) + size), *kept.items()]
    body = b"WEBP" + b"".join(
        name + len(piece).to_bytes(4, "little") + piece + b"\0" * (len(piece) % 2) for name, piece in parts
    )
    return b"RIFF" + len(body).to_bytes(4, "little") + body
