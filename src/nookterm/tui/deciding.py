"""What a person decides about the open room's trust: changed identities, this device, unsigned ones."""

from __future__ import annotations

from functools import partial

from nookterm.tui.messages import ComparePerson, GoOnward, OpenTrust
from nookterm.tui.screens.conversation import Conversation
from nookterm.tui.widgets.forms_confirm import Confirm
from nookterm.tui.widgets.onward_bar import KINDS
from nookterm.viewmodels.panels import DeskPanel, TimelinePanel


def decide(here: Conversation, panel: TimelinePanel) -> None:
    """Begin to decide what stands in the way of sending. Where nothing does, nothing happens.

    What is asked about is bound here: a later identity than the one shown is not accepted by the answer.
    """
    found = panel.view.blocked
    if found is None:
        return
    if found.kind in KINDS:
        if found.yes:
            here.post_message(GoOnward())
        return
    if found.user is None:
        here.post_message(OpenTrust())
        return
    go_on = partial(panel.go_on, found.user, found.shown)
    here.query_one(Confirm).ask(found.question, lambda: here.intend(go_on()), yes=found.yes, no="not now")


def compare(here: Conversation, panel: TimelinePanel) -> None:
    """Compare keys with whoever stands in the way of sending."""
    found = panel.view.blocked
    if found is not None and found.user is not None:
        here.post_message(ComparePerson(found.user))


def unsigned(here: Conversation, panel: TimelinePanel) -> None:
    """Ask whether unsigned devices may take part here, or whether that ends."""
    view = panel.view
    if not view.may_except:
        here.app.notify("Only who may change this room's settings decides that.", markup=False)
        return
    allow = not view.exception
    question = (
        f"For a week, let devices take part in {view.title} that their owner has not signed? "
        "Everybody is told. Their servers could read along."
        if allow
        else f"Unsigned devices may take part here {view.exception}. End that now?"
    )

    def act() -> None:
        here.intend(panel.let_unsigned(allow=allow))

    here.query_one(Confirm).ask(question, act, yes="let them" if allow else "end it", no="not now")


def door(here: Conversation, panel: TimelinePanel, desk: DeskPanel) -> None:
    """Ask whether the open nook's door is closed to new requests, or opened again."""
    from nookterm.tui.screens.desk_acting import ask_door

    nook = panel.view.room_id
    if nook is None or not ask_door(desk.view, nook, here.query_one(Confirm), lambda wish: here.intend(desk.do(wish))):
        here.app.notify("Only a facilitator of a nook opens and closes its door.", markup=False)
