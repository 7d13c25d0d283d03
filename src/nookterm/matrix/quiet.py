"""Keeps nio's own log silent: it writes tokens and message texts."""

from __future__ import annotations

import logging


def silence() -> None:
    """Let nothing that nio or its libraries log reach any handler."""
    for name in ("nio", "peewee", "aiohttp"):
        log = logging.getLogger(name)
        if not log.handlers:
            log.addHandler(logging.NullHandler())
        log.propagate = False
        log.setLevel(logging.CRITICAL + 1)
    for name in list(logging.root.manager.loggerDict):
        if name.startswith("nio."):
            logging.getLogger(name).setLevel(logging.CRITICAL + 1)
