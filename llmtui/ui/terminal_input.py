"""What a terminal sends, whatever it is: keys and pastes, and never more than that.

A terminal sends a paste between two sequences. Textual reads on for sequences
in between: after an ESC in the pasted text it takes what follows for keys, so
that a pasted line end would send and a pasted ctrl+q would leave (measured with
Textual 8.2). Here each ESC in a paste becomes its picture before it is parsed.

A byte that is no UTF-8, from a terminal of another encoding, ends Textual with
a traceback. Here it becomes U+FFFD.

Textual lets a key type nothing that Python calls unprintable. That are also the
spaces of Japanese and French, the joiners of Persian and of emoji families, and
whatever is younger than this Python.
"""

from __future__ import annotations

import codecs
import sys
from collections.abc import Iterable
from typing import TYPE_CHECKING

from textual import events
from textual._xterm_parser import (
    BRACKETED_PASTE_END,
    BRACKETED_PASTE_START,
    XTermParser,
)
from textual.driver import Driver
from textual.message import Message

from llmtui.sanitise import FORBIDDEN

if TYPE_CHECKING:
    from _typeshed import ReadableBuffer

ESC = "\x1b"
PICTURE = "\u241b"


class PasteGuard:
    """Takes the ESC out of pastes, in a stream that is cut anywhere.

    What may be the beginning of the end is held back until the rest of it
    comes; nothing is held outside of a paste, where ESC alone is a key.

    >>> guard = PasteGuard()
    >>> guard.feed("a\\x1b[200~b\\x1b[2Jc\\x1b[20") == "a\\x1b[200~b\\u241b[2Jc"
    True
    >>> guard.feed("1~\\x1b")
    '\\x1b[201~\\x1b'
    """

    __slots__ = ("_held", "_pasting", "_seen")

    def __init__(self) -> None:
        self._pasting = False
        self._held = ""
        self._seen = ""
        """The last characters outside a paste: the start may be cut too."""

    def feed(self, data: str) -> str:
        """``data`` as the parser may see it."""
        out: list[str] = []
        while data:
            data = (
                self._inside(data, out) if self._pasting else self._outside(data, out)
            )
        return "".join(out)

    def _outside(self, data: str, out: list[str]) -> str:
        """Pass on up to the start of a paste; returns the rest."""
        whole = self._seen + data
        at = whole.find(BRACKETED_PASTE_START)
        if at < 0:
            self._seen = whole[1 - len(BRACKETED_PASTE_START) :]
            out.append(data)
            return ""
        end = at + len(BRACKETED_PASTE_START) - len(self._seen)
        self._pasting, self._seen = True, ""
        out.append(data[:end])
        return data[end:]

    def _inside(self, data: str, out: list[str]) -> str:
        """Pass on up to the end of a paste, without its ESCs; returns the rest."""
        data, self._held = self._held + data, ""
        text, end, rest = data.partition(BRACKETED_PASTE_END)
        if end:
            self._pasting = False
        else:
            at = text.rfind(ESC, -len(BRACKETED_PASTE_END) + 1)
            if at >= 0 and BRACKETED_PASTE_END.startswith(text[at:]):
                text, self._held = text[:at], text[at:]
        out.append(text.replace(ESC, PICTURE) + end)
        return rest


class Key(events.Key):
    """A key that types its character. (Textual finds handlers by the class's name.)"""

    @property
    def is_printable(self) -> bool:
        return True


_ALT_ENTER = ("\x1b\r", "\x1b\n")
"""What legacy terminals send for alt+enter; Textual reads a plain enter."""


class GuardedParser(XTermParser):
    """Textual's parser of what a terminal sends, behind a ``PasteGuard``."""

    def __init__(self, debug: bool = False) -> None:
        super().__init__(debug)
        self._guard = PasteGuard()

    def feed(self, data: str) -> Iterable[Message]:
        if not data:  # the end of all input
            return super().feed(data)
        data = self._guard.feed(data)
        return super().feed(data) if data else ()

    def _sequence_to_key_events(
        self, sequence: str, alt: bool = False
    ) -> Iterable[events.Key]:
        if sequence in _ALT_ENTER:
            yield events.Key("alt+enter", None)
            return
        for key in super()._sequence_to_key_events(sequence, alt):
            character = key.character
            if character and not (key.is_printable or FORBIDDEN.search(character)):
                key = Key(key.key, character)
            yield key


class _Decoder(codecs.IncrementalDecoder):
    """Decodes what is no UTF-8 too, and says when there is nothing more to read."""

    def __init__(self) -> None:
        super().__init__()
        self._lenient = codecs.getincrementaldecoder("utf-8")("replace")

    def decode(self, input: ReadableBuffer, final: bool = False) -> str:  # noqa: A002
        """Raises ``EOFError`` at the end: a terminal that is gone."""
        if not input:
            raise EOFError
        return self._lenient.decode(input, final)


def guarded(driver: type[Driver]) -> type[Driver]:
    """``driver``, reading its terminal with a ``GuardedParser`` and leniently.

    A driver names its parser and its decoder as globals of its module and has no
    other seam.
    """
    names = vars(sys.modules[driver.__module__])
    for name, replacement in _REPLACED.items():
        if name in names:
            names[name] = replacement
    return driver


_REPLACED = {
    "XTermParser": GuardedParser,
    "getincrementaldecoder": lambda encoding: _Decoder,
}
