"""``llmtui sessions export``: sessions as documents."""

from __future__ import annotations

import os
from collections.abc import Iterator
from pathlib import Path

from llmtui.chat.export_formats import EXPORT_FORMATS
from llmtui.chat.session import Session
from llmtui.cli.context import CRASHED, Context, complain, say, session_id
from llmtui.cli.options import UsageError, near
from llmtui.cli.output import STDOUT, is_terminal
from llmtui.cli.progress import StatusLine
from llmtui.files.disk import make_folder
from llmtui.files.errors import why
from llmtui.files.writing import write_where_told
from llmtui.sanitise import Stream
from llmtui.store.errors import SaveError, SessionError
from llmtui.store.formats.exporting import document_of
from llmtui.store.session_store import SessionStore


def export(context: Context, store: SessionStore, words: list[str]) -> int:
    """Write sessions to standard output, a file, or each to one in a folder."""
    name = context.parsed.text("format", "md")
    if name not in EXPORT_FORMATS:
        known = ", ".join(EXPORT_FORMATS)
        words_ = f"--format takes {known}, not {name!r}"
        raise UsageError(near(words_, name, EXPORT_FORMATS))
    if bool(words) == context.parsed.given("all"):
        raise UsageError("say which sessions: give their IDs, or --all")
    store.recover()
    ids = [session_id(context.places, word) for word in words]
    ids = ids or [summary.id for summary in store.summaries()]
    if not ids:
        raise UsageError("there are no sessions")
    sessions = _Sessions(store, ids)
    target = context.parsed.text("output")
    if not target or target == "-":
        _print(document_of(name, sessions, store.blobs))
    elif os.path.isdir(target) or target.endswith(("/", os.sep)):
        folder = _folder(target)
        for session in sessions:
            path = folder / f"{session.id}{EXPORT_FORMATS[name][0]}"
            _write(path, document_of(name, [session], store.blobs))
    else:
        _write(Path(target), document_of(name, sessions, store.blobs))
    return CRASHED if sessions.failed else 0


class _Sessions:
    """Sessions, read one after the other; those that cannot be are complained of."""

    def __init__(self, store: SessionStore, ids: list[str]) -> None:
        self._store = store
        self._ids = ids
        self.failed = 0

    def __iter__(self) -> Iterator[Session]:
        line = StatusLine()
        for number, one in enumerate(self._ids):
            if line.terminal and not is_terminal(STDOUT) and len(self._ids) > 50:
                line.show(f"exporting, {number} of {len(self._ids)}", "")
            try:
                session = self._store.peek(one)
            except SessionError as error:
                line.clear()
                complain(str(error))
                self.failed += 1
                continue
            yield session
        line.clear()


def _print(document: Iterator[str]) -> None:
    stream = Stream()
    terminal = is_terminal(STDOUT)
    for text in document:
        say(stream.feed(text) if terminal else text)
    say(stream.end())


def _folder(target: str) -> Path:
    """A folder that is named, made if it is missing; raises ``SaveError``."""
    folder = Path(target)
    try:
        make_folder(folder)
    except OSError as error:
        raise SaveError(why(error, folder)) from error
    return folder


def _write(path: Path, document: Iterator[str]) -> None:
    try:
        write_where_told(path, (text.encode("utf-8", "replace") for text in document))
    except OSError as error:
        raise SaveError(why(error, path)) from error
