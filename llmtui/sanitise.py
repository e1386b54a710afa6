"""Untrusted text in, showable text out.

Whatever a model, a server, a file or the clipboard holds may carry sequences
that a terminal obeys: it moves the cursor, sets the clipboard, hides or
reorders text. The functions here work character by character, so that it does
not matter where a stream was cut; only ``\\r\\n`` spans two, and
:class:`Stream` holds a ``\\r`` back until it knows.

Raw text is what is stored. It is cleaned on the way to the screen, and once
more by the net under the screen (``llmtui.ui.output_filter``), which uses
:data:`FORBIDDEN`.
"""

from __future__ import annotations

import re

_BIDI = "\u061c\u200e\u200f\u202a-\u202e\u2066-\u2069"
_INVISIBLE = "\u00ad\u180e\u200b\u2060-\u2065\u206a-\u206f\ufeff\ufff9-\ufffb"
_TAGS = "\U000e0000-\U000e0fff"
_CONTROLS = "\x00-\x1f\x7f-\x9f"
_SURROGATES = "\ud800-\udfff"

FORBIDDEN = re.compile(
    f"[{_CONTROLS}{_SURROGATES}{_BIDI}{_INVISIBLE}{_TAGS}\u2028\u2029]"
)
"""One character that must never be part of a line sent to a terminal.

Controls (C0, DEL, C1), lone surrogates, controls of the writing direction,
characters without any look, and the tags that can hide a second text. The
joiners U+200C and U+200D and the variation selectors are not among them: emoji
and several scripts need them.
"""

_BREAKS = re.compile("\r\n?|[\u2028\u2029]")
_SUSPECT = re.compile(
    f"[\x00-\x08\x0b-\x1f\x7f-\x9f{_SURROGATES}{_BIDI}{_INVISIBLE}{_TAGS}]"
)

_SURROGATE = re.compile("[\ud800-\udfff]")


def _shown(match: re.Match[str]) -> str:
    """What stands for a character that is not shown as it is."""
    code = ord(match[0])
    if code < 0x20:
        return chr(0x2400 + code)
    if code == 0x7F:
        return "\u2421"
    if 0x80 <= code <= 0x9F or 0xD800 <= code <= 0xDFFF:
        return "\ufffd"
    return ""


def encodable(text: str) -> str:
    """Text that has a UTF-8 form: half a surrogate pair becomes U+FFFD.

    >>> encodable("a\\ud800b") == "a\\ufffdb"
    True
    """
    return text if text.isascii() else _SURROGATE.sub("\ufffd", text)


def clean(text: str) -> str:
    """``text`` for a place of several lines: line feeds and tabs stay.

    Controls become their visible pictures (U+2400 and following) or U+FFFD,
    line ends of all kinds one line feed; characters that only hide or reorder
    others go.

    >>> clean("a\\r\\nb\\tc")
    'a\\nb\\tc'
    >>> clean("\\x1b[2J")
    '␛[2J'
    >>> clean("\\ud800 \\x9b \\u202egnp.exe")
    '� � gnp.exe'
    """
    if text.isascii() and text.replace("\n", "").replace("\t", "").isprintable():
        return text  # most texts, four to ten times as quickly
    return _SUSPECT.sub(_shown, _BREAKS.sub("\n", text))


def clean_line(text: str) -> str:
    """``text`` for a place of one line: line feeds and tabs become spaces.

    >>> clean_line("one\\ntwo\\x07")
    'one two␇'
    """
    if text.isascii() and text.isprintable():
        return text
    return clean(text).replace("\n", " ").replace("\t", " ")


class Stream:
    """:func:`clean` for text that comes in pieces.

    The pieces that :meth:`feed` and :meth:`end` give make up what ``clean``
    makes of the whole text, wherever it was cut.

    >>> stream = Stream()
    >>> stream.feed("a\\r"), stream.feed("\\nb\\r"), stream.end()
    ('a', '\\nb', '\\n')
    """

    __slots__ = ("_held",)

    def __init__(self) -> None:
        self._held = ""

    def feed(self, text: str) -> str:
        """The cleaned text of a piece, less a ``\\r`` at its very end."""
        if self._held:
            text = self._held + text
            self._held = ""
        if text.endswith("\r"):
            text, self._held = text[:-1], "\r"
        return clean(text)

    def end(self) -> str:
        """What was still held back."""
        held, self._held = self._held, ""
        return "\n" if held else ""
