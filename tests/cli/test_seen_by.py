"""How many have read each message, for scripts."""

from __future__ import annotations

from nookterm.cli.said import everything_said
from nookterm.cli.seen_by import seen_by
from nookterm.domain.ids import EventId
from tests.domain.builders import ANA, BO, CY, DEE
from tests.viewmodels.test_seen import SAID, Here, in_thread


def test_those_are_counted_who_have_read_up_to_a_message_or_further_but_for_its_author() -> None:
    here = Here(*SAID[:2], in_thread("a", "$a", DEE, 2), in_thread("b", "$b", ANA, 3), *SAID[3:])

    def counts() -> dict[EventId, int]:
        return dict(seen_by(here.session, here.room, everything_said(here.events, here.room)))

    assert counts() == {}
    here.read(BO, "$2")
    here.read(DEE, "$4", "main")
    here.read(CY, "$a", "$1")
    assert counts() == {"$1": 1, "$2": 2, "$3": 1, "$4": 1, "$a": 1}
    here.session.receipts.shown = False
    assert counts() == {}
