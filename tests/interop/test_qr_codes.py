"""A QR code that one side shows and the other one reads; at a terminal as text, too."""

from __future__ import annotations

from nookterm.trust.qr_code import decode_qr, write_pasted
from nookterm.trust.verification import Phase
from tests.client.people import Village
from tests.interop.comparing import Two
from tests.interop.conftest import Elements
from tests.interop.neighbours import at_element, signed_in, talking


async def test_element_reads_the_code_of_nookterm(people: Village, element: Elements) -> None:
    two = Two(await people.person("ana"), await at_element(element, "bo"))
    room = await talking(two.bo, two.ana)
    txn = await two.asked_by_nookterm()
    await two.reaches(txn, Phase.READY)
    assert await two.ours.show_code(txn)
    shown = two.ours.code_bytes(txn)
    assert shown

    await two.element.scan_code(shown)
    await two.reaches(txn, Phase.SCANNED)
    await two.ours.same(txn)

    await two.done(txn)
    await two.verified(room)


async def test_nookterm_reads_the_code_of_element(people: Village, element: Elements) -> None:
    two = Two(await people.person("ana"), await at_element(element, "bo"))
    room = await talking(two.bo, two.ana)
    txn = await two.asked_by_element(room)
    shown = await two.element.show_code()

    await two.ours.read_code(txn, write_pasted(decode_qr(shown)))
    await two.element.confirm_code()

    await two.done(txn)
    await two.verified(room)


async def test_a_new_device_of_ours_is_let_in_by_its_code(people: Village, element: Elements) -> None:
    bo = await at_element(element, "bo")
    laptop = await signed_in(people, bo.id, bo.password)
    two = Two(laptop, bo)
    txn = await two.asked_by_nookterm()
    await two.reaches(txn, Phase.READY)
    assert await two.ours.show_code(txn)
    shown = two.ours.code_bytes(txn)
    assert shown

    await two.element.scan_code(shown)
    await two.reaches(txn, Phase.SCANNED)
    await two.ours.same(txn)

    await two.done(txn)
    await bo.sees_signed(bo.id, laptop.session.gateway.device_id)
