"""A private session is never written, and is there as long as the program runs."""

from __future__ import annotations

from pathlib import Path

import pexpect
import pytest

from llmtui.chat.tree import TreeError
from llmtui.jobs.session_edits import SessionEdits
from llmtui.places import Places
from llmtui.providers.scripted import Gate, Scripted
from tests.support.app import chatting
from tests.support.chatting import ask, window
from tests.support.program import terminal

SECRET = "xyzzy"


def traces(folder: Path) -> list[Path]:
    """The files that hold the secret, or are called by it."""
    files = [path for path in folder.rglob("*") if path.is_file()]
    return [path for path in files if SECRET.encode() in path.read_bytes()]


def sessions(places: Places) -> list[Path]:
    return list(places.sessions.iterdir()) if places.sessions.exists() else []


async def test_nothing_of_it_is_written(places: Places, tmp_path: Path) -> None:
    gate = Gate()
    provider = Scripted(["m"], [[f"{SECRET} ", "too"], [f"{SECRET} ", gate, "end"]])
    async with chatting(provider, places, private=True) as chat:
        await chat.until("Private: nothing of this session is written")
        await chat.say(f"{SECRET} one")
        await chat.until(lambda: chat.screen.chat.reply is None)
        await chat.say(f"{SECRET} two")
        await chat.until(gate.reached.is_set)
        await chat.say(f"{SECRET} waits in line")
        await chat.press(*SECRET)
        chat.screen.run_command("rename", f"about {SECRET}")
        await chat.press("ctrl+n")
        await chat.press(*SECRET)
        await chat.press("ctrl+o")
        await chat.until(f"about {SECRET}")
        await chat.press("escape")
        # Leaving in the middle of the reply.
    assert traces(tmp_path) == []
    assert sessions(places) == []


async def test_one_goes_back_to_it_with_what_was_typed(places: Places) -> None:
    async with chatting(Scripted(["m"]), places) as chat:
        await chat.say("/private")
        await chat.until(" private ")
        await chat.say("hush")
        await chat.until(lambda: chat.screen.chat.reply is None)
        private = chat.screen.chat.session
        await chat.press(*"half")
        chat.screen.run_command("private")
        assert not chat.screen.chat.private
        await chat.say("aloud")
        await chat.until(lambda: chat.screen.chat.reply is None)
        assert chat.screen.prompt.text == ""
        await chat.resume(private.id)
        assert chat.screen.chat.session is private
        await chat.until(lambda: chat.screen.prompt.text == "half")
    assert len(list(places.sessions.glob("*.json"))) == 1


async def test_a_new_session_is_as_private_as_the_one_before(places: Places) -> None:
    async with chatting(Scripted(["m"]), places, private=True) as chat:
        await chat.say("hush")
        await chat.until(lambda: chat.screen.chat.reply is None)
        await chat.press("ctrl+n")
        assert chat.screen.chat.private
        assert not chat.screen.chat.saved


async def test_what_is_typed_into_an_empty_session_goes_along(places: Places) -> None:
    async with chatting(Scripted(["m"]), places) as chat:
        await chat.press(*SECRET)
        await chat.until(lambda: traces(places.drafts))
        chat.screen.run_command("private")
        await chat.pilot.pause()
        assert chat.screen.prompt.text == SECRET
        assert traces(places.drafts) == []


async def test_a_saved_session_stays_as_it_is(places: Places) -> None:
    async with chatting(Scripted(["m"]), places) as chat:
        await chat.say("aloud")
        await chat.until(lambda: chat.screen.chat.reply is None)
        await chat.say("/private")
        await chat.until_said("private: nothing of this session is written")
        await chat.say("hush")
        await chat.until(lambda: chat.screen.chat.reply is None)
        await chat.press("ctrl+o")
        await chat.until("private hush")
        await chat.press("delete")
        await chat.until("this session is private: it ends with the program")


async def test_its_branches_leave_no_trace_either(
    places: Places, tmp_path: Path
) -> None:
    replies = window(places, Scripted(["m"], [SECRET] * 3))
    edits, session = SessionEdits(replies), replies.store.new(model="m")
    replies.store.keep_private(session)
    for text in ("one", SECRET):
        await ask(replies, session, text).run()
    last = session.path()[-2]
    forked = await edits.fork(session, last.id)
    await ask(replies, forked, SECRET).run()
    assert await edits.prune(session, last.id) == 2
    assert await edits.undo(session)
    assert len(session.messages) == 4
    await edits.erase(session, last.id)
    assert session.messages[last.id].text == ""
    with pytest.raises(TreeError):
        await edits.erase(session, "nothing")
    await replies.aclose()
    assert traces(tmp_path) == []


def test_an_old_session_is_not_made_private() -> None:
    with terminal("--private", "-c") as child:
        child.expect("--private begins a new session; -c and -r resume an old one")
        child.expect_exact(pexpect.EOF)
