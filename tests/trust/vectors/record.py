"""Verify Element's engine with our flow, and keep what it said: verifications.json replays it without any engine.

From the root, with the folder that make_vectors.mjs names:
python -m tests.trust.vectors.record .tools/peer > tests/trust/vectors/verifications.json
"""

from __future__ import annotations

import json
import subprocess
import sys
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from nookterm.domain.ids import DeviceId, EventId, RoomId, UserId
from nookterm.trust import receiving, reciprocate, sas, verifying
from nookterm.trust.identity import read_identity
from nookterm.trust.qr_code import decode_qr, encode_qr
from nookterm.trust.sas_code import METHOD
from nookterm.trust.signing import add_signature
from nookterm.trust.verification import Flow, Incoming, Me, Outgoing, Phase, Shown, Step
from tests.interop.install import node
from tests.trust.chance import ANA, BO, LAPTOP, PHONE, chance
from tests.trust.dance import ALL_METHODS
from tests.trust.people import Person, person

ROOM = RoomId("!talk:river.example")
REQUEST = EventId("$request")
PEER_DEVICE = DeviceId("PEER")


@dataclass
class Recording:
    """One verification, and every line that is needed to do it again."""

    title: str
    node: str
    room: RoomId | None
    alike: bool
    """Whether both devices are Ana's."""
    codes: bool = False
    """Whether it goes by QR code."""
    now: datetime = field(default_factory=lambda: datetime.now(UTC).replace(microsecond=0))
    story: list[dict[str, Any]] = field(default_factory=list)
    flow: Flow = field(init=False)

    def __post_init__(self) -> None:
        script = Path(__file__).with_name("peer.mjs")
        self._peer = subprocess.Popen(
            [node(), script, self.node], stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True
        )
        self.us: Person = person(ANA, PHONE)
        if self.alike:
            self.us.add_device(LAPTOP, signed=False)
        self.device = LAPTOP if self.alike else PHONE
        self.peer_user: UserId = ANA if self.alike else BO
        made = self.say("init", name=self.peer_user, device=PEER_DEVICE, own=self.alike, codes=self.codes)
        self.answer = self.us.answer(for_owner=True)
        keys = made["keys"]
        if self.alike:
            signer = self.us.keys.self_signing
            keys = add_signature(keys, ANA, signer.key_id, signer.sign)
        self.answer["device_keys"].setdefault(self.peer_user, {})[PEER_DEVICE] = keys
        for role, document in made.get("uploaded", {}).items():
            self.answer[f"{role}s"][self.peer_user] = document
        seeds = list(self.us.keys.secrets().values()) if self.alike else None
        self.say("know", answer=self.answer, users=sorted({ANA, self.peer_user}), seeds=seeds)

    @property
    def me(self) -> Me:
        master = None if self.alike else self.us.keys.master.public
        methods = ALL_METHODS if self.codes else (METHOD,)
        return Me(ANA, self.device, self.us.device_keys[self.device].public, master, methods)

    def say(self, cmd: str, **more: Any) -> dict[str, Any]:
        """Tell the engine something; what it sends is in the answer."""
        assert self._peer.stdin
        assert self._peer.stdout
        self._peer.stdin.write(json.dumps({"cmd": cmd, **more}) + "\n")
        self._peer.stdin.flush()
        answer: dict[str, Any] = json.loads(self._peer.stdout.readline())
        if "error" in answer:
            raise RuntimeError(f"{cmd}: {answer['error']}")
        return answer

    def theirs(self, answer: dict[str, Any]) -> None:
        """Hear what the engine sent, and answer it."""
        for event in answer["sent"]:
            self.story.append({"hear": event["type"], "content": event["content"]})
            incoming = Incoming(event["type"], self.peer_user, event["content"], EventId("$x") if self.room else None)
            self.ours(receiving.receive(self.flow, incoming, self.now, chance(event["type"])))

    def press(self, key: Callable[[Flow], Step]) -> None:
        self.story.append({"press": key.__name__})
        self.ours(key(self.flow))

    def ours(self, step: Step) -> None:
        self.flow = step.flow
        for event in step.send:
            self.story.append({"sent": event.type, "content": dict(event.content)})
            self.theirs(self.say("hear", event=self.wire(event), room=self.room, flow=self.flow.txn))

    def wire(self, event: Outgoing, event_id: str = "$ours") -> dict[str, Any]:
        more = {"event_id": event_id, "origin_server_ts": int(self.now.timestamp() * 1000), "room_id": self.room}
        return {"type": event.type, "sender": ANA, "content": dict(event.content), **(more if self.room else {})}

    def finish(self) -> dict[str, Any]:
        peer = self.say("state")
        if self.flow.phase is not Phase.DONE or not peer["done"]:
            raise RuntimeError(f"{self.title}: {self.flow.phase} {self.flow.cancelled} {peer}")
        assert self._peer.stdin
        self._peer.stdin.close()
        self._peer.wait()
        return {
            "title": self.title, "room": self.room, "alike": self.alike, "codes": self.codes,
            "now": self.now.isoformat(), "txn": self.flow.txn, "began_by_us": self.story[0]["began_by_us"],
            "answer": self.answer, "story": self.story[1:], "verified": dict(self.flow.verified),
        }  # fmt: skip


def begin(one: Recording, *, we_ask: bool) -> None:
    """Ask, and answer the question."""
    them = read_identity(one.peer_user, one.answer)
    one.story.append({"began_by_us": we_ask})
    if we_ask and one.room:
        content = verifying.room_request(one.me, one.peer_user)
        one.flow = verifying.asked_in_room(one.me, them, one.room, REQUEST, one.now)
        request = one.wire(Outgoing("m.room.message", content, one.peer_user), REQUEST)
        one.say("hear", event=request, room=one.room, flow=REQUEST)
    elif we_ask:
        step = verifying.ask_devices(one.me, them, (PEER_DEVICE,), "txn-of-ours", one.now)
        one.flow = step.flow
        one.say("hear", event=one.wire(step.send[0]), flow="txn-of-ours")
    elif one.room:
        content = one.say("roomContent", name=ANA)["content"]
        one.say("askedInRoom", name=ANA, room=one.room, event=REQUEST)
        event = Incoming("m.room.message", BO, content, REQUEST)
        one.story.append({"request": content})
        one.flow = verifying.was_asked(one.me, them, event, one.now, room=one.room, sent_at=one.now)
    else:
        [event] = one.say("ask", name=ANA, device=one.device)["sent"]
        one.story.append({"request": event["content"]})
        incoming = Incoming(event["type"], one.peer_user, event["content"])
        one.flow = verifying.was_asked(one.me, them, incoming, one.now)
    if we_ask:
        one.theirs(one.say("accept"))
    else:
        one.press(verifying.agree)


def record(
    title: str, node: str, *, room: RoomId | None, we_ask: bool, we_start: bool, alike: bool = False
) -> dict[str, Any]:
    """Carry one verification through."""
    one = Recording(title, node, room, alike)
    begin(one, we_ask=we_ask)
    if we_start:
        one.press(sas.start)
        one.theirs(one.say("acceptSas"))
    else:
        one.theirs(one.say("start"))
    peer, code = one.say("state"), one.flow.code
    if (
        code is None
        or peer["emoji"] != [emoji.number for emoji in code.emoji]
        or peer["decimals"] != list(code.numbers)
    ):
        raise RuntimeError(f"{title}: {peer} {code}")
    one.story.append({"emoji": peer["emoji"], "decimals": peer["decimals"]})
    if we_start:
        one.press(sas.confirm)
        one.theirs(one.say("confirm"))
    else:
        one.theirs(one.say("confirm"))
        one.press(sas.confirm)
    return one.finish()


def record_code(title: str, node: str, *, we_show: bool, alike: bool = False) -> dict[str, Any]:
    """Carry one verification by QR code through."""
    one = Recording(title, node, None, alike, codes=True)
    begin(one, we_ask=True)
    if we_show:
        one.flow = reciprocate.show(one.flow, chance("code")).flow
        if not isinstance(one.flow.exchange, Shown):
            raise RuntimeError(title)
        raw = encode_qr(one.flow.exchange.code)
        one.story.append({"shown": raw.hex()})
        one.theirs(one.say("scan", bytes=list(raw)))
        one.story.append({"press": "confirm_code"})
        one.ours(reciprocate.confirm(one.flow))
    else:
        raw = bytes(one.say("show")["bytes"])
        one.story.append({"read": raw.hex()})
        one.ours(reciprocate.read(one.flow, decode_qr(raw)))
        one.theirs(one.say("confirmScan"))
    return one.finish()


def main(node: str) -> None:
    """Record all cases."""
    cases = [
        record("to devices, they ask and start", node, room=None, we_ask=False, we_start=False),
        record("to devices, we ask and start", node, room=None, we_ask=True, we_start=True),
        record("in a room, we ask and they start", node, room=ROOM, we_ask=True, we_start=False),
        record("in a room, they ask and we start", node, room=ROOM, we_ask=False, we_start=True),
        record("a new device of ours, the old one asks", node, room=None, we_ask=False, we_start=True, alike=True),
        record("a new device of ours asks", node, room=None, we_ask=True, we_start=False, alike=True),
        record_code("we show a code", node, we_show=True),
        record_code("they show a code", node, we_show=False),
        record_code("a new device of ours shows a code", node, we_show=True, alike=True),
        record_code("a new device of ours reads a code", node, we_show=False, alike=True),
    ]
    json.dump(cases, sys.stdout, indent=1)
    sys.stdout.write("\n")


if __name__ == "__main__":
    main(sys.argv[1])
