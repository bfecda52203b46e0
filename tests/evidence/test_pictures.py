"""Pictures as telephones, scanners and programs make them: their pixels, and nothing else."""

import io

import pytest
from PIL import Image, ImageChops, ImageCms, ImageSequence, ImageStat

from tests.evidence import samples
from tests.evidence.test_clean import noted, refused

SECRET = samples.SECRET.encode()
TO_JPEG = {"heic": "HEIF", "avif": "AVIF", "tif": "TIFF", "bmp": "BMP"}
MOVING = {"gif": "GIF", "png": "PNG", "webp": "WEBP"}


def opened(copy):
    return Image.open(io.BytesIO(copy))


@pytest.mark.parametrize("extension", TO_JPEG)
def test_a_picture_that_not_every_browser_shows_becomes_a_jpeg_and_loses_place_and_author(extension):
    photo = samples.photo(TO_JPEG[extension])
    copy, notes = noted(extension, photo)
    image = opened(copy)
    assert (image.format, dict(image.getexif()), notes) == ("JPEG", {}, {})
    assert SECRET not in copy and copy.endswith(b"\xff\xd9")


@pytest.mark.parametrize("extension", ["heic", "avif", "tif"])
def test_it_stands_upright(extension):
    image = opened(noted(extension, samples.photo(TO_JPEG[extension]))[0])
    assert image.size == (40, 60)
    assert image.getpixel((20, 5))[0] > 200  # what was left is now at the top


@pytest.mark.parametrize("extension", ["heic", "avif", "tif"])
def test_one_that_is_cut_in_the_middle_is_broken(extension):
    photo = samples.photo(TO_JPEG[extension], size=(600, 400))
    assert refused(extension, photo[: len(photo) // 2]) == "broken"


def test_what_can_be_looked_through_stands_on_white():
    drawing = Image.new("RGBA", (20, 20), (255, 0, 0, 0))
    assert opened(noted("tif", samples.written(drawing, "TIFF"))[0]).getpixel((3, 3)) == (255, 255, 255)


def test_a_scan_in_fine_grey_does_not_turn_white():
    grey = Image.new("I;16", (20, 20), 0x8000)
    assert abs(opened(noted("tif", samples.written(grey, "TIFF"))[0]).convert("L").getpixel((3, 3)) - 127) < 3


def test_a_raw_photo_is_not_taken_for_the_small_picture_in_it():
    small = samples.written(Image.new("RGB", (20, 20)), "TIFF", tiffinfo={254: 1})
    assert refused("tif", small) == "not_cleanable"


def test_pages_of_a_scan_after_the_first_are_counted_where_they_are_left_out():
    pages = [Image.new("RGB", (20, 20), colour) for colour in ("red", "green", "blue")]
    copy, notes = noted("tif", samples.written(pages[0], "TIFF", save_all=True, append_images=pages[1:]))
    assert notes == {"further_pictures": 2} and opened(copy).getpixel((3, 3))[0] > 200


@pytest.mark.parametrize(
    ("size", "smaller"),
    [((9000, 6000), (4500, 3000)), ((16_320, 12_240), (8160, 6120)), ((17_000, 13_000), (4250, 3250))],
)
def test_a_photo_of_fifty_megapixels_and_more_is_made_smaller_and_that_is_said(size, smaller):
    copy, notes = noted("jpg", samples.photo(size=size, orientation=1))
    image = opened(copy)
    assert (image.size, notes) == (smaller, {"smaller": 1})
    assert image.getpixel((100, 100))[0] > 200 and image.getpixel((smaller[0] - 100, 100))[2] > 200


def test_a_screen_shot_of_fifty_megapixels_and_more_is_made_smaller_too():
    copy, notes = noted("png", samples.photo("PNG", size=(9000, 6000), orientation=1))
    assert (opened(copy).size, notes) == ((4500, 3000), {"smaller": 1})


@pytest.mark.parametrize(("kind", "extension"), [("JPEG", "jpg"), ("PNG", "png"), ("TIFF", "tif"), ("HEIF", "heic")])
def test_colours_of_a_wide_profile_look_the_same_without_it(kind, extension):
    wide, image = samples.wide_profile(), Image.new("RGB", (40, 40), (60, 160, 90))
    own = ImageCms.ImageCmsProfile(io.BytesIO(wide))
    as_seen = ImageCms.profileToProfile(image, own, ImageCms.createProfile("sRGB"), outputMode="RGB")
    assert max(ImageStat.Stat(ImageChops.difference(image, as_seen)).mean) > 20, "the profile changes nothing"
    copy, _notes = noted(extension, samples.written(image, kind, icc_profile=wide))
    assert "icc_profile" not in opened(copy).info and SECRET not in copy
    assert max(ImageStat.Stat(ImageChops.difference(opened(copy), as_seen)).mean) < 6


def moving(kind):
    """Three pictures in 1.2 seconds, with the words of somebody."""
    frames = [Image.new("RGB", (40, 30), colour) for colour in ("red", "green", "blue")]
    exif = Image.Exif()
    exif[0x013B] = samples.SECRET
    words = {"comment": SECRET} if kind == "GIF" else {"exif": exif}
    options = {"lossless": True} if kind == "WEBP" else {}
    return samples.written(
        frames[0], kind, save_all=True, append_images=frames[1:], duration=[300, 400, 500], loop=2, **words, **options
    )


@pytest.mark.parametrize("extension", MOVING)
def test_an_animation_keeps_all_its_pictures_and_when_they_change_and_loses_its_words(extension):
    data = moving(MOVING[extension])
    copy, notes = noted(extension, data)
    frames = [one.convert("RGB").getpixel((20, 15)) for one in ImageSequence.Iterator(opened(copy))]
    assert notes == {} and SECRET in data and SECRET not in copy
    assert [colour.index(max(colour)) for colour in frames] == [0, 1, 2]
    shown = [one.info["duration"] for one in ImageSequence.Iterator(opened(copy)) if one.load()]
    assert (shown, opened(copy).info["loop"]) == ([300, 400, 500], 2)


def test_an_animation_that_is_too_much_for_the_child_keeps_its_first_picture_and_that_is_said():
    frames = [Image.new("P", (4000, 3000), number) for number in range(4)]
    copy, notes = noted("gif", samples.written(frames[0], "GIF", save_all=True, append_images=frames[1:]))
    assert notes == {"further_pictures": 3} and getattr(opened(copy), "n_frames", 1) == 1
