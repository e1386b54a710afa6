"""What is said to go out is what goes out; what is said to be dropped is dropped."""

from __future__ import annotations

import json
import random
from collections.abc import Callable
from contextlib import AbstractAsyncContextManager

import pytest

from llmtui.attachments.loaded import Loaded
from llmtui.chat.message import Message, Sent
from llmtui.chat.models import Model, RunningModel
from llmtui.chat.request import ChatRequest
from llmtui.chat.session import Session
from llmtui.chat.usage import Usage
from llmtui.hosts import Host, parse_host
from llmtui.jobs.context_look import ContextError
from llmtui.jobs.current_chat import CurrentChat
from llmtui.jobs.outbox import NotSentError
from llmtui.places import Places
from llmtui.providers.errors import BrokenStream
from llmtui.providers.factory import open_provider
from llmtui.providers.protocol import Provider
from llmtui.providers.scripted import Gate, Script, Scripted
from tests.support.chat_only import ChatOnly
from tests.support.chatting import until
from tests.support.current_chat import current_chat
from tests.support.openai_server import Answer, FakeOpenAI
from tests.support.recording import Recording
from tests.support.server import FakeOllama
from tests.test_context_sizes import recorded_talk


def chatting(
    places: Places, host: Host, opened: Callable[[Host], Provider] = open_provider
) -> AbstractAsyncContextManager[CurrentChat]:
    """A chat on one host, which has answered."""
    return current_chat(places, opened, host)


async def sent(chat: CurrentChat, text: str) -> None:
    """Send a prompt, also where it is said that not all of it fits."""
    try:
        chat.outbox.send(chat.session, text)
    except NotSentError:
        chat.outbox.send(chat.session, text)
    await until(lambda: chat.reply is None and not chat.core.replies.running)


WORDS = ("Grüße", "\u2028", "海", '"quoted"', "a\nb", "\ud800", "word " * 40, "🙂")


def fill(session: Session, chance: random.Random) -> None:
    """A conversation in which some is left out, some pinned, and some has failed."""
    for at in range(chance.randrange(12)):
        model = chance.choice(["", "smollm2", "smollm2"])
        session.add(
            Message(
                f"{session.id}-{at:02}",
                session.head,
                "assistant" if model else "user",
                " ".join(chance.choices(WORDS, k=chance.randrange(4))),
                f"2026-11-28T08:00:{at:02}Z",
                thinking=chance.choice(["", "hm"]) if model else "",
                excluded=chance.random() < 0.2,
                pinned=chance.random() < 0.2,
                erased=chance.random() < 0.1,
                request=Sent(model) if model else None,
            )
        )
    session.system = chance.choice([None, "Be brief.", "Sé breve.\n"])
    session.options = chance.choice([{}, {"num_ctx": 64}, {"seed": 7, "stop": ["a"]}])
    session.think = chance.choice([None, False])
    session.format = chance.choice([None, "json"])
    session.keep_alive = chance.choice([None, 60.0])


def attach(chat: CurrentChat, seed: int) -> None:
    """Have a text go with the prompt."""
    text = Loaded(f"{seed}.md", "text/plain", f"```\n{seed}\n```".encode())
    keep = chat.core.replies.attachments.keep
    chat.outbox.attach(chat.session, keep(chat.session.id, [text]))


async def test_what_goes_out_is_byte_for_byte_what_was_shown(places: Places) -> None:
    async with (
        FakeOllama() as server,
        chatting(places, parse_host(server.url)) as chat,
    ):
        for seed in range(25):
            chat.new()
            fill(chat.session, random.Random(seed))
            if seed % 3 == 0:
                attach(chat, seed)
            text = f"{seed}: «so?»\n\ud800"
            shown = await chat.look.body(chat.session, text)
            await sent(chat, text)
            assert server.chats[-1].body == shown, seed
        assert len(server.chats) == 25


async def test_the_same_on_a_server_of_openais_kind(places: Places) -> None:
    async with FakeOpenAI() as server:
        server.play(
            *[Answer('{"data": [{"id": "smollm2"}]}')] * 9,
            path="/v1/models",
        )
        host = parse_host(f"openai+{server.url}/v1")
        async with chatting(places, host) as chat:
            for seed in range(5):
                chat.new()
                fill(chat.session, random.Random(seed))
                server.replay("llamacpp-chat-streamed")
                shown = await chat.look.body(chat.session, "so?")
                await sent(chat, "so?")
                chats = [s for s in server.requests if s.path.endswith("completions")]
                assert chats[-1].body == shown, seed


async def test_without_a_prompt_it_is_what_was_said_so_far(places: Places) -> None:
    async with (
        FakeOllama() as server,
        chatting(places, parse_host(server.url)) as chat,
    ):
        await sent(chat, "hi")
        body = json.loads(await chat.look.body(chat.session))
        assert [m["role"] for m in body["messages"]] == ["user", "assistant"]
        view = await chat.look.view(chat.session, "more")
        assert [row.is_draft for row in view.rows] == [False, False, True]
        assert [row.who for row in view.rows] == ["you", "smollm2", "you"]


async def test_while_a_reply_is_written_it_is_what_that_was_asked_with(
    places: Places,
) -> None:
    gate = Gate()
    provider = Scripted([Model("m")], [["well", gate]])
    async with chatting(places, parse_host(""), lambda _: provider) as chat:
        chat.outbox.send(chat.session, "hi")
        await gate.reached.wait()
        view = await chat.look.view(chat.session, "and then?")
        assert [row.words for row in view.rows] == ["hi"]
        body = json.loads(await chat.look.body(chat.session, "and then?"))
        assert [m["content"] for m in body["messages"]] == ["hi"]
        with pytest.raises(ContextError, match="esc stops it"):
            await chat.look.compaction(chat.session)
        gate.open()


# -- what becomes of it ---------------------------------------------------------------


def remembered(session: Session) -> None:
    """The conversation of the recorded server that dropped thirteen messages."""
    for message in recorded_talk()[:-1]:
        session.add(message)
    session.options = {"num_ctx": 1024}


def scripted(window: int = 1024) -> Scripted:
    provider = Scripted([Model("m", context_length=8192)])
    provider.loaded = [RunningModel("m", context_length=window)]
    return provider


async def test_it_says_which_messages_the_server_drops(places: Places) -> None:
    provider = scripted()
    async with chatting(places, parse_host(""), lambda _: provider) as chat:
        remembered(chat.session)
        view = await chat.look.view(chat.session, "What was note 0 about?")
        assert view.overflow == "drops"
        assert [row.id for row in view.dropped] == [str(at) for at in range(13)]
        assert abs(view.tokens - 2300) < 20
        assert view.window == 1024
        # The recorded server read from here on.
        chat.core.edits.mark(chat.session, "20", pinned=True)
        for at in range(16):
            chat.core.edits.mark(chat.session, str(at), excluded=True)
        view = await chat.look.view(chat.session, "What was note 0 about?")
        assert view.overflow == "fits"
        fates = [row.fate for row in view.rows]
        assert fates == ["excluded"] * 16 + ["read"] * 9
        assert next(row.id for row in view.rows if row.goes_first) == "16"


async def test_a_server_that_drops_nothing_refuses(places: Places) -> None:
    provider = scripted()
    opened = ChatOnly(provider, options=["num_ctx"])
    async with chatting(places, parse_host(""), lambda _: opened) as chat:
        chat.session.model = "m"
        remembered(chat.session)
        view = await chat.look.view(chat.session, "so?")
        assert (view.overflow, view.dropped) == ("refuses", ())
        assert await chat.look.counted(chat.session) is None
        with pytest.raises(ContextError, match="does not tell"):
            await chat.look.body(chat.session)


async def test_who_counts_is_believed(places: Places) -> None:
    provider = scripted(4096)
    async with chatting(places, parse_host(""), lambda _: provider) as chat:
        await sent(chat, "one two three")
        view = await chat.look.counted(chat.session, "four five")
        assert view is not None
        assert (view.tokens, view.exact) == (9, True)  # words, and one for each turn
        assert sum(row.tokens for row in view.rows) in (8, 9, 10)
        prompt = await chat.look.rendered(chat.session, "four five")
        assert prompt == "<user>one two three<assistant>ok<user>four five<assistant>"


async def test_what_the_cache_had_is_marked(places: Places) -> None:
    provider = scripted(4096)
    async with chatting(places, parse_host(""), lambda _: provider) as chat:
        await sent(chat, "one two three")
        view = await chat.look.view(chat.session)
        assert view.cached is None
        answer = chat.session.last_answer()
        assert answer is not None
        usage = Usage(prompt_eval_count=20, eval_count=30, prompt_eval_cached_count=20)
        chat.session.messages[answer.id] = Message(
            answer.id, answer.parent, "assistant", "ok", "", usage=usage
        )
        view = await chat.look.view(chat.session)
        assert view.cached == 20
        assert [row.cached for row in view.rows] == [True, False]


async def test_in_strict_mode_nothing_is_dropped(places: Places) -> None:
    async with (
        FakeOllama() as server,
        chatting(places, parse_host(server.url)) as chat,
    ):
        remembered(chat.session)
        chat.change(truncate=False)
        view = await chat.look.view(chat.session, "so?")
        assert (view.overflow, view.dropped) == ("refuses", ())
        server.replay(Recording.load("chat-truncate-false"))
        await sent(chat, "so?")
        assert server.chats[-1].json["truncate"] is False
        answer = chat.session.last_answer()
        assert answer is not None
        assert answer.status == "failed"
        assert "2300" in answer.error
    async with chatting(places, parse_host(server.url), lambda _: scripted()) as again:
        await again.open(chat.session.id)
        assert again.session.truncate is False


# -- summaries --------------------------------------------------------------------


async def test_a_summary_is_made_in_parts_that_fit(places: Places) -> None:
    provider = scripted()
    provider.default = ["so far"]
    async with chatting(places, parse_host(""), lambda _: provider) as chat:
        remembered(chat.session)
        chat.session.options |= {"num_predict": 5, "seed": 7}
        chat.session.format = "json"
        work = await chat.look.compaction(chat.session)
        await work.run()
        assert (work.done, work.text, work.error) == (True, "so far", "")
        assert work.part == work.parts == len(provider.requests) > 3
        told = [r for r in provider.requests if isinstance(r, ChatRequest)]
        said = "\n".join(turn.content for r in told for turn in r.turns)
        assert all(f"Note {n}: word0" in said for n in range(12))  # nothing is dropped
        for number, request in enumerate(told):
            assert request.format is None
            assert request.options == {"num_ctx": 1024, "seed": 7}
            assert ("so far" in request.turns[0].content) == (number > 0)
            # two tokens for each "wordN" and one for each further digit
            assert sum(len(t.content) for t in request.turns) < 1024 * 2.4
        assert len(chat.session.messages) == 24


async def test_a_summary_that_is_cut_off_says_so(places: Places) -> None:
    provider = scripted(4096)
    broken: Script = ["half of", BrokenStream("the server went away")]
    provider.replies.extend([["ok"], broken])
    async with chatting(places, parse_host(""), lambda _: provider) as chat:
        with pytest.raises(ContextError, match="nothing to summarise"):
            await chat.look.compaction(chat.session)
        await sent(chat, "hi")
        work = await chat.look.compaction(chat.session)
        await work.run()
        assert (work.text, work.error) == ("half of", "the server went away")
