"""Messages of a file are decoded when somebody looks into them, not before."""

from __future__ import annotations

import json
from concurrent.futures import ThreadPoolExecutor
from dataclasses import fields, replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from llmtui.chat.message import Message, Role
from llmtui.chat.session import Session
from llmtui.chat.usage import Usage
from llmtui.places import Places
from llmtui.providers.scripted import Scripted
from llmtui.store import file_bytes
from llmtui.store import stored_message as module
from llmtui.store.codec.messages import message_from, message_to
from llmtui.store.codec.sessions import fields_of
from llmtui.store.file_bytes import FileBytes, Line
from llmtui.store.file_format import chunks, encode, entry_of
from llmtui.store.session_file import SessionFile, Snapshot
from llmtui.store.stored_message import StoredMessage, stored_message
from tests.support.app import chatting
from tests.test_session_format import messages


@pytest.fixture
def decoded(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """The ids of the messages that were looked into."""
    found: list[str] = []
    decode = module._decoded

    def noted(line: bytes, stub: Message) -> Message:
        found.append(stub.id)
        return decode(line, stub)

    monkeypatch.setattr(module, "_decoded", noted)
    return found


def saved(places: Places, count: int, padding: str = "") -> SessionFile:
    """A file with a conversation of so many messages."""
    session = Session(id="long", title="long")
    usage = Usage(prompt_eval_count=4_000, eval_count=200, context_length=4_096)
    for number in range(count):
        text = f"text {number}{padding}"
        role: Role = "assistant" if number % 2 else "user"
        message = Message(f"m{number}", session.head, role, text, "2026")
        session.add(replace(message, usage=usage) if number % 2 else message)
    file = SessionFile(places.sessions, "long")
    file.save(Snapshot.of(session))
    return SessionFile(places.sessions, "long")


@given(messages)
def test_it_is_the_message_that_was_stored(message: Message) -> None:
    found = stored_message(Line.of(encode(message_to(message))))
    eager = message_from(json.loads(encode(message_to(message))))
    assert found == eager
    assert eager == found
    assert (found.length, found.line_ends) == (eager.length, eager.line_ends)
    assert message_to(found) == message_to(eager)


def test_one_that_is_changed_is_a_message_like_any_other() -> None:
    old = stored_message(
        Line.of(encode(message_to(Message("a", "p", "user", "hi", ""))))
    )
    assert isinstance(old, StoredMessage)
    new = replace(old, status="streaming", text="ho")
    assert (new.is_living, old.is_living) == (True, False)
    assert (new.id, new.parent, new.length) == ("a", "p", 2)
    assert new != old
    with pytest.raises(AttributeError):
        new.nonsense  # noqa: B018


def test_threads_may_look_into_one_at_once() -> None:
    line = Line.of(encode(message_to(Message("a", None, "user", "hi", "2026"))))
    names = [field.name for field in fields(Message)]
    with ThreadPoolExecutor(8) as threads:
        for _ in range(50):
            message = stored_message(line)
            found = threads.map(lambda name, m=message: getattr(m, name), names * 2)
            assert [*found][names.index("text")] == "hi"


def test_a_damaged_one_says_so_and_the_others_are_well(places: Places) -> None:
    file = saved(places, 4)
    data = file.path.read_bytes().replace(b"text 1", b"te\xffx\x00t")
    file.path.write_bytes(data)
    session = SessionFile(places.sessions, "long").read()
    texts = [(m.text, m.status) for m in session.path()]
    assert texts == [
        ("text 0", "complete"),
        ("", "failed"),
        ("text 2", "complete"),
        ("text 3", "complete"),
    ]
    assert "damaged in its file" in session.messages["m1"].error
    changed = replace(session.messages["m1"], pinned=True)
    assert "te\ufffdx" in encode(message_to(changed)).decode()


def test_a_save_and_a_walk_decode_nothing(places: Places, decoded: list[str]) -> None:
    file = saved(places, 100)
    before = file.path.read_bytes()
    session = file.read()
    session.path()
    session.versions()
    session.newest_leaf("m0")
    session.title = "changed"
    file.save(Snapshot.of(session))
    session.title = "long"
    file.save(Snapshot.of(session))
    assert file.path.read_bytes() == before
    assert decoded == []


def test_what_another_window_wrote_does_not_hold_the_whole_file(places: Places) -> None:
    file = saved(places, 100)
    session = file.read()
    other = SessionFile(places.sessions, "long")
    theirs = other.read()
    theirs.add(Message("new", theirs.head, "user", "from there", "2027"))
    other.save(Snapshot.of(theirs))
    changes = file.save(Snapshot.of(session))
    assert changes is not None
    [new] = changes.messages
    assert isinstance(new, StoredMessage)
    assert new._line is not None
    assert new._line.end < 200
    assert new.text == "from there"


@pytest.mark.parametrize("spaces", [",", ", "])
def test_other_lay_outs_are_read_as_well(places: Places, spaces: str) -> None:
    session = Session(id="s")
    for number in range(3):
        session.add(Message(f"m{number}", session.head, "user", f"{number}\n", ""))
    entries = [entry_of(message) for message in session.messages.values()]
    data = b"".join(chunks(fields_of(session), entries))
    data = data.replace(b",\n", f"{spaces}\n\n ".encode())
    places.sessions.mkdir(parents=True)
    (places.sessions / "s.json").write_bytes(data)
    found = SessionFile(places.sessions, "s").read()
    assert [m.text for m in found.path()] == ["0\n", "1\n", "2\n"]


@given(st.binary(max_size=400), st.integers(0, 400), st.integers(0, 400))
def test_packed_bytes_are_the_bytes(data: bytes, start: int, size: int) -> None:
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(file_bytes, "LEAST", 0)
        patch.setattr(file_bytes, "_BLOCK", 7)
        packed = FileBytes(data)
        packed.pack()
        packed.pack()
        assert packed.plain is None
        start = min(start, len(data))
        end = min(start + size, len(data))
        assert packed.piece(start, end) == data[start:end]


def test_a_session_that_was_packed_is_read_searched_and_saved(
    places: Places, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(file_bytes, "LEAST", 1_000)
    monkeypatch.setattr(file_bytes, "_BLOCK", 300)
    file = saved(places, 100)
    before = file.path.read_bytes()
    session = file.read()
    file.pack()
    entries = file._seen.entries.values()
    assert {entry.line.source.plain for entry in entries} == {None}
    assert {message.line_ends for message in session.path()} == {0}
    with ThreadPoolExecutor(4) as threads:
        texts = [*threads.map(lambda m: m.text, session.path())]
    assert texts == [f"text {number}" for number in range(100)]
    session.title = "changed"
    file.save(Snapshot.of(session))
    session.title = "long"
    file.save(Snapshot.of(session))
    assert file.path.read_bytes() == before


def test_a_short_session_is_not_packed(places: Places) -> None:
    file = saved(places, 10)
    file.read()
    file.pack()
    sources = {entry.line.source.plain for entry in file._seen.entries.values()}
    assert None not in sources


async def test_opening_a_large_session_decodes_what_is_seen(
    places: Places, decoded: list[str]
) -> None:
    saved(places, 2_000, " and more" * 90)
    async with chatting(Scripted(["m"]), places, resume="long") as chat:
        await chat.until("text 1999")
        await chat.press("pageup")
        await chat.until("more below")
    assert 0 < len(set(decoded)) < 600


def test_its_rows_are_guessed_from_its_bytes() -> None:
    text = "a line of forty characters, with an end\n" * 200
    whole = Message("a", None, "assistant", text, "2026-01-01T00:00:00.000000Z")
    message = stored_message(Line.of(encode(message_to(whole))))
    assert abs(message.length - len(text)) < 400
    assert abs(message.line_ends - 200) < 20
