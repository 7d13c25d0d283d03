"""Has every Synapse that the tests start read `tests/synapse_site` first; why is told there."""

from __future__ import annotations

import os
from pathlib import Path

SITE = str(Path(__file__).with_name("synapse_site"))
"""The folder of what it reads."""


def use() -> None:
    """From now on, here and in every child process."""
    os.environ["PYTHONPATH"] = os.pathsep.join(filter(None, (SITE, os.environ.get("PYTHONPATH"))))
