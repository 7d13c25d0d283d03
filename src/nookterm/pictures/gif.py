"""GIF, block by block (spec: GIF89a): its first picture, and whether there is a second one."""

from __future__ import annotations

from nookterm.pictures.container import Container, Reader, broken

SIGNATURES = (b"GIF87a", b"GIF89a")
_EXTENSION, _IMAGE, _TRAILER, _CONTROL = 0x21, 0x2C, 0x3B, 0xF9


def read(data: bytes) -> Container:
    """Outer form of a GIF. Raises UnsafeFile."""
    reader = Reader(data, "GIF")
    head = reader.take(13)
    width, height = int.from_bytes(head[6:8], "little"), int.from_bytes(head[8:10], "little")
    lean = [head, reader.take(_table(head[10]))]
    pictures = 0
    while (kind := reader.number(1)) != _TRAILER:
        start = reader.at - 1
        if kind == _EXTENSION:
            wanted = reader.number(1) == _CONTROL
        elif kind == _IMAGE:
            place = reader.take(9)
            pictures += 1
            wanted = True
            # A picture may reach over the edge of its canvas, and is then decoded all the same.
            left, top, wide, high = (int.from_bytes(place[at : at + 2], "little") for at in (0, 2, 4, 6))
            width, height = max(width, left + wide), max(height, top + high)
            reader.take(_table(place[8]) + 1)
        else:
            broken("GIF")
        while size := reader.number(1):
            reader.take(size)
        if wanted and (pictures == 0 or (pictures == 1 and kind == _IMAGE)):
            lean.append(data[start : reader.at])
    if not pictures:
        broken("GIF")
    return Container("GIF", width, height, b"".join([*lean, b"\x3b"]), moves=pictures > 1)


def _table(packed: int) -> int:
    """Bytes of a colour table, from the byte that says whether there is one."""
    return 3 * 2 ** ((packed & 7) + 1) if packed & 0x80 else 0
