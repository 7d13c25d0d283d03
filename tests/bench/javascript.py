"""matrix-js-sdk for the comparisons: fetched from the npm registry once, where Node is."""

from __future__ import annotations

import shutil
import subprocess
from pathlib import Path

from tests.bench.places import KEPT

SDK = "matrix-js-sdk@43.0.0"


def sdk_home() -> Path:
    """The folder that the SDK is installed in."""
    return KEPT / "js"


def missing_sdk() -> str:
    """Why there is no SDK to compare with; empty when it is there."""
    if not (shutil.which("node") and shutil.which("npm")):
        return "Node is not installed here"
    home = sdk_home()
    if (home / "node_modules" / "matrix-js-sdk").is_dir():
        return ""
    home.mkdir(parents=True, exist_ok=True)
    (home / "package.json").write_text('{"private": true, "type": "module"}', encoding="utf-8")
    words = ("npm", "install", "--no-audit", "--no-fund", "--ignore-scripts", "--silent", SDK)
    done = subprocess.run(words, cwd=home, check=False, capture_output=True)
    return "matrix-js-sdk could not be fetched from the npm registry" if done.returncode else ""
