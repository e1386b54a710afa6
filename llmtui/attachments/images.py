"""Images as models get them: upright, of a sensible size, without what cameras add.

Pillow does that, the extra ``images``. Without it an image goes as it is, where it is
small enough.
"""

from __future__ import annotations

import io
import warnings
from contextlib import suppress
from typing import TYPE_CHECKING

from llmtui.attachments.image_header import Header
from llmtui.attachments.loaded import CannotAttach, Loaded

if TYPE_CHECKING:
    from PIL import Image

MOST_PIXELS = 100_000_000
"""More are not decoded: three bytes each, at the least, must be in memory at once."""
FORMATS = ("PNG", "JPEG", "GIF", "WEBP")
"""What is decoded, by Pillow's names."""
_LONGEST_SIDE = 2048
"""Pixels; vision models see no more, and most of them less."""
_INSTALL = "pip install 'llmtui[images]'"
_CAMERA = (b"Exif\0\0", b"eXIf", b"EXIF", b"http://ns.adobe.com/xap/")
"""What begins the data in which cameras and programs say who, when and where."""


def load_image(name: str, shown: str, content: bytes, header: Header) -> Loaded:
    """An image as it will be sent; raises ``CannotAttach``.

    ``shown`` is what the file is called in sentences. Takes up to some seconds.
    """
    _check_size(shown, header)
    try:
        from PIL import Image
    except ImportError:
        return _as_it_is(name, shown, content, header)
    # It warns from this size on, and refuses twice of it, whatever the header said.
    Image.MAX_IMAGE_PIXELS = MOST_PIXELS // 2
    warnings.simplefilter("ignore", Image.DecompressionBombWarning)
    try:
        with Image.open(io.BytesIO(content), formats=FORMATS) as image:
            return _prepared(name, content, header, image)
    except Exception as error:
        # A decoder meets damage with errors of every kind.
        raise CannotAttach(
            f"{shown} is a damaged image: {error or type(error).__name__}"
        ) from None


def _check_size(shown: str, header: Header) -> None:
    width, height = header.width, header.height
    if not (width and height):
        raise CannotAttach(f"{shown} is a damaged image: it does not tell its size")
    if width * height > MOST_PIXELS:
        raise CannotAttach(
            f"{shown} has {width:,} x {height:,} pixels, and at most "
            f"{MOST_PIXELS // 1_000_000} million are decoded: scale it down first"
        )


def _as_it_is(name: str, shown: str, content: bytes, header: Header) -> Loaded:
    """Without Pillow: nothing can be changed in it, only said of it."""
    if max(header.width, header.height) > 2 * _LONGEST_SIDE:
        raise CannotAttach(
            f"{shown} has {header.width:,} x {header.height:,} pixels: {_INSTALL} "
            "has it scaled down"
        )
    notes: tuple[str, ...] = ()
    if any(mark in content for mark in _CAMERA):
        notes = (
            "what the camera wrote into the image is sent too, maybe the place; "
            f"{_INSTALL} has it taken out",
        )
    return Loaded(name, header.type, content, notes)


def _prepared(name: str, content: bytes, header: Header, image: Image.Image) -> Loaded:
    """Bytes that need no change are left as they are."""
    large = max(image.size) > _LONGEST_SIDE
    plain = header.type in ("image/png", "image/jpeg")
    if plain and not large and not any(mark in content for mark in _CAMERA):
        image.load()  # damage is told now, and not by a server
        return Loaded(name, header.type, content)
    from PIL import ImageOps

    before = image.size
    if large:
        image.draft(None, (_LONGEST_SIDE, _LONGEST_SIDE))
    with suppress(EOFError):
        image.seek(0)
    upright = ImageOps.exif_transpose(image)
    if large:
        upright.thumbnail((_LONGEST_SIDE, _LONGEST_SIDE))
    type_, data = _encoded(upright, photo=header.type == "image/jpeg")
    notes: tuple[str, ...] = ()
    if large:
        notes = (
            f"{before[0]:,} x {before[1]:,} pixels are scaled down to "
            f"{upright.size[0]:,} x {upright.size[1]:,}",
        )
    return Loaded(name, type_, data, notes)


def _encoded(image: Image.Image, *, photo: bool) -> tuple[str, bytes]:
    """An image of pixels and nothing else: a JPEG of a photo, a PNG of the rest."""
    from PIL import Image

    mode = "RGBA" if "A" in image.getbands() or "transparency" in image.info else "RGB"
    if photo:
        mode = "L" if image.mode == "L" else "RGB"
    pixels = image.convert(mode)
    bare = Image.frombytes(mode, pixels.size, pixels.tobytes())
    out = io.BytesIO()
    if photo:
        bare.save(out, "JPEG", quality=90)
        return "image/jpeg", out.getvalue()
    bare.save(out, "PNG")
    return "image/png", out.getvalue()
