"""How hypothesis works here: no stop-watch on a shared machine, nothing kept on disk."""

from __future__ import annotations

from hypothesis import settings

settings.register_profile("nookterm-trust", deadline=None, database=None, max_examples=25)
settings.load_profile("nookterm-trust")
