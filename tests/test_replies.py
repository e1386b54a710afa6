"""Sessions and their replies: beginning, retrying, going on, putting away."""

from __future__ import annotations

import asyncio
import errno
import gc
import json
import os
import threading
from pathlib import Path
from typing import Any

import pytest

from llmtui.chat.message import Message
from llmtui.chat.models import Model
from llmtui.chat.prompt import Prompt
from llmtui.chat.request import ChatRequest, Turn
from llmtui.chat.session import Session
from llmtui.chat.summary import Summary
from llmtui.files.errors import why
from llmtui.jobs.chat_request import turns
from llmtui.jobs.core import Core
from llmtui.jobs.journal_sync import JournalSync
from llmtui.jobs.replies import Replies
from llmtui.jobs.reply import Reply
from llmtui.places import Places
from llmtui.providers.errors import BrokenStream, Unreachable
from llmtui.providers.scripted import Gate, Script, Scripted
from llmtui.store.drafts import NEW, Draft
from llmtui.store.errors import SaveError, SessionError, SessionGone
from llmtui.store.recovery import journals, read_journal
from llmtui.store.session_file import SessionFile
from llmtui.store.summaries import summarise
from tests.support.chatting import HOST, FillingDisk, ask, how, until, window


async def said(replies: Replies, session: Session, text: str) -> Reply:
    reply = ask(replies, session, text)
    await reply.run()
    return reply


def sent(provider: Scripted, number: int = -1) -> list[tuple[str, str]]:
    request = provider.requests[number]
    assert isinstance(request, ChatRequest)
    return [(turn.role, turn.content) for turn in request.turns]


# -- what is sent ----------------------------------------------------------------------


async def test_the_whole_path_is_sent_and_the_system_prompt_first(
    places: Places,
) -> None:
    provider = Scripted(["m"], ["one", "two"])
    replies = window(places, provider)
    session = replies.store.new(
        model="m", system="Be brief.", options={"seed": 1}, think=False, keep_alive=60.0
    )
    await said(replies, session, "first")
    reply = await said(replies, session, "second")
    assert sent(provider) == [
        ("system", "Be brief."),
        ("user", "first"),
        ("assistant", "one"),
        ("user", "second"),
    ]
    request = provider.requests[-1]
    assert (request.options, request.think, request.keep_alive) == (
        {"seed": 1},
        False,
        60.0,
    )
    used = reply.state.message.request
    assert used is not None
    assert (used.model, used.host, used.system) == ("m", HOST.stored, "Be brief.")


async def test_the_model_may_change_from_turn_to_turn(places: Places) -> None:
    provider = Scripted(["m", "n"])
    replies = window(places, provider)
    session = replies.store.new(model="m")
    await said(replies, session, "a")
    session.model = "n"
    await said(replies, session, "b")
    assert [m.model for m in session.path() if m.role == "assistant"] == ["m", "n"]
    assert SessionFile(places.sessions, session.id).read().model == "n"


async def test_a_model_that_does_not_think_is_not_asked_to(places: Places) -> None:
    provider = Scripted(["m"])
    replies = window(places, provider)
    listed = Model("m", digest="abc", capabilities=frozenset({"completion"}))
    session = replies.store.new(model="m", think=True)
    prompt = Prompt("x", how(session, listed), follows=session.head)
    reply = replies.begin(session, prompt)
    await reply.run()
    assert provider.requests[-1].think is None
    assert reply.state.message.request is not None
    assert reply.state.message.request.digest == "abc"
    assert session.think is True


def message(role: Any, text: str, **fields: Any) -> Message:
    return Message("", None, role, text, "", **fields)


def test_people_and_models_take_turns() -> None:
    path = [
        message("user", "lost?"),
        message("assistant", "", status="failed"),
        message("user", "lost?"),
        message("assistant", "", thinking="hm", status="stopped"),
        message("user", "again"),
        message("assistant", "partial", thinking="secret", status="incomplete"),
        message("user", "on \ud800"),
        message("developer", "of a newer program"),
    ]
    assert turns(path) == (
        Turn("user", "lost?\n\nagain"),
        Turn("assistant", "partial"),
        Turn("user", "on \ufffd"),
    )


async def test_nothing_is_sent_without_a_model(places: Places) -> None:
    replies = window(places, Scripted())
    session = replies.store.new()
    with pytest.raises(SaveError, match="no model"):
        ask(replies, session, "x")
    assert session.messages == {}
    assert not places.sessions.exists()


# -- versions --------------------------------------------------------------------------


async def test_a_retry_is_a_sibling_of_the_reply(places: Places) -> None:
    provider = Scripted(["m"], ["one", "two", "three"])
    replies = window(places, provider)
    session = replies.store.new(model="m")
    first = await said(replies, session, "hi")
    again = replies.begin_again(session, first.id, how(session))
    await again.run()
    assert [m.text for m in session.siblings(first.id)] == ["one", "two"]
    assert session.head == again.id
    assert sent(provider) == [("user", "hi")]
    assert first.state.message.parent is not None
    third = replies.begin_again(session, first.state.message.parent, how(session))
    await third.run()
    assert len(session.siblings(first.id)) == 3
    stored = SessionFile(places.sessions, session.id).read()
    assert stored.messages == session.messages


async def test_an_edit_is_a_sibling_of_the_prompt(places: Places) -> None:
    provider = Scripted(["m"], ["one", "two", "other"])
    replies = window(places, provider)
    session = replies.store.new(model="m")
    await said(replies, session, "a")
    second = await said(replies, session, "b")
    assert second.state.prompt is not None
    before = second.state.prompt.parent
    edited = replies.begin(session, Prompt("B", how(session), follows=before))
    await edited.run()
    assert [m.text for m in session.siblings(second.state.prompt.id)] == ["b", "B"]
    assert sent(provider) == [("user", "a"), ("assistant", "one"), ("user", "B")]
    assert [m.text for m in session.path()] == ["a", "one", "B", "other"]


async def test_going_on_is_a_sibling_that_holds_both_parts(places: Places) -> None:
    provider = Scripted(["m"], [["Once ", BrokenStream("cut")], ["upon ", "a time"]])
    replies = window(places, provider)
    session = replies.store.new(model="m")
    partial = await said(replies, session, "tell")
    whole = replies.continue_from(session, partial.id, how(session))
    assert whole.state.text == "Once "
    await whole.run()
    assert whole.state.text == "Once upon a time"
    assert (whole.state.message.continues, whole.state.status) == (
        partial.id,
        "complete",
    )
    assert [m.text for m in session.siblings(partial.id)] == [
        "Once ",
        "Once upon a time",
    ]
    assert sent(provider) == [("user", "tell"), ("assistant", "Once ")]


async def test_going_on_without_a_word_is_a_retry(places: Places) -> None:
    provider = Scripted(["m"], [[Unreachable("down")], "now"])
    replies = window(places, provider)
    session = replies.store.new(model="m")
    failed = await said(replies, session, "hi")
    again = replies.continue_from(session, failed.id, how(session))
    await again.run()
    assert (again.state.text, again.state.message.continues) == ("now", None)


async def test_a_prompt_waits_for_the_reply_before_it(places: Places) -> None:
    replies = window(places, Scripted(["m"], [["a", gate := Gate()]]))
    session = replies.store.new(model="m")
    reply = ask(replies, session, "one")
    await gate.reached.wait()
    before = dict(session.messages)
    with pytest.raises(SaveError, match="still being written"):
        ask(replies, session, "two")
    with pytest.raises(SaveError, match="still being written"):
        replies.begin_again(session, reply.id, how(session))
    with pytest.raises(SaveError, match="no such message"):
        replies.begin_again(session, "nothing", how(session))
    assert session.messages == before
    reply.stop()
    await reply.state.finished()


# -- side by side ----------------------------------------------------------------------


async def test_replies_in_several_sessions_run_side_by_side(places: Places) -> None:
    gates = [Gate() for _ in range(3)]
    scripts: list[Script] = [
        ["a", gate, f"{number}"] for number, gate in enumerate(gates)
    ]
    replies = window(places, Scripted(["m"], scripts))
    sessions = [replies.store.new(model="m") for _ in gates]
    begun = [ask(replies, s, "hi") for s in sessions]
    for gate in gates:
        await gate.reached.wait()
    assert set(replies.running) == {reply.id for reply in begun}
    assert replies.replies_of(sessions[1].id) == [begun[1]]
    begun[1].stop()
    await begun[1].state.finished()
    for gate in reversed(gates):
        gate.open()
    for reply in begun:
        await reply.state.finished()
    assert [reply.state.text for reply in begun] == ["a0", "a", "a2"]
    assert len(replies.store.summaries()) == 3


async def test_two_replies_in_one_session_both_arrive(places: Places) -> None:
    """A retry while the first version is still being written."""
    provider = Scripted(["m"], [["a", g := Gate(), "b"], "quick"])
    replies = window(places, provider)
    session = replies.store.new(model="m")
    slow = ask(replies, session, "hi")
    await g.reached.wait()
    assert slow.state.prompt is not None
    quick = replies.begin_again(session, slow.state.prompt.id, how(session))
    await quick.run()
    assert len(journals(places.sessions)) == 1
    g.open()
    await slow.run()
    stored = SessionFile(places.sessions, session.id).read()
    assert {m.text for m in stored.messages.values()} == {"hi", "ab", "quick"}
    assert journals(places.sessions) == []


async def test_a_session_saved_in_mid_reply_has_no_unfinished_message(
    places: Places,
) -> None:
    replies = window(places, Scripted(["m"], [["a", gate := Gate()]]))
    session = replies.store.new(model="m")
    reply = ask(replies, session, "hi")
    await gate.reached.wait()
    session.title, session.title_by = "named", "user"
    await replies.save(session)
    stored = SessionFile(places.sessions, session.id).read()
    assert [m.text for m in stored.path()] == ["hi"]
    assert stored.title == "named"
    reply.stop()
    await reply.state.finished()
    assert SessionFile(places.sessions, session.id).read().head == reply.id


async def test_what_another_window_wrote_arrives_with_the_checkpoint(
    places: Places,
) -> None:
    mine, yours = (window(places, Scripted(["m"])) for _ in range(2))
    session = mine.store.new(model="m")
    await said(mine, session, "one")
    other = yours.store.open(session.id)
    theirs = await said(yours, other, "from the other window")
    ours = await said(mine, session, "two")
    assert theirs.id in session.messages
    assert session.head == ours.id
    await yours.save(other)
    assert ours.id in other.messages
    assert other.head == theirs.id


# -- opening and putting away ----------------------------------------------------------


async def test_an_open_session_is_one_object(places: Places) -> None:
    replies = window(places, Scripted(["m"]))
    session = replies.store.new(model="m")
    await said(replies, session, "hi")
    assert replies.store.open(session.id) is session
    assert replies.store.peek(session.id) is session
    session_id = session.id
    del session
    gc.collect()
    await until(lambda: not replies.running)
    assert [m.text for m in replies.store.open(session_id).path()] == ["hi", "ok"]


@pytest.mark.parametrize("name", ["nothing", "../x", "", ".", "a/b", "a\0b"])
def test_a_session_that_is_not_there(places: Places, name: str) -> None:
    with pytest.raises(SessionError, match="there is no session"):
        window(places, Scripted()).store.open(name)


async def test_a_broken_file_is_set_aside_and_the_others_load(places: Places) -> None:
    replies = window(places, Scripted(["m"]))
    session = replies.store.new(model="m")
    await said(replies, session, "fine")
    for name in ("broken", "alsobroken"):
        broken = places.sessions / f"{name}.json"
        broken.write_text('{"version": 1, "mess')
        os.utime(broken, (0, 0))
    with pytest.raises(SessionError, match="no session"):
        replies.store.open("broken")
    assert [summary.id for summary in replies.store.summaries()] == [session.id]
    kept = sorted(path.name for path in places.quarantine.iterdir())
    assert kept == ["alsobroken.json", "broken.json"]
    assert len(replies.store.problems()) == 2
    assert replies.store.problems() == []
    assert places.quarantine.stat().st_mode & 0o777 == 0o700


async def test_a_file_damaged_under_an_open_session_is_kept_apart(
    places: Places,
) -> None:
    replies = window(places, Scripted(["m"]))
    session = replies.store.new(model="m")
    await said(replies, session, "one")
    path = places.sessions / f"{session.id}.json"
    path.write_text("oops")
    reply = await said(replies, session, "two")
    assert reply.unsaved == ""
    assert len(SessionFile(places.sessions, session.id).read().messages) == 4
    assert (places.quarantine / path.name).read_text() == "oops"


async def test_trash_and_back(places: Places) -> None:
    replies = window(places, Scripted(["m"]))
    session = replies.store.new(model="m")
    await said(replies, session, "one")
    replies.store.trash(session.id)
    assert replies.store.summaries() == []
    assert (places.trash / f"{session.id}.json").stat().st_mode & 0o777 == 0o600
    with pytest.raises(SessionGone, match="trash"):
        ask(replies, session, "two")
    assert len(session.messages) == 2
    replies.store.restore(session.id)
    await said(replies, session, "two")
    assert len(SessionFile(places.sessions, session.id).read().messages) == 4
    for act in (replies.store.trash, replies.store.restore):
        with pytest.raises(SessionError, match="there is no session"):
            act("nothing")


async def test_a_session_with_a_living_reply_is_not_put_away(places: Places) -> None:
    replies = window(places, Scripted(["m"], ["x", ["a", gate := Gate()]]))
    session = replies.store.new(model="m")
    await said(replies, session, "hi")
    reply = ask(replies, session, "more")
    await gate.reached.wait()
    for someone in (replies, window(places, Scripted())):
        with pytest.raises(SaveError, match="stop it first"):
            someone.store.trash(session.id)
    reply.stop()
    await reply.state.finished()
    replies.store.trash(session.id)


async def test_a_reply_whose_session_went_to_the_trash_asks(places: Places) -> None:
    replies = window(places, Scripted(["m"], ["x", ["a", gate := Gate(), "b"]]))
    session = replies.store.new(model="m")
    await said(replies, session, "hi")
    reply = ask(replies, session, "more")
    await gate.reached.wait()
    places.trash.mkdir()
    name = f"{session.id}.json"
    os.rename(places.sessions / name, places.trash / name)
    gate.open()
    await reply.run()
    assert reply.state.status == "complete"
    assert "trash" in reply.unsaved
    assert not (places.sessions / name).exists()
    await replies.save(session, recreate=True)
    assert reply.unsaved == ""
    assert reply.id in SessionFile(places.sessions, session.id).read().messages
    assert journals(places.sessions) == []


async def test_saving_again_ends_when_the_session_goes(places: Places) -> None:
    disk = FillingDisk()
    replies = window(places, Scripted(["m"]), disk=disk)
    session = replies.store.new(model="m")
    await said(replies, session, "hi")
    reply = ask(replies, session, "more")
    disk.full = True
    await reply.state.finished()
    assert "full" in reply.unsaved
    places.trash.mkdir()
    name = f"{session.id}.json"
    os.rename(places.sessions / name, places.trash / name)
    disk.full = False
    await until(lambda: "trash" in reply.unsaved)
    await replies.aclose()
    [path] = journals(places.sessions)
    assert read_journal(path.read_bytes()).reply == reply.state.message


async def test_trashing_the_same_session_twice_keeps_both(places: Places) -> None:
    replies = window(places, Scripted(["m"]))
    session = replies.store.new(model="m")
    await said(replies, session, "one")
    replies.store.trash(session.id)
    await replies.save(session, recreate=True)
    replies.store.trash(session.id)
    assert len(list(places.trash.glob("*.json"))) == 2


async def test_a_newer_session_opens_and_takes_no_prompt(places: Places) -> None:
    replies = window(places, Scripted(["m"]))
    places.sessions.mkdir(parents=True)
    data = {"version": 9, "model": "m", "title": "from tomorrow", "messages": []}
    path = places.sessions / "s.json"
    path.write_text(json.dumps(data))
    session = replies.store.open("s")
    assert (session.title, bool(session.read_only)) == ("from tomorrow", True)
    with pytest.raises(SaveError, match="newer"):
        ask(replies, session, "x")
    session.title = "changed"
    replies.save_soon(session)
    with pytest.raises(SaveError, match="newer"):
        await replies.save(session)
    assert json.loads(path.read_bytes()) == data


async def test_changed_fields_are_saved_soon_and_once(places: Places) -> None:
    replies = window(places, Scripted(["m"]))
    session = replies.store.new(model="m")
    await said(replies, session, "hi")
    for number in range(5):
        session.options["seed"] = number
        replies.save_soon(session)
    file = SessionFile(places.sessions, session.id)
    await until(lambda: file.read().options == {"seed": 4})
    session.pinned = True
    replies.save_soon(session)
    replies.end_all_now()
    assert file.read().pinned
    await replies.aclose()


async def test_a_change_that_could_not_be_saved_is_tried_again(places: Places) -> None:
    disk = FillingDisk()
    replies = window(places, Scripted(["m"]), disk=disk)
    session = replies.store.new(model="m")
    await said(replies, session, "hi")
    disk.full = True
    session.pinned = True
    replies.save_soon(session)
    await until(lambda: replies.store.problems() == ["not saved: the disk is full"])
    disk.full = False
    file = SessionFile(places.sessions, session.id)
    await until(lambda: file.read().pinned)
    session.pinned = False
    replies.save_soon(session)
    await replies.aclose()
    assert not file.read().pinned


async def test_the_list_is_read_once_and_kept_by_time_and_size(
    places: Places, monkeypatch: pytest.MonkeyPatch
) -> None:
    replies = window(places, Scripted(["m"]))
    sessions = [replies.store.new(model="m") for _ in range(3)]
    for number, session in enumerate(sessions):
        await said(replies, session, f"title {number}")
    rows = replies.store.summaries()
    assert [row.title for row in rows] == ["title 2", "title 1", "title 0"]
    assert {(row.model, row.messages, row.pinned) for row in rows} == {("m", 2, False)}
    assert replies.store.latest() == sessions[2].id

    read: list[str] = []

    def reading(path: Path) -> Summary:
        read.append(path.stem)
        return summarise(path)

    monkeypatch.setattr("llmtui.store.summaries.summarise", reading)
    assert replies.store.summaries() == rows
    assert read == []
    await said(replies, sessions[0], "more")
    assert replies.store.latest() == sessions[0].id
    assert read == [sessions[0].id]
    (places.cache / "sessions.json").write_text('{"format": 1, "sessions": [3]}')
    assert len(replies.store.summaries()) == 3


async def test_a_file_of_another_layout_is_listed_too(places: Places) -> None:
    places.sessions.mkdir(parents=True)
    data = {"version": 1, "title": "by hand", "messages": [{"id": "a", "role": "user"}]}
    (places.sessions / "mine.json").write_text(json.dumps(data, indent=2))
    [row] = window(places, Scripted()).store.summaries()
    assert (row.id, row.title, row.messages) == ("mine", "by hand", 1)


def test_drafts_are_kept_and_forgotten(places: Places) -> None:
    drafts = window(places, Scripted()).store.drafts
    assert drafts.load(NEW) == Draft()
    kept = Draft("half a th\udcffought\n", "an id", "a session")
    assert drafts.save(NEW, kept) == ""
    assert drafts.load(NEW) == kept
    assert [p.stat().st_mode & 0o777 for p in places.drafts.iterdir()] == [0o600]
    assert drafts.save(NEW, Draft()) == drafts.save(NEW, Draft()) == ""
    assert list(places.drafts.iterdir()) == []


@pytest.mark.parametrize("damage", [b"", b"\xff\xfe", b"[1]", b'{"text": 1}'])
def test_a_damaged_draft_is_none(places: Places, damage: bytes) -> None:
    places.drafts.mkdir(parents=True)
    (places.drafts / f"{NEW}.draft").write_bytes(damage)
    assert window(places, Scripted()).store.drafts.load(NEW) == Draft()


def test_a_draft_that_cannot_be_kept_is_a_sentence(places: Places) -> None:
    places.data.mkdir(parents=True)
    places.drafts.write_text("in the way")
    assert "not kept" in window(places, Scripted()).store.drafts.save(NEW, Draft("x"))


async def test_closing_ends_replies_and_connections(places: Places) -> None:
    provider = Scripted(["m"], [["a", gate := Gate()]])
    core = Core(places, lambda _: provider, HOST)
    reply = ask(core.replies, core.store.new(model="m"), "hi")
    await gate.reached.wait()
    assert [summary.title for summary in core.summaries()] == ["hi"]
    await core.aclose()
    assert (reply.state.status, provider.closed, provider.shut) == ("stopped", 1, True)
    assert asyncio.all_tasks() == {asyncio.current_task()}


@pytest.mark.parametrize(
    ("number", "words"),
    [
        (errno.ENOSPC, "the disk is full"),
        (errno.EACCES, "no permission to write /x/y"),
        (errno.EROFS, "/x is read-only"),
        (errno.EIO, "/x/y cannot be written: Input/output error"),
    ],
)
def test_errors_of_the_system_are_sentences(number: int, words: str) -> None:
    assert why(OSError(number, os.strerror(number)), Path("/x/y")) == words


def test_what_killed_programs_left_in_mid_write_is_swept_away(places: Places) -> None:
    places.sessions.mkdir(parents=True)
    old, new = (places.sessions / f".s.json.{name}.tmp" for name in ("a", "b"))
    for path in (old, new):
        path.write_text("half")
    os.utime(old, (0, 0))
    window(places, Scripted()).store.recover()
    assert list(places.sessions.iterdir()) == [new]


async def test_what_came_is_on_the_disk_itself_while_a_reply_is_written(
    places: Places,
) -> None:
    disk = FillingDisk()
    replies = window(places, Scripted(["m"], [["a", gate := Gate(), "b"]]), disk=disk)
    replies._journal_sync = JournalSync(replies.running, every=0.01)
    reply = ask(replies, replies.store.new(model="m"), "hi")
    await gate.reached.wait()
    here = threading.get_ident()
    await until(lambda: set(disk.waited) > {here})
    waited = len(disk.waited)
    await asyncio.sleep(0.05)
    assert len(disk.waited) == waited  # nothing new came
    gate.open()
    await reply.state.finished()
    await replies.aclose()
    assert asyncio.all_tasks() == {asyncio.current_task()}


async def test_a_home_that_cannot_be_written_is_said_and_chatted_in(
    places: Places,
) -> None:
    places.data.parent.mkdir(parents=True, exist_ok=True)
    places.data.write_text("in the way")
    replies = window(places, Scripted(["m"], ["one", "two"]))
    replies.store.check_writable()
    [problem] = replies.store.problems()
    assert problem.startswith("nothing is saved this time: ")
    session = replies.store.new(model="m")
    await said(replies, session, "1")
    reply = await said(replies, session, "2")
    replies.save_soon(session)
    await replies.aclose()
    assert (reply.state.status, reply.unsaved) == ("complete", "")
    assert [m.text for m in session.path()] == ["1", "one", "2", "two"]
    assert replies.store.problems() == []


@pytest.mark.parametrize(("flag", "words"), [(0, "no permission"), (1, "is read-only")])
def test_why_a_home_cannot_be_written(
    places: Places, monkeypatch: pytest.MonkeyPatch, flag: int, words: str
) -> None:
    store = window(places, Scripted()).store
    store.check_writable()
    assert (store.unwritable, places.data.exists()) == ("", False)
    monkeypatch.setattr(os, "access", lambda *_: False)
    monkeypatch.setattr("llmtui.files.disk._is_read_only", lambda _: bool(flag))
    store.check_writable()
    assert words in store.unwritable
