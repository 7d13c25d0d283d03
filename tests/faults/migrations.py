"""Deaths in the middle of a migration, on copies of a real account's database, and what must be there afterwards."""

from __future__ import annotations

import random
import shutil
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from nookterm.client.ports import RoomSpec, Secret
from nookterm.store.opening import open_store
from tests.client.people import Village
from tests.faults.kill_points import MIGRATION_POINTS
from tests.faults.victim import Ended, Nursery, Plan, newer_schema

STEP = """
CREATE TABLE newer (event_id TEXT PRIMARY KEY, sender TEXT NOT NULL) STRICT, WITHOUT ROWID;
INSERT INTO newer SELECT event_id, sender FROM events;
DROP INDEX events_by_thread;
CREATE INDEX events_by_thread ON events (room_id, thread, position) WHERE thread IS NOT NULL;
"""
"""A schema newer than any."""


@dataclass(frozen=True)
class Files:
    """The closed database of somebody who has said things and has something waiting."""

    path: Path
    key: Secret
    content: Mapping[str, list[tuple[Any, ...]]]
    """Every row of every table."""


async def lived_in(village: Village) -> Files:
    """A real account's database, with keys, messages and a row in the outbox."""
    ana = await village.person("ana")
    room = await ana.session.gateway.create_room(RoomSpec("notes", encrypted=True))
    await ana.sync()
    for number in range(3):
        await ana.say(room, f"kept {number}")
    ana.session.outbox.queue(room, "m.room.message", {"msgtype": "m.text", "body": "waits"})
    profile, path = village.parts.profiles.load(ana.name), village.parts.profiles.database(ana.name)
    key = village.vault.load(profile.key_name)
    assert key is not None
    await ana.account.close()
    village.people.remove(ana)
    return Files(path, key, _content(path, key))


def die(nursery: Nursery, files: Files, place: Path, point: str, seed: int) -> tuple[Ended, list[str]]:
    """Kill a migration of a copy in the folder `place`. Returns what became of it and what is not as it must be."""
    place.mkdir(mode=0o700)
    copy = place / files.path.name
    for file in files.path.parent.glob(f"{files.path.name}*"):
        shutil.copy(file, place / file.name)
    nth = random.Random(f"{point}/{seed}").randint(1, MIGRATION_POINTS[point].most)  # noqa: S311 - to be repeated
    plan = Plan(str(place), copy.name, {"key": files.key.reveal()}, point, nth, migrate=STEP)
    ended = nursery.live(plan)
    found = [] if ended.killed else [f"not killed, passing {nth}: {ended.trouble}"]
    if _content(copy, files.key) != files.content:
        found.append("the old program finds something else than before")
    store = open_store(copy, files.key, create=False, migrations=newer_schema(STEP))
    counts = store.connection.execute("SELECT (SELECT count(*) FROM newer), (SELECT count(*) FROM events)").fetchone()
    if counts[0] != counts[1] or not store.is_whole():
        found.append(f"the new program finds {counts}")
    store.close()
    return ended, found


def _content(path: Path, key: Secret) -> dict[str, list[tuple[Any, ...]]]:
    store = open_store(path, key, create=False)
    try:
        run = store.connection.execute
        tables = [
            name for (name,) in run("SELECT name FROM sqlite_schema WHERE type = 'table' ORDER BY name").fetchall()
        ]
        return {name: sorted(run(f'SELECT * FROM "{name}"').fetchall(), key=repr) for name in tables}  # noqa: S608 - ours
    finally:
        store.close()
