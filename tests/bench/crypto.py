"""How quickly the engine decrypts and hands out keys, beside bare vodozemac and the engine of Element's clients."""

from __future__ import annotations

import asyncio
import json
import os
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import vodozemac
from nio.crypto import InboundGroupSession, OlmDevice

from nookterm.client.identity_keys import publish_new_identity
from nookterm.client.ports import Credentials, Secret, SendContent
from nookterm.domain.ids import DeviceId, RoomId, TxnId, UserId
from nookterm.matrix.gateway import NioGateway
from nookterm.matrix.wire import read_json
from nookterm.store.opening import new_key, open_store
from tests.bench.javascript import missing_sdk, sdk_home
from tests.bench.key_server import DEVICES_EACH, ME, ROOM, USERS, listed
from tests.bench.places import ROOT
from tests.bench.table import Figure, Row, plain
from tests.matrix.owners import Owner, show

SESSIONS, MESSAGES = 20, 100
BO = UserId("@bo:bench.example")
DEVICES = USERS * DEVICES_EACH
KNOWN = 20_000
"""Devices that an account of long standing has met."""


@dataclass
class Said:
    """What somebody said in a room, encrypted, and the keys to it."""

    keys: list[dict[str, Any]] = field(default_factory=list)
    events: list[dict[str, Any]] = field(default_factory=list)
    account: vodozemac.Account = field(default_factory=vodozemac.Account)

    def __post_init__(self) -> None:
        for number in range(SESSIONS):
            session = vodozemac.GroupSession()
            exported = vodozemac.InboundGroupSession(session.session_key).export_at(0)
            assert exported
            self.keys.append(
                {
                    "algorithm": "m.megolm.v1.aes-sha2",
                    "room_id": ROOM,
                    "session_id": session.session_id,
                    "session_key": exported.to_base64(),
                    "sender_key": self.curve,
                    "sender_claimed_keys": {"ed25519": self.ed},
                    "forwarding_curve25519_key_chain": [],
                }
            )
            self.events += [self._event(session, number * MESSAGES + place) for place in range(MESSAGES)]

    @property
    def ed(self) -> str:
        return self.account.ed25519_key.to_base64()

    @property
    def curve(self) -> str:
        return self.account.curve25519_key.to_base64()

    def _event(self, session: vodozemac.GroupSession, number: int) -> dict[str, Any]:
        said = {"msgtype": "m.text", "body": f"word {number}: the heron stood at the old mill again this morning"}
        inside = {"type": "m.room.message", "room_id": ROOM, "content": said}
        content = {
            "algorithm": "m.megolm.v1.aes-sha2",
            "sender_key": self.curve,
            "ciphertext": session.encrypt(json.dumps(inside).encode()).to_base64(),
            "session_id": session.session_id,
            "device_id": "BODEVICE",
        }
        event = {"event_id": f"${number:043}", "type": "m.room.encrypted", "sender": BO, "content": content}
        return event | {"origin_server_ts": 1_760_000_000_000 + number, "room_id": ROOM, "unsigned": {"age": 5}}

    def raw(self) -> float:
        """Milliseconds of CPU that vodozemac takes for all of it."""
        sessions = {
            key["session_id"]: vodozemac.InboundGroupSession.import_session(
                vodozemac.ExportedSessionKey(key["session_key"])
            )
            for key in self.keys
        }
        texts = [(sessions[e["content"]["session_id"]], e["content"]["ciphertext"]) for e in self.events]
        begun = time.process_time()
        for session, ciphertext in texts:
            session.decrypt(vodozemac.MegolmMessage.from_base64(ciphertext))
        return (time.process_time() - begun) * 1000

    def ours(self) -> tuple[float, float]:
        """The same with sender, replay guard and database; and once more with timeline and search index."""
        steps = [
            json.dumps(_step(self.events[start : start + MESSAGES])) for start in range(0, len(self.events), MESSAGES)
        ]
        with _account("http://127.0.0.1:9") as (gateway, store):
            olm = gateway._crypto._olm
            show(gateway, BO, Owner(BO).answer(listed(BO, "BODEVICE", self.account)))
            for key in self.keys:
                session = InboundGroupSession.import_session(key["session_key"], self.ed, self.curve, ROOM)
                olm.store.save_group_session(session)
            engine = whole = 0.0
            for step in steps:
                begun = time.process_time()
                with store.transaction():
                    news = gateway.digest_sync(read_json(step))
                    engine += time.process_time() - begun
                    store.add_events(news.rooms[0].timeline)
                whole += time.process_time() - begun
            return engine * 1000, whole * 1000


def _step(events: list[dict[str, Any]]) -> dict[str, Any]:
    return {"next_batch": "s", "rooms": {"join": {ROOM: {"timeline": {"events": events}}}}}


@contextmanager
def _account(url: str) -> Iterator[tuple[NioGateway, Any]]:
    """A fresh account of ours on a disk."""
    with tempfile.TemporaryDirectory() as folder:
        store = open_store(Path(folder) / "account.db", new_key(), create=True)
        credentials = Credentials(url, UserId(ME), DeviceId("OURS"), Secret("token"))
        yield NioGateway(credentials, store.connection, "only in benchmarks"), store
        store.close()


@contextmanager
def _lines(*words: str, cwd: Path = ROOT) -> Iterator[Any]:
    """A child that speaks JSON, a line at a time. It ends when we do."""
    child = subprocess.Popen(words, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True, cwd=cwd)
    try:
        yield child
    finally:
        if child.stdin:
            child.stdin.close()
        try:
            child.wait(timeout=5)
        except subprocess.TimeoutExpired:
            child.kill()


def _heard(child: Any, word: str = "") -> dict[str, Any]:
    if word:
        child.stdin.write(f"{word}\n")
        child.stdin.flush()
    told: dict[str, Any] = json.loads(child.stdout.readline())
    if "error" in told:
        raise RuntimeError(told["error"])
    return told


async def _rotations(url: str, peer: Any | None, rounds: int) -> tuple[list[float], list[float]]:
    """Milliseconds of CPU for a new room key to everybody and one message, ours and theirs in turn."""
    ours: list[float] = []
    theirs: list[float] = []
    what = SendContent("m.room.message", {"msgtype": "m.text", "body": "the next"})
    with _account(url) as (gateway, _):
        await gateway.after_sync()
        await publish_new_identity(gateway, os.urandom)
        await gateway.send(RoomId(ROOM), what, TxnId("first"))
        for number in range(rounds):
            session = gateway._crypto._sharing._sessions[ROOM]
            session.message_count = session.max_messages
            begun = time.process_time()
            await gateway.send(RoomId(ROOM), what, TxnId(f"t{number}"))
            ours.append((time.process_time() - begun) * 1000)
            renewed = gateway._crypto._sharing._sessions[ROOM]
            if renewed is session or len(renewed.users_shared_with) != DEVICES:
                raise RuntimeError("the room key did not change, or did not reach everybody")
            if peer:
                theirs.append(_heard(peer, "rotate")["cpu"])
        await gateway.close()
    return ours, theirs


def _starts(rounds: int) -> tuple[list[float], list[float]]:
    """Milliseconds to open the engine where many devices are known, and where none is."""
    taken: dict[bool, list[float]] = {True: [], False: []}
    with _account("http://127.0.0.1:9") as (gateway, store), _account("http://127.0.0.1:9") as (_, empty):
        session = vodozemac.Account().create_outbound_session(
            vodozemac.Curve25519SecretKey().public_key(), vodozemac.Curve25519SecretKey().public_key()
        )
        pickle = session.pickle(bytes(32))
        crypto = gateway._crypto._olm.store
        keys = {"ed25519": "x" * 43, "curve25519": "y" * 43}
        crypto.save_devices(OlmDevice(f"@u{n // 2}:x", f"D{n}", dict(keys)) for n in range(KNOWN))
        rows = [(f"s{n}", f"key {n}", "2026-01-01T00:00:00", "2026-01-01T00:00:00", pickle) for n in range(KNOWN)]
        store.connection.executemany("REPLACE INTO crypto_olm VALUES (?, ?, ?, ?, ?)", rows)
        credentials = Credentials("http://127.0.0.1:9", UserId(ME), DeviceId("OURS"), Secret("token"))
        for _ in range(rounds):
            for many, one in ((True, store), (False, empty)):
                begun = time.perf_counter()
                NioGateway(credentials, one.connection, "only in benchmarks")
                taken[many].append((time.perf_counter() - begun) * 1000)
    return taken[True], taken[False]


def measure(rounds: int) -> list[Row]:
    """All rows; each comparator takes turns with ours."""
    missing = missing_sdk()
    said = Said()
    count = len(said.events)
    speed: dict[str, list[float]] = {"raw": [], "engine": [], "whole": [], "wasm": []}
    with tempfile.TemporaryDirectory() as folder, _lines(sys.executable, "-m", "tests.bench.key_server") as server:
        url = f"http://127.0.0.1:{_heard(server)['port']}"
        events = Path(folder) / "said.json"
        told = [json.dumps(event) for event in said.events]
        events.write_text(json.dumps({"keys": said.keys, "events": told}))
        script = str(Path(__file__).with_name("js_peer.mjs"))
        with _lines(
            "node" if not missing else "true", script, url, ROOM, str(events), cwd=sdk_home() if not missing else ROOT
        ) as js:
            peer = None if missing else js
            if peer:
                _heard(peer)
                _heard(peer, "start")
            for _ in range(rounds):
                engine, whole = said.ours()
                for name, taken in (("raw", said.raw()), ("engine", engine), ("whole", whole)):
                    speed[name].append(count / taken * 1000)
                if peer:
                    speed["wasm"].append(count / _heard(peer, "decrypt")["cpu"] * 1000)
            ours, theirs = asyncio.run(_rotations(url, peer, rounds))
    figure = {name: Figure.median(samples) for name, samples in speed.items() if samples}
    many, none = _starts(rounds)
    work = f"decrypt {count} messages: prove the sender, guard against replays, both in the database"
    return [
        Row(work, figure["engine"], "bare vodozemac", figure["raw"], "msg/s", 0.4, more_is_better=True),
        Row(
            work,
            figure["engine"],
            "Rust engine of matrix-js-sdk (wasm, in memory)",
            figure.get("wasm"),
            "msg/s",
            2.5,
            more_is_better=True,
            note=missing or "The wasm engine keeps nothing on a disk.",
        ),
        Row(
            "the same, with the timeline and the search index written",
            figure["whole"],
            "bare vodozemac",
            figure["raw"],
            "msg/s",
            note="Informs: the store's part is larger than the engine's.",
        ),
        Row(
            f"new room key to {DEVICES} devices and one message, CPU",
            Figure.median(ours),
            "matrix-js-sdk, in memory",
            Figure.median(theirs) if theirs else None,
            "ms",
            1.0,
            note=missing or "Ours keeps every ratchet on the disk before it sends.",
        ),
        Row(
            f"open the engine where {KNOWN} devices are known",
            Figure.median(many),
            "where none is",
            Figure.median(none),
            "ms",
            1.5,
        ),
    ]


if __name__ == "__main__":
    print(plain(measure(5)))
