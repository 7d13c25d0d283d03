"""The whole main job with commands alone: each prints the promised fields, and each refusal its exit code."""

from __future__ import annotations

import contextlib
import io
import json
import re
import signal
import subprocess
import sys
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest

from nookterm.cli.main import main
from tests.live_homeserver import LiveServer
from tests.quick_vault import lay_out

ROOMS = {
    "room_id", "name", "kind", "membership", "encrypted", "members", "cap", "unread", "mentions",
    "level", "favourite", "place", "low", "marked",
}  # fmt: skip
READ = {
    "event_id", "sender", "sent_at", "kind", "body", "html", "file", "reply_to", "thread",
    "edited", "redacted", "reactions", "reacted", "replies", "seen_by", "poll", "encrypted", "trust",
    "mentions", "everybody",
}  # fmt: skip
REQUESTS = {"room_id", "name", "since", "place", "facilitator", "listed", "words", "waits", "state"}
DESK = {
    "case", "kind", "nook", "user", "request", "since", "holder", "held_until", "reason", "answers", "members", "cap",
    "why", "place", "snoozed_until", "quote", "details",
}  # fmt: skip
DRAFT = {"room_id", "text", "quotes", "flags", "target", "audience", "left", "pictures", "exact"}
SHARE = {
    "request", "state", "nook", "draft", "authors", "waits_for", "answers", "asked_by", "asked_at", "expires", "target",
    "audience", "picture", "event_id",
}  # fmt: skip
BOARD = {
    "id", "nook_name", "credit", "body", "event_id", "at", "room_id", "week", "reactions", "by_reaction", "altered",
    "picture", "way_in",
}  # fmt: skip
MOMENT = re.compile(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z")


@dataclass
class Terminal:
    """Somebody at a shell prompt, with a data folder of their own."""

    server: LiveServer
    home: Path
    name: str
    patch: pytest.MonkeyPatch
    capsys: pytest.CaptureFixture[str]
    user_id: str = ""

    def call(self, *words: str, code: int = 0) -> list[dict[str, Any]]:
        """Run a command with --json. Returns its rows, or the problem, after its exit code was as promised."""
        self._at_home()
        ended = main([*words, "--json"])
        said = self.capsys.readouterr()
        assert ended == code, said
        rows: list[dict[str, Any]] = [json.loads(line) for line in (said.err if code else said.out).splitlines()]
        assert not code or set(rows[-1]) == {"error", "message", "hint"}
        return rows

    def plain(self, *words: str) -> str:
        """The same for people."""
        self._at_home()
        assert main(list(words)) == 0
        return self.capsys.readouterr().out

    def _at_home(self) -> None:
        self.patch.setenv("NOOKTERM_HOME", str(self.home))
        self.patch.setenv("NOOKTERM_PASSPHRASE_FILE", str(self.home.parent / "passphrase"))
        self.patch.setenv("NOOKTERM_VAULT", "passphrase")

    def login(self) -> dict[str, Any]:
        """Sign in on a new account, and make the device trusted."""
        row = self.register()
        self.call("trust", "setup", "--key-file", str(self.home.parent / f"{self.name}.key"))
        return row

    def register(self) -> dict[str, Any]:
        """Sign in on a new account."""
        them = self.server.register(self.name)
        self.user_id = them.user_id
        lay_out(self.home, self.home.parent / "passphrase")
        secret = self.home.parent / f"{self.name}.password"
        secret.write_text(f"{them.password}\n")
        (row,) = self.call("login", self.server.base_url, them.user_id, "--password-file", str(secret))
        return row


@pytest.fixture
def terminals(
    homeserver: LiveServer, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> Sequence[Terminal]:
    """Two people at two machines. No keyring answers on this one, so the vault is the passphrase file."""
    passphrase = tmp_path / "passphrase"
    passphrase.touch(0o600)
    passphrase.write_text("correct horse")
    monkeypatch.setenv("PYTHON_KEYRING_BACKEND", "keyring.backends.fail.Keyring")
    return [Terminal(homeserver, tmp_path / name, name, monkeypatch, capsys) for name in ("ana", "bob")]


def within(rows: list[dict[str, Any]], promised: set[str], *always: str) -> None:
    """Every row has `always`, and nothing that is not promised."""
    assert rows
    for row in rows:
        assert set(always) <= set(row) <= promised


def test_the_main_job_with_commands_alone(terminals: Sequence[Terminal], monkeypatch: pytest.MonkeyPatch) -> None:
    ana, bob = terminals
    for who in terminals:
        row = who.login()
        assert set(row) == {"profile", "user_id", "device_id", "homeserver", "vault"}
        assert row["vault"] == "passphrase"
    space, nook = founding(ana)
    case = asking(ana, bob, space, nook)
    deciding(ana, bob, nook, case)
    talking(ana, bob, monkeypatch)
    following(ana, bob)
    sharing(ana, bob)
    refusals(ana, bob)
    leaving(ana, bob, nook)


def founding(ana: Terminal) -> tuple[str, str]:
    (space,) = ana.call("found", "space", "Makers", "--topic", "things")
    assert set(space) == {"room_id", "name", "highlights_id", "facilitators_id"}
    words = ("--purpose", "We test glazes.", "--who", "potters", "--cap", "5", "--question", "q1=Why?")
    (nook,) = ana.call("found", "nook", "Makers", "glaze-lab", *words)
    assert nook == {"room_id": nook["room_id"], "name": "glaze-lab", "cap": 5}
    rows = ana.call("rooms")
    within(rows, ROOMS, "room_id", "name", "kind", "membership", "encrypted", "members", "unread", "mentions")
    kinds = {row["name"]: (row["kind"], row["encrypted"], row.get("cap")) for row in rows}
    assert kinds["Makers"] == ("space", False, None)
    assert kinds["glaze-lab"] == ("nook", True, 5)
    return space["room_id"], nook["room_id"]


def asking(ana: Terminal, bob: Terminal, space: str, nook: str) -> str:
    assert bob.call("join", space) == [{"room_id": space, "membership": "join"}]
    bob.call("join", "Makers highlights", code=1)
    rows = ana.call("rooms", "--offline")
    board = next(row["room_id"] for row in rows if row["name"] == "Makers highlights")
    bob.call("join", board)
    (problem,) = bob.call("knock", "glaze-lab", "--answer", "q1", code=2)
    assert "ID=TEXT" in problem["message"]
    assert bob.call("knock", "Glaze-Lab", "--answer", "q1=because") == [{"room_id": nook, "state": "sent"}]
    rows = bob.call("requests")
    within(rows, REQUESTS, "room_id", "name", "since", "state")
    assert MOMENT.fullmatch(rows[0]["since"])
    (row,) = ana.call("desk", "--kind", "knock")
    assert set(row) <= DESK
    assert (row["kind"], row["nook"], row["user"]) == ("knock", nook, bob.user_id)
    assert (row["members"], row["cap"]) == (1, 5)
    assert "answers" not in row
    return str(row["case"])


def deciding(ana: Terminal, bob: Terminal, nook: str, case: str) -> None:
    assert ana.call("claim", case) == [{"case": case, "by": ana.user_id, "outcome": "claimed"}]
    assert ana.call("release", case)[0]["outcome"] == "released"
    assert ana.call("vet", case)[0]["outcome"] == "asked"
    assert [row["state"] for row in bob.call("requests", "--no-act")] == ["sent"]
    assert [(row["state"], row["facilitator"]) for row in bob.call("requests")] == [("answered", ana.user_id)]
    (row,) = ana.call("desk", "--nook", "glaze-lab", "--kind", "knock")
    assert row["answers"] == {"q1": "because"}
    assert row["holder"] == ana.user_id
    assert MOMENT.fullmatch(row["held_until"])
    assert ana.call("approve", case, "--request", "$another", code=6)[0]["error"] == "changed"
    assert "asks to join glaze-lab (1 of 5)" in ana.plain("desk")
    assert ana.call("approve", case) == [{"case": case, "by": ana.user_id, "outcome": "approved"}]
    assert ana.call("decline", case, code=6)[0]["error"] == "changed"
    assert [row["state"] for row in bob.call("requests")] == ["joined"]
    recorded(ana, bob, nook, case)
    welcomed(ana, bob)


def recorded(ana: Terminal, bob: Terminal, nook: str, case: str) -> None:
    """The record of it, for a script, for people, and in a file; a mistake in what is asked for makes no file."""
    (row,) = ana.call("record", "--nook", nook, "--outcome", "approved")
    assert set(row) == {"case", "nook", "user", "name", "outcome", "by", "at", "request", "asked_at", "event"}
    assert (row["case"], row["user"], row["by"]) == (case, bob.user_id, ana.user_id)
    assert MOMENT.fullmatch(row["at"])
    told = ana.plain("record", "--user", bob.user_id, "--since", "2026-01-01")
    assert re.search(r"glaze-lab  bob.* let in by ana", told)
    assert ana.plain("record", "--outcome", "banned") == "Nothing was decided yet.\n"
    file = ana.home.parent / "record.json"
    for wrong in (("--since", "yesterday"), ("--outcome", "liked"), ("--export", "record.html")):
        ana.call("record", *wrong, code=2)
    (written,) = ana.call("record", "--export", str(file))
    assert (written["file"], len(json.loads(file.read_text(encoding="utf-8")))) == (str(file), written["entries"])
    assert ana.call("record", "--export", str(file), code=2)[0]["error"] == "file_exists"


def welcomed(ana: Terminal, bob: Terminal) -> None:
    """What else waits: a newcomer, and a nook with one facilitator. A line can be put off, and be dealt with."""
    rows = {row["kind"]: row for row in ana.call("desk", "--nook", "glaze-lab")}
    assert {kind: row.get("user") for kind, row in rows.items()} == {"hello": bob.user_id, "drift": None}
    assert all(set(row) <= DESK for row in rows.values())
    assert rows["drift"]["details"]["setting"] == "facilitators"
    (off,) = ana.call("snooze", rows["drift"]["case"], "--days", "2")
    assert MOMENT.fullmatch(off["snoozed_until"])
    assert [row["kind"] for row in ana.call("desk", "--all")] == ["hello", "drift"]
    assert ana.call("claim", rows["hello"]["case"])[0]["outcome"] == "claimed"
    assert ana.call("settle", rows["hello"]["case"], "--words", "we met")[0]["outcome"] == "settled"
    assert ana.plain("desk") == "Nobody waits. The desk is clear.\n"
    assert "snoozed_until" not in ana.call("wake", rows["drift"]["case"])[0]
    assert ana.call("sheet", "glaze-lab", code=2)[0]["error"] == "no_sheet_needed"
    assert ana.call("desk", "--kind", "wishes", code=2)[0]["error"] == "unknown_kind"


def talking(ana: Terminal, bob: Terminal, monkeypatch: pytest.MonkeyPatch) -> None:
    queued, sent = ana.call("send", "glaze-lab", "hello \x1b[1mBob", "--wait")
    assert (set(queued), queued["state"]) == ({"txn_id", "state"}, "queued")
    assert (set(sent), sent["state"]) == ({"txn_id", "event_id", "state"}, "sent")
    assert queued["txn_id"] == sent["txn_id"]
    monkeypatch.setattr("sys.stdin", io.StringIO("iron makes it **blue**\n"))
    bob.call("send", "glaze-lab", "-", "--reply", sent["event_id"])
    rows = ana.call("read", "glaze-lab")
    within(rows, READ, "event_id", "sender", "sent_at", "kind", "body", "encrypted", "trust")
    assert [row["body"] for row in rows] == ["hello \x1b[1mBob", "iron makes it **blue**"]
    assert [row.get("html") for row in rows] == [None, "iron makes it <strong>blue</strong>"]
    assert [row["trust"] for row in rows] == ["own", "signed"]
    assert rows[1]["reply_to"] == sent["event_id"]
    assert MOMENT.fullmatch(rows[0]["sent_at"])
    assert [row["body"] for row in ana.call("read", "glaze-lab", "--before", rows[1]["event_id"])] == [rows[0]["body"]]
    assert [row["body"] for row in ana.call("read", "glaze-lab", "--limit", "1", "--offline")] == [rows[1]["body"]]
    assert "\x1b" not in bob.plain("read", "glaze-lab")


def following(ana: Terminal, bob: Terminal) -> None:
    """`read --follow` prints what comes, does what other commands ask meanwhile, and ends when it is interrupted."""
    bob._at_home()
    words = [sys.executable, "-m", "nookterm", "--json", "read", "glaze-lab", "--limit", "1", "--follow"]
    with subprocess.Popen(words, stdout=subprocess.PIPE, text=True) as follower, contextlib.ExitStack() as ends:
        assert follower.stdout is not None
        ends.callback(follower.kill)
        assert json.loads(follower.stdout.readline())["body"] == "iron makes it **blue**"
        ana.call("send", "glaze-lab", "*does* it", "--plain")
        does = json.loads(follower.stdout.readline())
        assert (does["body"], does.get("html")) == ("*does* it", None)
        assert [row["body"] for row in bob.call("read", "glaze-lab", "--limit", "1", "--offline")] == ["*does* it"]
        queued, sent = bob.call("send", "glaze-lab", "so it does", "--wait")
        assert (queued["state"], sent["txn_id"]) == ("queued", queued["txn_id"])
        follow = json.loads(follower.stdout.readline())
        assert (follow["body"], follow["event_id"]) == ("so it does", sent["event_id"])
        assert bob.call("invite", "glaze-lab", ana.user_id, code=5)
        assert bob.call("leave", "glaze-lab", "--timeout", "0", code=4)[0]["error"] == "timeout"
        follower.send_signal(signal.SIGINT)
        assert follower.wait(20) == 130


def sharing(ana: Terminal, bob: Terminal) -> None:
    rows = ana.call("read", "glaze-lab", "--offline")
    source = next(row["event_id"] for row in rows if row["body"] == "iron makes it **blue**")
    (draft,) = ana.call(
        "draft", "glaze-lab", source, "--draft", "Iron makes it blue. Mail ana@river.example", "--offline"
    )
    within([draft], DRAFT, *DRAFT)
    assert ([flag["kind"] for flag in draft["flags"]], draft["left"]) == (["mail"], {"nook": 3, "author": 1})
    assert draft["quotes"] == [{"event": source, "author": bob.user_id}]
    assert source not in json.dumps(draft["exact"])
    assert "What would leave the nook, and nothing else:" in ana.plain("draft", "glaze-lab", source, "--offline")
    (share,) = ana.call("share", "glaze-lab", source, "--draft", "Iron makes it blue.")
    within([share], SHARE, *(SHARE - {"picture", "event_id"}))
    assert (share["state"], share["waits_for"]) == ("waiting", [bob.user_id])
    request = share["request"]
    (row,) = ana.call("desk", "--kind", "share")
    assert (row["case"], row["kind"], row["user"]) == (request, "share", bob.user_id)
    assert ana.call("publish", request, code=6)[0]["error"] == "changed"
    assert ana.call("consent", request, code=5)[0]["error"] == "not_author"
    assert [row["request"] for row in bob.call("highlights", "--waiting")] == [request]
    (agreed,) = bob.call("consent", request, "--anonymous")
    assert (agreed["state"], agreed["answers"]) == (
        "consented", [{"author": bob.user_id, "mode": "anonymous", "how": "form"}],
    )  # fmt: skip
    assert ana.call("publish", request)[0]["state"] == "published"
    rows = bob.call("highlights")
    within(rows, BOARD, "id", "nook_name", "body", "event_id", "at", "room_id", "week")
    assert (rows[0]["body"], "credit" in rows[0]) == ("Iron makes it blue.", False)
    looking_at_the_board(ana, bob, rows[0], source)
    assert ana.call("share", "glaze-lab", source, "--draft", "Again.", code=5)[0]["error"] == "limit"
    assert bob.call("withdraw", request)[0]["state"] == "withdrawn"
    assert ana.call("highlights") == [], "what is ended is taken down by whoever may"
    assert ana.plain("highlights") == "No nook has shared anything yet.\n"
    assert [row["state"] for row in bob.call("highlights", "--mine", "--offline")] == ["withdrawn"]


def looking_at_the_board(ana: Terminal, bob: Terminal, shown: dict[str, Any], source: str) -> None:
    week = shown["week"]
    assert bob.call("highlights", "--week", week, "--nook", "glaze-lab", "--offline")[0]["id"] == shown["id"]
    assert bob.call("highlights", "--week", "2001-W01", "--offline") == []
    assert bob.call("highlights", "--nook", "kiln", "--offline") == []
    (page,) = bob.call("highlights", "--digest", "markdown", "--week", week, "--offline")
    assert (page["week"], page["format"], "> Iron makes it blue\\." in page["text"]) == (week, "markdown", True)
    assert "  Iron makes it blue.\n" in bob.plain("highlights", "--digest", "text", "--offline")
    (origin,) = bob.call("origin", shown["event_id"], "--offline")
    assert (origin["sources"], origin["authors"], origin["asked_by"]) == ([source], [bob.user_id], ana.user_id)
    assert bob.call("origin", source, "--offline", code=1)[0]["error"] == "gone"
    (limits,) = ana.call("limits", "Makers", "--per-nook", "9", "--chars", "900")
    assert (limits["per_nook_week"], limits["max_chars"], limits["per_author_week"]) == (9, 900, 1)
    assert bob.call("limits", "Makers")[0] == {**limits, "may_change": False}
    assert bob.call("limits", "Makers", "--chars", "10", code=5)[0]["error"] == "not_allowed"
    assert ana.call("limits", "Makers", "--chars", "0", code=2)[0]["error"] == "limits"


def refusals(ana: Terminal, bob: Terminal) -> None:
    (problem,) = bob.call("send", "glaze-lab", " ", code=2)
    assert "1 to 30000" in problem["message"]
    assert bob.call("read", "no such room", code=1)[0]["error"] == "unknown_room"
    assert bob.call("send", "glaze-lab", "x", "--offline", code=4)[0]["error"] == "offline"
    assert bob.call("invite", "glaze-lab", "somebody", code=2)
    assert bob.call("share", "glaze-lab", "$a", "$b", "--draft", "x", code=1)[0]["error"] == "unknown_event"
    assert bob.call("share", "glaze-lab", "$a", "$b", "--thread", "--draft", "x", code=2)
    assert bob.call("highlights", "--week", "last", code=2)
    assert bob.call("found", "nook", "Makers", "mine", code=5)
    assert bob.call("rooms", "--profile", "work", code=3)[0]["error"] == "not_signed_in"
    assert bob.call("login", ana.server.base_url, "x", "--password-file", "/nonexistent", code=2)
    assert bob.call("join", "glaze-lab", "--timeout", "0.0001", code=4)[0]["error"] == "timeout"
    assert bob.call("rooms", "--timeout", "0.0001") == bob.call("rooms", "--offline")
    secret = bob.home.parent / "bob.password"
    more = ("login", ana.server.base_url, bob.user_id, "--profile", "work", "--password-file")
    assert bob.call(*more, str(secret.with_suffix(".missing")), code=2)
    secret.write_text("guess")
    assert bob.call(*more, str(secret), code=3)
    assert [row["profile"] for row in bob.call("profiles")] == ["default"]


def leaving(ana: Terminal, bob: Terminal, nook: str) -> None:
    assert bob.call("leave", "glaze-lab") == [{"room_id": nook, "membership": "leave"}]
    assert "glaze-lab" not in {row["name"] for row in bob.call("rooms")}
    assert ana.call("invite", nook, bob.user_id) == [{"room_id": nook, "membership": "invite"}]
    assert ("glaze-lab", "invite") in {(row["name"], row["membership"]) for row in bob.call("rooms")}
    assert bob.call("join", nook)
    assert bob.call("logout") == [{"profile": "default", "user_id": bob.user_id}]
    assert not list(bob.home.rglob("account.db*"))
    assert bob.call("rooms", code=3)[0]["error"] == "not_signed_in"
    assert bob.call("profiles") == []
