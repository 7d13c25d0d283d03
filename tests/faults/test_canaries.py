"""Secrets stay where they belong: not in what is printed, logged, crashed with, kept on the disk or given to others."""

from __future__ import annotations

import base64
import json
import secrets
import sys
import textwrap
import time
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path

import pytest

from nookterm.cli.wiring import parts_for
from nookterm.client.ports import Credentials, Secret
from nookterm.domain.ids import DeviceId, UserId
from nookterm.trust.secret_storage import SECRETS, read_seed
from tests.live_homeserver import LiveServer
from tests.pty.people import NOOKTERM, Person, person
from tests.pty.terminal import Terminal

_CRASH = textwrap.dedent("""
    import sys
    from nookterm.cli.home import home_folder
    from nookterm.cli.wiring import parts_for
    from nookterm.cli.main import run
    from nookterm.client.tokens import load_tokens
    from nookterm.tui.app import NooktermApp

    def fall_over(self):
        parts = parts_for(home_folder())
        profile = parts.profiles.chosen(None)
        vault = parts.open_vault(profile.vault)
        token, key = load_tokens(vault, profile).token.reveal(), vault.load(profile.key_name).reveal()
        raise RuntimeError(f"{token} {key}")

    NooktermApp.action_help = fall_over
    sys.argv = ["nookterm"]
    run()
""")


@dataclass
class Canaries:
    """The secrets of one person, and everywhere they turned up."""

    secrets: Mapping[str, str]
    sightings: list[str] = field(default_factory=list)

    def look_at(self, what: bytes, where: str) -> None:
        """Search every secret in the forms in which it could lie about."""
        for name, secret in self.secrets.items():
            if any(form in what for form in _forms(secret)):
                self.sightings.append(f"{name} in {where}")

    def look_at_files(self, folder: Path, but: tuple[Path, ...]) -> int:
        """Search files and their names. Returns how many there were."""
        files = [path for path in folder.rglob("*") if path.is_file() and path not in but]
        for path in files:
            self.look_at(path.read_bytes() + b"\n" + str(path).encode(), str(path))
        return len(files)

    def look_at_process(self, pid: int) -> None:
        """Search the command line and the environment of a process and of all that it started."""
        for part in ("cmdline", "environ"):
            self.look_at(Path(f"/proc/{pid}/{part}").read_bytes(), f"{part} of {pid}")
        for task in Path(f"/proc/{pid}/task").iterdir():
            for child in (task / "children").read_text().split():
                self.look_at_process(int(child))


def _forms(secret: str) -> Iterator[bytes]:
    raw = secret.encode()
    yield raw
    yield secret.encode("utf-16-le")
    # Wherever it begins in a longer text, these letters of base64 are the same.
    for shift in range(3):
        yield base64.b64encode(b"\0" * shift + raw)[4:-4]
    if len(secret) == 64:
        yield bytes.fromhex(secret)


@pytest.fixture
def ana(homeserver: LiveServer, tmp_path: Path) -> Person:
    """Somebody whose passphrase nobody else has, with a folder for temporary files of their own."""
    somebody = person(homeserver, tmp_path, "ana")
    (somebody.home / "passphrase").write_text(secrets.token_urlsafe(24))
    temporary = somebody.home / "tmp"
    temporary.mkdir()
    somebody.env["TMPDIR"] = str(temporary)
    somebody.sign_in(homeserver).do("rooms")
    return somebody


@pytest.fixture
def canaries(ana: Person, monkeypatch: pytest.MonkeyPatch) -> Canaries:
    """What must not be found: read out of the vault and the database as only their owner can."""
    monkeypatch.setenv("NOOKTERM_PASSPHRASE_FILE", str(ana.home / "passphrase"))
    monkeypatch.setenv("PYTHON_KEYRING_BACKEND", ana.env["PYTHON_KEYRING_BACKEND"])
    parts = parts_for(Path(ana.env["NOOKTERM_HOME"]))
    profile = parts.profiles.chosen(None)
    vault = parts.open_vault(profile.vault)
    key, token = vault.load(profile.key_name), vault.load(profile.token_name)
    assert key is not None
    assert token is not None
    store = parts.open_store(parts.profiles.database(profile.name), key, create=False, read_only=True)
    kept = store.recall("pickle_key", "")
    own = dict(store.connection.execute("SELECT name, secret FROM crypto_secrets").fetchall())
    store.close()
    assert set(SECRETS) <= set(own)
    assert kept is not None
    return Canaries(
        {
            **_tokens_in(token),
            "store key": key.reveal(),
            "pickle key": str(kept["key"]),
            "passphrase": (ana.home / "passphrase").read_text(),
            **{name: own[name] for name in SECRETS},
            **{f"{name} in bytes": read_seed(own[name]).hex() for name in SECRETS},
            "recovery key": ana.key_file.read_text().strip(),
            "recovery key without spaces": "".join(ana.key_file.read_text().split()),
            "plaintext": f"canary {secrets.token_urlsafe(18)}",
            "room name": f"room {secrets.token_urlsafe(18)}",
        }
    )


def _tokens_in(kept: Secret) -> dict[str, str]:
    """The tokens that lie in one entry of the vault."""
    text = kept.reveal()
    if not text.startswith("{"):
        return {"token": text}
    return {name: value for name, value in json.loads(text).items() if isinstance(value, str) and len(value) > 25}


def test_no_secret_leaves_its_place(ana: Person, canaries: Canaries) -> None:
    plain, name = canaries.secrets["plaintext"], canaries.secrets["room name"]
    log = ana.home / "textual.log"
    loud = {"TEXTUAL_LOG": str(log), "TEXTUAL": "debug,devtools", "PYTHONASYNCIODEBUG": "1", "PYTHONDEVMODE": "1"}

    printed = [ana.command("found", "space", "River", **loud), ana.command("found", "nook", "River", name, **loud)]
    printed += [ana.command("send", name, plain, **loud), ana.command("send", "no such room", "x", **loud)]
    printed += [ana.command("--json", "profiles", **loud), ana.command("rooms", "--timeout", "0", **loud)]
    printed += [ana.command("trust", **loud), ana.command("recover", "--key-file", str(ana.key_file), **loud)]
    for number, ended in enumerate(printed):
        words = ended.out.replace(name, "")
        canaries.look_at(f"{words}\n{ended.err}".encode(), f"what command {number} printed")
    assert ana.command("read", name).out.count(plain) == 1

    with ana.open(more=loud) as window:
        window.wait_for("● live")
        window.press("ctrl+g")
        window.wait_for_field("Go to a room")
        window.write(name[:12])
        window.press("enter")
        window.wait_without("Go to a room")
        window.wait_for(plain)
        window.wait_for_field(f"Write to {name}")
        window.write("and a draft of " + plain)
        window.wait_for("a draft of")
        canaries.look_at_process(window.pid)
        canaries.look_at_files(ana.home, _given(ana))
        window.press("ctrl+q")
        window.exit_code()
    assert canaries.look_at_files(ana.home, _given(ana)) > 3
    assert not log.exists(), "Textual would write there what it draws"
    assert canaries.sightings == []


def test_a_crash_shows_no_secret(ana: Person, canaries: Canaries) -> None:
    with Terminal([sys.executable, "-c", _CRASH], ana.env) as window:
        window.wait_for("● live")
        window.press("f1")
        assert window.exit_code() == 1
        assert "a mistake of its own" in " ".join(window.text.split())
        canaries.look_at(window.bytes, "the terminal")
    canaries.look_at_files(ana.home, _given(ana))
    assert canaries.sightings == []


def test_a_kill_leaves_no_secret_behind(ana: Person, canaries: Canaries) -> None:
    with Terminal([NOOKTERM], ana.env) as window:
        window.wait_for("● live")
        window._child.kill(9)
        end = time.monotonic() + 20
        while window._child.isalive() and time.monotonic() < end:
            time.sleep(0.05)
    assert canaries.look_at_files(ana.home, _given(ana)) > 3
    assert canaries.sightings == []


def test_the_search_itself_finds_what_lies_about(tmp_path: Path) -> None:
    canaries = Canaries({"key": "ab" * 32, "word": "a canary, yellow"})
    for number, text in enumerate((b"xx" + b"\xab" * 32, base64.b64encode(b"so: a canary, yellow it was"))):
        (tmp_path / str(number)).write_bytes(text)
    assert canaries.look_at_files(tmp_path, ()) == 2
    assert sorted(canaries.sightings) == [f"key in {tmp_path / '0'}", f"word in {tmp_path / '1'}"]


def test_what_holds_a_secret_does_not_print_it() -> None:
    held = Credentials("https://h", UserId("@a:h"), DeviceId("D"), Secret("syt_canary"))
    assert "canary" not in f"{held} {held!r} {held.token} {[held.token]} {vars(Secret)}"


def _given(ana: Person) -> tuple[Path, ...]:
    """Files with secrets that the person made."""
    return ana.password_file, ana.home / "passphrase", ana.key_file
