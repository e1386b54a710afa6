"""Where and by whom the session in front of the user is answered."""

from __future__ import annotations

import asyncio
import threading
from contextlib import AbstractAsyncContextManager
from typing import Any

import pytest

from llmtui.chat.message import Attachment
from llmtui.chat.prompt import Prompt, generation_of
from llmtui.chat.session import Session
from llmtui.hosts import Host, parse_host
from llmtui.jobs.current_chat import CurrentChat
from llmtui.places import Places
from llmtui.providers.scripted import Scripted
from llmtui.store.session_store import SessionStore
from tests.support.chatting import until
from tests.support.current_chat import current_chat

A, B = parse_host("a"), parse_host("b")


class Hosts:
    """Two hosts, each with its own models, and the built-in model."""

    def __init__(self) -> None:
        self.all = {
            A: Scripted(["both", "only-a"]),
            B: Scripted(["nomic-embed-text", "only-b", "both"]),
        }

    def open(self, host: Host) -> Scripted:
        return self.all.setdefault(host, Scripted(["small"]))

    def asked(self, host: Host) -> list[str]:
        """The models that were asked on a host."""
        return [request.model for request in self.open(host).requests]


def chatting(
    places: Places, hosts: Hosts, at: Host = A, **more: Any
) -> AbstractAsyncContextManager[CurrentChat]:
    """A chat that was started on a host."""
    return current_chat(places, hosts.open, at, **more)


async def said(chat: CurrentChat, text: str = "hi") -> None:
    """Send a prompt and wait for the answer."""
    chat.outbox.send(chat.session, text)
    await until(lambda: chat.reply is None and not chat.core.replies.running)


async def switched(chat: CurrentChat, value: str) -> None:
    """As ``/host``, until the host has answered."""
    chat.host_switch.switch(value)
    await until(lambda: chat.monitor.state == "up")


async def test_a_session_is_asked_on_its_host_again(places: Places) -> None:
    hosts = Hosts()
    async with chatting(places, hosts) as chat:
        chat.models.choose("only-a")
        await said(chat)
        session_id = chat.session.id
    async with chatting(places, hosts, B) as chat:
        note = await chat.open(session_id)
        assert "asked on a, its own host" in note
        assert "/host http://b:11434" in note
        assert (chat.monitor.host, chat.model) == (A, "only-a")
        await said(chat)
    assert hosts.asked(A) == ["only-a", "only-a"]
    assert hosts.asked(B) == []


async def test_a_host_named_with_a_session_is_meant(places: Places) -> None:
    hosts = Hosts()
    async with chatting(places, hosts) as chat:
        await said(chat)
        first = chat.session.id
        chat.new()
        await said(chat)
        second = chat.session.id
    async with chatting(places, hosts, B, host_from="--host") as chat:
        assert "asked on b now, no longer on a" in await chat.open(first)
        assert chat.model == "both"
        await said(chat)
        await said(chat)
        assert hosts.asked(B) == ["both", "both"]
        # Only for this run: as with `ask -c --host`, it stays a session of A.
        assert (chat.session.host, chat.session.model) == (A.stored, "both")
        # It was said of that session, not of those that are opened later.
        assert "asked on a, its own host" in await chat.open(second)
        assert chat.monitor.host == A


async def test_a_host_that_the_user_switches_to_is_the_sessions_from_then_on(
    places: Places,
) -> None:
    hosts = Hosts()
    async with chatting(places, hosts) as chat:
        await said(chat)
        session_id = chat.session.id
    async with chatting(places, hosts, host_from="--host") as chat:
        await chat.open(session_id)
        await switched(chat, "b")
        await said(chat)
        assert (chat.session.host, hosts.asked(B)) == (B.stored, ["both"])


async def test_the_model_stays_where_both_hosts_have_it(places: Places) -> None:
    hosts = Hosts()
    async with chatting(places, hosts) as chat:
        await said(chat)
        await switched(chat, "b")
        assert chat.model == "both"
        await said(chat)
        await switched(chat, "a")
        chat.models.choose("only-a")
        await switched(chat, "b")
        assert chat.model == "both"
        chat.models.choose("only-b")
        await said(chat)
    assert hosts.asked(B) == ["both", "only-b"]


async def test_another_host_s_model_is_not_asked_for_before_the_list(
    places: Places,
) -> None:
    async with chatting(places, Hosts()) as chat:
        chat.models.choose("only-a")
        await said(chat)
        chat.host_switch.switch("b")
        assert (chat.model, chat.looking) == ("", True)
        await until(lambda: not chat.looking)
        assert chat.model == "only-b"


async def test_retry_and_continue_use_what_is_shown(places: Places) -> None:
    hosts = Hosts()
    async with chatting(places, hosts) as chat:
        await said(chat)
        answer = chat.session.last_answer()
        assert answer is not None
        await switched(chat, "b")
        chat.models.choose("only-b")
        chat.outbox.retry(chat.session, answer.id)
        await until(lambda: not chat.core.replies.running)
        chat.outbox.go_on(chat.session, answer.id)
        await until(lambda: not chat.core.replies.running)
        assert (chat.session.host, chat.session.model) == (B.stored, "only-b")
    assert hosts.asked(B) == ["only-b", "only-b"]


async def test_a_session_of_the_built_in_model_stays_there(places: Places) -> None:
    hosts = Hosts()
    local = parse_host("local")
    async with chatting(places, hosts, local) as chat:
        await said(chat)
        session_id = chat.session.id
    async with chatting(places, hosts) as chat:
        await chat.open(session_id)
        assert (chat.monitor.host, chat.model) == (local, "small")


async def test_a_model_of_the_command_line_holds_for_the_run(places: Places) -> None:
    hosts = Hosts()
    async with chatting(places, hosts) as chat:
        await said(chat)
        session_id = chat.session.id
    async with chatting(places, hosts, model="only-a") as chat:
        await chat.open(session_id)
        await said(chat)
        await said(chat)
        assert chat.session.model == "both"
        chat.new()
        assert chat.model == "only-a"
        await said(chat)
        assert chat.session.model == "only-a"
    assert hosts.asked(A) == ["both", "only-a", "only-a", "only-a"]


async def test_a_model_that_is_not_there_is_known_to_be_missing(places: Places) -> None:
    async with chatting(places, Hosts(), model="nosuch") as chat:
        assert chat.model == "nosuch"
        assert chat.models.choice.missing("nosuch")
        assert not chat.models.choice.missing("both:latest")


async def test_what_waits_is_sent_where_it_was_written_for(places: Places) -> None:
    hosts = Hosts()
    async with chatting(places, hosts) as chat:
        session = chat.session
        slow = generation_of(session, A, "both")
        chat.queue.send(session, Prompt("1", slow))
        chat.outbox.send(session, "2")
        chat.new()
        await switched(chat, "b")
        await until(lambda: len(hosts.asked(A)) == 2)
    assert hosts.asked(B) == []


@pytest.mark.parametrize("last", ["open", "new"])
async def test_of_two_quick_resumes_the_last_one_wins(
    places: Places, monkeypatch: pytest.MonkeyPatch, last: str
) -> None:
    async with chatting(places, Hosts()) as chat:
        await said(chat)
        slow = chat.session.id
        chat.new()
        await said(chat)
        quick = chat.session.id
    going_on = threading.Event()
    open_session = SessionStore.open

    def opened(store: SessionStore, session_id: str) -> Session:
        if session_id == slow:
            going_on.wait()
        return open_session(store, session_id)

    monkeypatch.setattr(SessionStore, "open", opened)
    async with chatting(places, Hosts()) as chat:
        opening = asyncio.create_task(chat.open(slow))
        await asyncio.sleep(0)
        if last == "open":
            await chat.open(quick)
        else:
            chat.new()
        wanted = chat.session.id
        going_on.set()
        await opening
        assert chat.session.id == wanted != slow


async def test_what_is_erased_does_not_wait_in_line_either(places: Places) -> None:
    async with chatting(places, Hosts()) as chat:
        chat.outbox.send(chat.session, "a secret")
        await until(lambda: chat.reply is None)
        first = chat.session.path()[0].id
        chat.outbox.send(chat.session, "go on")
        for text in ("a secret", "not a secret again"):
            chat.outbox.send(chat.session, text)
        chat.queue.stop(chat.session.id)
        assert chat.queue.held(chat.session.id)
        await until(lambda: not chat.core.replies.running)
        await chat.erase(first)
        line = chat.queue.waiting(chat.session.id)
        assert [prompt.text for prompt in line] == ["not  again"]
        for path in places.drafts.iterdir():
            assert b"secret" not in path.read_bytes()


async def test_a_short_text_that_is_erased_stays_within_what_waits(
    places: Places,
) -> None:
    async with chatting(places, Hosts()) as chat:
        chat.outbox.send(chat.session, "no")
        await until(lambda: chat.reply is None)
        first = chat.session.path()[0].id
        for text in ("go on", "no", "write another note"):
            chat.outbox.send(chat.session, text)
        notes = Attachment("0" * 64, "notes.txt", "text/plain")
        chat.outbox.attach(chat.session, [notes])
        chat.outbox.send(chat.session, "")
        chat.queue.stop(chat.session.id)
        await until(lambda: not chat.core.replies.running)
        await chat.erase(first)
        line = chat.queue.waiting(chat.session.id)
        assert [prompt.text for prompt in line] == ["write another note", ""]
