"""Small pictures, made here so that no test needs Pillow for them."""

from __future__ import annotations

import io
import struct
import zlib

_BLOCK = 10_000_000


def png(width: int = 2, height: int = 1) -> bytes:
    """A grey picture; only the head of one that would be large."""
    rows = b"" if width * height > 1_000_000 else (b"\0" + b"\x80" * width) * height
    head = struct.pack(">IIBBBBB", width, height, 8, 0, 0, 0, 0)
    parts = (b"IHDR", head), (b"IDAT", zlib.compress(rows)), (b"IEND", b"")
    return b"\x89PNG\r\n\x1a\n" + b"".join(
        struct.pack(">I", len(data))
        + kind
        + data
        + struct.pack(">I", zlib.crc32(kind + data))
        for kind, data in parts
    )


def _number(value: int) -> bytes:
    return struct.pack(">I", value)


def jpeg(width: int, height: int, *, orientation: int = 1, words: str = "") -> bytes:
    """A photo, red at its left and blue at its right, with what a camera adds."""
    from PIL import Image

    image = Image.new("RGB", (width, height), "blue")
    image.paste((255, 0, 0), (0, 0, width // 2, height))
    exif = Image.Exif()
    if words:
        exif[0x0112], exif[0x010E] = orientation, words
    out = io.BytesIO()
    image.save(out, "JPEG", exif=exif if words else b"")
    return out.getvalue()


def pdf(words: str = "", *, bomb: int = 0) -> bytes:
    """A document of one page; with ``bomb`` its content unpacks to so many bytes."""
    content = f"BT /F1 12 Tf 9 9 Td ({words}) Tj ET".encode() if words else b""
    data = zlib.compress(content)
    if bomb:
        # Blocks that stand alone, so that one of them can come again and again.
        packer = zlib.compressobj(9)
        block = packer.compress(b" " * _BLOCK) + packer.flush(zlib.Z_FULL_FLUSH)
        data = block + block[2:] * (bomb // _BLOCK) + packer.flush()
    parts = [
        b"<</Type/Catalog/Pages 2 0 R>>",
        b"<</Type/Pages/Kids[3 0 R]/Count 1>>",
        b"<</Type/Page/Parent 2 0 R/MediaBox[0 0 99 99]/Contents 4 0 R"
        b"/Resources<</Font<</F1<</Type/Font/Subtype/Type1/BaseFont/Helvetica>>>>>>>>",
        b"<</Length %d/Filter/FlateDecode>>stream\n%s\nendstream" % (len(data), data),
    ]
    out, places = b"%PDF-1.4\n", []
    for number, part in enumerate(parts, 1):
        places.append(len(out))
        out += b"%d 0 obj%s endobj\n" % (number, part)
    start = len(out)
    table = b"".join(b"%010d 00000 n \n" % place for place in places)
    out += b"xref\n0 5\n0000000000 65535 f \n" + table
    return out + b"trailer<</Size 5/Root 1 0 R>>\nstartxref\n%d\n%%%%EOF" % start
