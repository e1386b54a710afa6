"""JSON as it comes, in pieces that are cut anywhere.

Each piece costs its own length, whatever came before: a text that is read while
it is written must not be read again with each token. Strings, numbers and words
are given to the standard library once they are whole, so that they mean what
they mean everywhere.
"""

from __future__ import annotations

import json
import re
from typing import Any, Protocol

DEEPEST = 200
"""Objects and lists inside of each other; those who read JSON by recursion end
at about a thousand."""


class NotJson(ValueError):
    """The text can be no JSON, whatever still comes; ``str()`` says why."""


class Listener(Protocol):
    """Hears of what is read, in the order of the text."""

    def opened(self, kind: type) -> None:
        """A value begins: ``dict``, ``list`` or ``str``. Others are read at once."""

    def key(self, name: str) -> None:
        """A key of the innermost object."""

    def scalar(self, value: Any) -> None:
        """A value that is no object and no list is whole."""

    def closed(self, value: Any) -> None:
        """An object or a list is whole."""


class Place:
    """Listens, and knows where the reader is."""

    def __init__(self) -> None:
        self.steps: list[str | int] = []
        """The keys and numbers that lead to what is read now."""

    def opened(self, kind: type) -> None:
        if kind is not str:
            self.steps.append(0)

    def key(self, name: str) -> None:
        self.steps[-1] = name

    def scalar(self, value: Any) -> None:
        self.went_on()

    def closed(self, value: Any) -> None:
        self.steps.pop()
        self.went_on()

    def went_on(self) -> None:
        """A value is over: in a list the next one would follow."""
        if self.steps and isinstance(at := self.steps[-1], int):
            self.steps[-1] = at + 1


class _Open:
    """An object or a list that is not at its end."""

    __slots__ = ("key", "value")

    def __init__(self, value: Any) -> None:
        self.value = value
        self.key = ""
        """Whose value is read now, in an object."""


_SPACE = re.compile(r"[ \t\n\r]*")
_PLAIN = re.compile(r'[^"\\\x00-\x1f]*')
_ATOM = re.compile(r"[-+.0-9A-Za-z]+")
_NUMBER = re.compile(r"-?(0|[1-9][0-9]*)(\.[0-9]+)?([eE][-+]?[0-9]+)?")
_WORDS = {"true": True, "false": False, "null": None}


class JsonReader:
    """Reads one JSON text. ``feed`` and ``end`` raise ``NotJson``."""

    def __init__(self, listener: Listener) -> None:
        self._listener = listener
        self._stack: list[_Open] = []
        self._expects = "value"
        """``value``, ``key``, ``colon``, ``comma`` or ``nothing``; ``item`` and
        ``first key`` where the end may come instead."""
        self._token: list[str] = []
        """The pieces of the string, number or word that is not whole."""
        self._inside = ""
        """``string``, ``escape`` or ``atom`` while there is such a one."""

    def feed(self, text: str) -> None:
        """Read the next piece."""
        at = 0
        while at < len(text):
            if self._inside == "atom":
                at = self._atom(text, at)
            elif self._inside:
                at = self._string(text, at)
            else:
                at = self._between(text, at)

    def end(self) -> None:
        """There is no more."""
        if self._inside == "atom":
            self._whole_atom()
        if self._inside or self._expects != "nothing":
            raise NotJson("it ends in the middle" if self._begun else "it is empty")

    @property
    def _begun(self) -> bool:
        return bool(self._stack or self._inside)

    # -- tokens --------------------------------------------------------------------

    def _between(self, text: str, at: int) -> int:
        """Read spaces and one mark, or the beginning of a value."""
        space = _SPACE.match(text, at)
        at = space.end() if space else at
        if at == len(text):
            return at
        mark = text[at]
        if mark == '"' and self._expects in ("value", "item", "key", "first key"):
            if self._expects in ("value", "item"):
                self._listener.opened(str)
            self._inside, self._token = "string", []
        elif self._expects in ("value", "item") and mark in "{[":
            self._open({} if mark == "{" else [])
        elif mark in _ENDS and self._may_end(*_ENDS[mark]):
            self._close()
        elif mark == "," and self._expects == "comma":
            self._expects = "key" if self._in(dict) else "value"
        elif mark == ":" and self._expects == "colon":
            self._expects = "value"
        elif self._expects in ("value", "item") and _ATOM.match(mark):
            self._inside, self._token = "atom", []
            return at
        else:
            raise NotJson(f"{mark!r} stands where {_SHOULD[self._expects]} should")
        return at + 1

    def _may_end(self, kind: type, empty: str) -> bool:
        return self._in(kind) and self._expects in (empty, "comma")

    def _in(self, kind: type) -> bool:
        return bool(self._stack) and isinstance(self._stack[-1].value, kind)

    def _string(self, text: str, at: int) -> int:
        if self._inside == "escape":
            self._token.append(text[at])
            self._inside = "string"
            return at + 1
        plain = _PLAIN.match(text, at)
        end = plain.end() if plain else at
        self._token.append(text[at:end])
        if end == len(text):
            return end
        if text[end] == "\\":
            self._token.append("\\")
            self._inside = "escape"
        elif text[end] == '"':
            self._inside = ""
            self._whole_string("".join(self._token))
        else:
            raise NotJson("a control character stands in a text as it is")
        return end + 1

    def _whole_string(self, raw: str) -> None:
        try:
            value = json.loads(f'"{raw}"')
        except ValueError:
            raise NotJson("a text has a backslash that means nothing") from None
        if self._expects not in ("key", "first key"):
            self._scalar(value)
            return
        inner = self._stack[-1]
        if value in inner.value:
            raise NotJson(f"the key {value!r} comes twice")
        inner.key = value
        self._expects = "colon"
        self._listener.key(value)

    def _atom(self, text: str, at: int) -> int:
        found = _ATOM.match(text, at)
        end = found.end() if found else at
        self._token.append(text[at:end])
        if end < len(text) or len(self._token) == 1:
            so_far = "".join(self._token)
            if so_far[:1].isalpha() and not any(w.startswith(so_far) for w in _WORDS):
                raise NotJson(f"{so_far!r} is no value")
        if end < len(text):
            self._whole_atom()
        return end

    def _whole_atom(self) -> None:
        """A number, or one of three words."""
        token = "".join(self._token)
        self._inside = ""
        if token in _WORDS:
            self._scalar(_WORDS[token])
            return
        if not _NUMBER.fullmatch(token):
            raise NotJson(f"{token[:40]!r} is no value")
        try:
            value = json.loads(token)
        except ValueError:  # Python reads no whole number of thousands of digits
            raise NotJson("a number is too long") from None
        if isinstance(value, float) and value in (float("inf"), float("-inf")):
            raise NotJson("a number is too large")
        self._scalar(value)

    # -- values ----------------------------------------------------------------------

    def _open(self, value: Any) -> None:
        if len(self._stack) == DEEPEST:
            raise NotJson(f"it is nested more than {DEEPEST} deep")
        self._listener.opened(type(value))
        self._stack.append(_Open(value))
        self._expects = "first key" if isinstance(value, dict) else "item"

    def _close(self) -> None:
        value = self._stack.pop().value
        self._listener.closed(value)
        self._put(value)

    def _scalar(self, value: Any) -> None:
        self._listener.scalar(value)
        self._put(value)

    def _put(self, value: Any) -> None:
        if not self._stack:
            self._expects = "nothing"
            return
        inner = self._stack[-1]
        if isinstance(inner.value, dict):
            inner.value[inner.key] = value
        else:
            inner.value.append(value)
        self._expects = "comma"


_ENDS = {"}": (dict, "first key"), "]": (list, "item")}
"""What a mark ends, and what is expected there while that is empty."""
_SHOULD = {
    "value": "a value",
    "item": "a value",
    "key": "a key in double quotes",
    "first key": "a key in double quotes",
    "colon": "a colon",
    "comma": "a comma or the end of it",
    "nothing": "its end",
}
