"""Files on their way out: what is said of one before it leaves, in words that its owner can decide by."""

from __future__ import annotations

import re
from dataclasses import replace

from nookterm.domain.attachment import Attachment, file_name
from nookterm.domain.events import Message
from nookterm.domain.records import dataclass

_ENDINGS = {"image/jpeg": ".jpg", "image/png": ".png"}
_SAME_ENDINGS = {"image/jpeg": {".jpg", ".jpeg", ".jpe"}, "image/png": {".png"}}
_UNITS = ((1 << 30, "GB"), (1 << 20, "MB"), (1 << 10, "KB"))
_TELLING = re.compile(r"(?:19|20)\d\d[-_.]?[01]\d[-_.]?[0-3]\d")
"""A day in a name, as cameras write it."""
_OPENED = re.compile(
    r".+\.(?:jpe?g|png|gif|webp|avif|heic|bmp|tiff?|pdf|txt|md|csv|mp3|og[gav]|opus|flac|wav|m4a|mp4|webm|mkv|mov"
    r"|od[tsp]|docx|xlsx|pptx|epub)",
    re.IGNORECASE,
)
"""Endings of what other programs only show; whatever may be run or may run something inside is not among them."""


@dataclass(frozen=True, slots=True)
class Told:
    """What a file will tell those who get it."""

    what: Attachment
    """Name, kind, size and measures, as they will be sent."""
    was: int
    """Bytes of the file on this disk."""
    cleaned: bool = False
    """Made anew from its pixels: nothing else goes along."""
    why_not: str = ""
    """Why a picture cannot be cleaned; empty where it was, or is none."""

    @property
    def lines(self) -> tuple[str, ...]:
        """In plain words, the most important first."""
        if self.cleaned:
            first = "Only what the picture shows goes along: place, date, device and notes were taken out of it."
        elif self.why_not:
            first = f"{self.why_not} It would go as it is, with all that it tells beside what it shows."
        elif self.what.kind == "file" and self.what.mimetype == "text/plain":
            first = "It goes as it is: its words and nothing else."
        else:
            first = "It goes as it is. What it tells beside what it shows (who made it, when, where) goes along."
        named = "Its name tells a day." if _TELLING.search(self.what.name) else ""
        return tuple(filter(None, (first, named)))

    @property
    def size(self) -> str:
        """`1.2 MB`, or `1.2 MB instead of 4.5 MB`."""
        now, was = bytes_in_words(self.what.size or 0), bytes_in_words(self.was)
        return f"{now} instead of {was}" if self.cleaned and was != now else now


def cleaned_as(what: Attachment, mimetype: str, width: int, height: int, size: int) -> Attachment:
    """What a picture is called and is after it was cleaned, which may have changed its kind."""
    stem, dot, ending = what.name.rpartition(".")
    fits = dot and f".{ending.lower()}" in _SAME_ENDINGS.get(mimetype, set())
    kept = what.name if fits else f"{stem or ending or 'picture'}{_ENDINGS.get(mimetype, '')}"
    return replace(what, name=kept, mimetype=mimetype, size=size, width=width, height=height)


def renamed(told: Told, name: str) -> Told:
    """The same file under another name for those who get it; an empty name, or one that is none, changes nothing."""
    return replace(told, what=replace(told.what, name=file_name(name))) if name.strip() else told


def bytes_in_words(count: int) -> str:
    """`812 bytes`, `1.2 MB`."""
    for unit, name in _UNITS:
        if count >= unit:
            return f"{count / unit:.1f} {name}".replace(".0 ", " ")
    return "1 byte" if count == 1 else f"{count} bytes"


def may_be_opened(name: str) -> bool:
    """Whether the system's program may be handed a file of this name: only what shows, never what runs."""
    return _OPENED.fullmatch(name) is not None


def caption_of(message: Message) -> str:
    """The words under a file; empty where the body is only its name again."""
    what = message.attachment
    return "" if what is None or message.body == what.name else message.body


def kind_in_words(what: Attachment) -> str:
    """`picture, 1200 × 800`, `sound, 0:42`, `file`."""
    words = {"image": "picture", "video": "video", "audio": "sound"}.get(what.kind, "file")
    if what.kind in {"image", "video"} and what.width and what.height:
        words += f", {what.width} × {what.height}"
    if what.kind in {"audio", "video"} and what.seconds is not None:
        words += f", {what.seconds // 60}:{what.seconds % 60:02}"
    return words
