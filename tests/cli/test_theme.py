"""`theme` looks at theme files without a screen, and its exit code says whether they are as they should be."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path

import pytest

from nookterm.cli.main import main
from nookterm.tui.themes import shipped_folder

Said = pytest.CaptureFixture[str]
DUSK = (shipped_folder() / "dusk.toml").read_text(encoding="utf-8")


@pytest.fixture
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """The folder of themes of somebody who has not signed in."""
    monkeypatch.setenv("NOOKTERM_HOME", str(tmp_path))
    (tmp_path / "config.toml").write_text('theme = "moss"', encoding="utf-8")
    themes = tmp_path / "themes"
    themes.mkdir()
    return themes


def save(folder: Path, name: str, old: str = "", new: str = "") -> Path:
    file = folder / f"{name}.toml"
    file.write_text(DUSK.replace('"dusk"', f'"{name}"').replace(old, new) if old else DUSK, encoding="utf-8")
    return file


def test_what_is_right_passes(folder: Path, capsys: Said) -> None:
    save(folder, "moss", "#211d1d", "#101112")

    assert main(["theme", "check"]) == 0
    assert capsys.readouterr().out == f"ok: moss ({folder / 'moss.toml'})\n"
    assert main(["theme", "check", *map(str, sorted(shipped_folder().glob("*.toml")))]) == 0
    assert len(capsys.readouterr().out.splitlines()) == 6


def test_without_themes_of_ones_own_there_is_nothing_wrong(folder: Path, capsys: Said) -> None:
    assert main(["theme", "check"]) == 0
    assert capsys.readouterr().out == f"There are no themes of your own in {folder}.\n"


def test_a_mistake_has_its_file_its_line_and_its_key(folder: Path, capsys: Said) -> None:
    file = save(folder, "moss", "#efe6dc", "white")

    assert main(["theme", "check", "--json", "moss"]) == 1
    said = capsys.readouterr()
    assert json.loads(said.out) == {
        "file": str(file),
        "state": "wrong",
        "problem": 'moss.toml, line 12: text = "white" is no colour; write it as "#rrggbb".',
    }
    assert json.loads(said.err)["error"] == "theme"
    assert main(["theme", "check"]) == 1
    said = capsys.readouterr()
    assert said.out == 'wrong: moss.toml, line 12: text = "white" is no colour; write it as "#rrggbb".\n'
    assert "1 of 1 theme files should be mended" in said.err


def test_what_is_hard_to_read_is_named_with_its_figures(folder: Path, capsys: Said) -> None:
    good, pale = save(folder, "good", "#211d1d", "#101112"), save(folder, "pale", "#f58a72", "#8a5a50")

    assert main(["theme", "check", str(good), "pale.toml", "--json"]) == 1
    first, second = map(json.loads, capsys.readouterr().out.splitlines())
    assert first == {"file": str(good), "state": "ok", "name": "good", "weak": []}
    assert (second["file"], second["state"]) == (str(pale), "hard to read")
    assert [(one["colour"], one["on"], one["least"]) for one in second["weak"]] == [
        ("nook-warn", ground, 4.5) for ground in ("base", "side", "raise", "select")
    ]
    assert main(["theme", "check"]) == 1
    said = capsys.readouterr()
    assert "  nook-warn on select: 2.1 to 1, should be 4.5 (warnings)" in said.out
    assert "1 of 2 theme files" in said.err


def test_a_file_that_is_not_there_is_said(folder: Path, capsys: Said) -> None:
    assert main(["theme", "check", str(folder / "none.toml")]) == 1
    assert capsys.readouterr().out == "wrong: none.toml cannot be read: No such file or directory.\n"


def test_the_terminal_is_safe_from_what_a_file_says(folder: Path, capsys: Said) -> None:
    (folder / "bad.toml").write_text('name = "x"\n[palette]\n"\\u001b[2J" = "\\u009b6n"\n', encoding="utf-8")

    assert main(["theme", "check"]) == 1
    said = capsys.readouterr()
    assert not {"\x1b", "\x9b"} & set(said.out + said.err)


def test_the_list_has_ours_and_ones_own_and_says_which_is_chosen(folder: Path, capsys: Said) -> None:
    file = save(folder, "moss", "#211d1d", "#101112")
    save(folder, "broken", "#211d1d", "red")

    assert main(["theme", "list", "--json"]) == 0
    said = capsys.readouterr()
    rows = {row["name"]: row for row in map(json.loads, said.out.splitlines())}
    assert sorted(rows) == ["ansi", "beacon", "dusk", "frost", "harbour", "linen", "moss"]
    assert rows["moss"] == {"name": "moss", "dark": True, "file": str(file), "chosen": True}
    assert rows["linen"] == {"name": "linen", "dark": False, "chosen": False}
    assert json.loads(said.err)["message"].startswith("broken.toml, line 7: base")
    assert main(["theme", "list"]) == 0
    assert "linen  light  comes with nookterm\n" in capsys.readouterr().out


def test_neither_loads_the_screens_library() -> None:
    code = (
        "import sys; from nookterm.cli.main import main; main(['theme', 'list']); "
        "assert not {'textual', 'nio'} & set(sys.modules)"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, timeout=60, check=False)

    assert done.returncode == 0, done.stderr
