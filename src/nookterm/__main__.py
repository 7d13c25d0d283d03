"""`python -m nookterm`."""

from __future__ import annotations

from nookterm.cli.main import run

run()
