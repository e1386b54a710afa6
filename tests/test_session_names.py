"""What is listed can be opened; what is half-written is left alone."""

from __future__ import annotations

import json
import os
import time
from collections.abc import Callable
from contextlib import suppress
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from llmtui.chat.message import Message
from llmtui.chat.session import Session
from llmtui.cli.context import session_id, session_ids
from llmtui.cli.verbs.completion import candidates
from llmtui.files.disk import Disk
from llmtui.places import Places
from llmtui.store.codec.sessions import fields_of
from llmtui.store.drafts import NEW, Draft
from llmtui.store.errors import SessionError
from llmtui.store.journal import FileJournal
from llmtui.store.names import is_session_id, journal_of, session_of
from llmtui.store.recovery import opening
from llmtui.store.session_file import Snapshot
from llmtui.store.session_store import SessionStore

PLAIN = '{"messages": [{"role": "user", "content": "hi"}]}'
NAMES = [
    "new",
    "my.chat",
    "a",
    "a.b",
    "a.b.json",
    "größer als 3",
    "x-1.2",
    "$(id);&",
    "-rf",
]


def put(places: Places, name: str, text: str = PLAIN) -> Path:
    places.sessions.mkdir(parents=True, exist_ok=True)
    path = places.sessions / f"{name}.json"
    path.write_text(text, encoding="utf-8")
    return path


# -- names ------------------------------------------------------------------------


@pytest.mark.parametrize("name", NAMES)
def test_whatever_is_listed_can_be_used(places: Places, name: str) -> None:
    for other in NAMES:
        put(places, other)
    store = SessionStore(places)
    assert sorted(s.id for s in store.summaries()) == sorted(NAMES)
    assert session_ids(places) == sorted(NAMES)
    assert session_id(places, name) == name
    assert name in candidates(["--session", ""], lambda _: (), lambda: NAMES)
    session = store.open(name)
    assert [message.text for message in session.path()] == ["hi"]
    session.title = "kept"
    store.file_of(session).save(Snapshot.of(session))
    assert (
        json.loads((places.sessions / f"{name}.json").read_bytes())["title"] == "kept"
    )
    store.trash(name)
    assert name not in session_ids(places)
    store.restore(name)
    assert store.peek(name).title == "kept"


@pytest.mark.parametrize("name", NAMES)
def test_what_a_killed_program_left_goes_to_its_own_session(
    places: Places, name: str
) -> None:
    for other in NAMES:
        put(places, other)
    store = SessionStore(places)
    reply = Message("r1", "m0000", "assistant", "hello", "2026-01-01T00:00:00.000000Z")
    leave_journal(places, store.peek(name), reply)
    assert name in session_ids(places)
    assert store.recover() == [name]
    assert [m.text for m in store.open(name).path()] == ["hi", "hello"]
    others = [store.peek(other) for other in NAMES if other != name]
    assert {len(other.messages) for other in others} == {1}


@pytest.mark.parametrize("name", NAMES)
def test_each_session_has_its_own_draft(places: Places, name: str) -> None:
    drafts = SessionStore(places).drafts
    drafts.save(name, Draft("not sent yet"))
    assert [other for other in [*NAMES, NEW] if drafts.load(other).text] == [name]


def leave_journal(places: Places, session: Session, reply: Message) -> None:
    """What there is of a reply whose program was killed before its first word."""
    first = opening(fields_of(session), [], None, reply, new=False)
    path = places.sessions / f"{session.id}.{reply.id}.jsonl"
    journal = FileJournal(path, first, Disk())
    os.close(journal._handle)


@given(st.text(min_size=1), st.sampled_from([".json", ".jsonl", ".lock", ""]))
def test_a_name_says_what_a_file_holds(stem: str, kind: str) -> None:
    name = stem + kind
    session_id, (owner, reply_id) = session_of(name), journal_of(name)
    assert not (session_id and owner)
    if session_id:
        assert is_session_id(session_id)
        assert f"{session_id}.json" == name
    if owner:
        assert is_session_id(owner)
        assert f"{owner}.{reply_id}.jsonl" == name


# -- half-written files --------------------------------------------------------------


def listed(places: Places) -> list[str]:
    return [summary.id for summary in SessionStore(places).summaries()]


def test_a_file_that_is_half_written_is_looked_at_again(
    places: Places, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = put(places, "copied", PLAIN[:20])
    monkeypatch.setattr(time, "sleep", lambda _: path.write_text(PLAIN))
    store = SessionStore(places)
    assert [summary.id for summary in store.summaries()] == ["copied"]
    assert store.problems() == []
    path.write_text(PLAIN[:20])
    assert [message.text for message in store.open("copied").path()] == ["hi"]
    assert store.problems() == []


def test_a_file_that_goes_on_being_written_is_neither_listed_nor_moved(
    places: Places, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = put(places, "copied", PLAIN[:20])
    monkeypatch.setattr(time, "sleep", lambda _: path.write_text(PLAIN[:30]))
    store = SessionStore(places)
    assert (store.summaries(), store.problems()) == ([], [])
    assert path.read_text() == PLAIN[:30]
    path.write_text(PLAIN)
    assert listed(places) == ["copied"]


@pytest.mark.parametrize("read", [SessionStore.summaries, lambda s: s.open("copied")])
def test_a_writer_that_rests_finds_its_file_where_it_was(
    places: Places,
    monkeypatch: pytest.MonkeyPatch,
    read: Callable[[SessionStore], object],
) -> None:
    monkeypatch.setattr(time, "sleep", lambda _: None)
    path = put(places, "copied", PLAIN[:20])
    store = SessionStore(places)
    with suppress(SessionError):
        read(store)
    [problem] = store.problems()
    assert problem.startswith("copied.json cannot be read: ")
    assert problem.endswith("It was changed just now, so it stays where it is")
    assert path.read_text() == PLAIN[:20]
    os.utime(path, (0, 0))
    store.summaries()
    assert "It was moved to" in store.problems()[0]
    assert not path.exists()
