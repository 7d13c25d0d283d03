"""A person's own editor, in a real terminal: it gets the words and the terminal, and leaves nothing behind."""

from __future__ import annotations

import sys
from pathlib import Path

import pytest

from tests.pty.terminal import Terminal, clean_environment

PROGRAM = """
from nookterm.tui.app import NooktermApp
from tests.tui.fakes import FakeShell
NooktermApp(FakeShell()).run()
"""
EDITOR = """
import os, pathlib, stat, sys
file = pathlib.Path(sys.argv[-1])
modes = [stat.S_IMODE(os.stat(place).st_mode) for place in (file, file.parent)]
print("in the editor:", file.read_text(), oct(modes[0]), oct(modes[1]), flush=True)
word = input()
file.write_text(file.read_text() + word + "\\n")
file.with_suffix(".swp").write_text("left behind")
sys.exit(word == "fail")
"""


@pytest.mark.parametrize(("typed", "there"), [("and more", "half a wordand more"), ("fail", "ended with an error")])
def test_words_go_through_the_editor_and_no_file_stays(tmp_path: Path, typed: str, there: str) -> None:
    script, place = tmp_path / "my editor.py", tmp_path / "run"
    script.write_text(EDITOR)
    place.mkdir(mode=0o700)
    env = clean_environment(tmp_path, None) | {
        "VISUAL": f"{sys.executable} '{script}' --wait",
        "XDG_RUNTIME_DIR": str(place),
        "PYTHONPATH": str(Path(__file__).parents[2]),
    }

    with Terminal([sys.executable, "-c", PROGRAM], env, (100, 30)) as window:
        window.wait_for_field("Write to glaze-lab")
        window.write("half a word")
        window.wait_for("half a word")
        window.press("ctrl+o")
        window.wait_for("in the editor: half a word 0o600 0o700")
        window.write(f"{typed}\r")
        window.wait_for(there)
        window.wait_for("half a word")
        window.press("ctrl+q")
        assert window.exit_code() == 0

    assert list(place.iterdir()) == []
