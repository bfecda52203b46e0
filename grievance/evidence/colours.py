"""Colours of a picture, as they are seen without the profile that says what its numbers mean.

A profile names the screen, the scanner or the person who made it, so it does not go along. Most are wider than what a
picture without one is taken for, and its colours would turn pale: they are converted first."""

import io

from PIL import Image, ImageCms

_USUAL = ImageCms.createProfile("sRGB")
_MODES = {"RGB", "RGBA", "CMYK", "L"}


def without_profile(image: Image.Image) -> Image.Image:
    """The same colours in sRGB. A picture without a profile, or with one that cannot be read, stays as it is."""
    profile = image.info.get("icc_profile")
    if not profile or image.mode not in _MODES:
        return image
    try:
        own = ImageCms.ImageCmsProfile(io.BytesIO(profile))
        if "sRGB" in ImageCms.getProfileDescription(own):
            return image
        return _converted(image, own)
    except (ImageCms.PyCMSError, OSError, ValueError):
        return image


def _converted(image: Image.Image, own: ImageCms.ImageCmsProfile) -> Image.Image:
    if image.mode == "RGB":
        ImageCms.profileToProfile(image, own, _USUAL, inPlace=True)
        return image
    alpha = image.getchannel("A") if image.mode == "RGBA" else None
    colours = image.convert("RGB") if alpha else image
    made = ImageCms.profileToProfile(colours, own, _USUAL, outputMode="RGB")
    if made is None:
        return image
    if alpha:
        made.putalpha(alpha)
    return made


def rehearse() -> None:
    """Have what converts colours loaded."""
    image = Image.new("RGB", (1, 1), "white")
    image.info["icc_profile"] = ImageCms.ImageCmsProfile(ImageCms.createProfile("LAB")).tobytes()
    without_profile(image)
