"""Says at the start, and not in the middle of a message, when nio is not the one that our hooks were made for."""

from __future__ import annotations

import vodozemac
from nio.api import Api
from nio.crypto import (
    DeviceStore,
    InboundGroupSession,
    OlmAccount,
    OutboundGroupSession,
    Session,
    SessionStore,
)
from nio.crypto.olm_machine import Olm

from nookterm.client.errors import Problem

HOOKS: tuple[tuple[type, tuple[str, ...]], ...] = (
    (
        Olm,
        (
            "_algorithms",
            "_mark_device_for_unwedging",
            "_queue_dummy_message",
            "_try_decrypt",
            "create_session",
            "load",
            "save_account",
            "save_session",
            "sign_json",
        ),
    ),
    (Api, ("to_canonical_json", "to_json")),
    (DeviceStore, ("active_user_devices", "device_from_sender_key")),
    (SessionStore, ("add", "get")),
    (
        OlmAccount,
        ("create_inbound_session", "from_pickle", "generate_one_time_keys", "mark_keys_as_published", "pickle"),
    ),
    (Session, ("encrypt", "from_pickle", "pickle")),
    (
        InboundGroupSession,
        ("decrypt", "export_session", "first_known_index", "from_pickle", "import_session", "pickle"),
    ),
    (
        OutboundGroupSession,
        ("encrypt", "expired", "from_pickle", "mark_as_shared", "message_index", "pickle", "session_key"),
    ),
    (vodozemac.Account, ("fallback_key", "generate_fallback_key")),
)
FIELDS: tuple[tuple[type, tuple[str, ...]], ...] = (
    (DeviceStore, ("_entries",)),
    (SessionStore, ("_entries",)),
    (OutboundGroupSession, ("creation_time", "max_age", "max_messages", "message_count", "users_shared_with")),
    (Session, ("creation_time", "use_time")),
)
"""What only an object has."""


def check_engine() -> None:
    """Look for every name that we hook or reach into.

    Raises:
        Problem: this nio is another one; `code` is `wrong_engine`.
    """
    missing = [f"{owner.__name__}.{name}" for owner, names in HOOKS for name in names if not hasattr(owner, name)]
    missing += [f"{owner.__name__}.{name}" for owner, names in FIELDS for name in names if name not in vars(owner())]
    if missing:
        raise Problem(
            f"The installed matrix-nio does not fit nookterm: {', '.join(missing)} is missing.",
            "Install nookterm anew, with the versions that it names.",
            code="wrong_engine",
        )
