"""What was typed before, in all sessions: one file, a line of JSON for each entry.

Windows append to it under a lock. It is bounded: past a size the older half goes.
A line that cannot be read, as a killed program leaves one, is passed over.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable
from pathlib import Path
from typing import NamedTuple

from llmtui.chat.lenient import as_text
from llmtui.files.appending import append_line, last_bytes
from llmtui.files.disk import DISK, Disk, make_folder
from llmtui.files.errors import why
from llmtui.files.lock import locked
from llmtui.files.reading import read_file
from llmtui.files.writing import replace_file
from llmtui.store.errors import SaveError, Unreadable
from llmtui.store.file_format import decode, encode
from llmtui.store.redaction import redacted, without

MOST_BYTES = 2_000_000
"""Size of the file from which the older half of it goes."""
LONGEST = 100_000
"""Characters of an entry; a longer one stands in its session and not here."""
_PATIENCE = 2.0
"""Seconds to wait for another window: nothing here is worth a longer pause."""
_FIELDS = 200
"""Bytes of a line beside its text, at most."""


class Entry(NamedTuple):
    """One thing that was typed."""

    text: str
    session: str = ""
    """The id of the session that it was typed in."""

    def without(self, texts: Iterable[str]) -> Entry:
        """The same less texts that were taken out everywhere."""
        return self._replace(text=without(self.text, texts))


class History:
    """The file. All methods read or write it."""

    def __init__(
        self, path: Path, disk: Disk = DISK, most_bytes: int = MOST_BYTES
    ) -> None:
        self._path = path
        self._lock = path.with_suffix(".lock")
        self._disk = disk
        self._most_bytes = most_bytes

    def load(self) -> list[Entry]:
        """All entries, the oldest first; none if the file cannot be read."""
        try:
            data = read_file(self._path)
        except OSError:
            return []
        return [entry for entry in map(_entry, data.split(b"\n")) if entry]

    def add(self, entry: Entry) -> str:
        """Keep an entry, unless it says what the last one says.

        Returns why that failed, or "".
        """
        if not entry.text.strip() or len(entry.text) > LONGEST:
            return ""
        line = encode(entry._asdict())
        try:
            make_folder(self._path.parent)
            with locked(self._lock, _PATIENCE):
                if self._is_last(entry.text, len(line) + _FIELDS):
                    return ""
                size = append_line(self._path, line, disk=self._disk)
                if size > self._most_bytes:
                    self._shorten()
        except OSError as error:
            return f"not in the history: {why(error, self._path)}"
        return ""

    def erase(self, texts: Collection[str]) -> None:
        """Take texts out of all entries; raises ``SaveError``."""

        def change(line: bytes) -> bytes:
            if (entry := _entry(line)) is None:
                return redacted(line, texts)
            left = entry.without(texts)
            if left == entry:
                return line
            return encode(left._asdict()) if left.text.strip() else b""

        self._change(change)

    def forget(self, sessions: Collection[str]) -> None:
        """Take out what was typed in sessions; raises ``SaveError``."""
        names = [session_id.encode() for session_id in sessions]

        def change(line: bytes) -> bytes:
            entry = _entry(line)
            if entry is not None:
                return b"" if entry.session in sessions else line
            return b"" if any(name in line for name in names) else line

        self._change(change)

    def _is_last(self, text: str, most: int) -> bool:
        """Whether the last entry has this text; its line has no more bytes than that.

        Only the end of the file is read, from within a line, maybe.
        """
        end = last_bytes(self._path, most).rstrip(b"\n")
        last = _entry(end[end.rfind(b"\n") + 1 :])
        return last is not None and last.text == text

    def _shorten(self) -> None:
        room, kept = self._most_bytes // 2, list[bytes]()
        for entry in reversed(self.load()):
            line = encode(entry._asdict()) + b"\n"
            if (room := room - len(line)) < 0:
                break
            kept.append(line)
        replace_file(self._path, reversed(kept), disk=self._disk, durable=False)

    def _change(self, change: Callable[[bytes], bytes]) -> None:
        """Change the file line by line: one that cannot be read is not lost."""
        try:
            if not self._path.exists():
                return
            with locked(self._lock):
                before = [x for x in read_file(self._path).split(b"\n") if x]
                after = [line for line in map(change, before) if line]
                if after != before:
                    lines = (line + b"\n" for line in after)
                    replace_file(self._path, lines, disk=self._disk)
        except OSError as error:
            raise SaveError(why(error, self._path)) from error


def _entry(line: bytes) -> Entry | None:
    """What a line says, None if it is none."""
    try:
        found = decode(line) if line else None
    except Unreadable:
        return None
    if not isinstance(found, dict):
        return None
    text = as_text(found.get("text"))
    return Entry(text, as_text(found.get("session"))) if text else None
