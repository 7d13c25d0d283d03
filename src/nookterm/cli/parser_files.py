"""The command line's words for files and pictures."""

from __future__ import annotations

import argparse
from collections.abc import Callable


def add_files(command: Callable[[str, str], argparse.ArgumentParser]) -> None:
    """`upload` and `download`."""
    upload = command("upload", "share a file or a picture")
    upload.add_argument("room", metavar="ROOM")
    upload.add_argument("path", metavar="PATH", help="the file; the whole path while a client is open")
    upload.add_argument("--caption", default="", metavar="TEXT", help="words under it")
    upload.add_argument("--name", default="", metavar="NAME", help="what the others see it called")
    upload.add_argument(
        "--as-it-is",
        action="store_true",
        help="a picture with all that it tells beside what it shows: place, date, device",
    )
    upload.add_argument("--reply", metavar="EVENT")
    upload.add_argument("--thread", metavar="EVENT")
    download = command("download", "keep the file of a message on this disk")
    download.add_argument("room", metavar="ROOM")
    download.add_argument("event", metavar="EVENT")
    download.add_argument("--to", metavar="DIR", help="the folder (default: where downloads lie)")
