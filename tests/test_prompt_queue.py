"""Who speaks next, without any screen."""

from __future__ import annotations

import asyncio
import fcntl
from collections.abc import Coroutine
from dataclasses import replace
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from llmtui.chat.message import Attachment
from llmtui.chat.prompt import Prompt
from llmtui.chat.session import Session
from llmtui.hosts import Host, parse_host
from llmtui.jobs.prompt_queue import PromptQueue
from llmtui.jobs.reply_state import ReplyState
from llmtui.places import Places
from llmtui.providers.errors import Unreachable
from llmtui.providers.scripted import Gate, Script, Scripted
from llmtui.store.erasing import erase_message, remove_sessions
from llmtui.store.errors import SaveError
from llmtui.store.journal import FileJournal, Journal
from tests.support.chatting import FillingDisk, how, until, window_on


class Floor:
    """One window: a session, who speaks in it, and what was told of it."""

    def __init__(
        self, places: Places, *scripts: Script, disk: FillingDisk | None = None
    ) -> None:
        self.asked: list[Host] = []
        self.provider = Scripted(["m"], scripts)
        self.replies = window_on(places, self._open, disk=disk)
        self.jobs: list[asyncio.Task[None]] = []
        self.changes: list[str] = []
        self.ends: list[str] = []
        self.failures: list[str] = []
        self.queue = PromptQueue(
            self.replies,
            self._spawn,
            self.changes.append,
            lambda _, reply: self.ends.append(reply.status),
            lambda _, sentence: self.failures.append(sentence),
        )
        self.session = self.replies.store.new(model="m")

    def _open(self, host: Host) -> Scripted:
        self.asked.append(host)
        return self.provider

    def _spawn(self, job: Coroutine[Any, Any, None]) -> None:
        self.jobs.append(asyncio.create_task(job))

    def send(self, text: str, session: Session | None = None) -> ReplyState | None:
        session = session or self.session
        prompt = Prompt(text, how(session), follows=session.head)
        return self.queue.send(session, prompt)

    async def settle(self) -> None:
        """Wait until nothing runs any more, also what began meanwhile."""
        done = 0
        while done < len(self.jobs):
            await self.jobs[done]
            done += 1

    def texts(self, session: Session | None = None) -> list[str]:
        return [message.text for message in (session or self.session).path()]

    @property
    def waiting(self) -> list[str]:
        return [prompt.text for prompt in self.queue.waiting(self.session.id)]

    async def reopened(self, places: Places, *scripts: Script) -> Floor:
        """Another run of the program, after this one was killed."""
        after = Floor(places, *scripts)
        after.replies.store.recover()
        after.session = after.replies.store.open(self.session.id)
        after.queue.lines.load(after.session, parse_host)
        return after

    def die(self) -> None:
        """Let go of all locks, as the system does for a program that is killed.

        What ran does nothing any more.
        """
        for job in self.jobs:
            job.cancel()
        handles = list(self.replies.store.waiting._handles.values())
        for reply in self.replies.running.values():
            assert isinstance(reply.journal, FileJournal)
            handles.append(reply.journal._handle)
            reply.journal, reply._checkpoint = Journal(), None
            reply.stop()
        for handle in handles:
            fcntl.flock(handle, fcntl.LOCK_UN)


async def test_prompts_are_answered_one_after_the_other(places: Places) -> None:
    gate = Gate()
    floor = Floor(places, ["one", gate], ["two"], ["three"])
    assert floor.send("1") is not None
    assert floor.send("2") is None
    assert floor.send("3") is None
    assert floor.waiting == ["2", "3"]
    assert not floor.queue.held(floor.session.id)
    gate.open()
    await floor.settle()
    assert floor.texts() == ["1", "one", "2", "two", "3", "three"]
    assert floor.ends == ["complete"] * 3
    assert floor.waiting == []
    assert list(places.drafts.iterdir()) == []


async def test_two_sessions_do_not_wait_for_each_other(places: Places) -> None:
    floor = Floor(places, ["one", Gate()], ["two"])
    other = floor.replies.store.new(model="m")
    floor.send("1")
    reply = floor.send("2", other)
    assert reply is not None
    await reply.finished()
    assert floor.texts(other) == ["2", "two"]
    assert floor.queue.stop(floor.session.id)
    await floor.settle()


async def test_a_prompt_is_sent_to_the_host_it_was_written_for(places: Places) -> None:
    gate = Gate()
    floor = Floor(places, ["one", gate], ["two"])
    floor.send("1")
    there = parse_host("elsewhere")
    session = floor.session
    generation = replace(how(session), host=there, model="other", think=True)
    floor.queue.send(session, Prompt("2", generation, follows=session.head))
    session.model = "changed meanwhile"
    gate.open()
    await floor.settle()
    assert floor.asked == [how(session).host, there]
    assert floor.provider.requests[-1].model == "other"
    assert floor.provider.requests[-1].think is True


@pytest.mark.parametrize("ends", ["stopped", "failed"])
async def test_after_a_bad_end_the_line_is_held(places: Places, ends: str) -> None:
    gate = Gate()
    floor = Floor(places, [gate, Unreachable("gone")], ["now"], ["two"])
    floor.send("1")
    floor.send("2")
    await gate.reached.wait()
    if ends == "stopped":
        floor.queue.stop(floor.session.id)
    else:
        gate.open()
    await floor.settle()
    assert floor.waiting == ["2"]
    assert floor.queue.held(floor.session.id)
    assert floor.send("first this") is not None
    assert not floor.queue.held(floor.session.id)
    await floor.settle()
    assert floor.texts()[2:] == ["first this", "now", "2", "two"]


async def test_a_held_line_goes_on_when_the_user_says_so(places: Places) -> None:
    floor = Floor(places, [gate := Gate()], ["two"], ["three"])
    floor.send("1")
    await gate.reached.wait()
    floor.send("2")
    floor.send("3")
    assert floor.queue.release(floor.session) is None
    floor.queue.stop(floor.session.id)
    assert floor.queue.release(floor.session) is not None
    await floor.settle()
    assert floor.texts()[2:] == ["2", "two", "3", "three"]
    assert floor.queue.release(floor.session) is None


async def test_a_reply_that_is_stopped_is_over_at_once(places: Places) -> None:
    floor = Floor(places, ["one", gate := Gate()], ["two"])
    floor.send("1")
    await gate.reached.wait()
    floor.queue.stop(floor.session.id)
    assert floor.queue.active(floor.session.id) is None
    assert floor.send("2") is not None
    await floor.settle()
    assert floor.texts() == ["1", "one", "2", "two"]
    assert floor.waiting == []


async def test_what_comes_between_an_end_and_the_next_waits_its_turn(
    places: Places,
) -> None:
    floor = Floor(places, ["one"], ["two"], ["three"])
    reply = floor.send("1")
    assert reply is not None
    floor.send("2")
    await until(lambda: reply.done)
    floor.send("3")
    await floor.settle()
    assert floor.texts() == ["1", "one", "2", "two", "3", "three"]


async def test_nothing_is_asked_twice_while_a_reply_runs(places: Places) -> None:
    floor = Floor(places, ["one", Gate()])
    reply = floor.send("1")
    assert reply is not None
    again = how(floor.session)
    assert floor.queue.retry(floor.session, reply.id, again) is None
    assert floor.queue.go_on(floor.session, reply.id, again) is None
    floor.queue.stop(floor.session.id)
    await floor.settle()
    assert not floor.queue.stop(floor.session.id)


async def test_a_waiting_prompt_that_cannot_be_saved_stays_in_line(
    places: Places,
) -> None:
    gate = Gate()
    floor = Floor(places, ["one", gate], ["two"])
    floor.send("1")
    floor.send("2")
    floor.session.read_only = "this session is read-only now"
    gate.open()
    await floor.settle()
    assert floor.failures == ["this session is read-only now"]
    assert floor.waiting == ["2"]
    assert floor.queue.held(floor.session.id)


# -- the line as the user changes it ---------------------------------------------------


async def test_what_waits_can_be_changed(places: Places) -> None:
    floor = Floor(places, ["one", gate := Gate()], ["x"], ["y"])
    floor.send("1")
    for text in "abc":
        floor.send(text)
    a, b, c = floor.queue.waiting(floor.session.id)
    floor.queue.lines.move(floor.session.id, c.id, 0)
    assert floor.waiting == ["c", "a", "b"]
    floor.queue.lines.move(floor.session.id, c.id, 9)
    assert floor.waiting == ["a", "b", "c"]
    floor.queue.lines.edit(floor.session.id, b.id, "B")
    assert floor.queue.lines.remove(floor.session.id, a.id) == a
    assert floor.queue.lines.remove(floor.session.id, a.id) is None
    assert floor.waiting == ["B", "c"]
    gate.open()
    await floor.settle()
    assert floor.texts() == ["1", "one", "B", "x", "c", "y"]


async def test_a_line_that_cannot_be_written_is_as_it_was(places: Places) -> None:
    disk = FillingDisk()
    floor = Floor(places, ["one", Gate()], disk=disk)
    floor.send("1")
    floor.send("2")
    [two] = floor.queue.waiting(floor.session.id)
    disk.full = True
    with pytest.raises(SaveError, match="the disk is full"):
        floor.send("3")
    with pytest.raises(SaveError, match="the disk is full"):
        floor.queue.lines.edit(floor.session.id, two.id, "changed")
    assert floor.waiting == ["2"]
    disk.full = False
    floor.queue.stop(floor.session.id)
    await floor.settle()


# -- a program that is killed ----------------------------------------------------------


async def test_a_kill_loses_no_waiting_prompt(places: Places) -> None:
    floor = Floor(places, ["one", gate := Gate()])
    floor.send("1")
    await gate.reached.wait()
    generation = replace(how(floor.session), host=parse_host("openai+http://box/v1"))
    generation = replace(generation, options={"seed": 1}, think="high", keep_alive=5.0)
    digest = floor.replies.store.blobs.put(b"a cat")
    picture = Attachment(digest, "cat.png", "image/png", 5)
    two = Prompt("2", generation, follows=floor.session.head, attachments=(picture,))
    floor.queue.send(floor.session, two)
    floor.send("3")
    floor.die()
    after = await floor.reopened(places, ["two"], ["three"])
    assert after.queue.waiting(after.session.id)[0] == two
    assert after.waiting == ["2", "3"]
    assert after.queue.held(after.session.id)
    after.queue.release(after.session)
    await after.settle()
    assert after.asked[0] == generation.host
    assert after.texts() == ["1", "one", "2", "two", "3", "three"]
    assert list(places.drafts.iterdir()) == []


async def test_a_prompt_that_was_sent_does_not_wait_again(places: Places) -> None:
    disk = FillingDisk()
    floor = Floor(places, ["one", first := Gate()], ["two", second := Gate()])
    floor.send("1")
    floor.send("2")
    floor.send("3")
    [line] = places.drafts.iterdir()
    before = line.read_bytes()
    first.open()
    await second.reached.wait()
    # As if it had been killed after the prompt was sent, before the line knew.
    line.write_bytes(before)
    floor.die()
    after = await floor.reopened(places)
    assert after.texts() == ["1", "one", "2", "two"]
    assert after.waiting == ["3"]
    assert disk.writes == 0


async def test_a_living_window_keeps_its_line(places: Places) -> None:
    floor = Floor(places, ["one", Gate()])
    floor.send("1")
    floor.send("2")
    other = Floor(places)
    other.queue.lines.load(floor.session, parse_host)
    assert other.queue.waiting(floor.session.id) == ()
    assert floor.waiting == ["2"]
    floor.queue.stop(floor.session.id)
    await floor.settle()


async def test_a_line_that_cannot_be_read_is_set_aside(places: Places) -> None:
    floor = Floor(places, ["one"])
    floor.send("1")
    await floor.settle()
    places.drafts.mkdir()
    damaged = places.drafts / f"{floor.session.id}.other.queue"
    damaged.write_bytes(b'{"waiting": [{}]}')
    floor.queue.lines.load(floor.session, parse_host)
    assert floor.waiting == []
    assert not damaged.exists()
    assert (places.quarantine / damaged.name).exists()
    assert "no id" in floor.replies.store.problems()[0]


async def test_what_is_taken_away_for_good_does_not_wait(places: Places) -> None:
    floor = Floor(places, ["one", gate := Gate()])
    floor.send("a secret")
    await gate.reached.wait()
    floor.send("a secret again")
    floor.die()
    store = Floor(places).replies.store
    store.recover()
    [session_id] = [summary.id for summary in store.summaries()]
    [prompt] = [m for m in store.peek(session_id).messages.values() if m.role == "user"]
    erase_message(store, session_id, prompt.id)
    [line] = places.drafts.glob("*.queue")
    assert "secret" not in line.read_text()
    after = await floor.reopened(places)
    assert after.waiting == [" again"]
    after.die()
    remove_sessions(store, [session_id])
    assert list(places.drafts.iterdir()) == []


async def test_a_short_text_is_taken_away_only_where_it_is_all(places: Places) -> None:
    floor = Floor(places, ["one", gate := Gate()])
    floor.send("no")
    await gate.reached.wait()
    for text in ("no", "write another note"):
        floor.send(text)
    floor.die()
    store = Floor(places).replies.store
    store.recover()
    [session_id] = [summary.id for summary in store.summaries()]
    [prompt] = [m for m in store.peek(session_id).messages.values() if m.role == "user"]
    erase_message(store, session_id, prompt.id)
    after = await floor.reopened(places)
    assert after.waiting == ["write another note"]
    after.die()


# -- whatever is done ------------------------------------------------------------------

STEPS = st.lists(
    st.tuples(
        st.sampled_from(["send", "edit", "move", "remove", "answer", "stop", "kill"]),
        st.integers(0, 5),
    ),
    max_size=25,
)


@given(STEPS)
@settings(deadline=None, max_examples=60)
def test_no_prompt_is_lost_or_asked_twice(steps: list[tuple[str, int]]) -> None:
    with TemporaryDirectory() as folder:
        root = Path(folder)
        here = Places(*(root / name for name in ("data", "config", "cache", "state")))
        asyncio.run(go_through(here, steps))


async def go_through(places: Places, steps: list[tuple[str, int]]) -> None:
    """Do the steps, and look after each that all prompts are somewhere, once.

    Nothing runs in between: a reply only goes on where it is waited for.
    """
    now, wanted = Floor(places), ["0"]
    now.send("0")
    for number, (step, which) in enumerate(steps, 1):
        line = now.queue.waiting(now.session.id)
        chosen = line[which % len(line)] if line else None
        if step == "send":
            now.send(str(number))
            wanted.append(str(number))
        elif step == "edit" and chosen:
            now.queue.lines.edit(now.session.id, chosen.id, f"e{number}")
            wanted[wanted.index(chosen.text)] = f"e{number}"
        elif step == "move" and chosen:
            now.queue.lines.move(now.session.id, chosen.id, which)
        elif step == "remove" and chosen:
            now.queue.lines.remove(now.session.id, chosen.id)
            wanted.remove(chosen.text)
        elif step == "answer" and (reply := now.queue.active(now.session.id)):
            await reply.finished()
        elif step == "stop":
            now.queue.stop(now.session.id)
            now.queue.release(now.session)
        elif step == "kill":
            now.die()
            now = await now.reopened(places)
        asked = [m.text for m in now.session.messages.values() if m.role == "user"]
        assert sorted(asked + now.waiting) == sorted(wanted)
