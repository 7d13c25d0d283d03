"""Which kind a file really is, from its first bytes, and the words for what cannot be cleaned."""

from __future__ import annotations

import re

from nookterm.client.errors import UnsafeFile
from nookterm.client.ports.pictures import MOST_PIXELS
from nookterm.pictures import gif, jpeg, png, webp
from nookterm.pictures.container import Container, broken

_OTHERS = (
    (re.compile(rb".{4}ftyp(?:hei|hev|mif1|msf1)", re.DOTALL), "a HEIC picture"),
    (re.compile(rb".{4}ftypavi", re.DOTALL), "an AVIF picture"),
    (re.compile(rb".{4}ftyp|\x1aE\xdf\xa3", re.DOTALL), "a video"),
    (re.compile(rb"%PDF-"), "a PDF"),
    (re.compile(rb"PK\x03\x04"), "a ZIP or Office file"),
    (re.compile(rb"\xd0\xcf\x11\xe0"), "an Office file"),
    (re.compile(rb"II\*\0|MM\0\*"), "a TIFF or raw picture"),
    (re.compile(rb"BM.{4}\0\0\0\0", re.DOTALL), "a BMP picture"),
    (re.compile(rb"8BPS"), "a Photoshop file"),
    (re.compile(rb"ID3|OggS|fLaC|\xff[\xf2\xf3\xfb]|RIFF.{4}WAVE", re.DOTALL), "a sound file"),
    (re.compile(rb"\s*(?:<\?xml[^>]*>\s*)?(?:<!--.*?-->\s*|<!DOCTYPE[^>]*>\s*)*<svg", re.DOTALL), "an SVG drawing"),
)
_LOOKED_AT = 512
LARGEST_FILE = 60 * 1024 * 1024
"""Bytes of a picture that is looked at."""


def contained(data: bytes) -> Container:
    """The picture in a file, within limits, before any decoder sees it. Raises UnsafeFile."""
    if len(data) > LARGEST_FILE:
        message = f"The picture is larger than {LARGEST_FILE >> 20} MB."
        raise UnsafeFile(message, "Save it smaller, then try again.", code="too_large")
    if data.startswith(png.SIGNATURE):
        found = png.read(data)
    elif data.startswith(jpeg.SIGNATURE):
        found = jpeg.read(data)
    elif data.startswith(gif.SIGNATURES):
        found = gif.read(data)
    elif webp.is_webp(data):
        found = webp.read(data)
    else:
        raise not_cleanable(data)
    if not found.width or not found.height:
        broken(found.kind)
    if found.width * found.height > MOST_PIXELS:
        message = f"The picture has {found.width} × {found.height} pixels: more than is safe to open here."
        hint = f"Save it with less than {MOST_PIXELS // 1_000_000} million pixels, then try again."
        raise UnsafeFile(message, hint, code="too_many_pixels")
    return found


def is_ours(head: bytes) -> bool:
    """Whether it begins as one of the four kinds does."""
    return head.startswith((png.SIGNATURE, jpeg.SIGNATURE, *gif.SIGNATURES)) or webp.is_webp(head)


def not_cleanable(data: bytes) -> UnsafeFile:
    """What is said of a kind that is not known through and through."""
    name = other_kind(data) or "such a file"
    message = f"nookterm cannot take what {name} tells about its maker out of it."
    return UnsafeFile(message, "It can do that for PNG, JPEG, WebP and GIF pictures.", code="not_cleanable")


def other_kind(data: bytes) -> str | None:
    """A well-known kind that is neither picture nor text to us, with its article."""
    head = data[:_LOOKED_AT]
    return next((name for shape, name in _OTHERS if shape.match(head)), None)
