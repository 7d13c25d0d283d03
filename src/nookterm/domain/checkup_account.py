"""What `doctor` makes of a signed-in account: its session and keys on the server, and what lies on this machine."""

from __future__ import annotations

from nookterm.domain.checkup import Finding, State, room_version_finding
from nookterm.domain.records import dataclass

_FEW_KEYS = 10
_LITTLE_ROOM = 200 * 1024 * 1024
_NO_ROOM = 20 * 1024 * 1024
_KIB = 1024
_STARTS_ONCE = "Start nookterm once: it puts them there by itself."
_SIGN_IT = "`nookterm recover` signs it with your recovery key, `nookterm verify` with another device of yours."


@dataclass(slots=True)
class DeviceFacts:
    """What the server says about our device. None: it did not say."""

    trouble: tuple[str, str] | None = None
    """Why it could not be asked: what happened, and the way out."""
    ended: bool = False
    """The server takes our token no more."""
    is_listed: bool | None = None
    keys: str | None = None
    """The device's signing key, as the server hands it to others; empty where it has none."""
    one_time_keys: int | None = None
    fallback_key: bool | None = None
    """Whether an unused one lies there."""
    has_identity: bool | None = None
    """Whether the account has a cross-signing identity."""
    is_signed: bool | None = None
    """Whether that identity has signed this device."""
    other_devices: int | None = None
    room_default: str = ""
    room_versions: frozenset[str] = frozenset()
    upload_limit: int | None = None
    """Bytes."""


@dataclass(slots=True)
class LocalFacts:
    """What lies on this machine."""

    vault: str = ""
    """Its kind."""
    vault_trouble: tuple[str, str] | None = None
    store_trouble: tuple[str, str] | None = None
    in_use: bool = False
    """Another nookterm has the account just now."""
    is_whole: bool | None = None
    size: int | None = None
    """Bytes of the database."""
    free: int | None = None
    """Bytes left on its disk."""
    queued: int = 0
    failed: int = 0
    own_key: str | None = None
    """This device's signing key; None where it was not read."""


def local_findings(facts: LocalFacts) -> tuple[Finding, ...]:
    """The vault, the database, the disk, the outbox."""
    return tuple(filter(None, (_vault(facts), _database(facts), _disk(facts), _outbox(facts))))


def _vault(facts: LocalFacts) -> Finding:
    if facts.vault_trouble:
        return Finding("vault", State.PROBLEM, *facts.vault_trouble)
    kind = {"keyring": "the system's keyring", "passphrase": "a file sealed by a passphrase"}.get(
        facts.vault, "the demo world's own file"
    )
    return Finding("vault", State.OK, f"The key of the database is in {kind}, which is open.")


def _database(facts: LocalFacts) -> Finding | None:
    if facts.store_trouble:
        return Finding("database", State.PROBLEM, *facts.store_trouble)
    size = f" ({span_of(facts.size)})" if facts.size is not None else ""
    if facts.is_whole is False:
        out = "Put it back from a copy while there is one. What can still be read stays readable."
        return Finding("database", State.PROBLEM, f"Parts of the database{size} are damaged.", out)
    if facts.is_whole is None:
        return None
    used = " Another nookterm is using it." if facts.in_use else ""
    return Finding("database", State.OK, f"The database is whole{size}.{used}")


def _disk(facts: LocalFacts) -> Finding | None:
    if facts.free is None:
        return None
    words = f"{span_of(facts.free)} are free on its disk."
    if facts.free >= _LITTLE_ROOM:
        return Finding("disk", State.OK, words)
    state = State.PROBLEM if facts.free < _NO_ROOM else State.NOTE
    return Finding("disk", state, words, "Make room: without it nothing new is stored, and nothing can be sent.")


def _outbox(facts: LocalFacts) -> Finding | None:
    if facts.store_trouble or facts.vault_trouble:
        return None
    if facts.failed:
        words = f"{_messages(facts.failed)} could not be sent."
        return Finding("outbox", State.NOTE, words, "In the client: send again, or delete. They are kept until then.")
    if facts.queued:
        words = f"{_messages(facts.queued)} {'waits' if facts.queued == 1 else 'wait'} to be sent."
        return Finding("outbox", State.NOTE, words, "They go out by themselves when the server can be reached.")
    return Finding("outbox", State.OK, "Nothing waits to be sent.")


def _messages(count: int) -> str:
    return f"{count} message{'' if count == 1 else 's'}"


def span_of(size: int) -> str:
    """A number of bytes as people say it."""
    value, unit = float(size), "bytes"
    for larger in ("KiB", "MiB", "GiB", "TiB"):
        if value < _KIB:
            break
        value, unit = value / _KIB, larger
    return f"{value:.0f} {unit}" if value >= 10 or unit == "bytes" else f"{value:.1f} {unit}"  # noqa: PLR2004 - two digits


def device_findings(facts: DeviceFacts, own_key: str | None = None) -> tuple[Finding, ...]:
    """What the server knows of this device. `own_key` is the one that lies here."""
    if facts.ended:
        out = "Everything here is safe. Sign in again: the client offers it, and `nookterm login` does it."
        return (Finding("session", State.PROBLEM, "The server has ended this session.", out),)
    if facts.trouble:
        return (Finding("session", State.PROBLEM, *facts.trouble),)
    found = [
        Finding("session", State.OK, "Signed in."),
        _device(facts),
        _keys(facts, own_key),
        _one_time_keys(facts),
        _fallback(facts),
        _signed(facts),
    ]
    if facts.room_versions:
        found.append(room_version_finding(facts.room_default, facts.room_versions))
    if facts.upload_limit:
        found.append(Finding("uploads", State.OK, f"Files may be as large as {span_of(facts.upload_limit)}."))
    return tuple(finding for finding in found if finding)


def _device(facts: DeviceFacts) -> Finding | None:
    if facts.is_listed is None:
        return None
    if not facts.is_listed:
        out = "Sign out and in again; what is here can be kept (docs/guide/member.md)."
        return Finding("device", State.PROBLEM, "The server does not list this device.", out)
    others = facts.other_devices or 0
    words = {0: "It is the only device of this account.", 1: "The account has one other device."}.get(
        others, f"The account has {others} other devices."
    )
    return Finding("device", State.OK, f"The server lists this device. {words}")


def _keys(facts: DeviceFacts, own_key: str | None) -> Finding | None:
    if facts.keys is None:
        return None
    if not facts.keys:
        return Finding(
            "keys", State.PROBLEM, "The server has no keys of this device: nobody can write to it.", _STARTS_ONCE
        )
    if own_key and facts.keys != own_key:
        words = "The server hands out other keys for this device than those that lie here."
        out = "Trust nothing that is said to this device. Ask who runs the server, or sign in as a new device."
        return Finding("keys", State.PROBLEM, words, out)
    return Finding("keys", State.OK, "The device's keys are on the server, and they are ours.")


def _one_time_keys(facts: DeviceFacts) -> Finding | None:
    count = facts.one_time_keys
    if count is None:
        return None
    words = f"{count} one-time keys are left on the server."
    if count >= _FEW_KEYS:
        return Finding("one_time_keys", State.OK, words)
    return Finding("one_time_keys", State.NOTE, words, _STARTS_ONCE)


def _fallback(facts: DeviceFacts) -> Finding | None:
    if facts.fallback_key is None:
        return None
    if facts.fallback_key:
        return Finding("fallback_key", State.OK, "A fallback key lies there for when they run out.")
    return Finding("fallback_key", State.NOTE, "No unused fallback key lies on the server.", _STARTS_ONCE)


def _signed(facts: DeviceFacts) -> Finding | None:
    if facts.has_identity is None:
        return None
    if not facts.has_identity:
        words = "This account has no identity that vouches for its devices, so others cannot check them."
        return Finding("signed", State.NOTE, words, "`nookterm trust setup` makes one, with a recovery key.")
    if facts.is_signed:
        return Finding("signed", State.OK, "This device is signed by the account's identity.")
    words = "This device is not signed by the account's identity: others see it as not checked."
    return Finding("signed", State.NOTE, words, _SIGN_IT)
