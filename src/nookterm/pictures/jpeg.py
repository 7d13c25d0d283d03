"""JPEG, segment by segment (ITU T.81 annex B): what a picture needs of it, and whether it is nothing but a picture."""

from __future__ import annotations

import re
from collections.abc import Iterator

from nookterm.domain.records import dataclass
from nookterm.pictures.container import LARGEST_PROFILE, Container, Reader, broken, turned_by

SIGNATURE = b"\xff\xd8\xff"
_SOI, _EOI = b"\xff\xd8", b"\xff\xd9"
_SOF0, _SOF1, _SOF2, _DHT, _END, _SOS, _DQT = 0xC0, 0xC1, 0xC2, 0xC4, 0xD9, 0xDA, 0xDB
_APP0, _APP1, _APP2, _APP14, _APP15, _COMMENT = 0xE0, 0xE1, 0xE2, 0xEE, 0xEF, 0xFE
_FRAMES = {_SOF0, _SOF1, _SOF2}
_OTHER_FRAMES = {0xC3, *range(0xC5, 0xC8), *range(0xC9, 0xCC), *range(0xCD, 0xD0)}
"""Lossless, hierarchical and arithmetic ones, which no camera writes."""
_MOST_SCANS = 64
"""Pieces of a progressive picture; each costs a pass over all of it, and encoders write ten."""
_NEXT_MARKER = re.compile(rb"\xff(?![\x00\xd0-\xd7\xff])", re.DOTALL)
_JFIF = re.compile(rb"JFIF\0\x01[\x00-\x02]\0\0\x01\0\x01\0\0", re.DOTALL)
"""What says that the colours are the usual ones: no size on paper, no small preview."""
_LAST = 4
"""Bytes at the end of the pixels without which the last corner of a picture cannot be the same."""


@dataclass(frozen=True, slots=True)
class _Segment:
    marker: int
    body: bytes
    pixels: bytes = b""
    """What follows the head of a scan."""

    def written(self) -> bytes:
        return bytes((0xFF, self.marker)) + (len(self.body) + 2).to_bytes(2) + self.body + self.pixels


def read(data: bytes) -> Container:
    """Outer form of a JPEG. Raises UnsafeFile."""
    lean, frames, profile, scans, turned = [_SOI], [], 0, 0, 1
    for segment in _segments(data):
        if segment.marker in _OTHER_FRAMES:
            broken("JPEG")
        if segment.marker in _FRAMES:
            frames.append(_size(segment.body))
        scans += segment.marker == _SOS
        profile += len(segment.body) if segment.marker == _APP2 else 0
        if segment.marker == _APP1 and segment.body.startswith(b"Exif\0\0"):
            turned = turned_by(segment.body)
        if _is_kept(segment) and (segment.marker != _APP2 or profile <= LARGEST_PROFILE):
            lean.append(segment.written())
    if len(frames) != 1 or not 0 < scans <= _MOST_SCANS:
        broken("JPEG")
    return Container("JPEG", *frames[0], b"".join([*lean, _EOI]), turned=turned)


def is_bare(data: bytes) -> bool:
    """Whether it has the tables, one frame and one scan that pixels need, and nothing else. Raises UnsafeFile."""
    found = list(_segments(data))
    names = "".join({_APP0: "j", _DQT: "q", _SOF0: "f", _DHT: "h", _SOS: "s"}.get(part.marker, "?") for part in found)
    if not re.fullmatch("j?q{1,4}fh{1,8}s", names):
        return False
    if names[0] == "j" and not _JFIF.fullmatch(found[0].body):
        return False
    if re.search(rb"\xff[^\x00]", found[-1].pixels, re.DOTALL):
        return False
    return data == _SOI + b"".join(part.written() for part in found) + _EOI


def without_last(data: bytes) -> bytes:
    """A bare JPEG whose pixels end early: one that looks the same has something behind its pixels."""
    return data[: -len(_EOI) - _LAST].removesuffix(b"\xff") + _EOI


def _segments(data: bytes) -> Iterator[_Segment]:
    """Every segment up to the end of the picture; what stands behind that is no part of it."""
    reader = Reader(data, "JPEG")
    if reader.take(2) != _SOI:
        broken("JPEG")
    while True:
        if reader.number(1) != 0xFF:  # noqa: PLR2004 - every marker begins with it
            broken("JPEG")
        marker = reader.number(1)
        while marker == 0xFF:  # noqa: PLR2004 - the same byte also fills gaps
            marker = reader.number(1)
        if marker == _END:
            return
        length = reader.number(2)
        if length < 2 or marker < _SOF0 or 0xD0 <= marker <= 0xD8:  # noqa: PLR2004 - markers without a length
            broken("JPEG")
        body = reader.take(length - 2)
        if marker != _SOS:
            yield _Segment(marker, body)
            continue
        end = _NEXT_MARKER.search(data, reader.at)
        yield _Segment(marker, body, reader.take((end.start() if end else len(data)) - reader.at))


def _is_kept(segment: _Segment) -> bool:
    if not _APP0 <= segment.marker <= _APP15:
        return segment.marker != _COMMENT
    starts = {_APP0: b"JFIF\0", _APP2: b"ICC_PROFILE\0", _APP14: b"Adobe"}
    start = starts.get(segment.marker)
    return start is not None and segment.body.startswith(start)


def _size(frame: bytes) -> tuple[int, int]:
    if len(frame) < 6:  # noqa: PLR2004 - precision, height, width, number of components
        broken("JPEG")
    return int.from_bytes(frame[3:5]), int.from_bytes(frame[1:3])
