"""``llmtui keys``: what the terminal sends for a key, and what that does here.

The terminal is put into the modes that the chat has it in (raw, bracketed paste,
kitty's keyboard protocol where it knows that), and read with the chat's own parser.
"""

from __future__ import annotations

import os
import select
import termios
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from typing import NamedTuple

from textual import events
from textual.binding import Binding
from textual.drivers import linux_driver
from textual.widgets import TextArea

from llmtui.commands.keymap import Keymap
from llmtui.commands.keys import key_name
from llmtui.commands.table import BY_ID
from llmtui.sanitise import clean_line
from llmtui.ui.key_bindings import textual_name
from llmtui.ui.terminal_input import GuardedParser

_FLAGS = (
    linux_driver.KITTY_DISAMBIGUATE_ESCAPE_CODES
    | linux_driver.KITTY_REPORT_ALL_KEYS
    | linux_driver.KITTY_REPORT_ASSOCIATED_TEXT
)
_BEGIN, _END = f"\x1b[?2004h\x1b[>{_FLAGS}u", "\x1b[<u\x1b[?2004l"
_TICK = 0.05
"""Seconds between two looks whether an ESC was a key of its own."""
_LONGEST = 40
"""Characters of what was sent that are shown."""


class Sent(NamedTuple):
    """What the terminal sent at once, and what it means."""

    raw: str
    events: tuple[events.Key | events.Paste, ...]

    @property
    def key(self) -> str:
        """Textual's name of the last key, "" for a paste."""
        last = self.events[-1]
        return last.key if isinstance(last, events.Key) else ""


class KeyReader:
    """Reads keys as the chat does, and keeps what they were read from."""

    def __init__(self) -> None:
        self._parser = GuardedParser()
        self._raw = ""

    def feed(self, data: str) -> Sent | None:
        """``data`` came; None if that is only the beginning of something."""
        self._raw += data
        return self._made(self._parser.feed(data))

    def tick(self) -> Sent | None:
        """Nothing came for a while: a lone ESC was a key."""
        return self._made(self._parser.tick())

    def _made(self, messages: Iterable[object]) -> Sent | None:
        found = tuple(m for m in messages if isinstance(m, events.Key | events.Paste))
        if not found:
            return None
        raw, self._raw = self._raw, ""
        return Sent(raw, found)


def meaning(event: events.Key | events.Paste, keymap: Keymap) -> str:
    """What a key does in the chat.

    >>> meaning(events.Key("f6", None), Keymap())
    'retry: ask for another version of the last reply'
    """
    if isinstance(event, events.Paste):
        return f"a paste of {len(event.text)} characters: it goes into the input"
    own = {
        "enter": "send the prompt",
        "tab": "complete, or move the focus",
        "shift+tab": "move the focus back",
    }
    found = [own[event.key]] if event.key in own else []
    in_log: list[str] = []
    for command_id, command in BY_ID.items():
        keys = keymap.keys(command_id)
        if event.key in map(textual_name, keys.everywhere):
            found.append(f"{command_id}: {command.title}")
        elif event.key in map(textual_name, keys.in_log):
            in_log.append(f"in the log {command_id}: {command.title}")
    if event.is_printable and event.character:
        found.insert(0, f"types {clean_line(event.character)}")
    elif not found:
        edits = Binding.make_bindings(TextArea.BINDINGS)
        words = [edit.description.lower() for edit in edits if edit.key == event.key]
        found = [f"in the input: {word}" for word in words]
    found += in_log
    return "; ".join(found) or "nothing"


def lines_of(sent: Sent, keymap: Keymap) -> Iterator[str]:
    """What is printed about it."""
    raw = repr(sent.raw[:_LONGEST])[1:-1].replace("\\x1b", "ESC ")
    raw += "…" if len(sent.raw) > _LONGEST else ""
    for event in sent.events:
        name = clean_line(event.key) if isinstance(event, events.Key) else "paste"
        shown = f"{name} ({key_name(name)})" if key_name(name) != name else name
        yield f"{raw:<24} {shown:<24} {meaning(event, keymap)}"
        raw = ""


def show_keys(handle: int, keymap: Keymap, say: Callable[[str], object]) -> None:
    """Say what each key of a terminal is, until ctrl+c, or esc twice."""
    reader, before = KeyReader(), ""
    with _modes(handle):
        say(_BEGIN)
        try:
            while True:
                ready, _, _ = select.select([handle], [], [], _TICK)
                data = os.read(handle, 65_536).decode(errors="replace") if ready else ""
                if ready and not data:
                    return
                sent = reader.feed(data) if data else reader.tick()
                if sent is None:
                    continue
                for line in lines_of(sent, keymap):
                    say(line + "\n")
                if sent.key == "ctrl+c" or (sent.key, before) == ("escape", "escape"):
                    return
                before = sent.key
        finally:
            say(_END)


@contextmanager
def _modes(handle: int) -> Iterator[None]:
    """Have a terminal hand on every key at once, as the chat does."""
    before = termios.tcgetattr(handle)
    raw = termios.tcgetattr(handle)
    raw[0] &= ~(termios.IXON | termios.IXOFF | termios.ICRNL)
    raw[0] &= ~(termios.INLCR | termios.IGNCR)
    raw[3] &= ~(termios.ECHO | termios.ICANON | termios.IEXTEN | termios.ISIG)
    termios.tcsetattr(handle, termios.TCSADRAIN, raw)
    try:
        yield
    finally:
        termios.tcsetattr(handle, termios.TCSAFLUSH, before)
