"""Questions by the way: asked with the whole context, and gone without a trace."""

from __future__ import annotations

from pathlib import Path

from llmtui.chat.request import ChatRequest
from llmtui.places import Places
from llmtui.providers.errors import Unreachable
from llmtui.providers.scripted import Gate, Scripted
from llmtui.ui.dialogs.side_question import SideQuestionDialog
from tests.support.app import Chat, chatting
from tests.test_private import traces


async def ended(chat: Chat) -> None:
    await chat.until(lambda: chat.screen.chat.reply is None)


def shown(chat: Chat) -> bool:
    return isinstance(chat.app.screen, SideQuestionDialog)


def context(provider: Scripted) -> list[str]:
    """What was sent with the last request, message by message."""
    request = provider.requests[-1]
    assert isinstance(request, ChatRequest)
    return [turn.content for turn in request.turns]


async def test_it_is_asked_with_all_that_was_said(
    places: Places, tmp_path: Path
) -> None:
    provider = Scripted(["m"], ["Paris.", "About xyzzy."])
    async with chatting(provider, places) as chat:
        await chat.say("Capital of France?")
        await ended(chat)
        before = dict(chat.screen.chat.session.messages)
        await chat.say("/btw How many live there?")
        await chat.until("About xyzzy.")
        await chat.until("y copies   esc closes")
        assert context(provider) == [
            "Capital of France?",
            "Paris.",
            "How many live there?",
        ]
        await chat.press("escape")
        await chat.until(lambda: not shown(chat))
        assert chat.screen.chat.session.messages == before
        await chat.press("ctrl+o")
        await chat.until("1 of 1")
    assert traces(tmp_path) == []


async def test_it_may_be_asked_while_a_reply_is_written(places: Places) -> None:
    gate = Gate()
    provider = Scripted(["m"], [["Once ", gate, "upon"], ["Soon."]])
    async with chatting(provider, places) as chat:
        await chat.say("Tell me a story")
        await chat.until(gate.reached.is_set)
        await chat.say("/btw Is it long?")
        await chat.until("Soon.")
        assert context(provider)[1] == "Once "
        await chat.press("escape")
        gate.open()
        await ended(chat)
        answer = chat.screen.chat.session.last_answer()
        assert answer is not None
        assert (answer.text, answer.status) == ("Once upon", "complete")


async def test_esc_stops_the_answer_and_then_closes(places: Places) -> None:
    gate = Gate()
    provider = Scripted(["m"], [["Well, ", gate]])
    async with chatting(provider, places) as chat:
        chat.screen.run_command("btw")
        await chat.until("by the way")
        await chat.press(*"why", "enter")
        await chat.until("Well,")
        await chat.press("escape")
        await chat.until(lambda: provider.closed == 1)
        await chat.until("y copies   esc closes")
        assert shown(chat)
        await chat.press("escape")
        await chat.until(lambda: not shown(chat))


async def test_what_goes_wrong_is_said_there(places: Places) -> None:
    provider = Scripted(["m"], [[Unreachable("nobody there")]])
    async with chatting(provider, places) as chat:
        await chat.say("/btw Are you there?")
        await chat.until("nobody there")
        await chat.press("q")
        await chat.until(lambda: not shown(chat))
        assert not chat.screen.chat.saved
