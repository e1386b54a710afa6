"""The bytes of a session's file: JSON laid out so that a save need not encode again.

Own fields on the first line, then one message a line. The list of sessions
reads the first line only; a second window decodes only the lines that are new.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator, Mapping
from typing import Any, NamedTuple

from llmtui.chat.message import Message
from llmtui.store.codec import message_from, message_to
from llmtui.store.errors import Unreadable
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
        raise Unreadable(f"it is not JSON ({error})") from error


_CHUNK = 1 << 18


class Entry(NamedTuple):
    """A message and the bytes that its file has for it."""

    message: Message
    data: bytes


def entry_of(message: Message) -> Entry:
    """A message encoded."""
    return Entry(message, encode(message_to(message)))


def chunks(fields: Mapping[str, Any], entries: Iterable[Entry]) -> Iterator[bytes]:
    """A session's file: own fields on the first line, then one message a line.

    In pieces, since joining 10 MB at once would hold up other threads.
    """
    opening = encode({k: v for k, v in fields.items() if k != "messages"})[:-1]
    lines = [entry.data for entry in entries]
    if not lines:
        yield opening + b',"messages":[]}\n'
        return
    gathered, size = [opening, _OPEN, lines[0]], 0
    for line in lines[1:]:
        gathered += (b",\n", line)
        size += len(line)
        if size > _CHUNK:
            yield b"".join(gathered)
            gathered, size = [], 0
    yield b"".join((*gathered, _CLOSE))


def split(
    data: bytes, known: Iterable[Entry] = ()
) -> tuple[dict[str, Any], dict[str, Entry]]:
    """The opposite of ``chunks``; raises ``Unreadable``.

    A file that somebody else has laid out in another way is read as a whole.
    Messages whose bytes are ``known`` are not decoded again. Each line is
    decoded by itself, so that a thread that reads a large file lets others run.
    """
    opening, found, rest = data.partition(_OPEN)
    if found and rest.endswith(_CLOSE):
        by_data = {entry.data: entry for entry in known}
        lines = rest.removesuffix(_CLOSE).split(b",\n")
        try:
            fields = json.loads(opening + b"}")
            if isinstance(fields, dict) and fields.get("version") == VERSION:
                entries = [
                    by_data.get(line) or Entry(message_from(json.loads(line)), line)
                    for line in lines
                ]
                return fields, _by_id(entries)
        except (ValueError, RecursionError):
            pass  # laid out in another way after all
    return _split_whole(data)


def split_opening(data: bytes) -> tuple[dict[str, Any], int]:
    """A session's own fields and how many messages it has; as ``split``."""
    opening, found, rest = data.partition(_OPEN)
    if found and rest.endswith(_CLOSE):
        try:
            fields = json.loads(opening + b"}")
            if isinstance(fields, dict) and fields.get("version") == VERSION:
                return fields, rest.count(b"\n") - 1
        except (ValueError, RecursionError):
            pass  # laid out in another way after all
    whole, entries = _split_whole(data)
    return whole, len(entries)


def message_lines(data: bytes) -> list[bytes]:
    """The JSON of each message of a session's file, for those who look into a few.

    Much quicker than ``split``, and nothing is checked. Raises ``Unreadable``.
    """
    _, found, rest = data.partition(_OPEN)
    if found and rest.endswith(_CLOSE):
        return rest.removesuffix(_CLOSE).split(b",\n")
    return [entry.data for entry in _split_whole(data)[1].values()]


_OPEN = b',"messages":[\n'
_CLOSE = b"\n]}\n"


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
    return fields, _by_id([Entry(message_from(m), encode(m)) for m in messages])


def _by_id(entries: list[Entry]) -> dict[str, Entry]:
    found = {entry.message.id: entry for entry in entries}
    if len(found) != len(entries):
        raise Unreadable("two messages in it have the same id")
    return found
