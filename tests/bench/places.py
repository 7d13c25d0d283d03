"""Where the benchmark keeps what is slow to make: outside the repository's history, made anew when it is missing."""

from __future__ import annotations

from pathlib import Path

ROOT = Path(__file__).parents[2]
KEPT = ROOT / ".bench"
WORLDS = KEPT / "worlds"
