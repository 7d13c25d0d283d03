"""`config.toml` changed from inside: one value, everything else as it was; whole, or not at all."""

from __future__ import annotations

import os
import tomllib
from pathlib import Path
from threading import Barrier, Thread

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from nookterm.client import settings_file
from nookterm.client.errors import CannotWrite, WrongUsage
from nookterm.client.settings import Setting, names, read_settings, rule_of
from nookterm.client.settings_file import drop, put

HAND = """# mine
theme = "linen"  # light, for the mornings
shoe_size = 43   # unknown here, and none of its business

[keep]
# three months are enough
days = 90

[keys]
"go.desk" = "alt+w"
"""


@pytest.fixture
def file(tmp_path: Path) -> Path:
    """A file that somebody wrote by hand."""
    path = tmp_path / "config.toml"
    path.write_text(HAND)
    path.chmod(0o600)
    return path


def test_one_value_changes_and_every_other_byte_stays(file: Path) -> None:
    put(file.parent, "theme", "dusk")
    assert file.read_text() == HAND.replace('"linen"', '"dusk"')
    put(file.parent, "keep.days", "30")
    assert file.read_text() == HAND.replace('"linen"', '"dusk"').replace("90", "30")
    assert file.stat().st_mode & 0o777 == 0o600


def test_what_is_new_goes_where_people_would_write_it(file: Path) -> None:
    put(file.parent, "clock", 12)
    put(file.parent, "keep.messages_per_room", 5000)
    put(file.parent, "keys.app.jump", "f4")
    found = read_settings(file.parent, {}).values
    assert found["clock"] == Setting("clock", "12", "config.toml:4")
    assert found["keep.messages_per_room"].value == 5000
    assert dict(read_settings(file.parent, {}).keys) == {"go.desk": "alt+w", "app.jump": "f4"}
    assert [line for line in HAND.splitlines() if line not in file.read_text().splitlines()] == []
    assert file.read_text().count("[keep]") == file.read_text().count("[keys]") == 1


def test_taking_one_out_lets_the_default_hold_and_leaves_no_empty_table(file: Path) -> None:
    assert drop(file.parent, "keys.go.desk")
    assert "[keys]" not in file.read_text()
    assert drop(file.parent, "keep.days")
    assert "# three months are enough" in file.read_text()
    assert not drop(file.parent, "clock")
    assert read_settings(file.parent, {}).trouble == ("config.toml:3: there is no setting shoe_size.",)


def test_going_back_and_forth_does_not_make_it_longer(file: Path) -> None:
    sizes = set()
    for _ in range(4):
        put(file.parent, "keys.app.jump", "f4")
        put(file.parent, "desk.notify", "bell")
        drop(file.parent, "keys.app.jump")
        drop(file.parent, "desk.notify")
        sizes.add(len(file.read_text()))
    assert len(sizes) == 1


def test_without_a_file_one_is_made_for_its_owner_alone(tmp_path: Path) -> None:
    home = tmp_path / "new"
    put(home, "density", "compact")
    assert (home / "config.toml").read_text() == 'density = "compact"\n'
    assert (home / "config.toml").stat().st_mode & 0o777 == 0o600
    assert [path.name for path in home.iterdir()] == ["config.toml"]


def test_a_file_that_others_may_read_stays_so(file: Path) -> None:
    file.chmod(0o644)
    put(file.parent, "theme", "dusk")
    assert file.stat().st_mode & 0o777 == 0o644


@pytest.mark.parametrize("broken", [b"theme = \n", b"[keep\n", b"\xff\xfe", b'theme = "a"\ntheme = "b"\n'])
def test_a_broken_file_is_never_written_over(file: Path, broken: bytes) -> None:
    file.write_bytes(broken)
    for change in (lambda: put(file.parent, "theme", "dusk"), lambda: drop(file.parent, "theme")):
        with pytest.raises(WrongUsage) as caught:
            change()
        assert "Nothing was changed" in caught.value.hint
    assert file.read_bytes() == broken
    assert [path.name for path in file.parent.iterdir()] == ["config.toml"]


@pytest.mark.parametrize(
    ("name", "value"),
    [("theme", ""), ("density", "narrow"), ("keep.days", "-1"), ("keep.days", "soon"), ("heron", "1"), ("keys", "f1")],
)
def test_what_makes_no_sense_is_not_written(file: Path, name: str, value: str) -> None:
    with pytest.raises(WrongUsage):
        put(file.parent, name, value)
    assert file.read_text() == HAND


def test_a_name_that_is_nearly_right_is_offered(file: Path) -> None:
    with pytest.raises(WrongUsage) as caught:
        put(file.parent, "keep.day", "3")
    assert "keep.days" in caught.value.hint


def test_a_link_leads_to_the_file_that_it_names(tmp_path: Path) -> None:
    real = tmp_path / "dotfiles" / "nookterm.toml"
    home = tmp_path / "home"
    real.parent.mkdir()
    home.mkdir()
    real.write_text(HAND)
    (home / "config.toml").symlink_to(real)
    put(home, "theme", "frost")
    assert (home / "config.toml").is_symlink()
    assert real.read_text() == HAND.replace("linen", "frost")
    assert [path.name for path in real.parent.iterdir()] == [real.name]


def test_a_folder_that_takes_nothing_leaves_the_file_as_it_was(file: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def refuse(path: Path, content: bytes, mode: int) -> None:
        raise PermissionError(13, "Permission denied")

    if os.geteuid():
        file.parent.chmod(0o500)
    else:
        monkeypatch.setattr(settings_file, "_write", refuse)
    try:
        with pytest.raises(CannotWrite, match="cannot be written: permission denied"):
            put(file.parent, "theme", "dusk")
    finally:
        file.parent.chmod(0o700)
    assert file.read_text() == HAND


def test_changes_of_several_processes_at_once_all_hold(file: Path) -> None:
    wanted = {
        "clock": "12",
        "dates": "iso",
        "week": "sunday",
        "density": "compact",
        "keep.days": "7",
        "sync": "classic",
    }
    ready = Barrier(len(wanted))

    def change(name: str, value: str) -> None:
        ready.wait()
        put(file.parent, name, value)

    threads = [Thread(target=change, args=pair) for pair in wanted.items()]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    found = read_settings(file.parent, {}).values
    assert {name: str(found[name].value) for name in wanted} == wanted


@pytest.mark.parametrize("way", ["in place", "renamed"])
def test_words_that_an_editor_saves_in_between_are_not_lost(
    file: Path, monkeypatch: pytest.MonkeyPatch, way: str
) -> None:
    saved: list[int] = []
    write = settings_file._write

    def meanwhile(path: Path, content: bytes, mode: int) -> None:
        write(path, content, mode)
        if not saved:
            saved.append(1)
            other = file if way == "in place" else file.with_name("4913")
            other.write_text(HAND.replace("43", "44"))
            other.replace(file)

    monkeypatch.setattr(settings_file, "_write", meanwhile)
    put(file.parent, "theme", "dusk")
    assert file.read_text() == HAND.replace("43", "44").replace("linen", "dusk")


def test_words_that_an_editor_saves_into_the_old_file_in_the_moment_of_the_exchange_are_not_lost(
    file: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    saved: list[int] = []
    settle = settings_file._settle
    editor = os.open(file, os.O_RDWR)

    def meanwhile(folder: Path) -> None:
        settle(folder)
        if not saved:
            saved.append(1)
            os.pwrite(editor, HAND.replace("43", "44").encode(), 0)

    monkeypatch.setattr(settings_file, "_settle", meanwhile)
    put(file.parent, "theme", "dusk")
    os.close(editor)
    assert file.read_text() == HAND.replace("43", "44").replace("linen", "dusk")


def test_a_file_that_an_editor_empties_in_that_moment_leaves_what_was_written_whole(
    file: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    settle = settings_file._settle
    editor = os.open(file, os.O_RDWR)

    def meanwhile(folder: Path) -> None:
        settle(folder)
        os.ftruncate(editor, 0)

    monkeypatch.setattr(settings_file, "_settle", meanwhile)
    put(file.parent, "theme", "dusk")
    os.close(editor)
    assert file.read_text() == HAND.replace("linen", "dusk")


_CHOSEN = st.sampled_from([name for name in names() if (rule := rule_of(name)) and (rule.choices or rule.counts)])
_WORDS = st.text(st.characters(exclude_categories=("Cs", "Cc")), max_size=12)


@st.composite
def _documents(draw: st.DrawFn) -> str:
    """Files as people write them: comments, unknown entries, tables in any order and in any spelling."""
    lines = [f'"{name.replace(chr(92), "").replace(chr(34), "")}_x" = {number}' for name, number in draw(
        st.dictionaries(_WORDS, st.integers(-9, 9), max_size=3)).items()]  # fmt: skip
    top = draw(st.sampled_from(["", 'theme = "a"\n', "theme = 'a' # b\n", "keep.days = 3\n", "keep = {days = 3}\n"]))
    keep = "" if "keep" in top else draw(st.sampled_from(["", "[keep]\ndays = 3 # c\n", "[keep]\n", "['keep']\n"]))
    keys = draw(
        st.sampled_from(["", '[keys]\n"go.desk" = "f2"\n', "[keys]\ngo.desk = 'f2'\n", "[keys.go]\ndesk='f2'\n"])
    )
    rest = draw(st.sampled_from(["", "[x]\ny = [1, # one\n 2]\n", "[[z]]\na = 1\n[[z]]\na = 2\n"]))
    tables = draw(st.permutations([keep, keys, rest]))
    comment = f"# {draw(_WORDS)}\n"
    return comment + top + "\n".join(lines) + "\n" + draw(st.sampled_from(["", "\n"])) + "".join(tables)


@settings(max_examples=40)
@given(text=_documents(), name=_CHOSEN, data=st.data())
def test_whatever_stands_there_a_change_means_that_and_nothing_else(
    tmp_path_factory: pytest.TempPathFactory, text: str, name: str, data: st.DataObject
) -> None:
    home = tmp_path_factory.mktemp("home")
    file = home / "config.toml"
    file.write_text(text, encoding="utf-8", newline="")
    before = tomllib.loads(text)
    rule = rule_of(name)
    assert rule is not None
    value = data.draw(st.sampled_from(rule.choices)) if rule.choices else data.draw(st.integers(1, 500))
    put(home, name, value)
    found = read_settings(home, {}).values[name]
    assert found.value == value
    assert found.source.startswith("config.toml")
    after = tomllib.loads(file.read_text(encoding="utf-8"))
    section, _, last = name.partition(".")
    changed = {section} if last else {name}
    assert {k: v for k, v in after.items() if k not in changed} == {k: v for k, v in before.items() if k not in changed}
    assert file.read_text(encoding="utf-8").startswith(text.partition("\n")[0])
    assert drop(home, name)
    assert read_settings(home, {}).values[name].source == "default"
