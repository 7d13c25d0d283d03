"""The main job with an applicant at Element: they knock, are asked in private, come in, and both talk."""

from __future__ import annotations

from nookterm.domain.events import Message
from tests.client.people import Village
from tests.interop.conftest import Elements
from tests.interop.neighbours import at_element, hears, talk, until


async def test_somebody_at_element_knocks_at_a_nook_is_vetted_and_lives_in_it(
    people: Village, element: Elements
) -> None:
    ana, mia = await people.person("ana"), await at_element(element, "mia")
    here = await people.community(ana)
    await mia.enter(here.space)
    await mia.knock(here.nook, "I make pots")
    request = await ana.request_of(mia.id)
    assert request.reason == "I make pots"

    await ana.vetting.interviews.vet(request.case)
    await ana.sync()
    asked_in = await mia.invited_by(ana.id)
    await mia.join(asked_in)
    (question,) = [e for e in ana.session.store.timeline(asked_in, 20) if isinstance(e.payload, Message)]
    # It was said before she came in, and so before her client knew whose keys it came by.
    seen = await mia.reads(asked_in, question.event_id, again=True)
    assert seen.body
    assert "Why?" in seen.body
    assert seen.shield == "none"
    answer = await mia.say(asked_in, "Because of the glazes")
    assert await hears(ana, asked_in, answer) == ("Because of the glazes", "signed")

    await ana.vetting.approve((await ana.request_of(mia.id)).case)
    await mia.join(here.nook)

    await until(ana, lambda: mia.id in ana.room(here.nook).members or None, "Mia in the nook")
    await talk(ana, mia, here.nook)
