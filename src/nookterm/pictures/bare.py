"""Whether a file is a picture and nothing but a picture: proved from its bytes, whoever says it was cleaned."""

from __future__ import annotations

from nookterm.client.errors import UnsafeFile
from nookterm.client.ports.pictures import MOST_PIXELS
from nookterm.pictures import jpeg, png
from nookterm.pictures.container import Container
from nookterm.pictures.decoding import as_they_are, pixels


def is_bare(data: bytes) -> bool:
    """Only what pixels need, each byte of it. Data hidden in the pixels themselves cannot be seen by anybody."""
    try:
        found = picture_of(data)
    except UnsafeFile:
        return False
    return found is not None


def picture_of(data: bytes) -> Container | None:
    """The picture, where it is bare; None where there is more in the file. Raises UnsafeFile where it is broken."""
    if data.startswith(png.SIGNATURE):
        found = png.read(data)
        bare = _is_within_limits(found) and png.is_bare(data, MOST_PIXELS) and _hides_no_colour(found)
    elif data.startswith(jpeg.SIGNATURE):
        found = jpeg.read(data)
        bare = _is_within_limits(found) and jpeg.is_bare(data) and _ends_with_its_pixels(found, data)
    else:
        return None
    return found if bare else None


def _is_within_limits(found: Container) -> bool:
    return 0 < found.width * found.height <= MOST_PIXELS


def _hides_no_colour(found: Container) -> bool:
    """Whether there is no colour where nobody sees it, because it shines through whole."""
    shown = pixels(found, max(found.width, found.height))
    return shown.convert("RGBA").tobytes() == as_they_are(found).convert("RGBA").tobytes()


def _ends_with_its_pixels(found: Container, data: bytes) -> bool:
    """Bytes behind the last pixel are seen by what a picture is without them: the same."""
    side = max(found.width, found.height)
    return pixels(found, side).tobytes() != pixels(jpeg.read(jpeg.without_last(data)), side).tobytes()
