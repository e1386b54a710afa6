"""Two windows see what the other one does; edits of a tree are kept and undone."""

from __future__ import annotations

import asyncio
import json
import os
import subprocess
import sys
from pathlib import Path

import pytest

from llmtui.chat.session import Session
from llmtui.chat.tree import TreeError
from llmtui.jobs.search import Search
from llmtui.jobs.session_edits import SessionEdits
from llmtui.jobs.session_watch import SessionWatch
from llmtui.places import Places
from llmtui.providers.scripted import Gate, Scripted
from llmtui.store.session_file import SessionFile
from llmtui.store.session_store import SessionStore
from tests.support.app import chatting
from tests.support.chatting import ask, until, window


class Window:
    """One window on a session, which it watches."""

    def __init__(self, places: Places, *replies: object, session_id: str = "") -> None:
        self.replies = window(places, Scripted(["m"], list(replies)))  # type: ignore[arg-type]
        store = self.replies.store
        self.session = store.open(session_id) if session_id else store.new(model="m")
        self.changes = 0
        self.watch = SessionWatch(
            self.replies, lambda: self.session, self._changed, every=0.02
        )

    def _changed(self) -> None:
        self.changes += 1

    async def say(self, text: str) -> None:
        await ask(self.replies, self.session, text).run()

    def texts(self) -> list[str]:
        return [message.text for message in self.session.messages.values()]


async def two(places: Places, *replies: object) -> tuple[Window, Window]:
    one = Window(places, "first", *replies)
    await one.say("hello")
    return one, Window(places, "theirs", session_id=one.session.id)


async def test_what_the_other_window_says_appears(places: Places) -> None:
    one, other = await two(places)
    assert not await one.watch.look()
    await other.say("from two")
    assert await one.watch.look()
    assert one.texts() == ["hello", "first", "from two", "theirs"]
    assert one.session.path()[-1].text == "theirs", "it went on from where we are"
    assert one.changes == 1
    assert not await one.watch.look()


async def test_another_branch_of_theirs_leaves_this_window_where_it_is(
    places: Places,
) -> None:
    one, other = await two(places, "second")
    await one.say("mine")
    end = one.session.head
    await other.say("from two")
    await one.watch.look()
    assert "from two" in one.texts()
    assert one.session.head == end


async def test_a_reply_that_runs_elsewhere_is_shown_as_running(places: Places) -> None:
    one, other = await two(places, ["par", gate := Gate(), "tial"])
    reply = ask(one.replies, one.session, "more")
    await gate.reached.wait()
    assert await other.watch.look()
    [running] = other.watch.elsewhere
    assert running.prompt is not None
    assert running.prompt.text == "more"
    assert (running.reply.status, running.reply.text) == ("streaming", "par")
    assert not await one.watch.look(), "one's own is none of others"
    gate.open()
    await reply.run()
    assert await other.watch.look()
    assert other.watch.elsewhere == ()
    assert other.texts()[-2:] == ["more", "partial"]


async def test_what_was_changed_here_is_not_undone_by_looking(places: Places) -> None:
    one, other = await two(places)
    one.session.title, one.session.title_by = "mine", "user"
    other.session.system = "Be brief."
    await other.replies.save(other.session)
    await one.watch.look()
    assert (one.session.title, one.session.system) == ("mine", "Be brief.")
    await one.replies.save(one.session)
    saved = SessionFile(places.sessions, one.session.id).read()
    assert (saved.title, saved.system) == ("mine", "Be brief.")


async def test_a_file_that_is_half_written_is_looked_at_again(places: Places) -> None:
    one, other = await two(places)
    path = places.sessions / f"{one.session.id}.json"
    await other.say("whole")
    whole = path.read_bytes()
    path.write_bytes(whole[: len(whole) // 2])
    assert not await one.watch.look()
    assert path.read_bytes() == whole[: len(whole) // 2]
    path.write_bytes(whole)
    assert await one.watch.look()
    assert "whole" in one.texts()


async def test_going_to_another_session_forgets_the_old_ones(places: Places) -> None:
    one, other = await two(places, ["x", gate := Gate()])
    reply = ask(one.replies, one.session, "more")
    await gate.reached.wait()
    await other.watch.look()
    other.session = other.replies.store.new(model="m")
    await other.watch.look()
    assert other.watch.elsewhere == ()
    reply.stop()
    await reply.state.finished()


APPENDING = """
import asyncio, sys, json
from pathlib import Path
from llmtui.places import Places
from tests.support.chatting import until
from tests.test_session_watch import Window

async def main():
    root, session_id, name = Path(sys.argv[1]), sys.argv[2], sys.argv[3]
    places = Places(root / "data", root / "config", root / "cache", root / "state")
    replies = [f"{name} reply {n}" for n in range(50)]
    one = Window(places, *replies, session_id=session_id)
    watching = asyncio.create_task(one.watch.run())
    for number in range(50):
        await one.say(f"{name} {number}")
    print("said", flush=True)
    await until(lambda: len(one.session.messages) >= 202, 30)
    watching.cancel()
    await one.replies.aclose()
    print(json.dumps(sorted(one.texts())))

asyncio.run(main())
"""


async def test_two_programs_append_a_hundred_times_each_and_see_each_other(
    places: Places,
) -> None:
    """Fifty prompts with their replies each: two hundred messages, seen by both."""
    first = Window(places, "first")
    await first.say("hello")
    root = Path(__file__).parent.parent
    programs = [
        await asyncio.create_subprocess_exec(
            *(sys.executable, "-c", APPENDING),
            *(str(places.data.parent), first.session.id, name),
            cwd=root,
            env={**os.environ, "PYTHONPATH": str(root)},
            stdout=subprocess.PIPE,
        )
        for name in ("one", "two")
    ]
    outputs = [(await program.communicate())[0] for program in programs]
    assert [program.returncode for program in programs] == [0, 0]
    expected = ["hello", "first"]
    for name in ("one", "two"):
        for number in range(50):
            expected += [f"{name} {number}", f"{name} reply {number}"]
    for output in outputs:
        assert json.loads(output.split(b"\n")[1]) == sorted(expected)


# -- edits ----------------------------------------------------------------------------


async def branched(places: Places) -> tuple[Window, SessionEdits]:
    one = Window(places, "a1", "a2", "a3")
    for text in ("q1", "q2", "q3"):
        await one.say(text)
    return one, SessionEdits(one.replies)


def saved(one: Window) -> Session:
    store = one.replies.store
    return SessionFile(store.places.sessions, one.session.id).read()


async def test_a_branch_is_pruned_and_comes_back(places: Places) -> None:
    one, edits = await branched(places)
    before = dict(one.session.messages)
    assert await edits.prune(one.session, one.session.path()[2].id) == 4
    assert len(one.session.messages) == 2
    [entry] = one.replies.store.trashed.entries()
    assert entry.session.messages == 4
    await one.replies.save(one.session)
    assert len(saved(one).messages) == 2
    assert await edits.undo(one.session)
    assert one.session.messages == before
    assert saved(one).messages == before
    assert one.replies.store.trashed.entries() == []
    assert not await edits.undo(one.session)


async def test_a_branch_that_cannot_be_kept_is_not_pruned(places: Places) -> None:
    one, edits = await branched(places)
    places.trash.write_text("in the way")
    with pytest.raises(OSError, match="trash"):
        await edits.prune(one.session, one.session.path()[2].id)
    assert len(one.session.messages) == 6
    with pytest.raises(TreeError, match="no such message"):
        await edits.prune(one.session, "nothing")


async def test_marks_and_forks_are_kept(places: Places) -> None:
    one, edits = await branched(places)
    path = one.session.path()
    edits.mark(one.session, path[0].id, path[1].id, excluded=True)
    edits.mark(one.session, path[2].id, pinned=True, name="try")
    await one.replies.save(one.session)
    back = saved(one)
    assert [m.excluded for m in back.path()] == [True, True, *[False] * 4]
    assert (back.path()[2].pinned, back.path()[2].name) == (True, "try")
    forked = await edits.fork(one.session, path[3].id)
    again = SessionStore(places).open(forked.id)
    assert [m.text for m in again.path()] == ["q1", "a1", "q2", "a2"]
    assert again.path()[0].excluded


async def test_what_is_erased_does_not_come_back_by_undo(places: Places) -> None:
    one, edits = await branched(places)
    secret = one.session.path()[4].id
    await edits.prune(one.session, secret)
    await edits.undo(one.session)
    await edits.prune(one.session, one.session.path()[5].id)
    erased = await edits.erase(one.session, secret)
    assert erased.sessions[0] == one.session.id
    assert "q3" not in repr(one.session)
    assert "q3" not in saved(one).path()[-1].text


# -- searching while one types -------------------------------------------------------


async def test_the_last_line_that_was_typed_wins(places: Places) -> None:
    one, _ = await branched(places)
    search = Search(one.replies.store)
    await search.open()
    steps: list[tuple[int, int]] = []
    assert await search.index(lambda done, total: steps.append((done, total)))
    await until(lambda: steps and steps[-1] == (1, 1))
    lines = [asyncio.create_task(search.find(line)) for line in ("q", "q2", "a3")]
    first, second, third = [await line for line in lines]
    assert first is None
    assert second is None
    assert third is not None
    assert [hit.line for one in third.found for hit in one.hits] == ["a3"]
    search.close()


async def test_in_the_app_the_other_windows_messages_appear(places: Places) -> None:
    one = Window(places, "first")
    await one.say("hello")
    async with chatting(Scripted(["m"]), places, resume=one.session.id) as chat:
        await chat.until("first")
        other = Window(places, "and this", session_id=one.session.id)
        await other.say("said elsewhere")
        await chat.until("and this")
