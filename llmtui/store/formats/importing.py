"""Importing: first what is there, then writing it. May be repeated."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from pathlib import Path
from typing import Literal, NamedTuple

from llmtui.chat.session import Session
from llmtui.files.disk import Disk
from llmtui.places import Places
from llmtui.store.blobs import Blobs
from llmtui.store.errors import SaveError, SessionError
from llmtui.store.formats.attached import take_contents
from llmtui.store.formats.reading import Conversation, conversations
from llmtui.store.session_file import SessionFile, Snapshot

State = Literal["new", "known", "more", "broken"]
"""``more``: a session that is known, with messages that are not."""


class Item(NamedTuple):
    """One conversation, and what an import does or did with it."""

    title: str
    state: State
    id: str = ""
    """That of its session, "" for a broken one."""
    messages: int = 0
    """How many the import adds."""
    problem: str = ""
    """Why it is broken."""


class Importer:
    """Reads files of conversations, and writes those that are not there yet."""

    def __init__(self, places: Places, disk: Disk) -> None:
        self._places = places
        self._disk = disk
        self._blobs = Blobs(places.attachments, disk)

    def look(
        self, files: Iterable[Path], others: Iterable[Conversation] = ()
    ) -> Iterator[Item]:
        """What an import would do, conversation by conversation; writes nothing.

        ``others`` are conversations that are in no file. Raises ``OSError`` for a file
        that cannot be read.
        """
        return self._each(_all(files, others), self._state)

    def write(
        self, files: Iterable[Path], others: Iterable[Conversation] = ()
    ) -> Iterator[Item]:
        """Import, and say of each what was done; one that fails is broken.

        Raises ``OSError`` for a file that cannot be read.
        """
        return self._each(_all(files, others), self._write)

    def _each(
        self, conversations: Iterable[Conversation], act: Callable[[Session], Item]
    ) -> Iterator[Item]:
        done: set[str] = set()
        for found in conversations:
            if found.session is None:
                yield Item(found.title, "broken", problem=found.problem)
                continue
            try:
                item = act(found.session)
            except (SessionError, SaveError) as error:
                item = Item(found.title, "broken", problem=str(error))
            if item.state == "new" and item.id in done:
                item = item._replace(state="known", messages=0)
            done.add(item.id)
            yield item

    def _state(self, session: Session) -> Item:
        file, known = self._known(session.id)
        if known is None:
            return _item(session, "new", len(session.messages))
        missing = _missing(session, known)
        trashed = file.path.parent == self._places.trash
        state: State = "more" if missing and not trashed else "known"
        return _item(session, state, 0 if trashed else len(missing))

    def _write(self, session: Session) -> Item:
        item = self._state(session)
        file, known = self._known(session.id)
        if item.state in ("new", "more"):
            session = take_contents(session, self._blobs)
        if item.state == "new":
            file.save(Snapshot.of(session))
        elif item.state == "more" and known is not None:
            for message_id in _missing(session, known):
                known.messages[message_id] = session.messages[message_id]
            known.updated = max(known.updated, session.updated)
            file.save(Snapshot.of(known))
        return item

    def _known(self, session_id: str) -> tuple[SessionFile, Session | None]:
        """The session that has this id, in the trash too."""
        for folder in (self._places.sessions, self._places.trash):
            file = SessionFile(folder, session_id, disk=self._disk)
            if file.path.exists():
                return file, file.read()
        return SessionFile(self._places.sessions, session_id, disk=self._disk), None


def _all(
    files: Iterable[Path], others: Iterable[Conversation]
) -> Iterator[Conversation]:
    for file in files:
        yield from conversations(file)
    yield from others


def _missing(session: Session, known: Session) -> list[str]:
    return [
        message_id
        for message_id in session.messages
        if message_id not in known.messages and message_id not in known.removed
    ]


def _item(session: Session, state: State, messages: int) -> Item:
    return Item(session.title, state, session.id, messages)
