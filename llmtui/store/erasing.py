"""Taking out for good: a message, as a secret that was pasted, or a whole session.

What a message says goes from every file that holds it: its session, forks of it,
copies in the trash, drafts, the history of the input, titles made from it, the search
index. Its place in the tree stays, marked ``erased``, and that wins over what other
windows still have.
"""

from __future__ import annotations

import os
import re
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import NamedTuple

from llmtui.chat import tree
from llmtui.chat.session import Session, title_from
from llmtui.files.reading import read_file
from llmtui.places import Places
from llmtui.store import recovery
from llmtui.store.blobs import digests_in
from llmtui.store.drafts import Draft, Drafts
from llmtui.store.errors import SaveError, SessionError
from llmtui.store.file_format import encode
from llmtui.store.names import session_of
from llmtui.store.redaction import LONG, without
from llmtui.store.search.index import SearchIndex
from llmtui.store.session_file import SessionFile, Snapshot
from llmtui.store.session_store import SessionStore


class Erased(NamedTuple):
    """What was done, and what the user should know."""

    sessions: tuple[str, ...]
    """The ids of the sessions that held the message."""
    elsewhere: tuple[str, ...]
    """The ids of sessions in which other messages still have the same text."""
    indexed: bool
    """Whether the words may still be in the search index: it could not be emptied."""


def erase_message(store: SessionStore, session_id: str, message_id: str) -> Erased:
    """Take a message out of all files and of open sessions.

    Blocking: all sessions are looked through. The search index has to be made anew.
    Raises ``SessionError`` if there is no such message, ``SaveError`` if it cannot be
    done.
    """
    places = store.places
    if not store.keeps(session_id) and (session := store.opened(session_id)):
        attached = _attached(session, message_id)
        _erase(session, message_id)
        left = {one for m in session.messages for one in _attached(session, m)}
        store.blobs.remove(attached - left)
        return Erased((), (), indexed=False)
    store.recover()
    if recovery.of_session(places.sessions, session_id):
        raise SaveError("a reply is being written in this session: stop it first")
    saved = SessionFile(places.sessions, session_id).read()
    message, attached = saved.messages.get(message_id), _attached(saved, message_id)
    if message is None:
        raise SessionError("there is no such message in this session")
    texts = [text for text in (message.text, message.thinking) if text.strip()]
    held = []
    for path in _files(places, message_id.encode()):
        if _erase_in(path, message_id):
            held.append(session_of(path.name))
    if texts:
        erase_from_drafts(Drafts(places.drafts, store.quarantine.put), texts)
        store.waiting.erase(texts)
        store.history.erase(texts)
        store.quarantine.erase(message_id, texts)
    emptied = SearchIndex(places.sessions, places.search_index).forget()
    store.collect(attached)
    parts = [encode(text)[1:-1] for text in texts if len(text) >= LONG]
    parts += [digest.encode() for digest in attached]
    elsewhere = {
        session_of(path.name) for part in parts for path in _files(places, part)
    }
    for one in held:
        if (session := store.opened(one)) and message_id in session.messages:
            _erase(session, message_id)
    store.summaries()  # whose cache has the title
    return Erased(tuple(dict.fromkeys(held)), tuple(sorted(elsewhere)), not emptied)


def remove_sessions(store: SessionStore, ids: Iterable[str]) -> bool:
    """Take whole sessions away for good: here, in the trash, with all branches of
    them there, what was attached, and what was typed into them.

    False if words of them may still be in the search index, which another window is
    writing. Raises ``SessionError`` or ``SaveError``.
    """
    ids = set(ids)
    attached: set[str] = set()
    for session_id in ids:
        branches = [e.id for e in store.trashed.entries() if e.branch_of == session_id]
        there = store.exists(session_id)
        if (store.places.trash / f"{session_id}.json").exists():
            branches.append(session_id)
        for one in branches:
            attached.update(digests_in(store.places.trash / f"{one}.json"))
            store.trashed.remove(one)
        if there:
            attached.update(digests_in(store.places.sessions / f"{session_id}.json"))
            store.trash(session_id)
            store.trashed.remove(session_id)
        store.drafts.save(session_id, Draft())
        store.waiting.forget(session_id)
    store.history.forget(ids)
    store.collect(attached)
    store.summaries()  # whose cache has the titles
    return SearchIndex(store.places.sessions, store.places.search_index).forget()


def _erase(session: Session, message_id: str) -> None:
    old = session.messages.get(message_id)
    tree.erase(session, message_id)
    if old and _is_made_of(session, old.text):
        session.title, session.title_by = "", "prompt"


def _attached(session: Session, message_id: str) -> set[str]:
    """The contents that a message refers to."""
    message = session.messages.get(message_id)
    return {one.sha256 for one in message.attachments} if message else set()


def _is_made_of(session: Session, text: str) -> bool:
    """Whether the title was made from a text, or by a model that has words of it."""
    if session.title_by == "model":
        return not _words(session.title).isdisjoint(_words(text))
    return session.title_by == "prompt" and session.title == title_from(text)


def _words(text: str) -> set[str]:
    return {word for word in re.findall(r"\w+", text.casefold()) if len(word) > 2}


def _files(places: Places, part: bytes) -> Iterator[Path]:
    """The files of sessions, in the trash too, that have these bytes in them."""
    for folder in (places.sessions, places.trash):
        try:
            names = sorted(os.listdir(folder))
        except FileNotFoundError:
            continue
        for name in names:
            if session_of(name) and part in _bytes(folder / name):
                yield folder / name


def _bytes(path: Path) -> bytes:
    try:
        return read_file(path)
    except OSError:
        return b""  # gone meanwhile, or nothing that can be read


def _erase_in(path: Path, message_id: str) -> bool:
    """Take the message out of one session's file; False if it is not there."""
    file = SessionFile(path.parent, session_of(path.name))
    session = file.read()
    if session.read_only:
        raise SaveError(session.read_only)
    message = session.messages.get(message_id)
    if message is None or message.erased:
        return False
    _erase(session, message_id)
    file.save(Snapshot.of(session))
    return True


def erase_from_drafts(drafts: Drafts, texts: list[str]) -> None:
    """Take the texts out of what stands unsent; raises ``SaveError``."""
    for name in drafts.names():
        draft = drafts.load(name)
        left = without(draft.text, texts)
        if left != draft.text and (
            problem := drafts.save(name, draft._replace(text=left, pasted=()))
        ):
            raise SaveError(problem)
