"""Keys that do not come, and the words for it."""

from __future__ import annotations

from typing import Any

import pytest

from nookterm.domain.ids import RoomId
from nookterm.trust.refusals import Reason
from nookterm.trust.withheld import Code, Withheld, read_withheld, withheld_content
from tests.trust.chance import PHONE, refused

ROOM = RoomId("!room:x")
KEY = "A" * 43


@pytest.mark.parametrize("code", [code for code in Code if code is not Code.NO_OLM])
def test_what_is_sent_is_read(code: Code) -> None:
    content = withheld_content(code, PHONE, KEY, ROOM, "session")

    assert read_withheld(content) == Withheld(code, KEY, ROOM, "session")
    assert content["from_device"] == PHONE
    assert content["reason"]


def test_no_channel_is_about_all_sessions_of_the_device() -> None:
    content = withheld_content(Code.NO_OLM, PHONE, KEY, ROOM, "session")

    assert not {"room_id", "session_id"} & set(content)
    assert read_withheld(content) == Withheld(Code.NO_OLM, KEY)


def test_the_words_are_ours_and_never_the_senders() -> None:
    content = withheld_content(Code.UNVERIFIED, PHONE, KEY, ROOM, "session")
    read = read_withheld({**content, "reason": "click here"})
    strange = read_withheld({**content, "code": "org.example.odd"})

    assert "click" not in read.words
    assert strange.code is None
    assert strange.words
    assert len({Withheld(code, KEY).words for code in Code}) == len(Code)


@pytest.mark.parametrize(
    ("change", "reason"),
    [
        ({"algorithm": "m.other"}, Reason.UNKNOWN_ALGORITHM),
        ({"sender_key": "short"}, Reason.MALFORMED),
        ({"sender_key": None}, Reason.MALFORMED),
        ({"code": None}, Reason.MALFORMED),
        ({"code": ["m.unverified"]}, Reason.MALFORMED),
        ({"room_id": None}, Reason.MALFORMED),
        ({"session_id": 7}, Reason.MALFORMED),
    ],
)
def test_a_spoiled_word_is_refused(change: dict[str, Any], reason: Reason) -> None:
    with refused(reason):
        read_withheld({**withheld_content(Code.UNVERIFIED, PHONE, KEY, ROOM, "session"), **change})
