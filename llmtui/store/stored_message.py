"""A message that lies in its file's bytes until somebody looks into it.

A session of ten thousand messages shows a screenful: to find the branch takes
id and parent of each, which stand at the beginning of its line. Everything else
is decoded at the first look at it; from then on it is as any other message.
"""

from __future__ import annotations

import json
import re
from dataclasses import fields
from sys import intern
from typing import Any, cast

from llmtui.chat.message import Message, Role
from llmtui.files.faults import fault_of
from llmtui.store.codec.messages import message_from
from llmtui.store.errors import Unreadable
from llmtui.store.file_bytes import Line

_BEGINNING = re.compile(
    rb'\{"id": ?"([^"\\]+)", ?"parent": ?(?:null|"([^"\\]+)"), ?'
    rb'"role": ?"([a-z]+)", ?"text": ?"'
)
"""The fields that ``codec.message_to`` writes first, in its order."""

_WELL = re.compile(rb'"status": ?"(?:complete|stopped|streaming)"')

_AROUND, _BEFORE = 250, 120
"""Bytes of a line that are not its text, and of these before it, about."""
_SAMPLE = 500
"""Bytes of a line that say how often its text has line ends."""
_PARAGRAPH = 80
"""Bytes from one line end to the next, where they cannot be counted at once."""

_NAMES = frozenset(field.name for field in fields(Message))
_REST = _NAMES - {"id", "parent", "role"}
_set = object.__setattr__


class StoredMessage(Message):
    """Equal to the message that its line holds, and usable from any thread."""

    __slots__ = ("_line", "_wrong")

    _line: Line | None
    """None once it was looked into."""
    _wrong: bool
    """Whether its line says that it went wrong."""

    def __init__(self, *args: Any, **fields: Any) -> None:
        """A changed copy of one that was looked into, as ``replace`` makes it."""
        _set(self, "_line", None)
        super().__init__(*args, **fields)

    @classmethod
    def at(cls, line: Line, message_id: str, parent: str | None, role: Role) -> Message:
        message = cls.__new__(cls)
        _set(message, "_line", line)
        _set(message, "id", message_id)
        _set(message, "parent", parent)
        _set(message, "role", role)
        _set(message, "_wrong", _went_wrong(line))
        return message

    def __getattr__(self, name: str) -> Any:
        # Asked only for what is not set yet.
        if name not in _REST:
            raise AttributeError(name)
        if (line := self._line) is not None:
            message = _decoded(line.data, self)
            for field in _REST:
                _set(self, field, getattr(message, field))
            _set(self, "_line", None)
        return object.__getattribute__(self, name)

    def __eq__(self, other: object) -> bool:
        if not isinstance(other, Message):
            return NotImplemented
        return self is other or all(
            getattr(self, name) == getattr(other, name) for name in _NAMES
        )

    __hash__ = Message.__hash__

    @property
    def length(self) -> int:
        if (line := self._line) is None:
            return super().length
        return max(0, line.end - line.start - _AROUND)

    @property
    def line_ends(self) -> int:
        if (line := self._line) is None:
            return super().line_ends
        length = self.length
        if (plain := line.source.plain) is None:
            return length // _PARAGRAPH
        begin = line.start + _BEFORE
        found = plain.count(rb"\n", begin, min(line.end, begin + _SAMPLE))
        return found * max(length, _SAMPLE) // _SAMPLE

    @property
    def went_wrong(self) -> bool:
        return super().went_wrong if self._line is None else self._wrong

    @property
    def is_living(self) -> bool:
        return self._line is None and super().is_living


def stored_message(line: Line) -> Message:
    """The message in a line of a session's file.

    A line that does not begin as ours do is decoded at once. Raises ``Unreadable``
    and ``ValueError``.
    """
    source, start, end = line
    plain = source.plain
    found = _BEGINNING.match(plain, start, end) if plain is not None else None
    if plain is None or found is None or plain[end - 1 : end] != b"}":
        return message_from(json.loads(line.data))
    message_id, above, role = found.groups()
    # Interned: each id stands again in the message that follows.
    return StoredMessage.at(
        line,
        intern(message_id.decode()),
        None if above is None else intern(above.decode()),
        cast(Role, intern(role.decode())),
    )


def _went_wrong(line: Line) -> bool:
    """Whether the status in a line is none of those that are well.

    It stands behind the text; quotes of a text are escaped, so that none looks like it.
    """
    plain = line.source.plain
    if plain is None:
        return False
    at = plain.rfind(b'"status":', line.start, line.end)
    return at >= 0 and _WELL.match(plain, at, line.end) is None


def _decoded(line: bytes, stub: Message) -> Message:
    """The message in a line; one that is damaged says so, and loses nothing."""
    try:
        return message_from(json.loads(line))
    except (ValueError, RecursionError, Unreadable) as error:
        return Message(
            stub.id,
            stub.parent,
            stub.role,
            "",
            "",
            status="failed",
            error=f"this message is damaged in its file: {fault_of(error)}",
            extra={"damaged": line.decode("utf-8", "replace")},
        )
