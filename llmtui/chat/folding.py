"""Text made comparable: case and the accents of Latin letters do not count.

What is folded has as many characters as before, so that a place in it is the same
place in the text.
"""

from __future__ import annotations

import re
from functools import cache

_ACCENTED = re.compile("[\u00c0-\u024f\u1e00-\u1eff]")


def fold(text: str) -> str:
    """``text`` for comparing.

    >>> fold("Über ÉTÉ İstanbul naïve")
    'uber ete istanbul naive'
    """
    lower = text.lower()
    if lower.isascii():
        return lower
    if len(lower) != len(text):  # a letter that becomes two
        lower = "".join(char.lower()[0] for char in text)
    return _ACCENTED.sub(lambda match: _base(match[0]), lower)


@cache
def _base(letter: str) -> str:
    """A Latin letter without its accent."""
    import unicodedata

    parts = unicodedata.normalize("NFD", letter)
    return parts[0].lower() if parts[0].isascii() else letter
