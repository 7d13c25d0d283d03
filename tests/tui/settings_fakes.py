"""Settings for tests of their screens, and a panel that writes down what it is asked and does it."""

from __future__ import annotations

from dataclasses import replace

from nookterm.viewmodels.model import Model
from nookterm.viewmodels.settings import CHOICE, KEYS, NUMBER, SettingChoice, SettingRow, SettingsView


def _row(name: str, group: str, label: str, value: str, *choices: str, **more: object) -> SettingRow:
    made = SettingRow(
        name, group, label, f"What {label.lower()} is for.", value, "default", " or ".join(choices) or "a name", value,
        CHOICE if choices else "text", tuple(SettingChoice(choice, f"it is {choice}") for choice in choices),
    )  # fmt: skip
    return replace(made, **more)  # type: ignore[arg-type]  # fields by their names


ROWS = (
    replace(_row("theme", "Look", "Theme", "dusk"), may_be="a theme's name", source="config.toml:1", value="linen"),
    _row("density", "Look", "Density", "cosy", "cosy", "compact"),
    _row(
        "glyphs", "Look", "Marks", "unicode", "unicode", "ascii", source="NOOKTERM_GLYPHS",
        fixed="NOOKTERM_GLYPHS decides it; it cannot be changed here",
    ),
    _row("clock", "Look", "Clock", "auto", "auto", "24", "12"),
    _row("markdown", "Conversation", "Markdown", "on", "on", "off"),
    _row("keep.days", "Keeping", "Days", "all", kind=NUMBER, may_be='a number from 1 on, or "all"', next_start=True),
    _row("files.folder", "Keeping", "Folder for files", "auto"),
    _row("preset", "Keys", "Preset", "plain", "plain", "vim"),
    _row("keys", "Keys", "Keys of commands", "as they come", kind=KEYS),
)  # fmt: skip
SETTINGS = SettingsView(
    ROWS, {row.name: row.value for row in ROWS if row.kind != KEYS}, "~/.local/share/nookterm/config.toml"
)


class FakeSettingsPanel(Model[SettingsView]):
    """Settings without a file."""

    def __init__(self, done: list[tuple[object, ...]], view: SettingsView = SETTINGS, refuses: str = "") -> None:
        """`refuses`: what it says instead of writing."""
        super().__init__(view)
        self._done = done
        self.refuses = refuses

    async def put(self, name: str, value: str) -> bool:
        """Noted, and shown."""
        self._done.append(("put", name, value))
        row = self.view.row(name)
        if self.refuses or (row and row.fixed):
            self.show(replace(self.view, problem=self.refuses or f"{name}: {row.fixed if row else ''}.", result=""))
            return False
        self._hold(name, value, "config.toml:9")
        self.show(replace(self.view, result=f"{row.label if row else name}: {value}.", problem=""))
        return True

    async def reset(self, name: str) -> bool:
        """Noted, and shown."""
        self._done.append(("reset", name))
        row = self.view.row(name)
        self._hold(name, row.default if row else None, "default")
        return True

    def hush(self) -> None:
        """Nothing is said any more."""
        self.show(replace(self.view, result="", problem=""))

    def _hold(self, name: str, value: str | None, source: str) -> None:
        values = {**self.view.values, name: value or ""}
        if value is None:
            del values[name]
        rows = tuple(replace(r, value=value or "", source=source) if r.name == name else r for r in self.view.rows)
        self.show(replace(self.view, rows=rows, values=values))
