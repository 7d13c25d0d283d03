"""Says at the start, and not in the middle of a message, when nio is not the one that our hooks were made for."""

from __future__ import annotations

import vodozemac
from nio.crypto import InboundGroupSession, OlmAccount, OutboundGroupSession
from nio.crypto.olm_machine import Olm

from nookterm.client.errors import Problem

_HOOKS: tuple[tuple[type, tuple[str, ...]], ...] = (
    (
        Olm,
        (
            "_algorithms",
            "_handle_olm_event",
            "_mark_device_for_unwedging",
            "_olm_encrypt",
            "_queue_dummy_message",
            "create_session",
            "decrypt",
            "load",
            "save_account",
            "sign_json",
        ),
    ),
    (OlmAccount, ("from_pickle", "generate_one_time_keys", "mark_keys_as_published", "pickle")),
    (InboundGroupSession, ("decrypt", "first_known_index", "from_pickle", "pickle")),
    (OutboundGroupSession, ("encrypt", "expired", "from_pickle", "mark_as_shared", "pickle", "session_key")),
    (vodozemac.Account, ("fallback_key", "generate_fallback_key")),
)


def check_engine() -> None:
    """Look for every private name that we hook.

    Raises:
        Problem: this nio is another one; `code` is `wrong_engine`.
    """
    missing = [f"{owner.__name__}.{name}" for owner, names in _HOOKS for name in names if not hasattr(owner, name)]
    if missing:
        raise Problem(
            f"The installed matrix-nio does not fit nookterm: {', '.join(missing)} is missing.",
            "Install nookterm anew, with the versions that it names.",
            code="wrong_engine",
        )
