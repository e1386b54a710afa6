"""What was sent for a reply can be seen, and sent again as it was."""

from __future__ import annotations

import json
import random
from dataclasses import replace

import pytest

from llmtui.hosts import parse_host
from llmtui.jobs.outbox import NotSentError
from llmtui.places import Places
from tests.support.chatting import until
from tests.support.server import FakeOllama
from tests.test_context_look import chatting, fill, sent


async def test_what_is_shown_and_sent_again_is_what_was_sent(places: Places) -> None:
    async with (
        FakeOllama() as server,
        chatting(places, parse_host(server.url)) as chat,
    ):
        for seed in range(20):
            session = chat.new()
            fill(session, random.Random(seed))
            await sent(chat, f"{seed}: «so?»\n\ud800")
            body = server.chats[-1].body
            reply = session.last_answer()
            assert reply is not None
            session.options, session.format = {"temperature": 0.1}, None
            session.system, session.keep_alive = "Something else.", -1.0

            shown = await chat.reply_look.request(session, reply)
            assert json.loads(shown.text) == json.loads(body), seed
            assert shown.remark == "", seed

            chat.again.repeat(session, reply.id)
            await until(lambda: chat.reply is None and not chat.core.replies.running)
            assert server.chats[-1].body == body, seed


async def test_what_makes_a_repetition_another_one_is_said(places: Places) -> None:
    async with (
        FakeOllama() as server,
        chatting(places, parse_host(server.url)) as chat,
    ):
        session = chat.session
        session.options = {"seed": 7}
        await sent(chat, "Hello")
        await sent(chat, "And again")
        reply = session.last_answer()
        assert reply is not None
        assert reply.request is not None
        assert await chat.again.doubts(session, reply.id) == ()

        first = session.path()[0]
        session.replace(replace(first, excluded=True))
        [doubt] = await chat.again.doubts(session, reply.id)
        assert doubt == "what stands above it was changed since"
        shown = await chat.reply_look.request(session, reply)
        assert shown.remark == f"made anew: {doubt}"
        session.replace(first)

        old = replace(reply.request, digest="0123456789abcdef", options={})
        session.replace(replace(reply, request=old))
        weights, luck = await chat.again.doubts(session, reply.id)
        assert "is another by now (it was 0123456789ab, it is " in weights
        assert luck.startswith("it was asked without a seed")

        far = replace(old, host="http://elsewhere.example:11434", digest="")
        session.replace(replace(reply, request=far))
        weights, _ = await chat.again.doubts(session, reply.id)
        assert weights.startswith("it is not known which weights")


async def test_a_reply_that_keeps_nothing_of_its_request_says_so(
    places: Places,
) -> None:
    async with (
        FakeOllama() as server,
        chatting(places, parse_host(server.url)) as chat,
    ):
        await sent(chat, "Hello")
        session, reply = chat.session, chat.session.last_answer()
        assert reply is not None
        assert reply.request is not None
        imported = replace(reply, request=None)
        session.replace(imported)
        shown = await chat.reply_look.request(session, imported)
        assert shown.text == ""
        assert shown.remark == "it is not known what this reply was asked for with"
        older = replace(reply, request=replace(reply.request, messages=""))
        shown = await chat.reply_look.request(session, older)
        assert "not known" in shown.remark
        assert json.loads(shown.text) == json.loads(server.chats[-1].body)


async def test_what_cannot_be_mended_is_said(places: Places) -> None:
    async with (
        FakeOllama() as server,
        chatting(places, parse_host(server.url)) as chat,
    ):
        await sent(chat, "Hello")
        session, reply = chat.session, chat.session.last_answer()
        assert reply is not None
        assert reply.request is not None
        with pytest.raises(NotSentError, match="asked for as free text"):
            chat.again.mend(session, reply.id)
        asked = replace(reply.request, format="json")
        session.replace(replace(reply, request=asked, text="{}"))
        with pytest.raises(NotSentError, match="fits the format"):
            chat.again.mend(session, reply.id)
        old = replace(reply, request=asked, text='{"a": ')  # without a misfit
        session.replace(old)
        chat.again.mend(session, reply.id)
        await until(lambda: chat.reply is None and not chat.core.replies.running)
        assert "it is no JSON" in server.chats[-1].json["messages"][-1]["content"]
