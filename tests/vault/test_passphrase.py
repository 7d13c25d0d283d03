"""The vault under a passphrase: what is kept, what is refused, and that a wrong passphrase changes nothing."""

from __future__ import annotations

import json
import os
import stat
import threading
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from nookterm.client.errors import VaultClosed
from nookterm.client.ports import Secret
from nookterm.vault.files import passphrase_from_file
from nookterm.vault.passphrase import WORK, PassphraseVault

KEY, TOKEN = Secret("aa" * 32), Secret("syt_canary_token")
QUICK = 2**14


READ_AND_WRITE: list[Callable[[PassphraseVault], object]] = [
    lambda held: held.load("ana/key"),
    lambda held: held.save("ana/key", TOKEN),
    lambda held: held.save("new", TOKEN),
    lambda held: held.delete("ana/key"),
]
"""Everything that one can do with a vault; all but the last need the passphrase."""


class Person:
    """Somebody who is asked for a passphrase."""

    def __init__(self, *phrases: str) -> None:
        self.phrases = list(phrases)
        self.asked = 0

    def __call__(self) -> Secret:
        self.asked += 1
        return Secret(self.phrases.pop(0))


@pytest.fixture
def path(tmp_path: Path) -> Path:
    return tmp_path / "vault" / "vault.json"


def vault(path: Path, *phrases: str) -> PassphraseVault:
    return PassphraseVault(path, Person(*phrases), work=QUICK)


def filled(path: Path) -> bytes:
    first = vault(path, "river")
    first.save("ana/key", KEY)
    first.save("ana/token", TOKEN)
    return path.read_bytes()


def change(path: Path, how: Callable[[Any], None]) -> None:
    stored = json.loads(path.read_text())
    how(stored)
    path.write_text(json.dumps(stored))


def test_secrets_come_back_under_the_same_passphrase_which_is_asked_for_once(path: Path) -> None:
    filled(path)
    person = Person("river")
    again = PassphraseVault(path, person)
    assert again.kind == "passphrase"
    assert (again.load("ana/key"), again.load("ana/token")) == (KEY, TOKEN)
    again.save("ana/key", TOKEN)
    assert again.load("ana/key") == TOKEN
    assert person.asked == 1


def test_nobody_is_asked_where_there_is_nothing_to_open(path: Path) -> None:
    assert vault(path).load("ana/key") is None
    vault(path).delete("ana/key")
    assert not path.exists()
    filled(path)
    assert vault(path).load("ben/key") is None


def test_the_file_is_its_owners_and_holds_no_secret(path: Path) -> None:
    content = filled(path)
    assert stat.S_IMODE(path.stat().st_mode) == 0o600
    assert stat.S_IMODE(path.parent.stat().st_mode) == 0o700
    for secret in (KEY.reveal(), TOKEN.reveal(), "river"):
        assert secret.encode() not in content
    assert {file.name for file in path.parent.iterdir()} == {"vault.json", "vault.json.lock"}


def test_a_new_file_costs_a_guesser_the_full_work(path: Path) -> None:
    PassphraseVault(path, Person("river")).save("n", KEY)
    assert json.loads(path.read_text())["key"] | {"salt": ""} == {
        "made_by": "scrypt",
        "salt": "",
        "n": 131072,
        "r": 8,
        "p": 1,
    }
    assert WORK == 131072


def test_a_wrong_passphrase_opens_nothing_and_writes_nothing(path: Path) -> None:
    before = filled(path)
    for call in READ_AND_WRITE[:3]:
        with pytest.raises(VaultClosed) as caught:
            call(vault(path, "sea"))
        assert caught.value.code == "wrong_passphrase"
    assert path.read_bytes() == before


def test_after_a_wrong_passphrase_it_is_asked_for_again(path: Path) -> None:
    filled(path)
    person = Person("sea", "river")
    trying = PassphraseVault(path, person, work=QUICK)
    with pytest.raises(VaultClosed):
        trying.load("ana/key")
    assert trying.load("ana/key") == KEY
    assert person.asked == 2


def test_an_empty_passphrase_makes_no_vault(path: Path) -> None:
    with pytest.raises(VaultClosed, match="empty"):
        vault(path, "").save("n", KEY)
    assert not path.exists()


def test_a_forgotten_secret_is_gone_from_the_file(path: Path) -> None:
    filled(path)
    vault(path).delete("ana/token")
    assert "ana/token" not in path.read_text()
    assert vault(path, "river").load("ana/key") == KEY


def test_two_processes_lose_nothing_to_each_other(path: Path) -> None:
    one, two = vault(path, "river"), vault(path, "river")
    one.save("a", KEY)
    two.save("b", TOKEN)
    one.save("c", KEY)
    assert [vault(path, "river").load(name) for name in "abc"] == [KEY, TOKEN, KEY]


def swap(stored: Any) -> None:
    held = stored["entries"]
    held["ana/key"], held["ana/token"] = held["ana/token"], held["ana/key"]


def flip(stored: Any) -> None:
    text = stored["entries"]["ana/key"]
    stored["entries"]["ana/key"] = ("B" if text[20] == "A" else "A").join((text[:20], text[21:]))


@pytest.mark.parametrize(
    "how",
    [
        swap,
        flip,
        lambda stored: stored["entries"].update({"ana/key": ""}),
        lambda stored: stored["entries"].update({"ana/key": "not base64"}),
        lambda stored: stored["entries"].update({"ana/key": 7}),
        lambda stored: stored.update(entries=[]),
        lambda stored: stored.update(check=""),
        lambda stored: stored.pop("check"),
        lambda stored: stored.update(v=2),
        lambda stored: stored["key"].pop("salt"),
        lambda stored: stored["key"].update(salt=""),
        lambda stored: stored["key"].update(n=2**30),
        lambda stored: stored["key"].update(n=2),
        lambda stored: stored["key"].update(n=100_000),
        lambda stored: stored["key"].update(n="131072"),
        lambda stored: stored["key"].update(r=2**20),
        lambda stored: stored["key"].update(p=2**20),
        lambda stored: stored["key"].update(made_by="md5"),
    ],
)
def test_a_file_that_somebody_changed_is_refused_and_left_as_it_is(path: Path, how: Callable[[Any], None]) -> None:
    filled(path)
    change(path, how)
    before = path.read_bytes()
    with pytest.raises(VaultClosed):
        vault(path, "river").load("ana/key")
    assert path.read_bytes() == before


@pytest.mark.parametrize("content", [b"", b"null", b"[]", b"{}", b"\xff\xfe", b"[" * 100_000, b"x" * (2 << 20)])
def test_bytes_without_sense_are_refused_and_left_as_they_are(path: Path, content: bytes) -> None:
    path.parent.mkdir()
    path.write_bytes(content)
    path.chmod(0o600)
    for call in READ_AND_WRITE:
        with pytest.raises(VaultClosed):
            call(vault(path, "river"))
    assert path.read_bytes() == content


def test_a_file_that_others_can_read_is_not_used(path: Path) -> None:
    filled(path)
    path.chmod(0o640)
    with pytest.raises(VaultClosed, match="Other people"):
        vault(path, "river").load("ana/key")


def test_a_link_in_the_place_of_the_file_is_not_followed(path: Path) -> None:
    filled(path)
    path.rename(path.with_name("elsewhere"))
    path.symlink_to("elsewhere")
    with pytest.raises(VaultClosed):
        vault(path, "river").load("ana/key")


def test_a_folder_that_cannot_be_made_is_told(tmp_path: Path) -> None:
    (tmp_path / "file").touch()
    with pytest.raises(VaultClosed):
        vault(tmp_path / "file" / "vault.json", "river").save("n", KEY)


# --- the passphrase from a file


def test_a_passphrase_file_gives_its_first_line(tmp_path: Path) -> None:
    file = tmp_path / "phrase"
    for content in (b"two words", b"two words\n", b"two words\r\nmore\n"):
        file.write_bytes(content)
        file.chmod(0o600)
        assert passphrase_from_file(file) == Secret("two words")
    (tmp_path / "link").symlink_to(file)
    assert passphrase_from_file(tmp_path / "link") == Secret("two words")


@pytest.mark.parametrize("mode", [0o640, 0o604, 0o644, 0o660, 0o601])
def test_a_passphrase_file_that_others_can_open_is_refused(tmp_path: Path, mode: int) -> None:
    file = tmp_path / "phrase"
    file.write_text("river\n")
    file.chmod(mode)
    with pytest.raises(VaultClosed, match="chmod 600"):
        passphrase_from_file(file)


@pytest.mark.parametrize("content", [b"", b"\n", b"\nriver\n", b"\xff\n"])
def test_a_passphrase_file_without_a_passphrase_is_refused(tmp_path: Path, content: bytes) -> None:
    file = tmp_path / "phrase"
    file.write_bytes(content)
    file.chmod(0o600)
    with pytest.raises(VaultClosed, match="holds no passphrase"):
        passphrase_from_file(file)


def test_a_passphrase_file_that_is_none_is_refused(tmp_path: Path) -> None:
    for place in (tmp_path / "missing", tmp_path, Path("/dev/null")):
        with pytest.raises(VaultClosed):
            passphrase_from_file(place)


def test_a_pipe_can_stand_for_a_passphrase_file(tmp_path: Path) -> None:
    pipe = tmp_path / "pipe"
    os.mkfifo(pipe, 0o600)
    writer = threading.Thread(target=pipe.write_text, args=("river\n",))
    writer.start()
    assert passphrase_from_file(pipe) == Secret("river")
    writer.join()
