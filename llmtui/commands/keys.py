"""The names of keys: how the user may write them, and which of them arrive."""

from __future__ import annotations

from typing import NamedTuple

_SHOWN = {"escape": "esc", "pageup": "page up", "pagedown": "page down"}

_WRITTEN = {
    "esc": "escape",
    "return": "enter",
    "del": "delete",
    "ins": "insert",
    "backspace": "backspace",
    "pgup": "pageup",
    "page up": "pageup",
    "pgdn": "pagedown",
    "page down": "pagedown",
    "slash": "/",
    "plus": "+",
}
"""Other ways to write a key."""

_MODIFIERS = ("ctrl", "alt", "shift", "super", "hyper", "meta")
"""In the order in which they are written."""

_MOVE = ("up", "down", "left", "right", "home", "end", "pageup", "pagedown")
_FUNCTION = tuple(f"f{number}" for number in range(1, 25))
_EDIT = ("enter", "tab", "space", "backspace", "delete", "insert")
_NAMED = frozenset(("escape", *_MOVE, *_EDIT, *_FUNCTION))

_ARRIVES_AS = {
    "ctrl+i": "tab",
    "ctrl+m": "enter",
    "ctrl+h": "backspace",
    "ctrl+[": "esc",
    "ctrl+?": "backspace",
}
"""A terminal sends the same for both."""

NEEDED = frozenset({"enter", "tab", "shift+tab"})
"""Send, and move the focus, whatever else is set."""


class KeyNameError(ValueError):
    """No key that can be used; ``str()`` says why."""


class ReadKey(NamedTuple):
    """A key that was written by hand."""

    key: str
    """Its name as Textual has it, but a character stands for itself."""
    doubt: str = ""
    """Why it may never arrive, "" if every terminal sends it."""


def key_name(key: str) -> str:
    """A key as people read it.

    >>> key_name("escape"), key_name("ctrl+n")
    ('esc', 'ctrl+n')
    """
    return _SHOWN.get(key, key)


def types_or_moves(key: str) -> bool:
    """Whether a key means something in the input itself, so that a command can have
    it only while the log has the focus.

    >>> types_or_moves("r"), types_or_moves("home"), types_or_moves("f6")
    (True, True, False)
    """
    return len(key) == 1 or key.removeprefix("shift+") in (*_MOVE, *_EDIT)


def read_key(text: str) -> ReadKey:
    """A key as the user wrote it; raises ``KeyNameError``.

    >>> read_key("Ctrl+R").key, read_key("R").key, read_key("page up").key
    ('ctrl+r', 'R', 'pageup')
    >>> read_key("ctrl+i")
    Traceback (most recent call last):
        ...
    llmtui.commands.keys.KeyNameError: terminals send the same for ctrl+i and tab
    """
    modifiers, base = _parts(text.strip())
    if len(base) == 1 and not modifiers:
        return ReadKey(base)
    if len(base) == 1 and base.isupper():
        base = base.lower()
    if not base or any(word not in _MODIFIERS for word in modifiers):
        raise KeyNameError(f"there is no key {text!r}")
    if len(base) > 1 and base not in _NAMED:
        raise KeyNameError(f"there is no key {text!r}; a key is like ctrl+r, f6 or r")
    key = "+".join([*(m for m in _MODIFIERS if m in modifiers), base])
    if same := _ARRIVES_AS.get(key):
        raise KeyNameError(f"terminals send the same for {key} and {same}")
    if key in NEEDED:
        raise KeyNameError(f"{key} is needed as it is")
    return ReadKey(key, _doubt(set(modifiers), base))


def _parts(text: str) -> tuple[list[str], str]:
    """The modifiers and what they modify."""
    if len(text) == 1:
        return [], text
    *modifiers, base = text.lower().removesuffix("+").split("+")
    base = "+" if text.endswith("+") and not base else base
    if text.endswith("++"):
        *modifiers, base = *modifiers, "+"
    written = text.rpartition("+")[2]
    base = written if len(written) == 1 else base
    return [m.strip() for m in modifiers], _WRITTEN.get(base.strip(), base.strip())


def _doubt(modifiers: set[str], base: str) -> str:
    """Why a key with modifiers may not arrive.

    A legacy terminal knows ctrl with a letter and a few signs, escape before a key
    for alt, and modifiers only with keys that move and with function keys.
    """
    is_letter = len(base) == 1 and base.isalpha()
    if base in _FUNCTION[12:]:
        return _FEW
    if not modifiers:
        return ""
    if base in (*_MOVE, *_FUNCTION):
        return "" if modifiers <= {"ctrl", "shift", "alt"} else _FEW
    if modifiers == {"ctrl"}:
        return "" if is_letter or base in ("space", "@", "\\", "]", "^", "_") else _FEW
    if modifiers == {"alt"} and len(base) == 1:
        return "some terminals type another letter with alt"
    return _FEW


_FEW = "few terminals send it"
