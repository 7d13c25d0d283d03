"""Verifications with Element's own engine, recorded once (vectors/record.py) and carried through again here."""

from __future__ import annotations

import json
from datetime import datetime
from pathlib import Path
from typing import Any

import pytest

from nookterm.domain.ids import DeviceId, EventId, UserId
from nookterm.trust import receiving, reciprocate, sas, verifying
from nookterm.trust.identity import read_identity
from nookterm.trust.qr_code import decode_qr, encode_qr
from nookterm.trust.sas_code import METHOD
from nookterm.trust.verification import Flow, Incoming, Me, Phase, Shown, Step
from tests.trust.chance import ANA, BO, LAPTOP, PHONE, chance
from tests.trust.dance import ALL_METHODS
from tests.trust.people import person

CASES: list[dict[str, Any]] = json.loads(
    (Path(__file__).parent / "vectors" / "verifications.json").read_text(encoding="utf-8")
)
PRESSES = {"agree": verifying.agree, "start": sas.start, "confirm": sas.confirm, "confirm_code": reciprocate.confirm}


def beginning(case: dict[str, Any]) -> Flow:
    who = person(ANA, PHONE)
    if case["alike"]:
        who.add_device(LAPTOP, signed=False)
    device, peer = (LAPTOP, ANA) if case["alike"] else (PHONE, BO)
    methods = ALL_METHODS if case["codes"] else (METHOD,)
    me = Me(ANA, device, who.device_keys[device].public, None if case["alike"] else who.keys.master.public, methods)
    them, now = read_identity(UserId(peer), case["answer"]), datetime.fromisoformat(case["now"])
    room = case["room"]
    if case["began_by_us"] and room:
        return verifying.asked_in_room(me, them, room, EventId(case["txn"]), now)
    if case["began_by_us"]:
        return verifying.ask_devices(me, them, (DeviceId("PEER"),), case["txn"], now).flow
    event = Incoming("request", peer, case["story"][0]["request"], EventId(case["txn"]) if room else None)
    return verifying.was_asked(me, them, event, now, room=room, sent_at=now if room else None)


@pytest.mark.parametrize("case", CASES, ids=[case["title"] for case in CASES])
def test_elements_engine_and_we_verify_each_other(case: dict[str, Any]) -> None:
    now = datetime.fromisoformat(case["now"])
    flow, sent = beginning(case), list[tuple[str, dict[str, Any]]]()

    def take(step: Step) -> Flow:
        sent.extend((event.type, dict(event.content)) for event in step.send)
        return step.flow

    for line in case["story"]:
        match line:
            case {"hear": kind, "content": content}:
                event = Incoming(kind, flow.them.user, content, EventId("$x") if case["room"] else None)
                flow = take(receiving.receive(flow, event, now, chance(kind)))
            case {"press": key}:
                flow = take(PRESSES[key](flow))
            case {"sent": kind, "content": content}:
                assert sent.pop(0) == (kind, content)
            case {"shown": raw}:
                flow = take(reciprocate.show(flow, chance("code")))
                assert isinstance(flow.exchange, Shown)
                assert encode_qr(flow.exchange.code).hex() == raw
            case {"read": raw}:
                flow = take(reciprocate.read(flow, decode_qr(bytes.fromhex(raw))))
            case {"emoji": emoji, "decimals": decimals}:
                assert flow.code is not None
                assert [picture.number for picture in flow.code.emoji] == emoji
                assert list(flow.code.numbers) == decimals

    assert sent == []
    assert flow.phase is Phase.DONE
    assert dict(flow.verified) == case["verified"]
    assert flow.verified
