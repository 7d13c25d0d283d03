"""PNG, chunk by chunk (spec: PNG third edition, 5): what a picture needs, and whether it is nothing but one."""

from __future__ import annotations

import zlib
from collections.abc import Iterator

from nookterm.pictures.container import LARGEST_PROFILE, Container, Reader, broken, turned_by

SIGNATURE = b"\x89PNG\r\n\x1a\n"
_KEPT = {b"PLTE": 1 << 10, b"tRNS": 1 << 10, b"IDAT": 1 << 31, b"iCCP": LARGEST_PROFILE}
"""Chunks that matter to pixels, with the most bytes each may have; `sRGB` and `gAMA` say what is taken for granted."""
_HEADER = 13
_CHANNELS = {0: 1, 2: 3, 4: 2, 6: 4}
"""Colour types without a palette, and the bytes of a pixel at eight bits."""


def read(data: bytes) -> Container:
    """Outer form of a PNG. Raises UnsafeFile."""
    found = _chunks(data)
    header = _header(next(found, None))
    lean = [SIGNATURE, _chunk(b"IHDR", header)]
    moves = ended = False
    turned = 1
    for kind, body in found:
        moves = moves or kind == b"acTL"
        ended = kind == b"IEND"
        if ended:
            break
        turned = turned_by(body) if kind == b"eXIf" else turned
        if len(body) <= _KEPT.get(kind, -1):
            lean.append(_chunk(kind, body))
    if not ended:
        broken("PNG")
    lean.append(_chunk(b"IEND", b""))
    return Container("PNG", *_size(header), b"".join(lean), moves, turned)


def is_bare(data: bytes, most_pixels: int) -> bool:
    """Whether it has a header, pixels without gaps or rest, an end, and nothing else. Raises UnsafeFile."""
    found = list(_chunks(data))
    kinds = [kind for kind, _ in found]
    if kinds != [b"IHDR", *[b"IDAT"] * (len(kinds) - 2), b"IEND"] or found[-1][1]:
        return False
    header = _header(found[0])
    width, height = _size(header)
    depth, colours = header[8], _CHANNELS.get(header[9])
    if depth != 8 or colours is None or header[10:] != b"\0\0\0" or width * height > most_pixels:  # noqa: PLR2004
        return False
    if data != SIGNATURE + b"".join(_chunk(kind, body) for kind, body in found):
        return False
    whole = height * (1 + width * colours)
    stream = zlib.decompressobj()
    try:
        pixels = stream.decompress(b"".join(body for _, body in found[1:-1]), whole + 1)
    except zlib.error:
        return False
    return len(pixels) == whole and stream.eof and not stream.unused_data and not stream.unconsumed_tail


def _chunks(data: bytes) -> Iterator[tuple[bytes, bytes]]:
    """Every chunk up to the end of the picture; what stands behind that is no part of it."""
    reader = Reader(data, "PNG")
    if reader.take(len(SIGNATURE)) != SIGNATURE:
        broken("PNG")
    while reader.left:
        length = reader.number(4)
        kind, body, told = reader.take(4), reader.take(length), reader.number(4)
        if told != zlib.crc32(kind + body):
            broken("PNG")
        yield kind, body
        if kind == b"IEND":
            return


def _header(first: tuple[bytes, bytes] | None) -> bytes:
    if first is None or first[0] != b"IHDR" or len(first[1]) != _HEADER:
        broken("PNG")
    return first[1]


def _size(header: bytes) -> tuple[int, int]:
    return int.from_bytes(header[:4]), int.from_bytes(header[4:8])


def _chunk(kind: bytes, body: bytes) -> bytes:
    return len(body).to_bytes(4) + kind + body + zlib.crc32(kind + body).to_bytes(4)
