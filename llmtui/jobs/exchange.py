"""Sessions out of the program and into it: exports and imports, in the background."""

from __future__ import annotations

import asyncio
import os
import shlex
from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from contextlib import suppress
from pathlib import Path
from typing import TYPE_CHECKING, NamedTuple

from llmtui.chat.export_formats import EXPORT_FORMATS
from llmtui.chat.session import Session
from llmtui.files.errors import why
from llmtui.jobs.core import Core

if TYPE_CHECKING:
    from llmtui.store.formats.importing import Importer, Item

_OF_ENDING = {end: name for name, ends in EXPORT_FORMATS.items() for end in ends}


class ExchangeError(Exception):
    """Something that cannot be exported or imported; ``str()`` says why."""


class ImportReport(NamedTuple):
    """What an import finds or has done."""

    new: int = 0
    known: int = 0
    more: int = 0
    """Sessions that are known, with messages that are not."""
    problems: tuple[str, ...] = ()
    """Why conversations are broken."""
    titles: tuple[str, ...] = ()
    """Of those that are new or have more."""

    @property
    def words(self) -> str:
        """
        >>> ImportReport(3, 2, 1).words
        '3 new, 3 known (1 with new messages), 0 broken'
        """
        grown = f" ({self.more} with new messages)" if self.more else ""
        known = self.known + self.more
        return f"{self.new} new, {known} known{grown}, {len(self.problems)} broken"


class Exchange:
    """Raises ``ExchangeError``."""

    def __init__(self, core: Core) -> None:
        self._core = core

    async def export(self, session: Session, name: str) -> str:
        """Write a session to a new file, as its ending says; returns a sentence.

        An open session is taken as it is now; nothing is overwritten.
        """
        text = await self.text(session, format_of(name))
        return await asyncio.to_thread(_save, text, name)

    async def export_saved(self, session_ids: Sequence[str], name: str) -> str:
        """As ``export``, for saved sessions (none given: for all of them)."""
        kind = format_of(name)

        def write() -> str:
            from llmtui.store.formats.exporting import document_of

            sessions, blobs = self._saved(session_ids), self._core.store.blobs
            return _save("".join(document_of(kind, sessions, blobs)), name)

        return await asyncio.to_thread(write)

    def _saved(self, session_ids: Sequence[str]) -> Iterator[Session]:
        store = self._core.store
        for one in session_ids or [s.id for s in store.summaries()]:
            try:
                yield store.peek(one)
            except OSError as error:
                store.report(str(error))

    async def text(self, session: Session, kind: str) -> str:
        """A session in a format, for the clipboard."""

        def text() -> str:
            from llmtui.store.formats.exporting import text_of

            return text_of(session, kind, self._core.store.blobs)

        return await asyncio.to_thread(text)

    async def look(
        self, files: Sequence[Path], progress: Callable[[int], object]
    ) -> ImportReport:
        """What an import would do; writes nothing.

        ``progress`` is called on the loop with how many conversations were read.
        """
        return await self._through(files, progress, lambda one: one.look(files))

    async def take_in(
        self, files: Sequence[Path], progress: Callable[[int], object]
    ) -> ImportReport:
        """Import, and say what was done."""
        return await self._through(files, progress, lambda one: one.write(files))

    async def _through(
        self,
        files: Sequence[Path],
        progress: Callable[[int], object],
        act: Callable[[Importer], Iterator[Item]],
    ) -> ImportReport:
        loop = asyncio.get_running_loop()

        def read() -> list[Item]:
            from llmtui.store.formats.importing import Importer

            importer, items = (
                Importer(self._core.store.places, self._core.store.disk),
                [],
            )
            for item in act(importer):
                items.append(item)
                if len(items) % 20 == 0:
                    loop.call_soon_threadsafe(progress, len(items))
            return items

        try:
            return _summed(await asyncio.to_thread(read))
        except OSError as error:
            path = Path(error.filename) if error.filename else files[0]
            if not error.errno:
                words = str(error)
            elif path in files:
                words = f"{path} cannot be read: {error.strerror}"
            else:
                words = why(error, path)
            raise ExchangeError(words) from None


def format_of(name: str) -> str:
    """The format that a file's name asks for; raises ``ExchangeError``.

    >>> format_of("a.html"), format_of("notes")
    ('html', 'md')
    """
    ending = Path(name.strip()).suffix.lower()
    if not ending:
        return "md"
    if ending not in _OF_ENDING:
        raise ExchangeError(f"{ending} is no format: .md, .html, .json and .txt are")
    return _OF_ENDING[ending]


def file_name(title: str) -> str:
    """What a session's file is called where nothing else is asked for.

    >>> file_name("What is /etc/hosts?")
    'what-is-etc-hosts.md'
    """
    words = "".join(c if c.isalnum() else " " for c in title.lower()).split()
    return f"{'-'.join(words)[:60].rstrip('-') or 'session'}.md"


def _save(text: str, name: str) -> str:
    from llmtui.desktop.new_file import save

    name = name if Path(name.strip()).suffix else f"{name.strip()}.md"
    done = save(text, name, exact=True)
    if done.startswith("not saved"):
        raise ExchangeError(done)
    return done


def _summed(items: Sequence[Item]) -> ImportReport:
    counts = Counter(item.state for item in items)
    broken = [item for item in items if item.state == "broken"]
    return ImportReport(
        counts["new"],
        counts["known"],
        counts["more"],
        tuple(f"{i.title or 'a conversation'}: {i.problem}" for i in broken),
        tuple(i.title or "untitled" for i in items if i.state in ("new", "more")),
    )


def files_meant(words: str) -> list[Path]:
    """The files that a user means who typed ``words``: one of that name if it is
    there, else as many as a shell would see."""
    names = [words]
    if not os.path.lexists(os.path.expanduser(words)):
        with suppress(ValueError):  # quotes that do not end
            names = shlex.split(words)
    return [Path(os.path.expanduser(name)) for name in names]
