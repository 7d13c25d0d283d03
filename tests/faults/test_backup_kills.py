"""Killed anywhere while keys go into a backup, nookterm loses none, and none goes in that is not ours."""

from __future__ import annotations

import os
import random
import secrets

import pytest

from nookterm.trust.backup import open_all
from tests.client.people import Person, Village
from tests.client.test_backup import backup, key_of, made_up
from tests.faults.kill_points import BACKUP_POINTS
from tests.faults.victim import Nursery, Plan

FREE_SEED = int(os.environ.get("NOOKTERM_SEED") or secrets.randbelow(10**6))
_KEYS = 450


@pytest.mark.parametrize("point", BACKUP_POINTS)
async def test_a_kill_while_keys_go_in_loses_none(people: Village, nursery: Nursery, point: str) -> None:
    ana = await people.person("ana")
    version = await backup(ana).create()
    ana.session.gateway.room_keys.take(made_up(_KEYS))
    await ana.account.close()
    kept = {name: secret.reveal() for name, secret in people.vault.kept.items()}
    for seed in (1, FREE_SEED):
        nth = random.Random(seed).randint(1, BACKUP_POINTS[point].most)  # noqa: S311 - chance, no secret
        ended = nursery.live(Plan(str(people.home), ana.name, kept, point, nth, back_up=True))
        assert ended.killed or ended.passed < nth, f"{seed}: {ended.trouble}"

    last = nursery.live(Plan(str(people.home), ana.name, kept, back_up=True))
    assert last.trouble == ""

    people.people.remove(ana)
    again = Person(people.parts, ana.name, ana.password)
    people.people.append(again)
    answer = await again.session.gateway.key_server.filed_keys(version)
    there = {key.session: key.session_key for key in open_all(key_of(again), answer).keys}
    assert there == {key.session: key.session_key for key in again.session.gateway.room_keys.all()}
    assert (len(there), backup(again).state().unsaved) == (_KEYS, 0)
