"""A stranger's picture becomes pixels: one kind, one decoder, known size; whatever it throws is one refusal."""

from __future__ import annotations

import io
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import TYPE_CHECKING

from nookterm.pictures.container import Container, broken

if TYPE_CHECKING:
    from PIL.Image import Image
    from PIL.ImageFile import ImageFile


def pixels(found: Container, side: int) -> Image:
    """The first picture, upright, in mode L, LA, RGB or RGBA and sRGB, no larger than `side`. Raises UnsafeFile.

    Its `info` holds nothing but `colours`: how many there were, None where more than a palette takes.
    """
    with _refused(found):
        return _pixels(found, side)


def as_they_are(found: Container) -> Image:
    """The first picture exactly as its decoder gives it. Raises UnsafeFile."""
    with _refused(found), _decoder(found.kind)(io.BytesIO(found.lean)) as opened:
        opened.load()
        return opened.copy()


def flat(found: Container, side: int) -> tuple[bytes, int, int]:
    """Pixels of three bytes before a middle grey, with width and height. Raises UnsafeFile."""
    from PIL import Image

    shown = pixels(found, side)
    if shown.mode in {"LA", "RGBA"}:
        behind = Image.new("RGBA", shown.size, (128, 128, 128, 255))
        shown = Image.alpha_composite(behind, shown.convert("RGBA"))
    return shown.convert("RGB").tobytes(), shown.width, shown.height


def sheer(found: Container, side: int) -> tuple[bytes, int, int]:
    """Pixels of four bytes, the last of which says how much they cover, with width and height. Raises UnsafeFile."""
    shown = pixels(found, side).convert("RGBA")
    return shown.tobytes(), shown.width, shown.height


@contextmanager
def _refused(found: Container) -> Iterator[None]:
    try:
        yield
    except Exception:  # noqa: BLE001 - decoders fail on hostile bytes in every way there is; each means the same
        broken(found.kind)


def _decoder(kind: str) -> Callable[[io.BytesIO], ImageFile]:
    # Never Image.open: it tries others, and loads all of them.
    from PIL.GifImagePlugin import GifImageFile
    from PIL.JpegImagePlugin import JpegImageFile
    from PIL.PngImagePlugin import PngImageFile
    from PIL.WebPImagePlugin import WebPImageFile

    decoders = {"PNG": PngImageFile, "JPEG": JpegImageFile, "GIF": GifImageFile, "WEBP": WebPImageFile}
    return decoders[kind]


def _pixels(found: Container, side: int) -> Image:
    from PIL import Image

    with _decoder(found.kind)(io.BytesIO(found.lean)) as opened:
        if opened.width * opened.height > found.width * found.height:
            raise ValueError
        profile = opened.info.get("icc_profile")
        # Where the decoder can make it smaller by itself, the large one is never in memory.
        opened.draft(None, (side, side))
        opened.load()
        plain = _plain(opened)
    few = plain.getcolors(256)
    if max(plain.size) > side:
        scale = side / max(plain.size)
        size = (max(1, round(plain.width * scale)), max(1, round(plain.height * scale)))
        plain = plain.resize(size, Image.Resampling.LANCZOS, reducing_gap=3.0)
    plain = _upright(_without_hidden(_usual_colours(plain, profile)), found.turned)
    fresh = Image.frombytes(plain.mode, plain.size, plain.tobytes())
    fresh.info["colours"] = None if few is None else len(few)
    return fresh


def _plain(picture: Image) -> Image:
    """As L, LA, RGB, RGBA or CMYK, with eight bits."""
    if picture.mode.startswith(("I", "F")):
        # Sixteen bits of grey; the mode's own conversion cuts off at 255.
        return picture.convert("I").point(lambda value: value * (1 / 256)).convert("L")
    if "transparency" in picture.info or picture.mode in {"PA", "La", "RGBa"}:
        return picture.convert("RGBA")
    if picture.mode == "1":
        return picture.convert("L")
    return picture if picture.mode in {"L", "LA", "RGB", "RGBA", "CMYK"} else picture.convert("RGB")


def _usual_colours(picture: Image, profile: object) -> Image:
    """In sRGB, by the profile where it can be read and fits, else as if there were none."""
    from PIL import ImageCms

    alpha = picture.getchannel("A") if picture.mode == "RGBA" else None
    base = picture.convert("RGB") if alpha else picture
    done: Image | None = None
    if isinstance(profile, bytes) and base.mode in {"RGB", "CMYK"}:
        try:
            given = ImageCms.ImageCmsProfile(io.BytesIO(profile))
            done = ImageCms.profileToProfile(base, given, ImageCms.createProfile("sRGB"), outputMode="RGB")
        except (ImageCms.PyCMSError, OSError, TypeError, ValueError):
            done = None
    done = done or (base.convert("RGB") if base.mode == "CMYK" else base)
    if alpha:
        done.putalpha(alpha)
    return done


def _without_hidden(picture: Image) -> Image:
    """No alpha where nothing shines through; where all does, no colour that only another program would show."""
    from PIL import Image

    if picture.mode not in {"LA", "RGBA"}:
        return picture
    alpha = picture.getchannel("A")
    if alpha.getextrema() == (255, 255):
        return picture.convert(picture.mode[:-1])
    nothing = Image.new(picture.mode, picture.size, 0)
    return Image.composite(picture, nothing, alpha.point(lambda value: 255 if value else 0))


def _upright(picture: Image, turned: int) -> Image:
    from PIL.Image import Transpose

    turns = {
        2: Transpose.FLIP_LEFT_RIGHT,
        3: Transpose.ROTATE_180,
        4: Transpose.FLIP_TOP_BOTTOM,
        5: Transpose.TRANSPOSE,
        6: Transpose.ROTATE_270,
        7: Transpose.TRANSVERSE,
        8: Transpose.ROTATE_90,
    }
    return picture.transpose(turns[turned]) if turned in turns else picture
