"""What is said of a file before it leaves, and which files other programs may be handed."""

from __future__ import annotations

from dataclasses import replace

import pytest

from nookterm.domain.attachment import Attachment, attachment_of
from nookterm.domain.events import Message, parse_payload
from nookterm.domain.sending import Told, bytes_in_words, caption_of, cleaned_as, kind_in_words, may_be_opened

PHOTO = Attachment("river.example", "abc", "IMG_20261122_0912.HEIC.jpeg", "image/jpeg", 4_718_592)


@pytest.mark.parametrize(
    ("count", "words"),
    [(0, "0 bytes"), (1, "1 byte"), (1023, "1023 bytes"), (1024, "1 KB"), (1_258_291, "1.2 MB"), (1 << 31, "2 GB")],
)
def test_sizes_are_said_as_people_say_them(count: int, words: str) -> None:
    assert bytes_in_words(count) == words


@pytest.mark.parametrize(
    ("name", "kind", "called"),
    [
        ("heron.jpeg", "image/jpeg", "heron.jpeg"),
        ("heron.JPG", "image/jpeg", "heron.JPG"),
        ("heron.webp", "image/jpeg", "heron.jpg"),
        ("heron.jpg", "image/png", "heron.png"),
        ("heron", "image/png", "heron.png"),
        (".png", "image/jpeg", "png.jpg"),
    ],
)
def test_a_cleaned_picture_is_called_what_it_is(name: str, kind: str, called: str) -> None:
    what = cleaned_as(Attachment("", "", name, "image/webp", 99), kind, 20, 10, 50)

    assert (what.name, what.mimetype, what.size, what.width, what.height) == (called, kind, 50, 20, 10)


def test_what_goes_along_is_said_first_and_a_name_that_tells_a_day_too() -> None:
    cleaned = Told(cleaned_as(PHOTO, "image/jpeg", 20, 10, 943_718), PHOTO.size or 0, cleaned=True)
    moving = Told(PHOTO, 5, why_not="The picture moves.")
    plain = Told(Attachment("", "", "soup.txt", "text/plain", 5), 5)
    paper = Told(Attachment("", "", "minutes.pdf", "application/pdf", 5), 5)

    assert cleaned.lines[0].startswith("Only what the picture shows goes along")
    assert cleaned.lines[1] == "Its name tells a day."
    assert cleaned.size == "921.6 KB instead of 4.5 MB"
    assert replace(cleaned, was=943_719).size == "921.6 KB"
    assert moving.lines[0].startswith("The picture moves. It would go as it is")
    assert plain.lines == ("It goes as it is: its words and nothing else.",)
    assert "who made it, when, where" in paper.lines[0]
    assert paper.size == "5 bytes"


def test_only_what_other_programs_show_is_handed_to_them() -> None:
    for name in ("a.jpg", "A.PDF", "x.y.mp4", "memo.ogg", "soup.txt", "list.ods"):
        assert may_be_opened(name)
    for name in ("", ".jpg", "a", "a.sh", "a.desktop", "a.jpg.exe", "a.html", "a.svg", "a.jpg\n.sh", "a.docm", "a.jar"):
        assert not may_be_opened(name)


def test_words_under_a_file_are_told_from_its_name() -> None:
    content = {"msgtype": "m.image", "url": "mxc://river.example/abc", "filename": "heron.png"}
    named = parse_payload("m.room.message", {**content, "body": "heron.png"})
    worded = parse_payload("m.room.message", {**content, "body": "At the pond"})
    old = parse_payload("m.room.message", {"msgtype": "m.file", "url": content["url"], "body": "minutes.pdf"})

    assert isinstance(named, Message)
    assert isinstance(worded, Message)
    assert isinstance(old, Message)
    assert (caption_of(named), caption_of(worded), caption_of(old)) == ("", "At the pond", "")
    assert caption_of(Message("text", "hello")) == ""


def test_a_message_says_back_what_it_was_made_of() -> None:
    clip = Attachment(
        "river.example", "abc", "clip.mp4", "video/mp4", 5, {"v": "v2", "iv": "x"}, width=20, height=10, seconds=62
    )

    assert attachment_of(clip.content("At the pond")) == clip
    assert clip.content("At the pond")["body"] == "At the pond"
    assert clip.content()["body"] == "clip.mp4"
    assert kind_in_words(clip) == "video, 20 × 10, 1:02"


@pytest.mark.parametrize("value", [-1, 1.5, True, "5", None, 2**60, [5]])
def test_measures_that_make_no_sense_are_not_taken(value: object) -> None:
    info = {"w": value, "h": value, "duration": value, "size": value}
    what = attachment_of({"body": "x", "url": "mxc://river.example/abc", "info": info})

    assert what
    assert (what.width, what.height, what.seconds, what.size) == (None, None, None, None)


def test_nothing_but_what_opens_a_file_is_kept_of_its_secret() -> None:
    secret = {
        "url": "mxc://river.example/abc",
        "key": {"k": "x"},
        "iv": "y",
        "hashes": {},
        "v": "v2",
        "more": "z" * 999,
    }
    what = attachment_of({"body": "x", "file": secret})

    assert what
    assert what.secret == {"key": {"k": "x"}, "iv": "y", "hashes": {}, "v": "v2"}
