"""Two homeservers that federate with each other on this machine, and with nobody else."""

from __future__ import annotations

import contextlib
import datetime as dt
import ipaddress
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import NameOID

from nookterm.demo import folder as folders
from nookterm.demo.errors import one_server
from nookterm.demo.homeserver import Homeserver, Progress, free_port
from nookterm.demo.synapse_config import HOST, Federation

OTHER = "other"
"""The folder of the second server inside a world that is kept."""
_GOOD_FOR = dt.timedelta(days=3650)
"""A kept world is to open for as long as anybody keeps it."""
_EARLIER = dt.timedelta(days=1)
"""A clock that was put back does not make a certificate too young."""


@dataclass(frozen=True, slots=True)
class Pair:
    """Both, running."""

    first: Homeserver
    second: Homeserver


@contextlib.contextmanager
def two_servers(
    *, folder: Path | None = None, port: int | None = None, progress: Progress = lambda _line: None
) -> Iterator[Pair]:
    """Start two servers side by side (about 9 s); both end with the block. `folder` and `port` as `Homeserver.start`.

    Each stands behind a warden of its own, so that neither is left behind, however this process ends.

    Raises:
        DemoProblem, CannotWrite: as `Homeserver.start`; neither runs then.
    """
    if folder and folders.describe(folder) and not lies_on_two(folder):
        raise one_server(folder)
    one, other = _federations()
    with contextlib.ExitStack() as running:
        first = running.enter_context(Homeserver.launch(folder=folder, port=port, federation=one, progress=progress))
        second = running.enter_context(Homeserver.launch(folder=folder / OTHER if folder else None, federation=other))
        folders.note(first.folder, **{OTHER: str(second.folder)})
        progress("starting two homeservers, about 9 s")
        first.wait_until_ready()
        second.wait_until_ready()
        progress("both homeservers are ready")
        yield Pair(first, second)


def lies_on_two(folder: Path) -> bool:
    """Whether the world in `folder` was made on two servers."""
    return OTHER in (folders.describe(folder) or {})


def both_folders(folder: Path) -> tuple[Path, ...]:
    """The folders of the servers of a world, its own first."""
    other = (folders.describe(folder) or {}).get(OTHER)
    return (folder, Path(other)) if isinstance(other, str) else (folder,)


def _federations() -> list[Federation]:
    one = free_port()
    ports = one, next(port for port in iter(free_port, None) if port != one)
    certificate, key = _certificate()
    return [Federation(port, tuple(f"{HOST}:{each}" for each in ports), certificate, key) for port in ports]


def _certificate() -> tuple[str, str]:
    """A certificate for this machine's own address, signed by itself, and its key; both PEM."""
    key = ec.generate_private_key(ec.SECP256R1())
    name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, "nookterm demo")])
    now = dt.datetime.now(dt.UTC)
    made = (
        x509.CertificateBuilder()
        .subject_name(name)
        .issuer_name(name)
        .public_key(key.public_key())
        .serial_number(x509.random_serial_number())
        .not_valid_before(now - _EARLIER)
        .not_valid_after(now + _GOOD_FOR)
        .add_extension(x509.SubjectAlternativeName([x509.IPAddress(ipaddress.ip_address(HOST))]), critical=False)
        .add_extension(x509.BasicConstraints(ca=True, path_length=None), critical=True)
        .sign(key, hashes.SHA256())
    )
    secret = key.private_bytes(
        serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption()
    )
    return made.public_bytes(serialization.Encoding.PEM).decode(), secret.decode()
