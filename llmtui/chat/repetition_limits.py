"""How often something may be repeated before nobody can have meant it.

People ask for tables with equal rows, rulers, drawings, arrays of zeros, poems with
a refrain. None of these is a sentence that comes fifty times.
"""

from __future__ import annotations

import re

_CODE = re.compile(r"[|{}\[\]()<>=;`\\/_+\t\d]|\S  |,\S|\A ")
"""What a line of prose has none of: signs, figures, columns, an indent."""
_DRAWN = re.compile(r"[\x00-@\[-`{-\x7f\u2500-\u259f\u2800-\u28ff]+\Z")
"""Figures, signs, boxes and Braille, of which pictures and rulers are made."""
_SYMBOLS = re.compile(
    "[\\s\u200d\ufe0e\ufe0f\u20e3\u2190-\u23ff\u25a0-\u27bf\u2900-\u29ff\u2b00-\u2bff"
    "\u3030\u303d\ufffd\U0001f000-\U0001fbff\U000e0020-\U000e007f]+"
)
_DATA = re.compile(r"[A-Za-z0-9+/]{24}\Z")
_LETTERS = re.compile(r"[A-Za-z0-9+/=]{1,8}\Z")

_DRAWN_CHARACTERS = 800
"""Of a ruler or an array of zeros in one line."""
_TOKENS = 100
"""Of words in one line, about."""
_BLANK_LINES = 100
_ROWS, _LONG_ROWS = 100, 75
"""Equal lines of a table, a picture or a program: short ones, and those from
``_LONG`` characters on."""
_LONG = 24
_SENTENCES = 48
"""Equal lines of prose."""


def enough(cycle: str) -> int:
    """How many characters of a repeated ``cycle`` are too many.

    >>> [enough(cycle) // len(cycle) for cycle in ("=", " the", "ha ", "\\n")]
    [800, 100, 133, 100]
    >>> [enough(row) // len(row) for row in ("| a | b |\\n", "It is the same line.\\n")]
    [100, 48]
    """
    return _lines(cycle) if "\n" in cycle else _words(cycle)


def _lines(cycle: str) -> int:
    size, lines = len(cycle), cycle.count("\n")
    if not cycle.strip():
        return _BLANK_LINES * size
    if _is_prose(cycle):
        times = max(6, min(_SENTENCES, 2_400 // size))
    elif lines > 2 and size >= 120:
        times = max(12, 6_000 // size)
    else:
        times = _ROWS if size < _LONG or _DRAWN.match(cycle) else _LONG_ROWS
    return times * size


def _words(cycle: str) -> int:
    """The same within one line."""
    size = len(cycle)
    if _DRAWN.match(cycle):
        return max(_DRAWN_CHARACTERS, 8 * size)
    if re.search(r"[|{}\[\]()<>=;]", cycle):
        return max(_ROWS * size, 400)
    tokens = sum(0.25 if character < "\x80" else 1.0 for character in cycle) / size
    times = max(8, min(32, 2_560 // size))
    return max(times * size, int(_TOKENS / tokens))


def _is_prose(cycle: str) -> bool:
    """Whether a cycle of lines is made of sentences.

    A cycle may be taken from anywhere on: it is turned to begin with a line.
    """
    head, _, rest = cycle.partition("\n")
    text = rest + head
    return len(text) >= 19 and text.count(" ") >= 3 and not _CODE.search(text)


def is_symbols(text: str) -> bool:
    """Whether a text consists of emoji and the like alone."""
    return _SYMBOLS.fullmatch(text) is not None


def is_data(before: str, cycle: str) -> bool:
    """Whether letters are repeated within base64, where zeros are a row of ``A``.

    >>> is_data("data:image/png;base64,iVBORw0KGgoAAAANSUhEUgAA", "A")
    True
    >>> is_data("I would say that it is a very long word: ", "A")
    False
    """
    found = _DATA.search(before) if _LETTERS.match(cycle) else None
    return found is not None and any(map(str.isdigit, found[0]))
