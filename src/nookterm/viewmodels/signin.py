"""Signing in: a server, what it offers, a name and a password."""

from __future__ import annotations

from dataclasses import dataclass

from nookterm.viewmodels.model import Notice


@dataclass(frozen=True, slots=True)
class SignInView:
    """The welcome screen."""

    step: str = "server"
    """server, password, working, done."""
    server: str = ""
    """The homeserver that was found."""
    doing: str = ""
    """What goes on now, while `step` is working."""
    notice: Notice | None = None
    """What went wrong; typing goes on."""
