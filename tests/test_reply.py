"""One reply, step by step: what is on disk, what is said, how it ends."""

from __future__ import annotations

import asyncio
import contextlib
import json
import os
import signal
import subprocess
import sys
from collections.abc import AsyncGenerator
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from llmtui.chat.events import Event, Finished, Preparing, Text, Thinking, ToolCall
from llmtui.chat.message import Message
from llmtui.chat.models import Model, RunningModel
from llmtui.chat.outcome import lack_of
from llmtui.chat.request import ChatRequest
from llmtui.chat.session import Session
from llmtui.chat.usage import Usage
from llmtui.jobs.phases import Phase
from llmtui.jobs.replies import Replies
from llmtui.jobs.reply import Reply
from llmtui.places import Places
from llmtui.providers.errors import (
    BrokenStream,
    ModelMissing,
    ProviderError,
    Refused,
    SignInNeeded,
    Unreachable,
)
from llmtui.providers.scripted import Gate, Script, Scripted
from llmtui.store.recovery import journals, read_journal
from llmtui.store.session_file import SessionFile
from llmtui.ui.widgets.status import progress
from tests.support.chat_only import ChatOnly
from tests.support.chatting import FillingDisk, ask, until, window, window_on


def begin(
    places: Places, *script: Script, replies: Replies | None = None, **fields: Any
) -> tuple[Reply, Replies]:
    replies = replies or window(places, Scripted(["m"], script))
    session = replies.store.new(model="m", **fields)
    return ask(replies, session, "Hello"), replies


def on_disk(places: Places, reply: Reply) -> Message:
    """The reply as another program finds it."""
    return SessionFile(places.sessions, reply.session.id).read().messages[reply.id]


def living(places: Places) -> Message:
    """The reply as its journal has it."""
    [path] = journals(places.sessions)
    return read_journal(path.read_bytes()).reply


async def test_the_prompt_is_on_disk_before_anything_is_asked(places: Places) -> None:
    provider = Scripted(["m"])
    replies = window(places, provider)
    session = replies.store.new(model="m")
    reply = ask(replies, session, "Hello")
    [path] = journals(places.sessions)
    left = read_journal(path.read_bytes())
    assert left.prompt == reply.state.prompt
    assert left.fields["title"] == session.title == "Hello"
    assert provider.requests == []
    assert [m.role for m in session.path()] == ["user", "assistant"]
    assert session.head == reply.id
    assert not reply.state.done
    await reply.run()


async def test_a_prompt_that_cannot_be_written_changes_nothing(places: Places) -> None:
    disk = FillingDisk()
    replies = window(places, Scripted(["m"]), disk=disk)
    session = replies.store.new(model="m")
    disk.full = True
    with pytest.raises(OSError, match="the disk is full"):
        ask(replies, session, "Hello")
    assert session.messages == {}
    assert (session.title, session.head, replies.running) == ("", None, {})


async def test_a_reply_that_ends_well(places: Places) -> None:
    usage = Usage(eval_count=3, eval_duration=10)
    script: Script = ["Hi", Thinking("hm"), " you", Finished(usage, "length")]
    reply, replies = begin(places, script)
    await reply.run()
    assert (reply.state.status, reply.state.text, reply.state.thinking) == (
        "complete",
        "Hi you",
        "hm",
    )
    assert (reply.state.phase, reply.unsaved, reply.state.error) == (Phase.done, "", "")
    assert reply.state.message.done_reason == "length"
    assert reply.state.usage is not None
    assert reply.state.usage.eval_count == 3
    assert reply.state.usage.first_token_duration > 0
    assert on_disk(places, reply) == reply.state.message
    assert reply.session.messages[reply.id] is reply.state.message
    assert journals(places.sessions) == []
    assert replies.running == {}


async def test_every_piece_is_in_the_journal_as_it_comes(places: Places) -> None:
    gates = [Gate(), Gate()]
    reply, _ = begin(places, [Thinking("a"), gates[0], "b", "c", gates[1]])
    await gates[0].reached.wait()
    assert (living(places).thinking, living(places).text) == ("a", "")
    assert str(reply.state.phase) == "thinking"
    gates[0].open()
    await gates[1].reached.wait()
    assert living(places).text == "bc" == reply.state.text
    assert str(reply.state.phase) == "writing"
    gates[1].open()
    await reply.run()
    assert reply.state.text == "bc"


async def test_a_reader_may_come_at_any_time(places: Places) -> None:
    gate = Gate()
    reply, _ = begin(places, ["a", "b", gate, "c", Finished()])

    async def read() -> list[Event]:
        return [event async for event in reply.state.updates()]

    early = asyncio.create_task(read())
    await gate.reached.wait()
    late = asyncio.create_task(read())
    gate.open()
    await reply.run()
    wanted = [Text("a"), Text("b"), Text("c"), Finished()]
    assert await early == await late == await read() == wanted


async def test_how_long_it_thought_is_kept(places: Places) -> None:
    gate = Gate()
    reply, _ = begin(places, [Thinking("hm"), gate, Text("42")])
    await gate.reached.wait()
    gate.open()
    await reply.run()
    kept = on_disk(places, reply).usage
    assert kept is not None
    assert kept.thinking_duration > 0
    assert reply.state.message.usage == kept


async def test_an_answer_that_was_thinking_is_stored_as_thinking(
    places: Places,
) -> None:
    gate = Gate()
    reply, _ = begin(places, ["two ", "and two", "</thi", "nk>\n\n", gate, "4"])
    await gate.reached.wait()
    assert (living(places).thinking, living(places).text) == ("two and two", "")
    gate.open()
    await reply.run()
    assert (reply.state.thinking, reply.state.text) == ("two and two", "4")
    assert on_disk(places, reply) == reply.state.message
    assert reply.state.message.usage is not None
    assert reply.state.message.usage.thinking_duration > 0


async def test_what_was_held_back_is_kept_when_it_is_stopped(places: Places) -> None:
    gate = Gate()
    reply, _ = begin(places, ["so </th", gate])
    await gate.reached.wait()
    assert reply.state.text == "so "
    reply.stop()
    assert reply.state.text == "so </th" == living(places).text
    await reply.state.finished()


async def test_a_reply_that_repeats_itself_is_cut(places: Places) -> None:
    provider = Scripted(["m"], [["Well:", *[" the"] * 400, Gate()]])
    reply, _ = begin(places, replies=window(places, provider))
    await reply.run()
    message = on_disk(places, reply)
    assert (message.status, message.done_reason) == ("incomplete", "repeating")
    assert message.error == "it was repeating itself"
    assert message.text.startswith("Well: the the")
    assert (provider.closed, provider.active) == (1, 0)


async def test_a_misfit_is_seen_while_it_comes_and_kept(places: Places) -> None:
    schema = {"type": "object", "properties": {"age": {"type": "integer"}}}
    gate = Gate()
    reply, _ = begin(places, ['{"age": "', gate, 'old"}'], format=schema)
    running = asyncio.create_task(reply.run())
    await gate.reached.wait()
    assert reply.state.misfit is not None
    assert reply.state.misfit.path == "$.age"
    gate.open()
    await running
    assert on_disk(places, reply).misfit == reply.state.misfit
    assert "does not fit: $.age" in (lack_of(reply.state.message) or ("",))[0]


async def test_what_was_thinking_is_no_misfit(places: Places) -> None:
    script = ["Okay, so ", "</think>", '{"a": 1}']
    reply, _ = begin(places, script, format="json")
    await reply.run()
    assert (reply.state.text, reply.state.misfit) == ('{"a": 1}', None)
    assert lack_of(on_disk(places, reply)) is None


async def test_tool_calls_are_kept(places: Places) -> None:
    call = ToolCall("f", {"x": 1})
    reply, _ = begin(places, [call])
    await reply.run()
    assert reply.state.status == "complete"
    assert on_disk(places, reply).tool_calls == (call,)


# -- ends ------------------------------------------------------------------------------


async def test_stopping_keeps_what_came_and_hangs_up(places: Places) -> None:
    provider = Scripted(["m"], [["one ", gate := Gate(), "two"]])
    reply, _ = begin(places, replies=window(places, provider))
    await gate.reached.wait()
    reply.stop()
    assert reply.state.done
    assert living(places).status == "stopped"
    await reply.run()
    assert (provider.closed, provider.active) == (1, 0)
    assert (reply.state.status, on_disk(places, reply).text) == ("stopped", "one ")
    reply.stop()
    assert reply.state.status == "stopped"


async def test_stopping_before_the_first_token(places: Places) -> None:
    provider = Scripted(["m"], [[gate := Gate(), "never"]])
    reply, _ = begin(places, replies=window(places, provider))
    await gate.reached.wait()
    reply.stop()
    await reply.state.finished()
    assert (reply.state.status, reply.state.text, provider.closed) == ("stopped", "", 1)
    assert on_disk(places, reply).status == "stopped"


async def test_stopping_before_anything_began_asks_nobody(places: Places) -> None:
    provider = Scripted(["m"])
    reply, _ = begin(places, replies=window(places, provider))
    reply.stop()
    await reply.run()
    assert provider.requests == []
    assert on_disk(places, reply).status == "stopped"


async def test_stopping_after_the_end_changes_nothing(places: Places) -> None:
    reply, _ = begin(places, ["all"])
    await reply.run()
    reply.stop()
    reply.end_now()
    assert reply.state.status == "complete" == on_disk(places, reply).status


@pytest.mark.parametrize("steps", [0, 1, 2, 3, 5, 8])
async def test_a_cancelled_worker_leaves_a_stopped_reply(
    places: Places, steps: int
) -> None:
    """Whoever runs a reply may be cancelled anywhere, before its first step too."""
    reply, _ = begin(places, ["a", "b", Gate()])
    worker = asyncio.create_task(reply.run())
    for _ in range(steps):
        await asyncio.sleep(0)
    worker.cancel()
    with contextlib.suppress(asyncio.CancelledError):
        await worker
    if not reply.state.done:
        # The worker never ran: the reply lives on by itself.
        reply.stop()
    await reply.state.finished()
    assert on_disk(places, reply).status == "stopped"
    assert on_disk(places, reply).text == reply.state.text


async def test_a_task_cancelled_before_its_first_step_writes_its_end(
    places: Places,
) -> None:
    reply, replies = begin(places, ["a"])
    assert reply._task is not None
    reply._task.cancel()
    await reply.state.finished()
    assert (reply.state.status, living(places).status) == ("stopped", "stopped")
    assert replies.running == {}


def test_a_loop_that_ends_under_a_reply_loses_nothing(places: Places) -> None:
    async def leave() -> Reply:
        gate = Gate()
        reply, _ = begin(places, ["kept", gate])
        await gate.reached.wait()
        return reply

    reply = asyncio.run(leave())
    assert on_disk(places, reply).text == "kept"
    assert on_disk(places, reply).status == "stopped"


ERRORS: list[ProviderError] = [
    Unreachable("no server answers at localhost", advice="Start it."),
    Refused("the server is busy", status=503),
    ModelMissing("there is no model 'm'", model="m", advice="Pull it."),
    SignInNeeded("an account is needed", url="https://example.com/in"),
    BrokenStream("the answer was cut off"),
]


@pytest.mark.parametrize("error", ERRORS, ids=lambda e: type(e).__name__)
@pytest.mark.parametrize("before", ["", "some"])
async def test_an_error_is_a_sentence_and_keeps_what_came(
    places: Places, error: ProviderError, before: str
) -> None:
    reply, _ = begin(places, [*([before] if before else []), error])
    await reply.run()
    assert reply.state.status == ("incomplete" if before else "failed")
    assert reply.state.failure is error
    assert (reply.state.error, reply.state.advice) == (str(error), error.advice)
    stored = on_disk(places, reply)
    assert (stored.text, stored.error) == (before, error.sentence)
    assert bool(reply.state.signin_url) == isinstance(error, SignInNeeded)


async def test_a_stream_that_just_ends_is_incomplete(places: Places) -> None:
    class Abrupt(Scripted):
        async def chat(self, request: ChatRequest) -> AsyncGenerator[Event, None]:
            yield Text("half")

    reply, _ = begin(places, replies=window(places, Abrupt()))
    await reply.run()
    assert (reply.state.status, reply.state.text) == ("incomplete", "half")


async def test_a_mistake_of_the_program_is_not_hidden_and_loses_nothing(
    places: Places,
) -> None:
    class Wrong(Scripted):
        async def chat(self, request: ChatRequest) -> AsyncGenerator[Event, None]:
            yield Text("half")
            raise ZeroDivisionError

    reply, _ = begin(places, replies=window(places, Wrong()))
    with pytest.raises(ZeroDivisionError):
        await reply.run()
    assert (reply.state.status, living(places).text) == ("incomplete", "half")


async def test_a_host_that_cannot_be_opened_is_a_failed_reply(places: Places) -> None:
    error = ProviderError("HTTP_PROXY is no URL")

    def broken(host: object) -> Scripted:
        raise error

    reply, _ = begin(places, replies=window_on(places, broken))
    await reply.run()
    assert (reply.state.status, reply.state.failure) == ("failed", error)


# -- phases ----------------------------------------------------------------------------


async def test_what_one_is_waiting_for(places: Places) -> None:
    provider = Scripted(["m"], [[gate := Gate(), "x"]])
    replies = window(places, provider, poll=0.001)
    session = replies.store.new(model="m")
    reply = ask(replies, session, "Hello " * 400)
    assert reply.state.phase is Phase.connecting
    await until(lambda: reply.state.phase is Phase.loading)
    assert reply.state.phase_detail == "m"
    provider.loaded = [RunningModel("m:latest", context_length=4096)]
    await until(lambda: reply.state.phase is Phase.reading)
    assert reply.state.prompt_tokens_estimate == pytest.approx(600, rel=0.1)
    gate.open()
    await reply.run()
    calls = len(provider.calls)
    await asyncio.sleep(0.01)
    assert len(provider.calls) == calls, "nobody asks after the first token"
    assert reply.state.usage
    assert reply.state.usage.context_length == 4096


async def test_a_server_that_falls_silent_is_waited_for_with_a_word(
    places: Places,
) -> None:
    provider = Scripted(["m"], [[gate := Gate(), "x"]])
    replies = window(places, provider, poll=0.001)
    reply = ask(replies, replies.store.new(model="m"), "Hello")
    await until(lambda: reply.state.phase is Phase.loading)
    provider.down = Unreachable("it takes connections, but says nothing")
    await until(lambda: reply.state.phase is Phase.waiting)
    assert progress(reply.state, 0).startswith("waiting: the server is not answering")
    provider.down = None
    await until(lambda: reply.state.phase is Phase.loading)
    gate.open()
    await reply.run()
    assert reply.state.status == "complete"


async def test_what_was_loaded_before_may_read_another_programs_prompt(
    places: Places,
) -> None:
    provider = Scripted(["m"], [[gate := Gate(), "x"]])
    provider.loaded = [RunningModel("m", context_length=2048)]
    replies = window(places, provider, poll=0.001)
    reply = ask(replies, replies.store.new(model="m"), "hi")
    seen: set[Phase] = set()

    def looks() -> bool:
        seen.add(reply.state.phase)
        return provider.calls.count(("running",)) > 5

    await until(looks)
    assert seen <= {Phase.connecting, Phase.waiting}
    gate.open()
    await reply.run()


async def test_the_window_is_learnt_although_the_first_token_comes_at_once(
    places: Places,
) -> None:
    provider = Scripted(["m"], [["a", gate := Gate(), "b"]])
    provider.loaded = [RunningModel("m", context_length=2048)]
    replies = window(places, provider)
    reply = ask(replies, replies.store.new(model="m"), "hi")
    await gate.reached.wait()
    await until(lambda: ("running",) in provider.calls)
    gate.open()
    await reply.run()
    assert reply.state.usage
    assert reply.state.usage.context_length == 2048


CHILD = Model("child", family="llama", parameters="8B", quantisation="Q4", digest="c")
PARENT = RunningModel("parent", 0, 0, 0, "", "p", "llama", "8B", "Q4")
OTHER_MODEL = RunningModel("other", 0, 0, 0, "", "o", "qwen", "4B", "Q4")


@pytest.mark.parametrize(
    ("running", "phase"),
    [
        ([], Phase.loading),
        ([OTHER_MODEL], Phase.loading),
        ([OTHER_MODEL, PARENT], Phase.waiting),
        ([replace(OTHER_MODEL, digest="c")], Phase.waiting),
        ([RunningModel("another")], Phase.waiting),
    ],
)
async def test_loading_is_said_only_of_what_is_not_in_memory(
    places: Places, running: list[RunningModel], phase: Phase
) -> None:
    provider = Scripted([CHILD], [[gate := Gate(), "x"]])
    provider.loaded = running
    replies = window(places, provider, poll=0.001)
    reply = ask(replies, replies.store.new(model="child"), "hi")
    await until(lambda: reply.state.phase is not Phase.connecting)
    assert reply.state.phase is phase
    gate.open()
    await reply.run()


async def test_waiting_behind_another_reply_is_not_reading(places: Places) -> None:
    gates = Gate(), Gate()
    provider = Scripted(["m"], [["a", gates[0]], [gates[1], "b"]])
    provider.loaded = [RunningModel("m")]
    replies = window(places, provider, poll=0.001)
    first, _ = begin(places, replies=replies)
    await gates[0].reached.wait()
    second, _ = begin(places, replies=replies)
    await until(lambda: second.state.phase is Phase.waiting)
    gates[0].open()
    await first.state.finished()
    gates[1].open()
    await second.run()
    assert (first.state.text, second.state.text) == ("a", "b")


@pytest.mark.parametrize("model", ["m:cloud", "m:1b-cloud"])
async def test_a_cloud_model_is_never_loaded(places: Places, model: str) -> None:
    provider = Scripted([model], [[gate := Gate(), "x"]])
    replies = window(places, provider, poll=0.001)
    reply = ask(replies, replies.store.new(model=model), "hi")
    await until(lambda: reply.state.phase is Phase.waiting)
    gate.open()
    await reply.run()


async def test_a_provider_that_cannot_tell_is_waited_for(places: Places) -> None:
    gate = Gate()
    provider = ChatOnly(Scripted(["m"], [[gate, "x"]]))
    replies = window_on(places, lambda _: provider, poll=0.001)
    reply = ask(replies, replies.store.new(model="m"), "hi")
    await until(lambda: reply.state.phase is Phase.waiting)
    gate.open()
    await reply.run()
    assert reply.state.text == "x"


async def test_a_question_that_fails_does_not_end_the_reply(places: Places) -> None:
    provider = Scripted(["m"], [[gate := Gate(), "x"]])
    replies = window(places, provider, poll=0.001)
    reply = ask(replies, replies.store.new(model="m"), "hi")
    await gate.reached.wait()
    provider.down = Unreachable("gone")
    asked = len(provider.calls)
    await until(lambda: len(provider.calls) > asked + 2)
    gate.open()
    await reply.run()
    assert (reply.state.status, reply.state.text) == ("complete", "x")


async def test_preparing_says_what_and_how_much(places: Places) -> None:
    gate = Gate()
    script: Script = [Preparing("fetching smollm2", 4_200_000, 94_000_000), gate, "x"]
    reply, _ = begin(places, script)
    await gate.reached.wait()
    assert reply.state.phase is Phase.preparing
    assert reply.state.phase_detail == "fetching smollm2 4.2 MB of 94 MB"
    gate.open()
    await reply.run()
    assert reply.state.status == "complete"


# -- the disk --------------------------------------------------------------------------


async def test_a_disk_that_fills_up_in_mid_reply(places: Places) -> None:
    disk = FillingDisk()
    replies = window(places, Scripted(["m"], [["a", g := Gate(), "b", "c"]]), disk=disk)
    reply, _ = begin(places, replies=replies)
    await g.reached.wait()
    disk.full, disk.torn = True, 3
    g.open()
    await reply.run()
    assert (reply.state.status, reply.state.text) == ("complete", "abc")
    assert reply.unsaved == "the disk is full"
    assert living(places).text == "a"
    disk.full = False
    await until(lambda: not reply.unsaved)
    assert on_disk(places, reply) == reply.state.message
    assert journals(places.sessions) == []
    await replies.aclose()


async def test_leaving_with_a_full_disk_does_not_hang(places: Places) -> None:
    disk = FillingDisk()
    replies = window(places, Scripted(["m"], [["a", gate := Gate()]]), disk=disk)
    reply, _ = begin(places, replies=replies)
    await gate.reached.wait()
    disk.full = True
    replies.end_all_now()
    await replies.aclose()
    assert reply.state.status == "stopped"
    assert "full" in reply.unsaved
    assert living(places).text == "a"


async def test_leaving_writes_everything_without_awaiting(places: Places) -> None:
    gates = Gate(), Gate()
    provider = Scripted(["m"], [["one", gates[0]], ["two", gates[1]]])
    replies = window(places, provider)
    begun = [begin(places, replies=replies)[0] for _ in range(2)]
    for gate in gates:
        await gate.reached.wait()
    replies.end_all_now()
    assert [on_disk(places, r).text for r in begun] == ["one", "two"]
    assert {on_disk(places, r).status for r in begun} == {"stopped"}
    assert journals(places.sessions) == []
    await replies.aclose()
    assert provider.active == 0


async def test_a_reply_that_nobody_keeps_leaves_no_file(places: Places) -> None:
    replies = window(places, Scripted(["m"], ["gone"]))
    session = replies.store.new(model="m", memory_only=True)
    reply = ask(replies, session, "Hello")
    await reply.run()
    await replies.save(session)
    replies.end_all_now()
    assert (reply.state.status, reply.state.text, reply.unsaved) == (
        "complete",
        "gone",
        "",
    )
    assert not places.data.exists()


KILLED = """
import asyncio, sys
from pathlib import Path
from llmtui.places import Places
from llmtui.providers.scripted import Gate, Scripted
from tests.support.chatting import ask, window

async def main():
    places = Places(*map(Path, sys.argv[1:5]))
    chats = window(places, Scripted(["m"], [["one ", "two", gate := Gate()]]))
    ask(chats, chats.store.new(model="m"), "Are you there?")
    await gate.reached.wait()
    print("now", flush=True)
    await asyncio.sleep(60)

asyncio.run(main())
"""


def test_a_program_killed_in_mid_reply_has_lost_nothing(places: Places) -> None:
    root = Path(__file__).parent.parent
    program = subprocess.Popen(
        [sys.executable, "-c", KILLED, *map(str, places)],
        cwd=root,
        env={**os.environ, "PYTHONPATH": str(root)},
        stdout=subprocess.PIPE,
    )
    assert program.stdout is not None
    assert program.stdout.readline() == b"now\n"
    assert window(places, Scripted()).store.recover() == [], "it is still alive"
    program.send_signal(signal.SIGKILL)
    program.wait(20)
    program.stdout.close()
    replies = window(places, Scripted())
    [touched] = replies.store.recover()
    prompt, reply = replies.store.open(touched).path()
    assert (prompt.text, reply.text) == ("Are you there?", "one two")
    assert reply.status == "incomplete"
    assert "ended" in reply.error
    assert replies.store.latest() == touched


def test_the_heart_knows_no_screen_and_no_network() -> None:
    code = (
        "import sys\n"
        "before = set(sys.modules)\n"
        "import llmtui.jobs.reply, llmtui.jobs.core\n"
        "bad = {'textual', 'rich', 'httpx', 'sqlite3'} & (set(sys.modules) - before)\n"
        "sys.exit(', '.join(bad) or None)"
    )
    subprocess.run([sys.executable, "-c", code], check=True)


def large(session_id: str) -> Session:
    session = Session(id=session_id, model="m", created="2026-01-01T00:00:00.000000Z")
    for number in range(2000):
        role: Any = "assistant" if number % 2 else "user"
        session.add(
            Message(f"{number:06}", session.head, role, "word " * 1000, session.created)
        )
    return session


async def test_sending_in_a_large_session_costs_the_loop_no_more(
    places: Places,
) -> None:
    """The journal's first line holds no other message, and the loop encodes none."""
    from time import thread_time

    from llmtui.store.session_file import Snapshot

    for session in (large("large"), Session(id="empty", model="m")):
        SessionFile(places.sessions, session.id).save(Snapshot.of(session))
    assert (places.sessions / "large.json").stat().st_size > 10_000_000
    replies = window(places, Scripted(["m"]))
    cost: dict[str, list[float]] = {"empty": [], "large": []}
    for _ in range(5):
        for name, times in cost.items():
            session = await asyncio.to_thread(replies.store.open, name)
            start = thread_time()
            reply = ask(replies, session, "Hello")
            await reply.run()
            times.append(thread_time() - start)
    assert journals(places.sessions) == []
    # 2,000 small steps along the path are all that it may cost more.
    assert min(cost["large"]) < 5 * min(cost["empty"]) + 0.02
    stored = json.loads((places.sessions / "large.json").read_bytes())
    assert len(stored["messages"]) == 2010
