"""Everything that a facilitator says about a case with commands alone: what each comes out as, and its exit code."""

from __future__ import annotations

from pathlib import Path
from urllib.parse import quote

import pytest

from tests.cli.test_commands import Terminal
from tests.live_homeserver import LiveServer


@pytest.fixture
def ana(
    homeserver: LiveServer, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> Terminal:
    """A facilitator at her shell prompt, with a nook at whose door people can ask."""
    passphrase = tmp_path / "passphrase"
    passphrase.touch(0o600)
    passphrase.write_text("correct horse")
    monkeypatch.setenv("PYTHON_KEYRING_BACKEND", "keyring.backends.fail.Keyring")
    terminal = Terminal(homeserver, tmp_path / "ana", "ana", monkeypatch, capsys)
    terminal.login()
    terminal.call("found", "space", "Makers")
    return terminal


def knock(server: LiveServer, nook: str, name: str) -> str:
    """Somebody asks from another app."""
    somebody = server.register(name)
    server.call("POST", f"/_matrix/client/v3/knock/{quote(nook)}", {"reason": "Hello"}, server.login(somebody))
    return somebody.user_id


def test_every_word_about_a_case_has_its_outcome(ana: Terminal) -> None:
    (nook,) = ana.call("found", "nook", "Makers", "glaze-lab", "--cap", "2", "--question", "q1=Why?")
    bob = knock(ana.server, nook["room_id"], "bob")
    (row,) = ana.call("desk", "--kind", "knock")
    case, read = row["case"], row["request"]

    def outcome(*words: str) -> str:
        (said,) = ana.call(*words)
        assert (said["case"], said["by"]) == (case, ana.user_id)
        return str(said["outcome"])

    assert outcome("claim", case, "--request", read) == "claimed"
    assert ana.call("claim", case, "--request", "$older", code=6)[0]["error"] == "changed"
    assert outcome("vote", case, "for", "--words", "I know them") == "voted"
    assert outcome("waitlist", case) == "waitlisted"
    (row,) = ana.call("desk", "--kind", "knock", "--all")
    assert (row["user"], row["place"]) == (bob, 1)
    assert ana.call("handover", case, bob, code=2)[0]["error"] == "no_facilitator"
    assert ana.call("handover", case, "bob", code=2)[0]["error"] == "usage"
    assert outcome("release", case) == "released"
    assert ana.call("release", case, code=6)[0]["error"] == "not_yours"
    assert ana.call("message", case, "Hello", code=2)[0]["error"] == "no_vetting_room"
    assert ana.call("settle", case, code=6)[0]["error"] == "changed"
    closed = {"room_id": nook["room_id"], "door": "closed"}
    assert ana.call("door", "glaze-lab", "closed") == [{**closed, "changed": True}]
    assert ana.call("door", "glaze-lab", "closed") == [{**closed, "changed": False}]
    assert ana.plain("door", "glaze-lab", "open") == "glaze-lab: open\n"
    assert outcome("ban", case, "--request", read) == "banned"
    assert ana.call("approve", case, code=6)[0]["message"] == f"{bob[1:].partition(':')[0]} was banned by you."
