"""Files that a stranger made: refused at once, in words, and without the memory that they ask for."""

from __future__ import annotations

import resource
import subprocess
import sys
import time
from contextlib import suppress

import pytest
from PIL import Image

from nookterm.client.errors import UnsafeFile, WrongUsage
from nookterm.pictures.cleaner import PictureCleaner
from tests.pictures.samples import (
    JPEG,
    before_pixels,
    halves,
    headed_png,
    jpeg_segment,
    noise,
    png_chunk,
    saved,
    told_jpeg,
    told_png,
)

CLEANER = PictureCleaner()
ROOMY = 5_000_000


def _refused(data: bytes) -> UnsafeFile:
    with pytest.raises(UnsafeFile) as met:
        CLEANER.clean(data, largest_bytes=ROOMY)
    assert isinstance(met.value, WrongUsage)
    return met.value


@pytest.mark.parametrize(
    ("data", "named"),
    [
        (b"%PDF-1.7\n", "a PDF"),
        (b"\0\0\0\x1cftypheic", "a HEIC picture"),
        (b"\0\0\0\x1cftypisom", "a video"),
        (b"PK\x03\x04", "a ZIP or Office file"),
        (b"II*\0", "a TIFF"),
        (b'<?xml version="1.0"?><svg xmlns="">', "an SVG drawing"),
        (b"plain words", "such a file"),
        (b"", "such a file"),
    ],
)
def test_a_kind_that_is_not_seen_through_is_refused_by_its_name(data: bytes, named: str) -> None:
    problem = _refused(data)

    assert problem.code == "not_cleanable"
    assert problem.message.startswith(f"nookterm cannot take what {named}")


def test_the_kind_is_read_from_the_bytes() -> None:
    """A PNG called JPEG is a PNG; nobody asks what it is called."""
    assert CLEANER.clean(saved(noise(), "WEBP"), largest_bytes=ROOMY).mimetype == JPEG


@pytest.mark.parametrize("kind", ["GIF", "PNG", "WEBP"])
def test_a_moving_picture_is_refused_and_not_frozen(kind: str) -> None:
    moving = saved(halves(), kind, save_all=True, append_images=[noise(), noise()], duration=50)

    assert _refused(moving).code == "animated"


@pytest.mark.parametrize(
    "data",
    [
        headed_png(30_000, 30_000),
        headed_png(0xFFFFFFFF, 0xFFFFFFFF),
        b"GIF89a\xff\xff\xff\xff\0\0\0,\0\0\0\0\x01\0\x01\0\0\x02\x02D\x01\0;",
        b"RIFF"
        + (22).to_bytes(4, "little")
        + b"WEBPVP8L"
        + (10).to_bytes(4, "little")
        + b"\x2f\xff\xff\xff\x0f"
        + b"\0" * 5,
        saved(halves(), "JPEG").replace(b"\x00\x50\x00\x78", b"\xff\xff\xff\xff", 1),
    ],
    ids=["png", "largest png", "gif", "webp", "jpeg"],
)
def test_a_bomb_is_refused_before_it_is_opened(data: bytes) -> None:
    began = time.perf_counter()

    assert _refused(data).code == "too_many_pixels"

    assert time.perf_counter() - began < 1


def test_a_bomb_costs_no_memory() -> None:
    """A whole PNG of 12000 × 12000 that really unpacks to 432 MB, in a process of its own."""
    code = (
        "import resource, zlib\n"
        "from tests.pictures.samples import png_chunk\n"
        "from nookterm.client.errors import UnsafeFile\n"
        "from nookterm.pictures.cleaner import PictureCleaner\n"
        "packer = zlib.compressobj(1)\n"
        "row = b'\\0' * 36001\n"
        "body = b''.join(packer.compress(row) for _ in range(12000)) + packer.flush()\n"
        "head = (12000).to_bytes(4) * 2 + b'\\x08\\x02\\0\\0\\0'\n"
        "chunks = png_chunk(b'IHDR', head) + png_chunk(b'IDAT', body) + png_chunk(b'IEND', b'')\n"
        "before = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss\n"
        "try:\n"
        "    PictureCleaner().clean(b'\\x89PNG\\r\\n\\x1a\\n' + chunks, largest_bytes=1000000)\n"
        "except UnsafeFile as problem:\n"
        "    print(problem.code, resource.getrusage(resource.RUSAGE_SELF).ru_maxrss - before)\n"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, timeout=60, check=True)

    word, grown = done.stdout.split()
    assert word == "too_many_pixels"
    assert int(grown) < 64 * 1024


@pytest.mark.parametrize("kind", ["PNG", "JPEG", "GIF", "WEBP"])
def test_a_picture_cut_off_anywhere_is_refused_in_words(kind: str) -> None:
    whole = saved(noise(40, 30), kind)

    for length in {*range(8, len(whole) - 1, max(1, len(whole) // 40)), len(whole) - 1}:
        problem = _refused(whole[:length])
        assert problem.code in {"broken_picture", "not_cleanable"}, length


@pytest.mark.parametrize(
    "make", [told_jpeg, told_png, lambda: saved(noise(40, 30), "WEBP"), lambda: saved(halves(), "GIF")]
)
def test_no_broken_byte_leads_to_anything_but_a_picture_or_a_refusal(make: object) -> None:
    assert callable(make)
    data: bytes = make()
    for at in range(0, min(len(data), 1200), 7):
        wrong = data[:at] + bytes((data[at] ^ 0xFF,)) + data[at + 1 :]
        with suppress(UnsafeFile):
            clean = CLEANER.clean(wrong, largest_bytes=ROOMY)
            assert CLEANER.is_clean(clean.data)


def test_an_endless_number_of_passes_is_not_begun() -> None:
    """A progressive JPEG of a few bytes can ask for thousands of passes over a large picture."""
    plain = saved(noise(), "JPEG", progressive=True)
    scan = plain.rindex(b"\xff\xda")
    many = plain[:-2] + plain[scan:-2] * 200 + plain[-2:]

    assert _refused(many).code == "broken_picture"


def test_a_limit_that_nothing_fits_into_is_said() -> None:
    with pytest.raises(UnsafeFile) as met:
        CLEANER.clean(saved(noise(), "JPEG"), largest_bytes=50)

    assert met.value.code == "too_large"


PICTURE = CLEANER.clean(saved(noise(), "PNG"), largest_bytes=ROOMY).data
DRAWING = CLEANER.clean(saved(halves(), "PNG"), largest_bytes=ROOMY).data
GLASS = CLEANER.clean(saved(halves().convert("RGBA").resize((60, 40)), "PNG"), largest_bytes=ROOMY).data
CLAIMED = {
    "a photo with a comment": PICTURE[:2] + jpeg_segment(0xFE, b"hello") + PICTURE[2:],
    "a photo with an EXIF block": PICTURE[:2] + jpeg_segment(0xE1, b"Exif\0\0MM\0*") + PICTURE[2:],
    "a photo with a size on paper": PICTURE.replace(b"\0\0\x01\0\x01\0\0", b"\x01\x01\x2c\x01\x2c\0\0", 1),
    "a photo with a tail": PICTURE + b"\0",
    "a photo with words behind its pixels": PICTURE[:-2] + b"words that nobody sees" + PICTURE[-2:],
    "a photo with empty fill": PICTURE[:2] + b"\xff" + PICTURE[2:],
    "a photo with restart marks": PICTURE[:-2] + b"\xff\xd0" + PICTURE[-2:],
    "a progressive photo": saved(noise(), "JPEG", progressive=True),
    "a drawing with text": before_pixels(DRAWING, png_chunk(b"tEXt", b"a\0b")),
    "a drawing with a date": before_pixels(DRAWING, png_chunk(b"tIME", b"\x07\xea\x0b\x16\x0e\x26\0")),
    "a drawing with a private chunk": before_pixels(DRAWING, png_chunk(b"caNy", b"x")),
    "a drawing with a tail": DRAWING + b"\0",
    "a drawing with a second end": DRAWING + png_chunk(b"IEND", b""),
    "a drawing with words in its end": DRAWING[:-12] + png_chunk(b"IEND", b"words"),
    "a drawing with words behind its pixels": DRAWING[:-12] + png_chunk(b"IDAT", b"words") + DRAWING[-12:],
    "a drawing with colours that nobody sees": saved(Image.new("RGBA", (9, 9), (1, 2, 3, 0)), "PNG"),
    "a drawing with a palette": saved(halves().convert("P"), "PNG"),
    "a webp": saved(halves(), "WEBP"),
    "a gif": saved(halves(), "GIF"),
    "words": b"words",
    "half a photo": PICTURE[: len(PICTURE) // 2],
}


@pytest.mark.parametrize("what", CLAIMED)
def test_a_claim_that_a_picture_was_cleaned_is_believed_only_where_the_bytes_prove_it(what: str) -> None:
    data = CLAIMED[what]

    assert not CLEANER.is_clean(data)
    with pytest.raises(UnsafeFile) as met:
        CLEANER.check(data, largest_bytes=ROOMY)
    assert met.value.code in {"not_clean", "broken_picture", "not_cleanable"}


@pytest.mark.parametrize("data", [PICTURE, DRAWING, GLASS], ids=["photo", "drawing", "see-through"])
def test_a_clean_picture_within_the_limits_is_taken_as_it_is(data: bytes) -> None:
    taken = CLEANER.check(data, largest_bytes=len(data))

    assert taken.data == data
    for limits in ({"largest_bytes": len(data) - 1}, {"largest_bytes": ROOMY, "largest_side": taken.width - 1}):
        with pytest.raises(UnsafeFile) as met:
            CLEANER.check(data, **limits)
        assert met.value.code == "too_large"


def test_the_memory_of_this_process_is_measured_in_kilobytes() -> None:
    """The bomb's test reads it: a machine that counts in other units would pass everything."""
    assert resource.getrusage(resource.RUSAGE_SELF).ru_maxrss > 10_000
