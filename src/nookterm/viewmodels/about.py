"""The right column: what this nook is for, who is in it, who can read."""

from __future__ import annotations

from dataclasses import dataclass

from nookterm.viewmodels.model import Face, Notice


@dataclass(frozen=True, slots=True)
class Part:
    """A headed part. Each line is (left, right, meaning); the meaning is a theme's `nook-*` name or empty."""

    heading: str
    lines: tuple[tuple[str, str, str], ...]


@dataclass(frozen=True, slots=True)
class AboutView:
    """The About column of a room. `cap` is None where there is no charter."""

    title: str = ""
    purpose: str = ""
    members: int = 0
    cap: int | None = None
    waiting: int = 0
    parts: tuple[Part, ...] = ()
    people: tuple[tuple[str, str, str], ...] = ()
    """Everyone in the room: name, Matrix id, role word or empty. For the People tab."""
    face: Face = Face.EMPTY
    notice: Notice | None = None
