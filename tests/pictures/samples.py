"""Pictures as cameras, phones and attackers make them, with words in every place that can hold some."""

from __future__ import annotations

import io
import zlib

from PIL import Image, ImageCms
from PIL.Image import Exif
from PIL.PngImagePlugin import PngInfo

CANARY = b"CANARY-4711"
"""In every place of every sample that a picture has beside its pixels."""
WORDS = CANARY.decode()
PNG, JPEG = "image/png", "image/jpeg"


def noise(width: int = 120, height: int = 80) -> Image.Image:
    """Many colours, hard to pack."""
    return Image.merge("RGB", [Image.effect_noise((width, height), 90) for _ in range(3)])


def halves(width: int = 120, height: int = 80) -> Image.Image:
    """Left red, right blue."""
    picture = Image.new("RGB", (width, height), (255, 0, 0))
    picture.paste((0, 0, 255), (width // 2, 0, width, height))
    return picture


def saved(picture: Image.Image, kind: str, **how: object) -> bytes:
    """Encoded by Pillow."""
    target = io.BytesIO()
    picture.save(target, kind, **how)
    return target.getvalue()


def exif(orientation: int = 1) -> Exif:
    """With a maker, a place, and words of its owner."""
    notes = Exif()
    notes[0x0112] = orientation
    notes[0x010E] = f"{WORDS} title"
    notes[0x013B] = f"{WORDS} artist"
    place = notes.get_ifd(0x8825)
    place.update({1: "N", 2: (52.0, 31.0, 12.0), 3: "E", 4: (13.0, 24.0, 18.0), 27: f"{WORDS} place".encode()})
    inner = notes.get_ifd(0x8769)
    inner[0x927C] = f"{WORDS} maker note".encode()
    return notes


def profile() -> bytes:
    """A colour profile that says who made it."""
    return ImageCms.ImageCmsProfile(ImageCms.createProfile("sRGB")).tobytes().replace(b"sRGB", CANARY[:4]) + CANARY


def jpeg_segment(marker: int, body: bytes) -> bytes:
    """One segment."""
    return bytes((0xFF, marker)) + (len(body) + 2).to_bytes(2) + body


def told_jpeg(picture: Image.Image | None = None, orientation: int = 1) -> bytes:
    """With GPS, thumbnail, XMP, IPTC, profile, comment, an unknown segment, and something after the end."""
    plain = saved(picture or noise(), "JPEG", quality=90, exif=exif(orientation), icc_profile=profile(), comment=CANARY)
    small = saved(halves(16, 16), "JPEG", comment=CANARY)
    more = (
        jpeg_segment(0xE1, b"http://ns.adobe.com/xap/1.0/\0<x:xmpmeta>" + CANARY + b"</x:xmpmeta>")
        + jpeg_segment(0xED, b"Photoshop 3.0\x008BIM\x04\x04" + CANARY)
        + jpeg_segment(0xE0, b"JFXX\0\x10" + small)
        + jpeg_segment(0xE2, b"MPF\0" + CANARY)
        + jpeg_segment(0xEB, b"anything " + CANARY)
    )
    return plain[:2] + more + plain[2:] + small + b"PK\x03\x04" + CANARY


def png_chunk(kind: bytes, body: bytes) -> bytes:
    """One chunk."""
    return len(body).to_bytes(4) + kind + body + zlib.crc32(kind + body).to_bytes(4)


def before_pixels(png: bytes, chunk: bytes) -> bytes:
    """A PNG with one more chunk in front of its pixels."""
    at = png.index(b"IDAT") - 4
    return png[:at] + chunk + png[at:]


def told_png(picture: Image.Image | None = None) -> bytes:
    """With text, packed text, EXIF, profile, date, private chunk, and a ZIP after the end."""
    text = PngInfo()
    text.add_text("Author", WORDS)
    text.add_text("Comment", WORDS * 3, zip=True)
    text.add_itxt("XML:com.adobe.xmp", f"<x>{WORDS}</x>", "en", WORDS)
    plain = saved(picture or halves(), "PNG", pnginfo=text, exif=exif(), icc_profile=profile(), dpi=(300, 300))
    plain = before_pixels(plain, png_chunk(b"tIME", bytes((7, 0xEA, 11, 22, 14, 38, 0))))
    return before_pixels(plain, png_chunk(b"caNy", CANARY)) + b"PK\x03\x04" + CANARY


def headed_png(width: int, height: int) -> bytes:
    """A PNG that says it is huge."""
    head = width.to_bytes(4) + height.to_bytes(4) + b"\x08\x02\0\0\0"
    body = zlib.compress(b"\0" * 1000)
    return b"\x89PNG\r\n\x1a\n" + png_chunk(b"IHDR", head) + png_chunk(b"IDAT", body) + png_chunk(b"IEND", b"")


def opened(data: bytes) -> Image.Image:
    """Decoded by Pillow, as any other program would."""
    picture = Image.open(io.BytesIO(data))
    picture.load()
    return picture
