"""Two windows on one session: each shows what the other does."""

from __future__ import annotations

from llmtui.places import Places
from llmtui.providers.scripted import Gate
from tests.support.app import chatting
from tests.support.chatting import ask, window
from tests.support.scene import lighthouse, provider


async def test_the_other_windows_reply_is_seen_running_and_then_ended(
    places: Places,
) -> None:
    name = lighthouse(places)
    gate = Gate()
    other = window(places, provider(["begun ", gate, "and ended"]))
    async with chatting(provider(), places, resume=name) as chat:
        await chat.until("Tower of Hercules")
        session = other.store.open(name)
        reply = ask(other, session, "from the other window")
        await chat.until("from the other window")
        await chat.until("another window is writing this reply")
        gate.open()
        await reply.state.finished()
        await chat.until("begun and ended")
        await chat.until(lambda: "another window is writing" not in chat.text)
        await chat.say("and here")
        await chat.until(lambda: chat.screen.chat.reply is None)
    await other.aclose()


async def test_one_who_reads_further_up_is_not_moved(places: Places) -> None:
    name = lighthouse(places)
    other = window(places, provider(["the news"]))
    async with chatting(provider(), places, resume=name, size=(100, 16)) as chat:
        await chat.until("miles away")
        await chat.press("ctrl+home")
        await chat.until("A haiku about")
        session = other.store.open(name)
        reply = ask(other, session, "from the other window")
        await reply.state.finished()
        await chat.until(lambda: len(chat.screen.chat.session.messages) == 6)
        await chat.pilot.pause()
        assert "A haiku about" in chat.text
        await chat.press("ctrl+end")
        await chat.until("the news")
    await other.aclose()
