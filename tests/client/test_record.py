"""The record of decisions is worked out from what the server and the facilitators' room have, alike on each machine."""

from __future__ import annotations

import json
from collections.abc import AsyncIterator, Awaitable
from dataclasses import dataclass
from datetime import UTC
from pathlib import Path
from typing import Any

import pytest
import pytest_asyncio

from nookterm.client.errors import NotAllowed, WrongUsage
from nookterm.client.record import Ledger, Record
from nookterm.domain.record import Entry
from nookterm.viewmodels.hub import Hub
from nookterm.viewmodels.model import Face
from nookterm.viewmodels.record import RecordModel
from tests.client.people import Community, Person, Village
from tests.client.vetting_scenes import an_applicant, two_facilitators
from tests.live_homeserver import LiveServer

pytestmark = pytest.mark.asyncio(loop_scope="module")


@dataclass
class Door:
    """A nook where four people asked: each was answered in another way."""

    people: Village
    ana: Person
    cy: Person
    here: Community
    who: dict[str, Person]

    async def record(self, reader: Person) -> Ledger:
        await reader.sync()
        return await Record(reader.session).entries(reader.room(self.here.nook))

    def told(self, rows: tuple[Entry, ...]) -> list[tuple[str, str, str]]:
        """What is said of those who asked, oldest first: outcome, whom, by whom."""
        names = {person.id: name for name, person in self.who.items()}
        by = {**names, self.ana.id: "ana", self.cy.id: "cy"}
        return [(row.outcome, names[row.user], by[row.by]) for row in reversed(rows) if row.user in names]


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def door(homeserver: LiveServer, tmp_path_factory: pytest.TempPathFactory) -> AsyncIterator[Door]:
    people = Village(homeserver, tmp_path_factory.mktemp("record"))
    ana, cy, here = await two_facilitators(people)
    bob, case = await an_applicant(people, ana, here)
    await cy.request_of(bob.id)
    await cy.vetting.vote(case.case, 1, "knows kilns")
    await ana.request_of(bob.id)
    await ana.vetting.approve(case.case)
    eve, case = await an_applicant(people, ana, here, "eve", reason="Please")
    await ana.vetting.decline(case.case, words="Not this time.")
    fay, _ = await an_applicant(people, ana, here, "fay")
    await cy.session.gateway.kick(here.nook, fay.id)
    gil, _ = await an_applicant(people, ana, here, "gil")
    await gil.asking.withdraw(here.nook)
    # Long enough ago that a word about it would be here.
    people.watch.forward(minutes=1)
    yield Door(people, ana, cy, here, {"bob": bob, "eve": eve, "fay": fay, "gil": gil})
    await people.go_home()


async def test_everybody_who_asked_is_in_it_with_who_decided_and_why(door: Door) -> None:
    ledger = await door.record(door.ana)
    assert door.told(ledger.entries) == [
        ("approved", "bob", "ana"), ("declined", "eve", "ana"), ("declined", "fay", "cy"), ("withdrawn", "gil", "gil"),
    ]  # fmt: skip
    rows = {row.user: row for row in ledger.entries}
    bob, eve, fay = (rows[door.who[name].id] for name in ("bob", "eve", "fay"))
    assert [(vote.user, vote.vote, vote.words) for vote in bob.votes] == [(door.cy.id, 1, "knows kilns")]
    assert eve.words == "Not this time."
    assert [row.elsewhere for row in (bob, eve, fay)] == [False, False, True], "one was made past nookterm"
    assert all(row.request and row.asked_at and row.event for row in (bob, eve, fay))
    assert ledger.whole
    assert ledger.said_whole
    assert ("invited", door.cy.id) in [(row.outcome, row.user) for row in ledger.entries], "let in without asking"


async def test_every_facilitator_reads_the_same(door: Door) -> None:
    mine, theirs = await door.record(door.ana), await door.record(door.cy)
    asked = {person.id for person in door.who.values()}
    assert [row for row in mine.entries if row.user in asked] == [row for row in theirs.entries if row.user in asked]


async def test_without_the_network_it_is_what_came_here_and_says_so(door: Door) -> None:
    ledger = Record(door.ana.session).known(door.ana.room(door.here.nook))
    assert door.told(ledger.entries) == door.told((await door.record(door.ana)).entries)
    assert not ledger.whole


async def test_the_screen_shows_it_in_words_and_writes_what_fits_the_filter(door: Door, tmp_path: Path) -> None:
    async def do(work: Awaitable[Any]) -> Any:
        return await work

    model, file = RecordModel(), tmp_path / "declined.json"
    model.attach(Hub.of(door.ana.session, do, UTC))
    await model.begin()
    assert model.view.face == Face.CONTENT
    eve = next(line for line in model.view.lines if door.who["eve"].id in line.who)
    assert (eve.what, eve.by, eve.words) == ("declined", f"by {door.ana.name}", "Not this time.")
    await model.export(str(file), "declined")
    assert str(file) in model.view.result
    rows = json.loads(file.read_text(encoding="utf-8"))
    assert {row["user"] for row in rows} == {door.who["eve"].id, door.who["fay"].id}
    await model.export(str(file), "")
    assert "exists already" in model.view.result


async def test_a_member_without_power_reads_no_record(door: Door) -> None:
    bob = door.who["bob"]
    await bob.enter(door.here.nook)
    with pytest.raises(NotAllowed, match="for those who decide there"):
        await door.record(bob)


async def test_it_is_written_into_a_new_file_for_its_owner_alone(door: Door, tmp_path: Path) -> None:
    record, ledger = Record(door.ana.session), await door.record(door.ana)
    as_json, as_page = tmp_path / "record.json", tmp_path / "record.md"
    for path in (as_json, as_page):
        assert record.write(path, ledger.entries) == path
        assert path.stat().st_mode & 0o777 == 0o600
        with pytest.raises(WrongUsage, match="exists already"):
            record.write(path, ledger.entries)
    rows = json.loads(as_json.read_text(encoding="utf-8"))
    assert {"case", "nook", "user", "outcome", "by", "at"} <= set(rows[0])
    assert [row["words"] for row in rows if row["user"] == door.who["eve"].id] == ["Not this time."]
    assert "| declined (elsewhere) |" in as_page.read_text(encoding="utf-8").replace("\\", "")
    with pytest.raises(WrongUsage, match="neither"):
        record.write(tmp_path / "record.html", ledger.entries)
    assert not (tmp_path / "record.html").exists()
