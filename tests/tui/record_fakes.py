"""A record of decisions that was never made, and a panel that notes what is asked of it."""

from __future__ import annotations

from nookterm.viewmodels.model import Face, Model
from nookterm.viewmodels.record import RecordLine, RecordView

Done = list[tuple[object, ...]]
RECORD = RecordView(
    (
        RecordLine(
            "0", "21 Nov", "Bob Reyes (@bob:river.example)", "let in", "by Ana", "glaze-lab", "approved",
            "You are welcome. Bring a test tile.", ("Cy Arden for: knows kilns",), "20 Nov",
        ),
        RecordLine(
            "1", "19 Nov", "Eve (@eve:elsewhere.example)", "declined", "by Cy Arden", "glaze-lab", "declined",
            "Not this time: the lab is for people who fire at home.", (), "18 Nov",
        ),
        RecordLine(
            "2", "12 Nov", "Fay (@fay:river.example)", "let in (elsewhere)", "by Cy Arden", "sourdough", "approved",
            "", (), "12 Nov", elsewhere=True,
        ),
        RecordLine("3", "3 Nov", "Gil (@gil:river.example)", "taken back", "", "glaze-lab", "withdrawn", asked="1 Nov"),
        RecordLine(
            "4", "14 Oct 2025", "Mia Holt (@mia.holt:river.example)", "invited without having asked", "by Ana",
            "glaze-lab", "invited",
        ),
    ),
    "words and votes are known since 2 Nov",
    file="~/nookterm-record-2026-11-22.md",
    face=Face.CONTENT,
)  # fmt: skip


class FakeRecord(Model[RecordView]):
    """Reads nothing and writes nothing."""

    def __init__(self, view: RecordView = RECORD, done: Done | None = None) -> None:
        super().__init__(view)
        self.calls: Done = [] if done is None else done

    async def begin(self) -> None:
        self.calls.append(("begin record",))

    async def export(self, file: str, only: str) -> None:
        self.calls.append(("export", file, only))
