"""A line about each session, without reading those that have not changed.

The cache is derived: it is keyed by the file's time and size, and deleting it
costs only the time to read the sessions once more.
"""

from __future__ import annotations

import contextlib
import json
import os
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

from llmtui.chat.lenient import as_mapping, as_texts
from llmtui.chat.session import Session
from llmtui.chat.summary import Summary
from llmtui.files.disk import MOMENT, at_rest, make_folder
from llmtui.files.reading import read_file
from llmtui.files.writing import replace_file
from llmtui.store.codec.sessions import session_from
from llmtui.store.file_format import split_opening
from llmtui.store.names import session_of

_FORMAT = 2

Stamps = dict[str, tuple[int, int]]
"""Of each file's name when it was written (nanoseconds), and how many bytes it has."""


_UNKNOWN = (0, 0)
_TAGS = Summary._fields.index("tags")

_Rows = dict[str, tuple[tuple[int, int], Summary]]
"""By the name of the file."""


def summary_of(session: Session, messages: int | None = None) -> Summary:
    """The line about a session in memory, or about one that was read without its
    ``messages``.
    """
    return Summary(
        session.id,
        session.title,
        session.model,
        session.last_used,
        len(session.messages) if messages is None else messages,
        session.pinned,
        tuple(session.tags),
        session.created,
    )


def summarise(path: Path) -> Summary:
    """Read one session's file; raises ``OSError``, ``Unreadable`` among them."""
    fields, messages = split_opening(read_file(path))
    return summary_of(session_from(fields, session_of(path.name)), messages)


def summaries(
    folder: Path, cache: Path, failed: Callable[[Path, OSError], None]
) -> list[Summary]:
    """All sessions in ``folder``, last used first. Blocking.

    ``failed`` is told of each file that could not be read; one that is being
    written just now is looked at again first, and left out if it goes on.
    """
    known = _load(cache)
    found: _Rows = {}
    files = stamps(folder)
    broken = _read(folder, files, known, found)
    if any(not at_rest(folder / name) for name in broken):
        time.sleep(MOMENT)
        before, files = files, stamps(folder)
        again = {name: key for name, key in files.items() if name in broken}
        broken = _read(folder, again, {}, found)
        changing = {name for name, key in again.items() if key != before[name]}
        broken = {name: e for name, e in broken.items() if name not in changing}
    for name, error in broken.items():
        failed(folder / name, error)
    if found != known:
        _save(cache, found)
    rows = [summary for _, summary in found.values()]
    return sorted(rows, key=lambda s: (s.updated, s.id), reverse=True)


def _read(
    folder: Path, files: Stamps, known: _Rows, found: _Rows
) -> dict[str, OSError]:
    """Put a row for each file into ``found``; what could not be read is returned."""
    broken = {}
    for name, key in files.items():
        old = known.get(name)
        if old is not None and old[0] == key:
            found[name] = old
            continue
        try:
            found[name] = (key, summarise(folder / name))
        except FileNotFoundError:
            continue
        except OSError as error:
            broken[name] = error
    return broken


def stamps(folder: Path) -> Stamps:
    """The sessions' files in ``folder`` as they are now; raises ``OSError``."""
    if not folder.is_dir():
        return {}
    found = {}
    with os.scandir(folder) as entries:
        for entry in entries:
            if session_of(entry.name):
                try:
                    stat = entry.stat()
                except FileNotFoundError:
                    continue
                except OSError:  # a link to itself: who reads it says what it is
                    found[entry.name] = _UNKNOWN
                else:
                    found[entry.name] = (stat.st_mtime_ns, stat.st_size)
    return found


def _load(cache: Path) -> _Rows:
    """The rows that are as we write them; others are read once more."""
    try:
        data: Any = json.loads(read_file(cache))
    except (OSError, ValueError, RecursionError):
        return {}
    data = as_mapping(data)
    rows = as_mapping(data.get("sessions")) if data.get("format") == _FORMAT else {}
    return {name: row for name in rows if (row := _row(name, rows[name]))}


def _row(name: str, found: object) -> tuple[tuple[int, int], Summary] | None:
    if not isinstance(found, list) or len(found) != 3:
        return None
    mtime, size, row = found
    if not isinstance(row, list) or [*map(type, (mtime, size, *row))] != _TYPES:
        return None
    tags = row[_TAGS]
    if row[0] != session_of(name) or as_texts(tags) != tags:
        return None
    return (mtime, size), Summary._make((*row[:_TAGS], tuple(tags), *row[_TAGS + 1 :]))


_TYPES = [int, int, str, str, str, str, int, bool, list, str]
"""Of a row: when its file was written, its size, and the fields of ``Summary``."""


def _save(cache: Path, found: _Rows) -> None:
    rows = {name: (*key, list(summary)) for name, (key, summary) in found.items()}
    data = json.dumps({"format": _FORMAT, "sessions": rows}, separators=(",", ":"))
    # A cache that cannot be written costs time and nothing else.
    with contextlib.suppress(OSError):
        make_folder(cache.parent)
        replace_file(cache, [data.encode("utf-8", "replace")], durable=False)
