"""A shared file's address and name: whatever a stranger writes there, it stays one file inside one folder."""

from __future__ import annotations

from pathlib import PurePath
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from nookterm.domain.attachment import Attachment, attachment_of, file_name, place_of


@pytest.mark.parametrize(
    "address",
    [
        None,
        5,
        "",
        "http://evil.example/x",
        "mxc:///x",
        "mxc://x",
        "mxc://river.example/",
        "mxc://u:p@h:99/x",
        "mxc://[::1/x/y",
        "mxc://river.example/..%2f..%2fadmin",
        "mxc://river.example/../x",
        "mxc://river.example/x?access_token=1",
        "mxc://river.example/x#y",
        "mxc://river.example/x\n",
        "mxc://river.example/" + "x" * 256,
        "MXC://river.example/x",
        "mxc://riv\u0435r.example/x",
    ],
)
def test_what_is_no_address_of_a_file_is_not_taken_for_one(address: object) -> None:
    assert place_of(address) is None
    assert attachment_of({"msgtype": "m.file", "body": "x", "url": address}) is None
    assert attachment_of({"msgtype": "m.file", "body": "x", "file": {"url": address}}) is None


def test_an_address_names_a_server_and_a_file() -> None:
    assert place_of("mxc://river.example:8448/Ab_c-9") == ("river.example:8448", "Ab_c-9")
    assert place_of("mxc://[2001:db8::1]:443/x") == ("[2001:db8::1]:443", "x")


@pytest.mark.parametrize(
    ("name", "kept"),
    [
        ("heron.png", "heron.png"),
        ("Der Reiher, früh.jpeg", "Der Reiher, früh.jpeg"),
        ("../../etc/passwd", "passwd"),
        ("/etc/passwd", "passwd"),
        ("..\\..\\boot.ini", "boot.ini"),
        ("C:\\x\\y.txt", "y.txt"),
        ("~", "file"),
        ("~root", "_root"),
        ("..", "file"),
        (".", "file"),
        ("", "file"),
        ("   ", "file"),
        ("a/", "file"),
        (".bashrc", "bashrc"),
        ("-rf", "rf"),
        ("a\0b.txt", "ab.txt"),
        ("a\nb\x1b[2J.txt", "a b[2J.txt"),
        ("photo\u202egnp.exe", "photognp.exe"),
        ("$(reboot).sh", "_(reboot).sh"),
        ("con", "_con"),
        ("NUL.txt", "_NUL.txt"),
    ],
)
def test_a_name_stays_inside_the_folder_and_means_nothing_to_a_shell(name: str, kept: str) -> None:
    assert file_name(name) == kept


def test_a_long_name_is_cut_and_keeps_its_ending() -> None:
    assert file_name("x" * 300 + ".tar") == "x" * 116 + ".tar"
    assert file_name("🌿" * 200 + ".png") == "🌿" * 29 + ".png"
    assert file_name("x." + "y" * 300) == "x." + "y" * 117


@given(st.text(max_size=400))
def test_no_name_at_all_leaves_the_folder(name: str) -> None:
    found = file_name(name)

    assert PurePath(found).name == found
    assert found not in {"", ".", ".."}
    assert not found.startswith((".", "-", "~"))
    assert len(found.encode()) <= 130
    assert file_name(found) == found


def test_what_is_shared_is_read_back_as_it_was() -> None:
    secret: dict[str, Any] = {"v": "v2", "key": {"k": "x"}, "iv": "y", "hashes": {"sha256": "z"}}
    for given_ in (
        Attachment("river.example", "abc", "heron.png", "image/png", 5, secret),
        Attachment("river.example", "abc", "notes", "text/plain", None),
    ):
        assert attachment_of(given_.content()) == given_
    assert Attachment("x", "y", "heron.png", "image/png").content()["msgtype"] == "m.image"


def test_nonsense_beside_the_address_is_left_out() -> None:
    content = {"url": "mxc://x/y", "body": ["no"], "info": {"mimetype": "text/html; <b>", "size": True}}
    assert attachment_of(content) == Attachment("x", "y", "")
    assert attachment_of({"url": "mxc://x/y", "info": 5}) == Attachment("x", "y", "")
