"""Bytes as text: what is nearly all text is read, what is none is named."""

from __future__ import annotations

import codecs
from typing import NamedTuple

_KINDS = (
    (b"\x89PNG\r\n\x1a\n", "a PNG image"),
    (b"\xff\xd8\xff", "a JPEG image"),
    (b"%PDF-", "a PDF document"),
    (b"PK\x03\x04", "a ZIP archive or office document"),
    (b"\x1f\x8b", "data compressed with gzip"),
    (b"BZh91AY", "data compressed with bzip2"),
    (b"\xfd7zXZ", "data compressed with xz"),
    (b"\x28\xb5\x2f\xfd", "data compressed with zstd"),
    (b"7z\xbc\xaf\x27\x1c", "a 7z archive"),
    (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1", "an old office document"),
    (b"\x7fELF", "a program"),
    (b"\xca\xfe\xba\xbe", "a program"),
    (b"\xcf\xfa\xed\xfe", "a program"),
    (b"SQLite format 3\0", "an SQLite database"),
)
"""First bytes of files that are no text, though some of them have no NUL in them."""

_UTF_16 = (codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)


class NotText(ValueError):
    """``str()`` says what it is instead: ``a PNG image``."""


class Text(NamedTuple):
    """What could be read."""

    text: str
    replaced: int = 0
    """Characters that stand for bytes which are not UTF-8."""

    @property
    def note(self) -> str:
        """What the user should know of that, as a phrase that follows ``in NAME``.

        >>> Text("a\ufffd", 1).note
        '1 character is not UTF-8, and replaced by \ufffd'
        """
        if not self.replaced:
            return ""
        one = self.replaced == 1
        much = "1 character is" if one else f"{self.replaced} characters are"
        return f"{much} not UTF-8, and replaced by \ufffd"


def read_text(content: bytes) -> Text:
    """The text in ``content``; raises ``NotText`` for what is binary.

    UTF-8, or UTF-16 where a byte order mark says so. What is neither is
    replaced by U+FFFD, so that one stray byte in a long log is no hindrance.

    >>> read_text(b"caf\\xc3\\xa9"), read_text(b"caf\\xe9!")
    (Text(text='café', replaced=0), Text(text='caf\ufffd!', replaced=1))
    >>> read_text(b"%PDF-1.7")
    Traceback (most recent call last):
    llmtui.files.text.NotText: a PDF document
    """
    for start, kind in _KINDS:
        if content.startswith(start):
            raise NotText(kind)
    if content.startswith(_UTF_16):
        return _decoded(content, "utf-16", 0)
    if b"\0" in content:
        raise NotText("binary data")
    own = content.count("\ufffd".encode())
    return _decoded(content, "utf-8-sig", own)


def _decoded(content: bytes, encoding: str, own: int) -> Text:
    """``own`` is how many U+FFFD the text has by itself."""
    try:
        return Text(content.decode(encoding))
    except UnicodeDecodeError:
        text = content.decode(encoding, "replace")
        return Text(text, text.count("\ufffd") - own)
