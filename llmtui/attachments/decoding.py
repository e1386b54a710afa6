"""Bytes of a file as text, in whichever encoding they are."""

from __future__ import annotations

import codecs
import locale
from contextlib import suppress
from typing import NamedTuple

from llmtui.files.text import NotText, read_text

_UTF_32 = (codecs.BOM_UTF32_LE, codecs.BOM_UTF32_BE)
_SAMPLE = 4096
"""Bytes at the beginning that tell UTF-16 without a mark from binary data."""
_ENOUGH = 64
"""Bytes from which on a guess is more than that."""
_LAST_RESORT = "cp1252"


class Decoded(NamedTuple):
    """A text, and how it was read where that was not plain."""

    text: str
    note: str = ""


def decode(content: bytes) -> Decoded:
    """The text in ``content``; raises ``NotText`` for what is binary.

    UTF-8, UTF-16 and UTF-32 are told for sure. What is UTF-8 but for some stray bytes
    has these replaced; everything else is what it most likely is, and says so.

    >>> decode("Grüße".encode()).text, decode("Grüße".encode("utf-16")).text
    ('Grüße', 'Grüße')
    >>> decode("Grüße".encode("utf-16-le")).text
    'Grüße'
    >>> decode(b"Gr\\xfc\\xdfe")
    Decoded(text='Grüße', note='the text is not UTF-8, and read as Windows-1252')
    """
    if content.startswith(_UTF_32):
        with suppress(UnicodeDecodeError):
            return Decoded(content.decode("utf-32"))
    try:
        read = read_text(content)
    except NotText:
        if (wide := _utf_16(content)) is None:
            raise
        return Decoded(wide)
    if not read.replaced:
        return Decoded(read.text)
    others = sum(not character.isascii() for character in read.text) - read.replaced
    if others > read.replaced:
        return Decoded(read.text, read.note)
    text, name = _guessed(content)
    return Decoded(text, f"the text is not UTF-8, and read as {name}")


def _utf_16(content: bytes) -> str | None:
    """UTF-16 without a mark: of texts in most scripts every other byte is often 0."""
    sample = content[:_SAMPLE]
    even, odd = sample[::2].count(0), sample[1::2].count(0)
    for encoding, zeros, others in (("utf-16-le", odd, even), ("utf-16-be", even, odd)):
        if zeros > len(sample) // 8 and not others:
            with suppress(UnicodeDecodeError):
                text = content.decode(encoding)
                return text if "\0" not in text else None
    return None


def _guessed(content: bytes) -> tuple[str, str]:
    """The text, and the name of the encoding that it most likely is in."""
    if len(content) >= _ENOUGH:
        with suppress(ImportError):
            from charset_normalizer import from_bytes

            if (best := from_bytes(content).best()) is not None:
                return str(best), _name(best.encoding)
    own = locale.getpreferredencoding(False)
    for encoding in (own, _LAST_RESORT, "latin-1"):
        with suppress(UnicodeDecodeError, LookupError):
            return content.decode(encoding), _name(encoding)
    raise AssertionError("unreachable: every byte is Latin-1")


def _name(encoding: str) -> str:
    """An encoding as people call it."""
    name = codecs.lookup(encoding).name
    return f"Windows-{name[2:]}" if name.startswith("cp125") else name.upper()
