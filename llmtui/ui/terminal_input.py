"""What a terminal sends, whatever it is: keys and pastes, and never more than that.

Pastes are taken out of the stream before Textual reads it (``paste_reader.py``).

A byte that is no UTF-8, from a terminal of another encoding, ends Textual with
a traceback. Here it becomes U+FFFD.

Textual lets a key type nothing that Python calls unprintable. That are also the
spaces of Japanese and French, the joiners of Persian and of emoji families, and
whatever is younger than this Python.
"""

from __future__ import annotations

import codecs
import re
import sys
from collections.abc import Iterable, Iterator
from typing import TYPE_CHECKING

from textual import events
from textual._xterm_parser import XTermParser
from textual.driver import Driver
from textual.keys import Keys
from textual.message import Message

from llmtui.sanitise import FORBIDDEN, clean
from llmtui.ui.key_sequences import textual_form
from llmtui.ui.paste_reader import PasteReader, Piece

if TYPE_CHECKING:
    from _typeshed import ReadableBuffer


class Key(events.Key):
    """A key that types its character. (Textual finds handlers by the class's name.)"""

    @property
    def is_printable(self) -> bool:
        return True


RUN = "run"
"""The name of a key that types many characters: no terminal has one that is called
so, and nothing is bound to it."""
_SETTLED = 64
"""Characters after which a sequence that began before them has come to its end."""
_RUN = re.compile(r"[^\x00-\x1f\x7f-\x9f]+")
_CONTROL = re.compile(r"[\x00-\x1f\x7f-\x9f]")
_ALT_ENTER = ("\x1b\r", "\x1b\n")
"""What legacy terminals send for alt+enter; Textual reads a plain enter."""
_MOST = 5000
"""Columns and rows of the largest terminal: more would only be laid out for ever."""


class Paste(events.Paste):
    """A paste whose text is clean. (Textual finds handlers by the class's name.)"""


def clean_text(paste: events.Paste) -> str:
    """What was pasted, cleaned; 5 MB take 0.2 s, so that a terminal's are not cleaned
    once more."""
    return paste.text if isinstance(paste, Paste) else clean(paste.text)


class GuardedParser(XTermParser):
    """Textual's parser of what a terminal sends, which never sees a paste."""

    def __init__(self, debug: bool = False) -> None:
        super().__init__(debug)
        self._pastes = PasteReader()
        self._plain = 0
        """How many characters came since the last that may begin a sequence."""

    def feed(self, data: str) -> Iterable[Message]:
        if not data:  # the end of all input
            yield from self._read(self._pastes.end())
            yield from super().feed(data)
            return
        yield from self._read(self._pastes.feed(data))

    def tick(self) -> Iterable[Message]:
        yield from self._read(self._pastes.tick())
        yield from super().tick()

    def _read(self, pieces: Iterable[Piece]) -> Iterator[Message]:
        for piece in pieces:
            if piece.pasted:
                yield Paste(piece.text)
            else:
                yield from self._keys(piece.text)

    def _keys(self, text: str) -> Iterator[Message]:
        """One event for each key; and one for many characters at once, which no hand
        types: of each for itself 30,000 take half a minute."""
        at = 0
        for run in _RUN.finditer(text):
            start, end = run.span()
            before = 0 if start else self._plain
            settled = start + max(0, _SETTLED - before)
            if end - settled >= _SETTLED:
                yield from self._one_by_one(text[at:settled])
                yield Key(RUN, FORBIDDEN.sub("", text[settled:end]))
                at = end
            self._plain = before + end - start
        if _CONTROL.fullmatch(text[-1:]):
            self._plain = 0
        yield from self._one_by_one(text[at:])

    def _one_by_one(self, text: str) -> Iterator[Message]:
        if text:  # nothing would be the end of all input
            yield from filter(_may_be, super().feed(text))

    def _sequence_to_key_events(
        self, sequence: str, alt: bool = False
    ) -> Iterable[events.Key]:
        if sequence in _ALT_ENTER:
            yield events.Key("alt+enter", None)
            return
        sequence = textual_form(sequence)
        if not sequence:
            yield events.Key(Keys.Ignore, None)
            return
        for key in super()._sequence_to_key_events(sequence, alt):
            character = key.character
            if character and not (key.is_printable or FORBIDDEN.search(character)):
                key = Key(key.key, character)
            yield key

    def parse_mouse_code(self, code: str) -> Message | None:
        """None for what only looks like a mouse."""
        try:
            return super().parse_mouse_code(code)
        except (ValueError, LookupError, ArithmeticError):
            return None


def _may_be(event: Message) -> bool:
    """Whether it is more than the empty shell of a paste, or a size that none has."""
    if isinstance(event, events.Resize):
        return 0 < event.size.width <= _MOST and 0 < event.size.height <= _MOST
    return not isinstance(event, events.Paste)


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
