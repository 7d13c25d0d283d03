"""A picture that somebody wants to look at is decoded elsewhere: whatever it does to its decoder, it does there."""

from __future__ import annotations

import sys
import time
from pathlib import Path

import pytest
from PIL import Image

from nookterm.client.errors import UnsafeFile
from nookterm.pictures import apart
from nookterm.pictures.cleaner import PictureCleaner
from tests.pictures.samples import halves, headed_png, noise, saved

CLEANER = PictureCleaner()


def test_a_picture_comes_back_as_pixels_of_the_wanted_size() -> None:
    shown = CLEANER.preview(saved(halves(), "PNG"), largest_side=60)

    assert (shown.width, shown.height, shown.moves) == (60, 40, False)
    assert shown.pixels[:3] == b"\xff\0\0"
    assert shown.pixels[-3:] == b"\0\0\xff"


def test_of_a_moving_picture_the_first_frame_is_shown_and_what_shines_through_stands_before_grey() -> None:
    glass = Image.new("RGBA", (4, 2), (0, 255, 0, 0))
    for corner in ((0, 0), (3, 1)):
        glass.putpixel(corner, (255, 0, 0, 255))
    for kind in ("GIF", "PNG", "WEBP"):
        more = {"lossless": True} if kind == "WEBP" else {}
        moving = saved(glass, kind, save_all=True, append_images=[noise(4, 2).convert("RGBA")], duration=50, **more)
        shown = CLEANER.preview(moving, largest_side=100)
        assert (shown.width, shown.height, shown.moves) == (4, 2, True)
        assert shown.pixels == b"\xff\0\0" + b"\x80" * 18 + b"\xff\0\0"


def test_what_shines_through_stays_so_where_it_is_wished() -> None:
    glass = Image.new("RGBA", (2, 1), (0, 255, 0, 0))
    glass.putpixel((0, 0), (255, 0, 0, 255))
    shown = CLEANER.preview(saved(glass, "PNG"), largest_side=60, sheer=True)
    assert (shown.sheer, shown.width, shown.height) == (True, 2, 1)
    assert shown.pixels[:4] + shown.pixels[7:] == b"\xff\0\0\xff\0"


def test_what_is_refused_is_refused_in_the_same_words() -> None:
    for data, code in (
        (headed_png(30_000, 30_000), "too_many_pixels"),
        (saved(noise(), "PNG")[:2000], "broken_picture"),
    ):
        with pytest.raises(UnsafeFile) as met:
            CLEANER.preview(data, largest_side=100)
        assert met.value.code == code
    # Well put together, and nonsense inside: only the decoder sees that.
    with pytest.raises(UnsafeFile) as met:
        CLEANER.preview(headed_png(100, 100), largest_side=100)
    assert (met.value.code, "damaged" in met.value.message) == ("broken_picture", True)


@pytest.mark.parametrize(
    "does",
    ["kill -SEGV $$", "exit 1", "printf '\\0\\0\\0\\0\\0\\100\\0\\0\\0\\100too few'", "printf ''", "exec sleep 60"],
    ids=["crashes", "fails", "says nonsense", "says nothing", "never ends"],
)
def test_a_decoder_that_comes_to_a_bad_end_is_one_refusal(
    does: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    decoder = tmp_path / "decoder"
    decoder.write_text(f"#!/bin/sh\n{does}\n")
    decoder.chmod(0o700)
    monkeypatch.setattr(sys, "executable", str(decoder))
    monkeypatch.setattr(apart, "_PATIENCE", 0.5)
    began = time.monotonic()

    with pytest.raises(UnsafeFile) as met:
        CLEANER.preview(saved(halves(), "PNG"), largest_side=60)

    assert met.value.code == "broken_picture"
    assert time.monotonic() - began < 10


def test_the_largest_picture_that_is_taken_fits_into_the_memory_that_the_other_process_has() -> None:
    large = saved(Image.new("RGBA", (8000, 5000), (200, 100, 50, 255)), "PNG", compress_level=1)

    shown = CLEANER.preview(large, largest_side=100)

    assert shown.pixels[:3] == bytes((200, 100, 50))
