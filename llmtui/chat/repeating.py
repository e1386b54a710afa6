"""Noticing that a model only repeats itself: a token, a cycle, emoji without end.

Pure, and a function of the text alone: it looks after every ``_STRIDE``
characters, however these came. Each look asks whether the text goes on as it did
one cycle ago; only when it does not, the last characters are searched for in what
came before. So a token costs the same after a million of them.
"""

from __future__ import annotations

_STRIDE = 61
"""Characters between two looks. A prime, so that the looks wander through a cycle:
its end may look like its middle at one place, but not at all of them."""
_PROBE = 32
"""Characters that are searched for."""
_LONGEST = 2_000
"""Characters of the longest cycle that is found."""
_KEPT = 2 * _LONGEST + _STRIDE
_FEW_LOOKS, _MANY_LOOKS = 4, 12
"""For how many looks a text may consist of few different emoji: in one line, and
in several, since people draw with them."""
_DIFFERENT = 8
"""In how many characters there is one new emoji, at least, in a list of them."""


class RepetitionGuard:
    """Watches one text that comes in pieces.

    What is too much depends on what is repeated: see ``repetition_limits``.

    >>> guard = RepetitionGuard()
    >>> any(guard.feed("| a row | of a table |\\n") for _ in range(60))
    False
    >>> any(RepetitionGuard().feed(" the" * n) for n in (10, 200))
    True
    """

    __slots__ = (
        "_emoji",
        "_enough",
        "_fresh",
        "_length",
        "_lines",
        "_looks",
        "_period",
        "_size",
        "_tail",
        "read",
        "repeating",
    )

    def __init__(self) -> None:
        self.repeating = False
        self.read = 0
        """Characters that were looked at."""
        self._fresh: list[str] = []
        self._size = 0
        self._tail = ""
        self._period = 0
        """Characters of the cycle that the text is in, 0 for none."""
        self._length = 0
        """Characters since this cycle began."""
        self._enough = 0
        """How many of these are too much."""
        self._emoji: set[str] = set()
        self._looks = 0
        """How many looks in a row saw nothing but emoji."""
        self._lines = False

    def feed(self, text: str) -> bool:
        """More of the text; returns whether it only repeats itself by now."""
        self._fresh.append(text)
        self._size += len(text)
        if self._size >= _STRIDE:
            self._look()
        return self.repeating

    def _look(self) -> None:
        text = "".join(self._fresh)
        at = 0
        while len(text) - at >= _STRIDE and not self.repeating:
            fresh = text[at : at + _STRIDE]
            at += _STRIDE
            self.read += _STRIDE
            self._tail = (self._tail + fresh)[-_KEPT:]
            self.repeating = self._cycles(fresh) or self._babbles(fresh)
        self._fresh = [text[at:]]
        self._size = len(text) - at

    def _cycles(self, fresh: str) -> bool:
        """Whether one cycle has been repeated too often."""
        tail, period = self._tail, self._period
        if period and tail[-_STRIDE - period : -period] == fresh:
            self._length += _STRIDE
            return self._length >= self._enough
        end = len(tail) - _PROBE
        found = tail.rfind(tail[end:], max(0, end - _LONGEST), len(tail) - 1)
        if end <= 0 or found < 0:
            self._period = 0
            return False
        from llmtui.chat.repetition_limits import enough, is_data

        self._period = period = end - found
        self._length = _cycle_length(tail, period)
        self._enough = enough(tail[-period:])
        if is_data(tail[: len(tail) - self._length], tail[-period:]):
            self._enough *= 10
        return self._length >= self._enough

    def _babbles(self, fresh: str) -> bool:
        """Whether few different emoji have been mixed for too long."""
        if fresh.isascii() or not _is_symbols(fresh):
            if self._looks:
                self._looks, self._lines = 0, False
                self._emoji.clear()
            return False
        self._looks += 1
        self._lines = self._lines or "\n" in fresh
        self._emoji.update(fresh)
        return (
            self._looks >= (_MANY_LOOKS if self._lines else _FEW_LOOKS)
            and len(self._emoji) * _DIFFERENT <= self._looks * _STRIDE
        )


def _is_symbols(text: str) -> bool:
    from llmtui.chat.repetition_limits import is_symbols

    return is_symbols(text)


def _cycle_length(text: str, period: int) -> int:
    """How many characters at the end of ``text`` repeat with ``period``.

    >>> _cycle_length("x" + "ab" * 20, 2)
    40
    """
    same, other = _PROBE, len(text) - period + 1
    while other - same > 1:
        middle = (same + other) // 2
        if text[-middle:] == text[-middle - period : -period]:
            same = middle
        else:
            other = middle
    return same + period
