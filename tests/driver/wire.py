"""Events as the bytes that a terminal sends for them."""

from __future__ import annotations

_NAMED = {
    "enter": "\r",
    "escape": "\x1b",
    "tab": "\t",
    "shift+tab": "\x1b[Z",
    "backspace": "\x7f",
    "delete": "\x1b[3~",
    "space": " ",
    "slash": "/",
    "up": "\x1b[A",
    "down": "\x1b[B",
    "right": "\x1b[C",
    "left": "\x1b[D",
    "home": "\x1b[H",
    "end": "\x1b[F",
    "pageup": "\x1b[5~",
    "pagedown": "\x1b[6~",
    "ctrl+home": "\x1b[1;5H",
    "ctrl+end": "\x1b[1;5F",
    "ctrl+up": "\x1b[1;5A",
    "ctrl+down": "\x1b[1;5B",
    "ctrl+left": "\x1b[1;5D",
    "ctrl+right": "\x1b[1;5C",
    "alt+enter": "\x1b\r",
    "shift+enter": "\x1b[13;2u",
    "ctrl+j": "\n",
    "question_mark": "?",
    "full_stop": ".",
}
_FUNCTION = ["\x1bOP", "\x1bOQ", "\x1bOR", "\x1bOS"]
_FUNCTION += [f"\x1b[{n}~" for n in (15, 17, 18, 19, 20, 21, 23, 24)]
"""f1 to f12."""


def key(name: str) -> str:
    """What is sent for a key by Textual's name; nothing if no terminal has it.

    >>> key("ctrl+q"), key("f9"), key("r")
    ('\\x11', '\\x1b[20~', 'r')
    """
    if name in _NAMED:
        return _NAMED[name]
    if len(name) == 1:
        return name
    last = name.removeprefix("ctrl+")
    if name != last and len(last) == 1 and last.isascii() and last.isalpha():
        return chr(ord(last) & 0x1F)
    if name[0] == "f" and name[1:].isdecimal():
        return _FUNCTION[int(name[1:]) - 1]
    return ""


def paste(text: str) -> str:
    """A bracketed paste."""
    return f"\x1b[200~{text}\x1b[201~"


def click(column: int, row: int, times: int) -> str:
    """Presses and releases of the left button, in SGR's form; from 0."""
    return (_mouse(0, column, row) + _mouse(0, column, row, up=True)) * times


def drag(start: tuple[int, int], end: tuple[int, int]) -> str:
    """The left button goes down at ``start``, over the middle, and up at ``end``."""
    middle = ((start[0] + end[0]) // 2, (start[1] + end[1]) // 2)
    return (
        _mouse(0, *start)
        + _mouse(32, *middle)
        + _mouse(32, *end)
        + _mouse(0, *end, up=True)
    )


def wheel(column: int, row: int, way: str, times: int) -> str:
    """Turns of the wheel."""
    button = 64 + ("up", "down", "left", "right").index(way)
    return _mouse(button, column, row) * times


def focus(way: str) -> str:
    """The terminal got the focus (``in``) or lost it."""
    return "\x1b[I" if way == "in" else "\x1b[O"


def _mouse(button: int, column: int, row: int, *, up: bool = False) -> str:
    return f"\x1b[<{button};{column + 1};{row + 1}{'m' if up else 'M'}"
