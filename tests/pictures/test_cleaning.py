"""A picture that leaves shows what it showed and tells nothing else."""

from __future__ import annotations

import io
import zipfile
from collections.abc import Callable

import pytest
from PIL import Image, ImageCms

from nookterm.client.ports import Pictures
from nookterm.pictures.cleaner import PictureCleaner
from tests.pictures.samples import (
    CANARY,
    JPEG,
    PNG,
    exif,
    halves,
    noise,
    opened,
    profile,
    saved,
    told_jpeg,
    told_png,
)

CLEANER: Pictures = PictureCleaner()
ROOMY = 5_000_000

TOLD: dict[str, Callable[[], bytes]] = {
    "jpeg": told_jpeg,
    "png": told_png,
    "png with few colours": lambda: told_png(halves()),
    "webp": lambda: saved(noise(), "WEBP", exif=exif(), xmp=CANARY, icc_profile=profile(), lossless=True) + CANARY,
    "webp of lost quality": lambda: saved(noise(), "WEBP", exif=exif(), xmp=CANARY),
    "gif": lambda: saved(halves(), "GIF", comment=CANARY) + CANARY,
    "progressive jpeg": lambda: saved(noise(), "JPEG", progressive=True, exif=exif(), comment=CANARY),
}


@pytest.mark.parametrize("kind", TOLD)
def test_nothing_that_a_file_tells_beside_its_pixels_leaves(kind: str) -> None:
    data = TOLD[kind]()
    assert CANARY in data

    clean = CLEANER.clean(data, largest_bytes=ROOMY)

    assert CANARY not in clean.data
    shown = opened(clean.data)
    assert shown.size == (clean.width, clean.height) == (120, 80)
    assert set(shown.info) <= {"jfif", "jfif_version", "jfif_unit", "jfif_density"}
    assert not shown.getexif()
    assert CLEANER.check(clean.data, largest_bytes=ROOMY) == clean


def test_a_file_that_is_also_an_archive_leaves_without_the_archive() -> None:
    target = io.BytesIO()
    with zipfile.ZipFile(target, "w") as archive:
        archive.writestr("secret.txt", CANARY)
    data = told_png() + target.getvalue()
    assert zipfile.is_zipfile(io.BytesIO(data))

    clean = CLEANER.clean(data, largest_bytes=ROOMY)

    assert not zipfile.is_zipfile(io.BytesIO(clean.data))


def test_a_photo_stays_a_photo_and_a_drawing_keeps_its_edges() -> None:
    assert CLEANER.clean(told_jpeg(), largest_bytes=ROOMY).mimetype == JPEG
    assert CLEANER.clean(saved(noise(), "PNG"), largest_bytes=ROOMY).mimetype == JPEG
    drawing = CLEANER.clean(saved(halves(), "PNG"), largest_bytes=ROOMY)
    assert drawing.mimetype == PNG
    assert opened(drawing.data).convert("RGB").tobytes() == halves().tobytes()


@pytest.mark.parametrize("orientation", range(1, 9))
def test_a_picture_taken_sideways_stands_upright_without_its_note(orientation: int) -> None:
    """The corner that is red in the shown picture is found by undoing the turn; the note alone would be lost."""
    upright = Image.new("RGB", (96, 64), (255, 255, 255))
    upright.paste((255, 0, 0), (0, 0, 48, 32))
    stored = {
        1: upright,
        2: upright.transpose(Image.Transpose.FLIP_LEFT_RIGHT),
        3: upright.transpose(Image.Transpose.ROTATE_180),
        4: upright.transpose(Image.Transpose.FLIP_TOP_BOTTOM),
        5: upright.transpose(Image.Transpose.TRANSPOSE),
        6: upright.transpose(Image.Transpose.ROTATE_90),
        7: upright.transpose(Image.Transpose.TRANSVERSE),
        8: upright.transpose(Image.Transpose.ROTATE_270),
    }[orientation]

    for kind in ("JPEG", "PNG", "WEBP"):
        clean = CLEANER.clean(saved(stored, kind, exif=exif(orientation)), largest_bytes=ROOMY)
        shown = opened(clean.data).convert("RGB")
        assert shown.size == (96, 64)
        corner, other = shown.getpixel((10, 10)), shown.getpixel((80, 10))
        assert isinstance(corner, tuple)
        assert isinstance(other, tuple)
        assert corner[0] > 240
        assert corner[1] < 40
        assert min(other) > 220


def test_both_limits_are_kept() -> None:
    data = saved(noise(750, 450), "PNG")

    by_side = CLEANER.clean(data, largest_bytes=ROOMY, largest_side=400)
    by_bytes = CLEANER.clean(data, largest_bytes=15_000)

    assert (by_side.width, by_side.height) == (400, 240)
    assert len(by_bytes.data) <= 15_000
    assert by_bytes.width / by_bytes.height == pytest.approx(750 / 450, rel=0.05)
    assert CLEANER.is_clean(by_bytes.data)


def test_a_see_through_picture_stays_so_and_hides_no_colours() -> None:
    """Where a picture is wholly see-through its old colours are still in the file: what was wiped out comes back."""
    wiped = noise(64, 64).convert("RGBA")
    wiped.putalpha(Image.new("L", (64, 64), 0))
    wiped.paste((10, 200, 30, 128), (0, 0, 32, 64))

    clean = CLEANER.clean(saved(wiped, "PNG"), largest_bytes=ROOMY)

    shown = opened(clean.data)
    assert clean.mimetype == PNG
    assert shown.mode == "RGBA"
    assert shown.getpixel((5, 5)) == (10, 200, 30, 128)
    assert shown.crop((32, 0, 64, 64)).getcolors() == [(32 * 64, (0, 0, 0, 0))]


def test_a_large_see_through_picture_is_made_smaller_until_it_fits() -> None:
    glass = noise(600, 600).convert("RGBA")
    glass.putalpha(Image.linear_gradient("L").resize((600, 600)))

    clean = CLEANER.clean(saved(glass, "PNG"), largest_bytes=100_000)

    assert clean.mimetype == PNG
    assert len(clean.data) <= 100_000
    assert opened(clean.data).mode == "RGBA"


def test_a_palette_with_a_see_through_colour() -> None:
    indexed = halves().convert("P", palette=Image.Palette.ADAPTIVE)
    data = saved(indexed, "GIF", transparency=indexed.getpixel((0, 0)))

    shown = opened(CLEANER.clean(data, largest_bytes=ROOMY).data)

    assert shown.getpixel((0, 0)) == (0, 0, 0, 0)
    assert shown.getpixel((119, 0)) == (0, 0, 255, 255)


def test_sixteen_bits_of_grey_keep_their_shades() -> None:
    deep = Image.new("I;16", (4, 1))
    for x, value in enumerate((0, 0x4000, 0x8000, 0xFFFF)):
        deep.putpixel((x, 0), value)

    shown = opened(CLEANER.clean(saved(deep, "PNG"), largest_bytes=ROOMY).data)

    assert [shown.getpixel((x, 0)) for x in range(4)] == [0, 64, 128, 255]


def test_four_printing_colours_become_three() -> None:
    printed = saved(halves().convert("CMYK"), "JPEG", quality=95)

    shown = opened(CLEANER.clean(printed, largest_bytes=ROOMY).data).convert("RGB")

    red = shown.getpixel((10, 10))
    assert isinstance(red, tuple)
    assert red[0] > 230
    assert max(red[1:]) < 40


def test_colours_of_another_profile_look_the_same_without_it() -> None:
    """A profile that turns the colours round: what is shown by it has to be what is sent without it."""
    lab_green = (0, 200, 0)
    turned = bytearray(ImageCms.ImageCmsProfile(ImageCms.createProfile("sRGB")).tobytes())
    red, blue = turned.index(b"rXYZ"), turned.index(b"bXYZ")
    turned[red : red + 4], turned[blue : blue + 4] = b"bXYZ", b"rXYZ"
    data = saved(halves(), "PNG", icc_profile=bytes(turned))

    shown = opened(CLEANER.clean(data, largest_bytes=ROOMY).data).convert("RGB")
    left = shown.getpixel((5, 5))
    assert isinstance(left, tuple)
    assert left[2] > 200 > left[0]
    plain = saved(Image.new("RGB", (9, 9), lab_green), "PNG", icc_profile=CANARY * 20)
    assert opened(CLEANER.clean(plain, largest_bytes=ROOMY).data).convert("RGB").getpixel((1, 1)) == lab_green
