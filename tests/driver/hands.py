"""What hands do: keys, texts and pastes, and all that can be done with a mouse."""

from __future__ import annotations

import json
from random import Random

from llmtui.commands.table import COMMANDS
from tests.driver.events import COLUMNS, ROWS, Event
from tests.driver.wire import key as bytes_of

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
ARGUMENTS = ("", "", " ?", " smollm2", " mistral:7b", " 1", " b", " on", " temperature")
LEAVING = ("quit", "interrupt")
"""Commands that end the program, and only that."""


def _keys() -> list[str]:
    """Every key that the help knows, and those that every terminal has."""
    named = [k for c in COMMANDS if c.id not in LEAVING for k in c.keys]
    plain = ["enter", "escape", "tab", "shift+tab", "backspace", "delete", "space"]
    plain += ["up", "down", "left", "right", "home", "end", "pageup", "pagedown"]
    edits = [f"ctrl+{letter}" for letter in "aekuwdxvzyb"]
    return sorted({*named, *plain, *edits} - {"ctrl+d"})


KEYS = _keys()
LETTERS = sorted({k for c in COMMANDS for k in c.log_keys if len(k) == 1} | {"slash"})
"""The single keys of the log."""
SLASHES = [f"/{name}" for c in COMMANDS if c.id not in LEAVING for name in c.slash]

CLEAR = [Event("key", "escape"), Event("key", "ctrl+u")]


def line(text: str) -> list[Event]:
    """A text and enter."""
    return [text_of(text), Event("key", "enter")]


def text_of(text: str) -> Event:
    """A text as it is sent, whatever it holds."""
    return Event("text", json.dumps(text))


def key(chance: Random) -> list[Event]:
    return [Event("key", chance.choice(KEYS))] * chance.choice((1, 1, 1, 2, 5))


def burst(chance: Random) -> list[Event]:
    """Many keys in one write."""
    keys = [bytes_of(name) for name in chance.choices(KEYS, k=chance.randrange(10, 90))]
    return [text_of("".join(keys))]


def letter(chance: Random) -> list[Event]:
    return [Event("key", "tab"), Event("key", chance.choice(LETTERS))]


def text(chance: Random) -> list[Event]:
    return [text_of(chance.choice(TEXTS))]


def slash(chance: Random) -> list[Event]:
    """A slash command, with an argument that may or may not fit."""
    return [*CLEAR, *line(chance.choice(SLASHES) + chance.choice(ARGUMENTS))]


def paste(chance: Random) -> list[Event]:
    return [Event("paste", json.dumps(chance.choice(PASTES)))]


def _at(chance: Random) -> str:
    """A place; the edges, where bars and headers are, more often."""
    column = chance.choice((0, -1, -2, *(chance.randrange(COLUMNS) for _ in range(9))))
    row = chance.choice((0, 1, -1, -2, *(chance.randrange(ROWS) for _ in range(12))))
    return f"{column} {row}"


def click(chance: Random) -> list[Event]:
    return [Event("click", f"{_at(chance)} {chance.choice((1, 1, 2, 3))}")]


def rows(chance: Random) -> list[Event]:
    """A double click on every row."""
    return [Event("rows", str(chance.randrange(COLUMNS)))]


def drag(chance: Random) -> list[Event]:
    return [Event("drag", f"{_at(chance)} {_at(chance)}")]


def wheel(chance: Random) -> list[Event]:
    way = chance.choice(("up", "down", "left", "right"))
    return [Event("wheel", f"{_at(chance)} {way} {chance.randrange(1, 9)}")]


def visit(chance: Random) -> list[Event]:
    """Open something, do something in it, and leave it or not."""
    within = (key, click, text, rows, drag, wheel)
    doing = [e for _ in range(3) for e in chance.choice(within)(chance)]
    leave = chance.choice(([Event("key", "escape")], [Event("key", "enter")], []))
    return [*CLEAR, *line(chance.choice(SLASHES)), *doing, *leave]
