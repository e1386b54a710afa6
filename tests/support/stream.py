"""A strict reader of what a program sends to a terminal.

It knows the few sequences that Textual and the command line write themselves;
everything else that a terminal could obey is reported.
"""

from __future__ import annotations

import re
import unicodedata

COLOURS = rb"\x1b\[[0-9;]*m"
PLACE = rb"\x1b\[[0-9]+;[0-9]+H|\x1b\[[0-9]+G"
"""Where text begins, and where it goes on behind what terminals measure differently."""
FRAME = rb"\x1b\[\?2026[hl]|\x1b\[\?25[hl]"
"""Begin and end of a frame; the cursor's show and hide."""
POINTER = rb"\x1b\]22;[a-z-]*\x07"
"""The mouse pointer's shape, from Textual's own list."""
_TEXT = (
    rb"(?:[\x20-\x7e]|\xc2[\xa0-\xbf]|[\xc3-\xdf][\x80-\xbf]|[\xe0-\xf4][\x80-\xbf]+)*"
)
TITLE = rb"\x1b\[2[23];2t|\x1b\]2;" + _TEXT + rb"\x07"
"""The title of the window: put away, set, brought back."""
PAINTING = (COLOURS, PLACE, FRAME, POINTER, TITLE)
"""What a running Textual app writes."""
MODES = (
    rb"\x1b\[\?(?:1000|1003|1015|1006|1016|1049|25|1004|2004|2048|7)[hl]",
    rb"\x1b\[\?(?:2026|2048)\$p",
    rb"\x1b\[>[0-9]+u|\x1b\[<u",
)
"""What it writes at its start and end, and when it leaves for a moment."""
STATUS_LINE = (rb"\r\x1b\[2K",)
"""How the command line repaints its one living line."""

_JOINERS = "\u200c\u200d"


def trespasses(raw: bytes, *allowed: bytes) -> list[str]:
    """What in ``raw`` is neither text nor one of the ``allowed`` sequences.

    >>> trespasses(b"plain \\x1b[1mbold\\x1b[0m\\r\\n", COLOURS)
    []
    >>> [words.partition(" in ")[0] for words in trespasses(b"\\x1b[2J\\xc2\\x9b")]
    ["'\\\\x1b'", "'\\\\x9b'"]
    """
    known = re.compile(rb"|".join((*allowed, rb"\r\n")))
    found = []
    at = 0
    for match in [*known.finditer(raw), None]:
        end = match.start() if match else len(raw)
        for character in raw[at:end].decode("utf-8", "surrogateescape"):
            if _acts(character):
                where = raw.find(character.encode("utf-8", "surrogateescape"), at)
                near = raw[max(0, where - 20) : where + 20]
                found.append(f"{character!r} in {near!r}")
        at = match.end() if match else at
    return found


def _acts(character: str) -> bool:
    """Whether a character does or hides something, or is no valid text at all."""
    if character.isascii():
        return not character.isprintable()
    kind = unicodedata.category(character)
    return kind in ("Cc", "Cf", "Cs", "Zl", "Zp") and character not in _JOINERS
