"""Where randomness comes in, as an argument, so that every key and message can be made again in a test."""

from __future__ import annotations

from collections.abc import Callable

from nookterm.trust.encoding import encode_base64

Entropy = Callable[[int], bytes]
"""So many unpredictable bytes. Outside tests it is `os.urandom`; nothing in this package draws randomness elsewhere."""

_NAME_BYTES = 24


def random_name(entropy: Entropy) -> str:
    """A new id for a key or a transaction: 32 characters without any that need quoting."""
    return encode_base64(entropy(_NAME_BYTES)).replace("+", "A").replace("/", "B")
