"""Kind and size of an image, out of its first bytes and without decoding it."""

from __future__ import annotations

from typing import NamedTuple


class Header(NamedTuple):
    """What an image says of itself."""

    type: str
    """The media type."""
    width: int
    height: int
    """Pixels; 0 by 0 where the file is cut off before it tells."""


def read_header(content: bytes) -> Header | None:
    """Kind and size of a PNG, JPEG, WebP or GIF image; None for everything else.

    >>> read_header(b"GIF89a" + bytes([3, 0, 2, 0]))
    Header(type='image/gif', width=3, height=2)
    """
    if content.startswith(b"\x89PNG\r\n\x1a\n"):
        return Header("image/png", *_big(content[16:24], 4))
    if content.startswith((b"GIF87a", b"GIF89a")):
        return Header("image/gif", *_little(content[6:10]))
    if content.startswith(b"\xff\xd8\xff"):
        return Header("image/jpeg", *_of_jpeg(content))
    if content.startswith(b"RIFF") and content[8:12] == b"WEBP":
        return Header("image/webp", *_of_webp(content))
    return None


def _big(data: bytes, width: int) -> tuple[int, int]:
    if len(data) < 2 * width:
        return 0, 0
    return int.from_bytes(data[:width]), int.from_bytes(data[width : 2 * width])


def _little(data: bytes) -> tuple[int, int]:
    if len(data) < 4:
        return 0, 0
    return int.from_bytes(data[:2], "little"), int.from_bytes(data[2:4], "little")


def _of_jpeg(content: bytes) -> tuple[int, int]:
    """Out of its frame header, the segment SOF of ITU T.81."""
    at = 2
    while at + 9 <= len(content) and content[at] == 0xFF:
        marker = content[at + 1]
        if marker == 0xFF:
            at += 1
        elif 0xC0 <= marker <= 0xCF and marker not in (0xC4, 0xC8, 0xCC):
            height, width = _big(content[at + 5 : at + 9], 2)
            return width, height
        else:
            at += 2 + max(2, int.from_bytes(content[at + 2 : at + 4]))
    return 0, 0


def _of_webp(content: bytes) -> tuple[int, int]:
    """Out of its first chunk, as Google's container specification has it."""
    kind, data = content[12:16], content[20:30]
    if len(data) < 10:
        return 0, 0
    if kind == b"VP8X":
        wide, high = data[4:7], data[7:10]
        return int.from_bytes(wide, "little") + 1, int.from_bytes(high, "little") + 1
    if kind == b"VP8L":
        bits = int.from_bytes(data[1:5], "little")
        return (bits & 0x3FFF) + 1, (bits >> 14 & 0x3FFF) + 1
    width, height = _little(data[6:10])
    return width & 0x3FFF, height & 0x3FFF
