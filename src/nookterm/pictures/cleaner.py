"""The Pictures port: what leaves holds what it shows and nothing else. Pillow is loaded with the first picture."""

from __future__ import annotations

from nookterm.client.errors import UnsafeFile
from nookterm.client.ports.pictures import LARGEST_SIDE, LARGEST_TEXT, CleanPicture, Preview


class PictureCleaner:
    """The implementation of the `Pictures` port."""

    def is_picture(self, head: bytes) -> bool:
        """Whether a file that begins so is of a kind that can be cleaned."""
        from nookterm.pictures.kinds import is_ours

        return is_ours(head)

    def clean(self, data: bytes, *, largest_bytes: int, largest_side: int = LARGEST_SIDE) -> CleanPicture:
        """A new picture made of the pixels of another one."""
        from nookterm.pictures.decoding import pixels
        from nookterm.pictures.encoding import fitted
        from nookterm.pictures.kinds import contained

        found = contained(data)
        if found.moves:
            message = "The picture moves, and nookterm cannot clean moving ones."
            raise UnsafeFile(message, "Save one frame of it as a picture, and share that.", code="animated")
        return fitted(pixels(found, largest_side), largest_bytes)

    def check(self, data: bytes, *, largest_bytes: int, largest_side: int = LARGEST_SIDE) -> CleanPicture:
        """What somebody else's client says it has cleaned, believed only where the bytes prove it."""
        from nookterm.pictures.bare import picture_of
        from nookterm.pictures.encoding import JPEG, PNG
        from nookterm.pictures.kinds import contained

        if len(data) > largest_bytes:
            message = f"The picture has {len(data)} bytes where {largest_bytes} are allowed."
            raise UnsafeFile(message, "Ask for a smaller one.", code="too_large")
        outer = contained(data)
        if max(outer.width, outer.height) > largest_side:
            message = f"The picture has {outer.width} × {outer.height} pixels where {largest_side} a side are allowed."
            raise UnsafeFile(message, "Ask for a smaller one.", code="too_large")
        if picture_of(data) is None:
            message = "The picture holds more than it shows: it may tell when, where or by whom it was made."
            raise UnsafeFile(message, "Ask for it once more, from a nookterm that cleans it.", code="not_clean")
        return CleanPicture(data, PNG if outer.kind == "PNG" else JPEG, outer.width, outer.height)

    def is_clean(self, data: bytes) -> bool:
        """Whether `check` would take it if it were not for its size."""
        from nookterm.pictures.bare import is_bare

        return is_bare(data)

    def preview(self, data: bytes, *, largest_side: int, sheer: bool = False) -> Preview:
        """A stranger's picture made small enough to be drawn; decoded in a process of its own."""
        from nookterm.pictures.apart import preview
        from nookterm.pictures.kinds import contained

        contained(data)
        return preview(data, largest_side, sheer=sheer)

    def clean_text(self, data: bytes, *, largest_bytes: int = LARGEST_TEXT) -> bytes:
        """Plain text in UTF-8 without byte order mark."""
        from nookterm.pictures.text import clean

        return clean(data, largest_bytes)
