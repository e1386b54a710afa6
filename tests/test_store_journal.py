"""Journals: what a program that was killed leaves, and what becomes of it."""

from __future__ import annotations

import json
import os
from dataclasses import replace
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from llmtui.chat.message import Message, Sent
from llmtui.chat.session import Session
from llmtui.places import Places
from llmtui.store.codec.sessions import fields_of
from llmtui.store.errors import Unreadable
from llmtui.store.journal import FileJournal
from llmtui.store.recovery import end_record, fold, opening, read_journal
from llmtui.store.session_file import SessionFile, Snapshot
from llmtui.store.session_store import SessionStore
from tests.support.chatting import FillingDisk

PROMPT = Message("p", None, "user", "Hëllo", "2026-01-01T00:00:00.000000Z")
STUB = Message(
    "r",
    "p",
    "assistant",
    "",
    "2026-01-01T00:00:01.000000Z",
    status="streaming",
    request=Sent("m"),
)


def journal_path(places: Places) -> Path:
    return places.sessions / "s.r.jsonl"


def begin(
    places: Places, *, new: bool = True, disk: FillingDisk | None = None
) -> FileJournal:
    session = Session(id="s", title="Hëllo", model="m")
    first = opening(fields_of(session), ["model"], PROMPT, STUB, new=new)
    return FileJournal(journal_path(places), first, disk or FillingDisk())


def close(journal: FileJournal) -> None:
    """What the system does when the program dies."""
    os.close(journal._handle)
    journal._handle = -1


def write(places: Places, *, end: bool = True) -> bytes:
    journal = begin(places)
    journal.thinking("hm\n")
    for piece in ("Hi", " ", "thëre \u2028", "\ud83d", "."):
        journal.text(piece)
    journal.call({"name": "f", "arguments": {"x": 1}})
    if end:
        whole = replace(STUB, status="complete", done_reason="stop")
        journal.end(end_record(whole))
    data = journal_path(places).read_bytes()
    close(journal)
    return data


def test_a_journal_is_there_with_its_first_line_or_not_at_all(places: Places) -> None:
    disk = FillingDisk()
    disk.full = True
    with pytest.raises(OSError, match="No space"):
        begin(places, disk=disk)
    assert list(places.sessions.iterdir()) == []
    journal = begin(places)
    assert journal_path(places).stat().st_mode & 0o777 == 0o600
    first = json.loads(journal_path(places).read_bytes())
    assert first["prompt"]["text"] == "Hëllo"
    assert "messages" not in first["session"]
    journal.remove()
    assert list(places.sessions.iterdir()) == []


def test_each_piece_is_on_disk_before_the_next_comes(places: Places) -> None:
    journal = begin(places)
    for count, piece in enumerate(("a", "b", "c"), 1):
        journal.text(piece)
        left = read_journal(journal_path(places).read_bytes())
        assert left.reply.text == "abc"[:count]
    journal.remove()


def test_the_whole_journal_is_the_whole_reply(places: Places) -> None:
    reply = read_journal(write(places)).reply
    assert (reply.text, reply.thinking) == ("Hi thëre \u2028\ud83d.", "hm\n")
    assert (reply.status, reply.done_reason) == ("complete", "stop")
    assert reply.tool_calls[0].arguments == {"x": 1}
    assert reply.request == Sent("m")


def test_every_cut_of_a_journal_is_a_beginning_of_the_reply(places: Places) -> None:
    data = write(places)
    whole = read_journal(data).reply
    first = data.index(b"\n")
    for cut in range(first, len(data) - 1):
        reply = read_journal(data[:cut]).reply
        assert whole.text.startswith(reply.text)
        assert whole.thinking.startswith(reply.thinking)
        assert reply.status in ("incomplete", "failed")
        assert "ended" in reply.error


@settings(suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(cut=st.floats(0, 1))
def test_a_journal_cut_anywhere_folds_once(places: Places, cut: float) -> None:
    """What came before the cut is kept, and nothing is finished that was not."""
    for old in places.data.rglob("*.*"):
        old.unlink()
    whole = write(places)
    data = whole[: int(len(whole) * cut)]
    journal_path(places).write_bytes(data)
    store = SessionStore(places)
    touched = store.recover()
    first_line = data.partition(b"\n")[0]
    try:
        json.loads(first_line)
    except ValueError:
        assert touched == []
        assert not (places.sessions / "s.json").exists()
        assert (places.quarantine / "s.r.jsonl").read_bytes() == data
        return
    assert touched == ["s"]
    before = (places.sessions / "s.json").read_bytes()
    session = SessionFile(places.sessions, "s").read()
    prompt, reply = session.path()
    assert prompt == PROMPT
    assert "Hi thëre \u2028\ud83d.".startswith(reply.text)
    ended = data.rstrip(b"\n") == whole.rstrip(b"\n")
    came = reply.text or reply.thinking or reply.tool_calls
    assert reply.status == ("complete" if ended else "incomplete" if came else "failed")
    journal_path(places).write_bytes(data)
    assert store.recover() == []
    assert (places.sessions / "s.json").read_bytes() == before
    assert not journal_path(places).exists()


def test_a_line_that_was_damaged_is_left_out(places: Places) -> None:
    data = write(places)
    lines = data.split(b"\n")
    lines[2:3] = [b"\x00" * 9, b'{"t": 5}', b"[]", b'{"later": 1}', lines[2]]
    left = read_journal(b"\n".join(lines))
    assert left == read_journal(data)._replace(torn=True)


@pytest.mark.parametrize(
    ("cut", "text"),
    [(b'{"t":" and th', "one two and th"), (b'{"t":"\\u00e9\\u0', "one two\xe9")],
)
def test_what_a_cut_line_had_come_to_is_read(
    places: Places, cut: bytes, text: str
) -> None:
    journal = begin(places)
    journal.text("one two")
    close(journal)
    left = read_journal(journal_path(places).read_bytes() + cut)
    assert (left.reply.text, left.torn) == (text, False)


def test_a_journal_with_a_damaged_line_is_folded_in_and_kept(places: Places) -> None:
    journal = begin(places)
    journal.text("one ")
    close(journal)
    path = journal_path(places)
    path.write_bytes(path.read_bytes() + b'{"t":"tw\x00"}\n{"t":"three"}\n')
    store = SessionStore(places)
    assert store.recover() == ["s"]
    assert store.open("s").path()[-1].text == "one three"
    [problem] = store.problems()
    assert "a part of it is damaged" in problem
    assert (places.quarantine / path.name).exists()


@pytest.mark.parametrize("data", [b"", b"{}\n", b'{"session": {}}\n', b"\x00\x00\n"])
def test_what_is_no_journal_is_said(data: bytes) -> None:
    with pytest.raises(Unreadable):
        read_journal(data)


def test_a_living_journal_is_left_alone(places: Places) -> None:
    journal = begin(places)
    journal.text("still")
    assert SessionStore(places).recover() == []
    assert journal_path(places).exists()
    close(journal)
    assert SessionStore(places).recover() == ["s"]


def test_a_full_disk_is_kept_up_with_later(places: Places) -> None:
    disk = FillingDisk()
    journal = begin(places, disk=disk)
    journal.text("one ")
    disk.full, disk.torn = True, 4
    journal.text("two ")
    assert journal.problem == "the disk is full"
    journal.text("three ")
    assert read_journal(journal_path(places).read_bytes()).reply.text == "one "
    disk.full = False
    journal.end({"status": "complete"})
    assert journal.problem == ""
    reply = read_journal(journal_path(places).read_bytes()).reply
    assert (reply.text, reply.status) == ("one two three ", "complete")
    journal.remove()


def test_a_full_disk_is_not_tried_for_every_piece(places: Places) -> None:
    disk = FillingDisk()
    journal = begin(places, disk=disk)
    disk.full = True
    before = disk.writes
    for _ in range(1000):
        journal.text("x")
    assert disk.writes - before < 10
    journal.remove()


# -- folding -------------------------------------------------------------------------


def stored(places: Places, session: Session) -> None:
    SessionFile(places.sessions, session.id).save(Snapshot.of(session))


def test_only_what_the_window_had_changed_goes_into_an_old_session(
    places: Places,
) -> None:
    stored(places, Session(id="s", title="renamed since", model="old", system="kept"))
    journal = begin(places, new=False)
    journal.text("x")
    close(journal)
    SessionStore(places).recover()
    session = SessionFile(places.sessions, "s").read()
    assert (session.title, session.model) == ("renamed since", "m")
    assert (session.system, session.head) == ("kept", "r")


def test_a_head_that_was_moved_elsewhere_since_stays(places: Places) -> None:
    session = Session(id="s", updated="2027-01-01T00:00:00.000000Z")
    session.add(Message("other", None, "user", "x", "2027-01-01T00:00:00.000000Z"))
    left = read_journal(write(places))
    assert fold(session, left)
    assert session.head == "other"
    assert not fold(session, left)


def test_a_removed_reply_is_not_brought_back(places: Places) -> None:
    session = Session(id="s", removed=["r"])
    assert not fold(session, read_journal(write(places)))
    assert session.messages == {}


def test_a_reply_of_a_session_in_the_trash_follows_it_there(places: Places) -> None:
    stored(places, Session(id="s"))
    places.trash.mkdir()
    (places.sessions / "s.json").rename(places.trash / "s.json")
    close(begin(places, new=False))
    store = SessionStore(places)
    store.recover()
    assert store.summaries() == []
    assert "r" in SessionFile(places.trash, "s").read().messages


def test_a_reply_without_its_session_is_set_aside_and_reported(places: Places) -> None:
    close(begin(places, new=False))
    store = SessionStore(places)
    assert store.recover() == []
    assert (places.quarantine / "s.r.jsonl").exists()
    [problem] = store.problems()
    assert problem.startswith("s.r.jsonl cannot be read: ")
    assert str(places.quarantine) in problem
    assert store.problems() == []


def test_a_journal_of_a_newer_program_waits_for_it(places: Places) -> None:
    data = write(places).replace(b'"version":1', b'"version":2', 1)
    journal_path(places).write_bytes(data)
    store = SessionStore(places)
    assert (store.recover(), store.problems()) == ([], [])
    assert journal_path(places).read_bytes() == data
