"""The context on the screen: looked at, made to fit, gone on with as a summary."""

from __future__ import annotations

import json

from textual import events

from llmtui.attachments.loaded import Loaded
from llmtui.chat.events import Finished
from llmtui.chat.models import Model, RunningModel
from llmtui.chat.prompt import Prompt
from llmtui.chat.usage import Usage
from llmtui.places import Places
from llmtui.providers.scripted import Gate, Scripted
from llmtui.ui.dialogs.compact import CompactDialog
from llmtui.ui.dialogs.context import ContextDialog
from llmtui.ui.dialogs.page import PageDialog
from llmtui.ui.widgets.status import Status
from tests.support.app import Chat, chatting

LISTED = Model("m", context_length=8192)
ANSWER = "It is the light. " * 20


def provider(*replies: object) -> Scripted:
    usage = Usage(prompt_eval_count=60, eval_count=100, prompt_eval_cached_count=40)
    found = Scripted([LISTED], [[ANSWER, Finished(usage)], *replies])  # type: ignore[list-item]
    found.loaded = [RunningModel("m", context_length=256)]
    return found


async def talked(chat: Chat) -> None:
    """One turn, and a prompt that stands in the input."""
    await chat.say("What is a lighthouse for?")
    await chat.until(lambda: chat.screen.chat.saved and not chat.screen.chat.reply)
    chat.screen.prompt.insert("word " * 100)


async def test_a_walk_through_the_context(places: Places) -> None:
    async with chatting(provider(), places, size=(100, 30)) as chat:
        await talked(chat)
        chat.screen.run_command("context")
        await chat.until(lambda: isinstance(chat.app.screen, ContextDialog))
        await chat.until("188 of 256 tokens, 40 cached last time")
        assert "in the input" in chat.text
        await chat.press("up", "x")
        await chat.until("left out")
        session = chat.screen.chat.session
        assert [m.excluded for m in session.path()] == [False, True]
        await chat.press("x", "up", "m")
        await chat.until("pinned")
        assert session.path()[0].pinned

        await chat.press("r")
        await chat.until(lambda: isinstance(chat.app.screen, PageDialog))
        page = chat.app.screen
        assert isinstance(page, PageDialog)
        shown = page.text.encode()
        assert json.loads(shown)["messages"][-1]["content"].endswith("word " * 100)
        await chat.press("escape", "p")
        await chat.until("<user>What is a lighthouse for?")
        await chat.press("escape", "s")
        await chat.until("refused, nothing is left out")
        assert session.truncate is False
        await chat.press("s", "n")
        await chat.until("num_ctx")
        await chat.press("enter")
        await chat.until("num_ctx is 2048: the next turn loads the model again")
        assert session.options == {"num_ctx": 2048}
        await chat.press("home", "enter")
        await chat.until(lambda: chat.screen.log_view.has_focus)


async def test_a_summary_is_edited_and_gone_on_with(places: Places) -> None:
    gate = Gate()
    script = ["The user asked ", gate, "about lighthouses."]
    async with chatting(provider(script, ["Yes."]), places) as chat:
        await talked(chat)
        old = chat.screen.chat.session
        chat.screen.prompt.put("")
        chat.screen.run_command("compact")
        await chat.until("The user asked")
        assert isinstance(chat.app.screen, CompactDialog)
        await chat.press("ctrl+s")  # not yet
        gate.open()
        await chat.until("ctrl+s goes on with it")
        assert "tokens before, about" in chat.text
        await chat.press("ctrl+home", *"Sum: ")
        chat.app.post_message(events.Paste("of seas " * 4_000))
        await chat.until("[pasted 32 kB]")
        await chat.press("backspace", "ctrl+s")
        await chat.until(lambda: chat.screen.chat.session is not old)
        new = chat.screen.chat.session
        assert new.source == {
            "session": old.id,
            "message": old.head,
            "as": "summary",
        }
        assert len(old.messages) == 2
        assert len(chat.provider.requests) == 2
        await chat.until("Sum: The user asked about lighthouses.")
        await chat.say("And now?")
        await chat.until("Yes.")
        turns = chat.provider.requests[-1].turns  # type: ignore[union-attr]
        assert len(turns) == 1
        assert turns[0].content.startswith("This is a summary of our conversation")
        assert turns[0].content.endswith(
            "Sum: The user asked about lighthouses.\n\nAnd now?"
        )


async def test_the_quotations_of_a_reply_are_checked(places: Places) -> None:
    answer = "It says “the lamp turns twice” and “the lamp is blue”, as you asked."
    async with chatting(Scripted([LISTED], [[answer]]), places) as chat:
        now = chat.screen.chat
        log = Loaded("log.md", "text/plain", b"# log\n\nThe lamp turns twice.\n")
        kept = now.core.replies.attachments.keep(now.session.id, [log])
        how = now.outbox.preview(now.session).generation
        now.queue.send(now.session, Prompt("Is the lamp blue?", how, None, kept))
        await chat.until(lambda: chat.screen.chat.saved and not chat.screen.chat.reply)
        await chat.press("tab", "q")
        await chat.until("1 of 2 quotations stand word for word")
        assert "log.md:3" in chat.text
        assert "not in your files" in chat.text
        await chat.press("enter")
        await chat.until("The lamp turns twice.")


async def test_the_meter_follows_what_is_typed(places: Places) -> None:
    async with chatting(provider(), places) as chat:
        await talked(chat)
        await chat.until("context 188 of 256")
        chat.screen.prompt.insert("word " * 100)
        await chat.until("context 288 of 256")
        chat.screen.prompt.put("")
        await chat.until("context 160 of 256")
        await chat.pilot.click(Status, offset=(95, 0))
        await chat.until(lambda: isinstance(chat.app.screen, ContextDialog))
