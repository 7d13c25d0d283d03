"""Killed anywhere while a highlight is published, it is on the board once, or not at all, and never without consent."""

from __future__ import annotations

import os
import random
import secrets
from collections.abc import AsyncIterator
from dataclasses import dataclass

import pytest
import pytest_asyncio

from nookterm.client.begun_copies import BegunCopies
from nookterm.client.errors import Changed
from nookterm.client.limits import SpaceLimits
from nookterm.client.ports import Secret
from nookterm.domain.consent import Mode
from nookterm.domain.limits import Limits
from nookterm.domain.sharing import Share, ShareState
from tests.client.people import Community, Person, Village
from tests.faults.kill_points import PUBLISH_POINTS
from tests.faults.victim import Ended, Nursery, Plan
from tests.live_homeserver import LiveServer

FREE_SEED = int(os.environ.get("NOOKTERM_SEED") or secrets.randbelow(10**6))


@dataclass
class Nook:
    """Ana, who is killed while she publishes what Bo said."""

    village: Village
    nursery: Nursery
    here: Community
    bo: Person
    name: str

    async def agreed(self, words: str) -> Share:
        """Bo asks himself and says yes."""
        source = await self.bo.say(self.here.nook, f"I say: {words}")
        return await self.bo.sharing.share(self.bo.room(self.here.nook), [source], words)

    def live(self, share: Share, point: str, seed: int) -> Ended:
        """A life of Ana that publishes it, and ends at the point where it comes by as often as the seed says."""
        nth = random.Random(f"{point}/{seed}").randint(1, PUBLISH_POINTS[point].most)  # noqa: S311 - to be repeated
        kept = {name: secret.reveal() for name, secret in self.village.vault.kept.items()}
        return self.nursery.live(Plan(str(self.village.home), self.name, kept, point, nth, publish=share.request))

    def open(self) -> Person:
        return Person(self.village.parts, self.name, Secret(""))


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def nook(
    homeserver: LiveServer, nursery: Nursery, tmp_path_factory: pytest.TempPathFactory
) -> AsyncIterator[Nook]:
    village = Village(homeserver, tmp_path_factory.mktemp("publishing"))
    ana, bo = await village.person("ana"), await village.person("bo")
    here = await village.community(ana, bo)
    await SpaceLimits(ana.session).change(ana.room(here.space), Limits(per_nook_week=100, per_author_week=100))
    await bo.sync()
    village.people.remove(ana)
    await ana.account.close()
    yield Nook(village, nursery, here, bo, ana.name)
    await village.go_home()


@pytest.mark.parametrize("point", PUBLISH_POINTS)
@pytest.mark.asyncio(loop_scope="module")
async def test_a_kill_while_publishing_doubles_nothing_and_forgets_no_consent(nook: Nook, point: str) -> None:
    share = await nook.agreed(f"Iron makes it blue ({point}).")
    assert nook.live(share, point, 1).killed
    second = nook.live(share, point, FREE_SEED)
    assert second.killed or not second.trouble, FREE_SEED
    takes_back = FREE_SEED % 2 == 1
    if takes_back:
        await nook.bo.sharing.withdraw(share.request)
    ana = nook.open()
    try:
        await ana.sync()
        if not takes_back:
            assert (await ana.sharing.publish(share.request)).state == ShareState.PUBLISHED
        else:
            with pytest.raises(Changed):
                await ana.sharing.publish(share.request)
        while await ana.duties.run():
            await ana.sync()
        await ana.session.outbox.flush(now=True)
        await ana.sync()
        assert ana.session.store.outgoing() == ()
        assert BegunCopies(ana.session).all() == []
        await nook.bo.sync()
        for person in (ana, nook.bo):
            assert [h.body for h in person.sharing.board()].count(share.draft) == (not takes_back), FREE_SEED
            (known,) = (s for s in person.sharing.all() if s.request == share.request)
            assert known.state == (ShareState.WITHDRAWN if takes_back else ShareState.PUBLISHED)
            assert len(known.up) == (not takes_back)
    finally:
        await ana.account.close()
    assert Mode.NAMED in {answer.mode for answer in share.answers}
