"""An image small enough to be drawn with characters, where Pillow is there."""

from __future__ import annotations

import io

from llmtui.attachments.image_header import read_header
from llmtui.attachments.images import FORMATS, MOST_PIXELS


def thumbnail(content: bytes, width: int, height: int) -> list[list[str]]:
    """Rows of colours (``#rrggbb``), at most so many; [] where that cannot be made.

    It may have come with an imported session, and so be as hostile as any.
    """
    header = read_header(content)
    if header is None or header.width * header.height > MOST_PIXELS:
        return []
    try:
        from PIL import Image
    except ImportError:
        return []
    try:
        with Image.open(io.BytesIO(content), formats=FORMATS) as image:
            image.draft("RGB", (width * 2, height * 2))
            small = image.convert("RGB")
            small.thumbnail((width, height))
            data, (across, down) = small.tobytes(), small.size
    except Exception:
        # A decoder meets damage with errors of every kind; names and sizes do too.
        return []
    colours = [f"#{data[at : at + 3].hex()}" for at in range(0, len(data), 3)]
    return [colours[row * across : (row + 1) * across] for row in range(down)]
