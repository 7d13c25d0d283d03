"""Which devices get the keys of what is said. The one place that decides."""

from __future__ import annotations

from nio.crypto import OlmDevice, TrustState


def may_receive(device: OlmDevice) -> bool:
    """Whether a device of somebody who may read the room gets its keys.

    Until cross-signing is built, every device does that its owner has not removed and nobody has barred.
    """
    return not device.deleted and device.trust_state is not TrustState.blacklisted
