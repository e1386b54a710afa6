"""Pastes, taken out of what a terminal sends.

A terminal sends a paste between two sequences. Textual would read on for sequences
in between: after an ESC in the pasted text it takes what follows for keys, so that
a pasted line end would send and a pasted ctrl+q would leave; and 5 MB take it nine
seconds (measured with Textual 8.2).

The pasted text may hold the end sequence itself, where the terminal does not take
it out: what follows would be keys then. So what comes at once behind an end is held
until the terminal is quiet: if another end comes, all before it was pasted.
"""

from __future__ import annotations

import re
import time
from collections.abc import Callable, Iterator
from enum import Enum, auto
from typing import NamedTuple

from llmtui.sanitise import Stream

START, END = "\x1b[200~", "\x1b[201~"

SOON = 0.05
"""Seconds behind the end of a paste in which no hand presses a key."""
QUIET = 0.3
"""Seconds of silence after which what is held was keys."""
LONGEST = 1.0
"""Seconds after which what came no faster than keys was keys."""
FASTEST = 500
"""Characters in that time, from which on it is a paste that goes on."""
STALLED = 0.5
"""Seconds of silence within a paste after which it may have been all of it."""

_BY_HAND = re.compile(
    r"(?:\x1b\[[<\d;:]*[A-Za-z~]|\x1bO\w)+|(?:\x1b?.){1,3}|\x1b\[200~.*", re.DOTALL
)
"""What comes at once from keys, a mouse, or another paste: not from a rest of text."""


class Piece(NamedTuple):
    """Some of what came."""

    text: str
    pasted: bool
    """Whether it is the cleaned text of a paste; else it is for the parser."""


class _State(Enum):
    keys = auto()
    paste = auto()
    after = auto()
    """Right behind the end of a paste."""


class PasteReader:
    """Parts pastes from keys, in a stream that is cut anywhere.

    >>> reader = PasteReader(lambda: 0)
    >>> pieces = [*reader.feed("a\\x1b[200~b\\r\\x1b[2Jc\\x1b[20"), *reader.feed("1~")]
    >>> [piece.text for piece in pieces if piece.pasted]
    ['b\\n␛[2Jc']
    """

    def __init__(self, clock: Callable[[], float] = time.monotonic) -> None:
        self._clock = clock
        self._state = _State.keys
        self._seen = ""
        """The last characters outside a paste: its start may be cut."""
        self._held = ""
        """In a paste, what may be the beginning of its end; behind one, everything."""
        self._parts: list[str] = []
        self._cleaning = Stream()
        self._ended = self._last = 0.0
        """When the last paste ended, and when something came last in one or behind."""

    def feed(self, data: str) -> Iterator[Piece]:
        """What came now."""
        yield from self.tick()
        if self._is_stalled and _BY_HAND.fullmatch(data):
            self._state, self._held = _State.keys, ""
        while data:
            if self._state is _State.paste:
                pasted, data = self._inside(data)
                if pasted is not None:
                    yield Piece(pasted, True)
            elif self._state is _State.after:
                pasted, data = self._behind(data)
                if pasted is not None:
                    yield Piece(pasted, True)
            else:
                text, data = self._outside(data)
                yield Piece(text, False)

    def tick(self) -> Iterator[Piece]:
        """Give out what was held, if it was keys, and what has come if no more does."""
        if self._is_stalled and (come := "".join(self._parts)):
            self._parts = []
            yield Piece(come, True)
        if self._state is not _State.after:
            return
        now = self._clock()
        slow = now - self._ended > LONGEST and len(self._held) < FASTEST
        if now - self._last > (QUIET if self._held else SOON) or slow:
            yield from self.end()

    def end(self) -> Iterator[Piece]:
        """Give out what was held behind a paste: nothing more comes."""
        if self._state is _State.after:
            self._state = _State.keys
            held, self._held = self._held, ""
            if held:
                text, _ = self._outside(held)
                yield Piece(text, False)

    @property
    def _is_stalled(self) -> bool:
        """Whether a paste has begun, and no more of it comes."""
        is_inside = self._state is _State.paste
        return is_inside and self._clock() - self._last > STALLED

    def _outside(self, data: str) -> tuple[str, str]:
        """What the parser may see, up to a paste, and the rest.

        The parser has seen the beginning of a start that is cut, so it gets an
        empty paste.
        """
        whole = self._seen + data
        at = whole.find(START)
        if at < 0:
            self._seen = whole[1 - len(START) :]
            return data, ""
        end = at + len(START) - len(self._seen)
        self._seen = ""
        self._begin()
        return data[:end] + END, data[end:]

    def _begin(self) -> None:
        self._state, self._parts, self._cleaning = _State.paste, [], Stream()
        self._last = self._clock()

    def _inside(self, data: str) -> tuple[str | None, str]:
        """The paste, if it has ended, and the rest."""
        text, end, rest = (self._held + data).partition(END)
        self._held, self._last = "", self._clock()
        if not end:
            at = text.rfind(END[0], 1 - len(END))
            if at >= 0 and END.startswith(text[at:]):
                text, self._held = text[:at], text[at:]
            self._parts.append(self._cleaning.feed(text))
            return None, ""
        parts = (*self._parts, self._cleaning.feed(text), self._cleaning.end())
        self._parts = []
        self._state = _State.after
        self._ended = self._last = self._clock()
        return "".join(parts), rest

    def _behind(self, data: str) -> tuple[str | None, str]:
        """Hold what comes; what turned out to be pasted, if any did, and the rest.

        What stands between two pastes that come without a pause is text as well.
        """
        self._last = self._clock()
        at = max(0, len(self._held) + 1 - len(END))
        held, self._held = self._held + data, ""
        ends = [i for i in (held.find(END, at), held.find(START, at)) if i >= 0]
        if not ends:
            self._held = held
            return None, ""
        at = min(ends)
        text, rest = held[:at], held[at + len(END) :]
        cleaning = Stream()
        if held.startswith(END, at):
            self._ended = self._last
            text = END + text
        else:
            self._begin()
        return cleaning.feed(text) + cleaning.end(), rest
