"""A line about each session, without reading those that have not changed.

The cache is derived: it is keyed by the file's time and size, and deleting it
costs only the time to read the sessions once more.
"""

from __future__ import annotations

import contextlib
import json
import os
from collections.abc import Callable
from pathlib import Path
from typing import Any, NamedTuple

from llmtui.files.disk import make_folder
from llmtui.files.writing import replace_file
from llmtui.store.codec import session_from
from llmtui.store.file_format import split_opening

_FORMAT = 1


class Summary(NamedTuple):
    """What the list of sessions shows of one."""

    id: str
    title: str
    model: str
    updated: str
    """RFC 3339."""
    messages: int
    pinned: bool


def summarise(path: Path) -> Summary:
    """Read one session's file; raises ``OSError``, ``Unreadable`` among them."""
    fields, messages = split_opening(path.read_bytes())
    session = session_from(fields, path.stem)
    return Summary(
        session.id,
        session.title,
        session.model,
        session.last_used,
        messages,
        session.pinned,
    )


def summaries(
    folder: Path, cache: Path, failed: Callable[[Path, OSError], None]
) -> list[Summary]:
    """All sessions in ``folder``, last used first. Blocking.

    ``failed`` is told of each file that could not be read.
    """
    known = _load(cache)
    found: dict[str, tuple[tuple[int, int], Summary]] = {}
    for name, key in _files(folder):
        old = known.get(name)
        if old is not None and old[0] == key:
            found[name] = old
            continue
        try:
            found[name] = (key, summarise(folder / name))
        except FileNotFoundError:
            continue
        except OSError as error:
            failed(folder / name, error)
    if found != known:
        _save(cache, found)
    rows = [summary for _, summary in found.values()]
    return sorted(rows, key=lambda s: (s.updated, s.id), reverse=True)


def _files(folder: Path) -> list[tuple[str, tuple[int, int]]]:
    if not folder.is_dir():
        return []
    found = []
    with os.scandir(folder) as entries:
        for entry in entries:
            if entry.name.endswith(".json") and not entry.name.startswith("."):
                with contextlib.suppress(FileNotFoundError):
                    stat = entry.stat()
                    found.append((entry.name, (stat.st_mtime_ns, stat.st_size)))
    return found


def _load(cache: Path) -> dict[str, tuple[tuple[int, int], Summary]]:
    try:
        data: Any = json.loads(cache.read_bytes())
        if data["format"] != _FORMAT:
            return {}
        return {
            name: ((mtime, size), Summary(*row))
            for name, (mtime, size, row) in data["sessions"].items()
        }
    except (OSError, ValueError, TypeError, KeyError, AttributeError, RecursionError):
        return {}


def _save(cache: Path, found: dict[str, tuple[tuple[int, int], Summary]]) -> None:
    rows = {name: (*key, list(summary)) for name, (key, summary) in found.items()}
    data = json.dumps({"format": _FORMAT, "sessions": rows}, separators=(",", ":"))
    # A cache that cannot be written costs time and nothing else.
    with contextlib.suppress(OSError):
        make_folder(cache.parent)
        replace_file(cache, [data.encode("utf-8", "replace")], durable=False)
