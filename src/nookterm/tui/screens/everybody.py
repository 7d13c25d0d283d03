"""Words go out; those that call everybody in a room only after a question that says how many that are."""

from __future__ import annotations

from textual.widget import Widget

from nookterm.tui.widgets.composer import Composer
from nookterm.tui.widgets.forms_confirm import Confirm
from nookterm.viewmodels.panels import TimelinePanel
from nookterm.viewmodels.words import others


def ask_everybody(here: Widget, panel: TimelinePanel, written: str, words: str, how_many: int) -> None:
    """Ask before `@room` calls so many; what was written stands in its field until the answer is yes."""
    composer, room_id = here.query_one(Composer), panel.view.room_id
    composer.give_back(written)

    def agreed() -> None:
        if panel.view.room_id == room_id and composer.text == written:
            composer.take_all()
            here.app.run_worker(send(panel, words, composer, everybody=True), group="intents")

    question = f"@room calls {others(how_many)} in {panel.view.title or 'this room'} at once."
    here.query_one(Confirm).ask(question, agreed, yes="call them", no="not yet")


async def send(panel: TimelinePanel, text: str, composer: Composer, *, everybody: bool = False) -> None:
    """Send; what cannot be kept here goes back to where it was written."""
    room_id = panel.view.room_id
    if not await panel.send(text, everybody=everybody) and panel.view.room_id == room_id:
        composer.give_back(text)
