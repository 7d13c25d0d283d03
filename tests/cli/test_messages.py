"""What one does with messages, from a shell: each command prints what it promises, and each refusal its exit code."""

from __future__ import annotations

from collections.abc import Sequence

from tests.cli.test_commands import Terminal, terminals

__all__ = ["terminals"]


def test_messages_are_changed_reacted_to_polled_pinned_and_taken_back(terminals: Sequence[Terminal]) -> None:
    ana = terminals[0]
    ana.login()
    (space,) = ana.call("found", "space", "Makers")
    (nook,) = ana.call("found", "nook", space["room_id"], "glaze-lab")
    room = nook["room_id"]
    said = ana.call("send", room, "the klin", "--wait")[-1]["event_id"]
    (edited,) = ana.call("edit", room, said, "the kiln")
    assert set(edited) == {"event_id", "state"}
    ana.call("edit", room, said, " ", code=2)
    ana.call("send", room, "the kiln", "--everybody", code=2)
    to_all = ana.call("send", room, "@room come", "--everybody", "--wait")[-1]["event_id"]
    ana.call("react", room, said, "👍")
    below = ana.call("send", room, "in a thread", "--thread", said, "--wait")[-1]["event_id"]
    ana.call("pin", room, said)
    assert [row["event_id"] for row in ana.call("pin", room)] == [said]
    assert ana.call("receipts", room, said) == [], "one's own reading is no news"
    (own,) = ana.call("receipts", room, "--send", "off")
    assert (own["send"], own["chosen"]) == ("off", True)
    (thread,) = ana.call("threads", room)
    assert (thread["event_id"], thread["replies"], thread["last_event"]) == (said, 1, below)
    poll = ana.call("poll", room, "Which cone?", "six", "ten")[-1]["event_id"]
    ana.call("poll", room, "Which cone?", "six", "six", code=2)
    ana.call("ballot", room, poll, "ten")
    ana.call("ballot", room, poll, "three", code=2)
    ana.call("ballot", room, poll, "--end")
    ana.call("ballot", room, poll, "1", code=5)
    rows = {row["event_id"]: row for row in ana.call("read", room)}
    assert (rows[said]["body"], rows[said]["edited"], rows[said]["replies"]) == ("the kiln", True, 1)
    assert rows[said]["reacted"] == {"👍": [ana.user_id]}
    assert rows[below]["thread"] == said
    assert rows[to_all]["everybody"]
    assert rows[poll]["poll"] == {
        "question": "Which cone?", "most": 1, "voters": 1, "ended": True,
        "answers": [{"text": "six", "votes": 0}, {"text": "ten", "votes": 1}],
    }  # fmt: skip
    ana.call("react", room, said, "👍", "--remove")
    ana.call("react", room, said, "👍", "--remove", code=1)
    ana.call("redact", room, below, "--reason", "a slip")
    rows = {row["event_id"]: row for row in ana.call("read", room)}
    assert (rows[said]["reactions"], rows[below]["redacted"]) == ({}, True)
