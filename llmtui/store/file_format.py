"""The bytes of a session's file: JSON laid out so that a save need not encode again.

Own fields on the first line, then one message a line. The list of sessions
reads the first line only; a second window decodes only the lines that are new.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator, Mapping
from contextlib import suppress
from typing import Any, NamedTuple

from llmtui.chat.message import Message
from llmtui.files.faults import fault_of
from llmtui.store.codec.messages import message_from, message_to
from llmtui.store.errors import Unreadable
from llmtui.store.file_bytes import FileBytes, Line
from llmtui.store.stored_message import stored_message
from llmtui.store.upgrades import VERSION, upgrade


def encode(value: Any) -> bytes:
    """One line of JSON in UTF-8."""
    try:
        return json.dumps(value, ensure_ascii=False, separators=(",", ":")).encode()
    except UnicodeEncodeError:
        # Half a surrogate pair has no UTF-8; as an escape it comes back unchanged.
        return json.dumps(value, separators=(",", ":")).encode()


def decode(data: bytes) -> Any:
    """JSON from bytes; raises ``Unreadable``."""
    try:
        return json.loads(data)
    except UnicodeDecodeError as error:
        raise Unreadable("it is no text in UTF-8") from error
    except (ValueError, RecursionError) as error:
        raise Unreadable(f"it is not JSON ({fault_of(error)})") from error


_CHUNK = 1 << 18


class Entry(NamedTuple):
    """A message and the bytes that its file has for it."""

    message: Message
    line: Line


def entry_of(message: Message) -> Entry:
    """A message encoded."""
    return Entry(message, Line.of(encode(message_to(message))))


def chunks(fields: Mapping[str, Any], entries: Iterable[Entry]) -> Iterator[bytes]:
    """A session's file: own fields on the first line, then one message a line.

    In pieces, since joining 10 MB at once would hold up other threads.
    """
    opening = encode({k: v for k, v in fields.items() if k != "messages"})[:-1]
    gathered, size, separator = [opening], 0, _OPEN
    for entry in entries:
        line = entry.line.data
        gathered += (separator, line)
        size, separator = size + len(line), b",\n"
        if size > _CHUNK:
            yield b"".join(gathered)
            gathered, size = [], 0
    empty = separator is _OPEN
    yield b"".join((*gathered, b',"messages":[]}\n' if empty else _CLOSE))


def split(
    data: bytes, known: Iterable[Entry] = ()
) -> tuple[dict[str, Any], dict[str, Entry]]:
    """The opposite of ``chunks``; raises ``Unreadable``.

    A file that somebody else has laid out in another way is read as a whole.
    Messages whose bytes are ``known`` are the ones that are known; others are
    decoded when somebody looks into them.
    """
    try:
        fields = _opening(data)
        if fields is not None:
            return fields, _entries(data, {entry.line.data: entry for entry in known})
    except (ValueError, RecursionError):
        pass  # laid out in another way after all
    return _split_whole(data)


def _entries(data: bytes, known: Mapping[bytes, Entry]) -> dict[str, Entry]:
    """What is in each line; raises ``Unreadable`` and ``ValueError``."""

    def entry(line: Line) -> Entry:
        if not known:
            return Entry(stored_message(line), line)
        if (found := known.get(line.data)) is not None:
            return found
        # What is new in a file that was read again must not hold all of it.
        alone = Line.of(line.data)
        return Entry(stored_message(alone), alone)

    return _by_id(map(entry, _lines(data)))


def _opening(data: bytes) -> dict[str, Any] | None:
    """The session's own fields, None if the file has another lay-out.

    Raises ``ValueError`` too for what has another one.
    """
    end = data.find(_OPEN)
    if end < 0 or not data.endswith(_CLOSE):
        return None
    fields = json.loads(data[:end] + b"}")
    known = isinstance(fields, dict) and fields.get("version") == VERSION
    return fields if known else None


def _lines(data: bytes) -> Iterator[Line]:
    """The line of each message; raises ``ValueError`` for another lay-out."""
    source = FileBytes(data)
    start = data.index(_OPEN) + len(_OPEN)
    last = len(data) - len(_CLOSE)
    while (end := data.find(b"\n", start, last)) >= 0:
        if data[end - 1] != _COMMA:
            raise ValueError("a message is not on a line of its own")
        yield Line(source, start, end - 1)
        start = end + 1
    yield Line(source, start, last)


def split_opening(data: bytes) -> tuple[dict[str, Any], int]:
    """A session's own fields and how many messages it has; as ``split``."""
    try:
        if (fields := _opening(data)) is not None:
            start = data.index(_OPEN) + len(_OPEN)
            return fields, data.count(b"\n", start) - 1
    except (ValueError, RecursionError):
        pass  # laid out in another way after all
    whole, entries = _split_whole(data)
    return whole, len(entries)


def message_lines(data: bytes) -> list[bytes]:
    """The JSON of each message of a session's file, for those who look into a few.

    Much quicker than ``split``, and nothing is checked. Raises ``Unreadable``.
    """
    with suppress(ValueError):
        return [line.data for line in _lines(data)]
    return [entry.line.data for entry in _split_whole(data)[1].values()]


_OPEN = b',"messages":[\n'
_CLOSE = b"\n]}\n"
_COMMA = ord(",")


def _split_whole(data: bytes) -> tuple[dict[str, Any], dict[str, Entry]]:
    fields = decode(data)
    if not isinstance(fields, dict):
        raise Unreadable("it is not an object")
    version = fields.get("version", 0)
    if isinstance(version, bool) or not isinstance(version, int) or version < 0:
        raise Unreadable(f"its version is {version!r}")
    fields = upgrade(fields, version)
    messages = fields.pop("messages", [])
    if not isinstance(messages, list):
        raise Unreadable("its messages are no list")
    return fields, _by_id(Entry(message_from(m), Line.of(encode(m))) for m in messages)


def _by_id(entries: Iterable[Entry]) -> dict[str, Entry]:
    found: dict[str, Entry] = {}
    for entry in entries:
        if found.setdefault(entry.message.id, entry) is not entry:
            raise Unreadable("two messages in it have the same id")
    return found
