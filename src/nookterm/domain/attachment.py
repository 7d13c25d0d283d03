"""A file that somebody shared: where it lies, how it is opened, and under which name it may be kept."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Any

from nookterm.domain.records import dataclass
from nookterm.domain.safe_text import safe_line

Json = Mapping[str, Any]

LARGEST = 100 * 1024 * 1024
"""Bytes of a file that are fetched or sent where nothing else is said."""
_ADDRESS = re.compile(r"mxc://([A-Za-z0-9.:\[\]-]{1,255})/([A-Za-z0-9_-]{1,255})")
_MIMETYPE = re.compile(r"[A-Za-z0-9.+-]{1,64}/[A-Za-z0-9.+-]{1,64}")
_BAD = re.compile(r'[<>:"|?*~$`\x00-\x1f\x7f]')
"""Characters that mean something to a shell or to another file system."""
_DEVICES = re.compile(r"(con|prn|aux|nul|com\d|lpt\d)(\..*)?", re.IGNORECASE)
_LONGEST_NAME = 120
"""Bytes in UTF-8. File systems take 255; something is to be left for a number behind it."""
_LONGEST_ENDING = 16
_LONGEST_READ = 2000
_KINDS = {"image": "m.image", "video": "m.video", "audio": "m.audio"}
_SECRET = frozenset({"v", "key", "iv", "hashes"})
"""What opens a file; anything else beside it is nobody's business."""
_STANDS_IN = frozenset({"thumbnail_url", "thumbnail_file"})
_MOST = 2**53


@dataclass(frozen=True, slots=True)
class Attachment:
    """A file as a message names it. Nothing of it has been fetched or is proved."""

    server: str
    media_id: str
    name: str
    """As its sender called it: for eyes through `safe_text`, for a folder through `file_name`."""
    mimetype: str = "application/octet-stream"
    size: int | None = None
    secret: Json | None = None
    """How it is opened (spec: EncryptedFile, without its url); None where it is not encrypted."""
    width: int | None = None
    """Pixels, as its sender says."""
    height: int | None = None
    seconds: int | None = None
    """How long it sounds or plays, as its sender says."""
    stands_in: bool = False
    """Whether its message names another, smaller picture, which other clients may show in its place."""

    @property
    def address(self) -> str:
        """Its `mxc://` address."""
        return f"mxc://{self.server}/{self.media_id}"

    @property
    def kind(self) -> str:
        """`image`, `video`, `audio` or `file`, by its declared type; `voice` is not told apart from `audio`."""
        return _KINDS.get(self.mimetype.partition("/")[0], "m.file").removeprefix("m.")

    def content(self, caption: str = "") -> dict[str, Any]:
        """The content of a message that shares it; the words under it are the message's body where there are any."""
        lasts = None if self.seconds is None else self.seconds * 1000
        known = {"size": self.size, "w": self.width, "h": self.height, "duration": lasts}
        info: dict[str, Any] = {"mimetype": self.mimetype} | {k: v for k, v in known.items() if v is not None}
        told = {"msgtype": f"m.{self.kind}", "body": caption or self.name, "filename": self.name, "info": info}
        if self.secret is None:
            return told | {"url": self.address}
        return told | {"file": dict(self.secret) | {"url": self.address}}


def place_of(address: object) -> tuple[str, str] | None:
    """Server and media id of an `mxc://` address; None for everything else, however much it looks like one."""
    found = _ADDRESS.fullmatch(address) if isinstance(address, str) else None
    return (found[1], found[2]) if found else None


def attachment_of(content: Json) -> Attachment | None:
    """The file in a message's content; None where it has none, or one that cannot be fetched."""
    secret = content.get("file")
    place = place_of(secret.get("url") if isinstance(secret, Mapping) else content.get("url"))
    if place is None:
        return None
    given = content.get("info")
    info: Mapping[str, Any] = given if isinstance(given, Mapping) else {}
    named = content.get("filename") or content.get("body")
    kind, lasts = info.get("mimetype"), _count(info.get("duration"))
    return Attachment(
        *place,
        name=named if isinstance(named, str) else "",
        mimetype=kind if isinstance(kind, str) and _MIMETYPE.fullmatch(kind) else "application/octet-stream",
        size=_count(info.get("size")),
        secret={key: value for key, value in secret.items() if key in _SECRET} if isinstance(secret, Mapping) else None,
        width=_count(info.get("w")),
        height=_count(info.get("h")),
        seconds=None if lasts is None else lasts // 1000,
        stands_in=bool(_STANDS_IN & info.keys()),
    )


def _count(value: object) -> int | None:
    return value if isinstance(value, int) and not isinstance(value, bool) and 0 <= value <= _MOST else None


def file_name(name: str) -> str:
    """A name for a file in a folder of ours: no path, nothing hidden, nothing that a shell or a terminal acts on."""
    last = re.split(r"[/\\]", name)[-1]
    plain = _BAD.sub("_", safe_line(last, longest=_LONGEST_READ)).strip(" .").lstrip("-")
    stem, dot, ending = plain.rpartition(".")
    if not dot or len(ending.encode()) > _LONGEST_ENDING:
        stem, ending = plain, ""
    room = _LONGEST_NAME - len(ending.encode()) - 1
    stem = stem.encode()[:room].decode("utf-8", "ignore").strip(" .")
    short = f"{stem}.{ending}" if stem and ending else stem or ending
    if not short or set(short) <= set("._ "):
        return "file"
    return f"_{short}" if _DEVICES.fullmatch(short) else short
