"""What a person, a terminal and a server may do: a line each, and lists by seed."""

from __future__ import annotations

import json
import random
from collections.abc import Callable
from typing import NamedTuple

from llmtui.commands.table import COMMANDS

SIZES = ((20, 5), (40, 10), (80, 24), (120, 40), (250, 70))
COLUMNS, ROWS = SIZES[-1]

TEXTS = (
    "what is a lighthouse",
    "日本語のテキスト",
    "مرحبا بالعالم",
    "வணக்கம் உலகம்",
    "👩‍👩‍👧‍👦 👍🏽 1️⃣ ⚠️",
    "e\u0301\u0302\u0303 \u202egnp",
    "```python",
    '"""',
    "@",
    "really?",
    "x" * 60,
)
PASTES = (
    "one\ntwo\nthree",
    "\x1b[2J\x1b]0;title\x07 and \x03 and \r more",
    "/quit\n/new\n",
    "line\n" * 2000,
    "y" * 30_000,
    "/nowhere/a.png",
    "",
)
SIGNALS = ("WINCH", "CONT", "USR1")
DEATHS = ("TERM", "HUP", "KILL")
REPLIES = (
    "quick",
    "slow",
    "long",
    "thinking",
    "stall",
    "drop",
    "reset",
    "error",
    "garbage",
    "end",
    "500",
    "401",
    "none",
)
"""How the server answers from here on; see ``play``."""
HARMLESS = ("quit", "interrupt")
"""Commands that end the program, and only that."""


class Event(NamedTuple):
    """One thing that happens: ``str`` of it is a line, ``read`` takes it back."""

    verb: str
    argument: str = ""

    def __str__(self) -> str:
        return f"{self.verb} {self.argument}".rstrip()

    @classmethod
    def read(cls, line: str) -> Event:
        verb, _, argument = line.strip().partition(" ")
        return cls(verb, argument)


def keys() -> list[str]:
    """Every key that the help knows, and those that every terminal has."""
    named = [k for c in COMMANDS if c.id not in HARMLESS for k in c.keys]
    plain = ["enter", "escape", "tab", "shift+tab", "backspace", "delete", "space"]
    plain += ["up", "down", "left", "right", "home", "end", "pageup", "pagedown"]
    edits = [f"ctrl+{letter}" for letter in "aekuwdxvzyb"]
    return sorted({*named, *plain, *edits} - {"ctrl+d"})


def letters() -> list[str]:
    """The single keys of the log."""
    found = {k for c in COMMANDS for k in c.log_keys if len(k) == 1}
    return sorted(found | {"slash"})


def slashes() -> list[str]:
    """A line for every slash command, with an argument that may or may not fit."""
    leaving = [c for c in COMMANDS if c.id in HARMLESS]
    return [
        f"/{name}"
        for command in COMMANDS
        if command not in leaving
        for name in command.slash
    ]


ARGUMENTS = ("", "", " ?", " smollm2", " mistral:7b", " 1", " b", " on", " temperature")


class Maker:
    """Makes events; the same ones for the same seed."""

    def __init__(self, seed: int) -> None:
        self.random = random.Random(seed)
        self._asked = 0
        self._keys, self._letters, self._slashes = keys(), letters(), slashes()
        self._kinds: dict[Callable[[], list[Event]], int] = {
            self._ask: 10,
            self._key: 30,
            self._letter: 10,
            self._text: 8,
            self._slash: 10,
            self._open_and_leave: 8,
            self._paste: 3,
            self._click: 14,
            self._drag: 4,
            self._wheel: 6,
            self._size: 3,
            self._focus: 1,
            self._signal: 1,
            self._server: 6,
            self._home: 4,
            self._wait: 5,
            self._quit: 1,
        }

    def events(self, count: int) -> list[Event]:
        """So many, or a few more: some belong together. A prompt is the first."""
        made = self._ask()
        kinds, weights = list(self._kinds), list(self._kinds.values())
        while len(made) < count:
            (kind,) = self.random.choices(kinds, weights)
            made += kind()
        return made

    def _ask(self) -> list[Event]:
        self._asked += 1
        words = self.random.choice(TEXTS[:6])
        text = f"{words} {marker(self._asked)}"
        alone = self.random.random() < 0.7
        first = [Event("key", k) for k in ("escape", "escape", "ctrl+u")]
        asked = [Event("text", json.dumps(text)), Event("key", "enter")]
        return [*first, *asked] if alone else asked

    def _key(self) -> list[Event]:
        times = self.random.choice((1, 1, 1, 2, 5))
        return [Event("key", self.random.choice(self._keys))] * times

    def _letter(self) -> list[Event]:
        return [Event("key", "tab"), Event("key", self.random.choice(self._letters))]

    def _text(self) -> list[Event]:
        return [Event("text", json.dumps(self.random.choice(TEXTS)))]

    def _slash(self) -> list[Event]:
        line = self.random.choice(self._slashes) + self.random.choice(ARGUMENTS)
        return [
            Event("key", "escape"),
            Event("key", "ctrl+u"),
            Event("text", json.dumps(line)),
            Event("key", "enter"),
        ]

    def _open_and_leave(self) -> list[Event]:
        command = self.random.choice(self._slashes)
        first = self._slash()[:2]
        within = [self._key, self._click, self._text]
        doing = [e for _ in range(3) for e in self.random.choice(within)()]
        return [
            *first,
            Event("text", json.dumps(command)),
            Event("key", "enter"),
            *doing,
            Event("key", "escape"),
        ]

    def _paste(self) -> list[Event]:
        return [Event("paste", json.dumps(self.random.choice(PASTES)))]

    def _at(self) -> str:
        return f"{self.random.randrange(COLUMNS)} {self.random.randrange(ROWS)}"

    def _click(self) -> list[Event]:
        times = self.random.choice((1, 1, 2, 3))
        return [Event("click", f"{self._at()} {times}")]

    def _drag(self) -> list[Event]:
        return [Event("drag", f"{self._at()} {self._at()}")]

    def _wheel(self) -> list[Event]:
        way = self.random.choice(("up", "down"))
        return [Event("wheel", f"{self._at()} {way} {self.random.randrange(1, 9)}")]

    def _size(self) -> list[Event]:
        columns = self.random.randrange(20, COLUMNS + 1)
        rows = self.random.randrange(5, ROWS + 1)
        usual = self.random.choice(SIZES)
        wanted = self.random.choice(((columns, rows), usual))
        return [Event("size", f"{wanted[0]} {wanted[1]}")]

    def _focus(self) -> list[Event]:
        return [Event("focus", self.random.choice(("in", "out")))]

    def _signal(self) -> list[Event]:
        if self.random.random() < 0.2:
            return [Event("death", self.random.choice(DEATHS))]
        return [Event("signal", self.random.choice(SIGNALS[:2]))]

    def _server(self) -> list[Event]:
        match self.random.randrange(8):
            case 0:
                meanwhile = [*self._ask(), *self._key(), *self._wait()]
                return [Event("server", "down"), *meanwhile, Event("server", "up")]
            case 1:
                return [Event("server", "go-on")]
            case _:
                return [Event("reply", self.random.choice(REPLIES))]

    def _home(self) -> list[Event]:
        """Back to a host and a model that answer, wherever one has got to."""
        lines = ("/host here", "/model smollm2")
        typed = [[Event("text", json.dumps(x)), Event("key", "enter")] for x in lines]
        leave = [Event("key", k) for k in ("escape", "escape", "escape", "ctrl+u")]
        return [*leave, *typed[0], *typed[1]]

    def _wait(self) -> list[Event]:
        return [Event("wait", str(self.random.choice((0, 20, 100, 300))))]

    def _quit(self) -> list[Event]:
        return [Event("key", "ctrl+q")]


def marker(number: int) -> str:
    """A word that is in one prompt of a run alone.

    >>> marker(7)
    'q7q'
    """
    return f"q{number}q"
