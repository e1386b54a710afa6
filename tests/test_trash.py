"""The trash, and what is taken out for good."""

from __future__ import annotations

import json
import os
import time
from pathlib import Path

import pytest

from llmtui.chat import tree
from llmtui.chat.message import Message
from llmtui.chat.session import Session, title_from
from llmtui.clock import new_id, now
from llmtui.places import Places
from llmtui.slash import QUOTES
from llmtui.store.drafts import Draft
from llmtui.store.erasing import erase_message, remove_sessions
from llmtui.store.errors import SaveError, SessionError
from llmtui.store.history import Entry
from llmtui.store.search.session_search import SessionSearch
from llmtui.store.session_file import SessionFile, Snapshot
from llmtui.store.session_store import SessionStore
from llmtui.store.trash import DAY


def save(store: SessionStore, session: Session) -> None:
    store.file_of(session).save(Snapshot.of(session))


def talk(store: SessionStore, *texts: str) -> Session:
    session = store.new(model="m")
    for number, text in enumerate(texts):
        role = "assistant" if number % 2 else "user"
        session.add(Message(new_id(), session.head, role, text, now()))  # type: ignore[arg-type]
    session.title = title_from(texts[0])
    save(store, session)
    return session


@pytest.fixture
def store(places: Places) -> SessionStore:
    return SessionStore(places)


def test_the_trash_says_what_is_in_it_and_gives_it_back(store: SessionStore) -> None:
    session = talk(store, "hello", "ho")
    store.trash(session.id)
    [entry] = store.trashed.entries()
    assert (entry.id, entry.session.title, entry.session.messages) == (
        session.id,
        "hello",
        2,
    )
    assert entry.deleted[:4] == now()[:4]
    assert store.trashed.restore(entry.id) == session.id
    assert store.trashed.entries() == []
    assert len(store.summaries()) == 1


def test_it_is_emptied_of_what_was_put_there_long_ago(store: SessionStore) -> None:
    session = talk(store, "old talk")
    long_ago = time.time() - 90 * DAY
    os.utime(store.places.sessions / f"{session.id}.json", (long_ago, long_ago))
    store.trash(session.id)
    assert store.trashed.empty(30) == 0, "it counts from when it was deleted"
    assert store.trashed.empty(30, time.time() + 31 * DAY) == 1
    assert store.trashed.entries() == []


def test_a_pruned_branch_comes_back_after_a_restart(store: SessionStore) -> None:
    session = talk(store, "q", "a", "q2", "a2")
    written = dict(session.messages)
    root = session.path()[2].id
    gone = tree.branch(session, root)
    before = session.head
    kept = store.trashed.put_branch(
        session, tree.Pruned(session.id, tuple(gone), before)
    )
    tree.prune(session, root)
    save(store, session)
    again = SessionStore(store.places)
    [entry] = again.trashed.entries()
    assert (entry.id, entry.branch_of) == (kept, session.id)
    assert entry.session.messages == 2
    assert len(again.open(session.id).messages) == 2
    assert again.trashed.restore(kept) == session.id
    back = SessionStore(store.places).open(session.id)
    assert back.messages == written
    assert back.removed == []
    assert again.trashed.entries() == []


def test_a_branch_waits_for_its_session(store: SessionStore) -> None:
    session = talk(store, "q", "a")
    root = session.path()[1].id
    kept = store.trashed.put_branch(session, tree.prune(session, root))
    save(store, session)
    store.trash(session.id)
    with pytest.raises(SessionError, match="restore that first"):
        store.trashed.restore(kept)
    store.restore(session.id)
    store.trashed.restore(kept)
    assert len(SessionStore(store.places).open(session.id).messages) == 2


def test_a_session_that_is_there_again_gets_what_is_in_the_trash(
    store: SessionStore,
) -> None:
    session = talk(store, "one", "two")
    store.trash(session.id)
    session.add(Message(new_id(), session.head, "user", "three", now()))
    session.title = "renamed"
    store.file_of(session).save(Snapshot.of(session), recreate=True)
    store.trashed.restore(session.id)
    back = SessionStore(store.places).open(session.id)
    assert [m.text for m in back.path()] == ["one", "two", "three"]
    assert back.title == "renamed"
    assert store.trashed.entries() == []


@pytest.mark.parametrize("name", ["..", "a/b", "", ".hidden", "\0", "nothing"])
def test_what_is_not_there_is_said(store: SessionStore, name: str) -> None:
    talk(store, "x")
    for act in (store.trashed.put, store.trashed.restore, store.trashed.remove):
        with pytest.raises(SessionError, match="there is no session"):
            act(name)


def test_what_is_no_session_in_the_trash_does_no_harm(store: SessionStore) -> None:
    store.places.trash.mkdir(parents=True)
    (store.places.trash / "bad.json").write_bytes(b"\xff\x00")
    assert store.trashed.entries() == []
    assert store.trashed.empty(0, time.time() + 1) == 1


# -- for good -----------------------------------------------------------------------

SECRET = "sk-very-secret-0815"


def everything(places: Places) -> bytes:
    """All bytes of all files, the index's among them."""
    roots = (places.data, places.cache, places.state, places.config)
    files = (file for root in roots for file in root.rglob("*") if file.is_file())
    return b"\n".join(file.read_bytes() for file in files)


def test_a_secret_leaves_every_file(store: SessionStore) -> None:
    session = talk(store, f"my key is {SECRET}", "Keep it safe.", "more")
    secret = session.path()[0]
    forked = tree.fork(session, secret.id)
    save(store, forked)
    copied = store.new()
    copied.messages = dict(session.messages)
    copied.title = "a copy"
    save(store, copied)
    store.trash(copied.id)
    store.drafts.save(session.id, Draft(f"again: {secret.text}", "d"))
    store.history.add(Entry(f"{QUOTES}\n{secret.text}\n{QUOTES}", session.id))
    search = SessionSearch(store)
    search.refresh_index()
    store.summaries()
    assert SECRET.encode() in everything(store.places)

    erased = erase_message(store, session.id, secret.id)

    assert SECRET.encode() not in everything(store.places)
    assert b"0815" not in everything(store.places)
    assert set(erased.sessions) == {session.id, forked.id, copied.id}
    assert (erased.elsewhere, erased.indexed) == ((), False)
    assert store.drafts.load(session.id).text == "again: "
    # In memory, and in a window that has not looked since.
    assert session.messages[secret.id].text == ""
    assert [m.text for m in session.path()] == ["", "Keep it safe.", "more"]
    session.add(Message(new_id(), session.head, "user", "later", now()))
    save(store, session)
    assert SECRET.encode() not in everything(store.places)


def test_it_leaves_the_files_that_cannot_be_read(
    store: SessionStore, places: Places
) -> None:
    session = talk(store, f"my é key is {SECRET}", "ok")
    message = session.path()[0]
    places.quarantine.mkdir(parents=True)
    whole = json.dumps({"text": message.text, "more": "kept"})
    (places.quarantine / "whole.json").write_text(whole + "]")
    torn = f'{{"text":"kept"}},{{"text":"my é key is {SECRET[:-2]}'.encode() + b"\0" * 9
    (places.quarantine / "torn.json").write_bytes(torn)
    own = places.quarantine / f"{session.id}.{message.id}.jsonl"
    own.write_text('{"t": "my"}\n{"t": " key"}')
    erase_message(store, session.id, message.id)
    assert SECRET[:-2].encode() not in everything(places)
    assert not own.exists()
    for name in ("whole.json", "torn.json"):
        assert "kept" in (places.quarantine / name).read_text()


def test_it_leaves_a_title_that_a_model_made_of_it(store: SessionStore) -> None:
    session = talk(store, f"my key is {SECRET}", "ok", "what is the weather", "dry")
    session.title, session.title_by = f"Key {SECRET}", "model"
    save(store, session)
    erase_message(store, session.id, session.path()[2].id)
    assert session.title == f"Key {SECRET}"
    erase_message(store, session.id, session.path()[0].id)
    assert SECRET.encode() not in everything(store.places)
    assert (session.title, session.title_by) == ("", "prompt")


def test_where_else_it_was_said_is_told(store: SessionStore) -> None:
    session = talk(store, SECRET, "ok")
    other = talk(store, f"remember {SECRET}", "ok")
    erased = erase_message(store, session.id, session.path()[0].id)
    assert erased.elsewhere == (other.id,)


def test_another_window_does_not_bring_it_back(store: SessionStore) -> None:
    session = talk(store, SECRET, "ok")
    theirs = SessionFile(store.places.sessions, session.id)
    seen = theirs.read()
    erase_message(store, session.id, session.path()[0].id)
    seen.pinned = True
    theirs.save(Snapshot.of(seen))
    assert SECRET.encode() not in everything(store.places)


def test_a_session_that_goes_for_good_leaves_nothing(store: SessionStore) -> None:
    session = talk(store, SECRET, "ok", f"again {SECRET}", "ok")
    root = session.path()[2].id
    store.trashed.put_branch(session, tree.cut(session, root))
    tree.prune(session, root)
    save(store, session)
    store.trash(session.id)
    store.file_of(session).save(Snapshot.of(session), recreate=True)
    store.drafts.save(session.id, Draft(SECRET, "d"))
    SessionSearch(store).refresh_index()
    other = talk(store, "kept", "ok")
    assert remove_sessions(store, [session.id])
    assert SECRET.encode() not in everything(store.places)
    assert [summary.id for summary in store.summaries()] == [other.id]
    assert store.trashed.entries() == []


def test_what_cannot_be_erased_is_said(store: SessionStore, places: Places) -> None:
    session = talk(store, "x", "y")
    with pytest.raises(SessionError, match="no such message"):
        erase_message(store, session.id, "nothing")
    with pytest.raises(SessionError, match="there is no session"):
        erase_message(store, "nothing", "nothing")
    path: Path = places.sessions / f"{session.id}.json"
    path.write_text(path.read_text().replace('"version":1', '"version":2'))
    with pytest.raises(SaveError, match="newer"):
        erase_message(SessionStore(places), session.id, session.path()[0].id)
