"""Short notices, and what a small terminal shows of a dialog."""

from __future__ import annotations

from llmtui.places import Places
from llmtui.providers.scripted import Scripted
from tests.support.app import chatting


async def test_the_same_notice_is_not_stacked(places: Places) -> None:
    async with chatting(Scripted(["smollm2"]), places) as chat:
        for _ in range(3):
            await chat.say("/nosuch")
            chat.screen.prompt.put("")
        await chat.until_said("there is no command /nosuch")
        assert chat.said.count("/nosuch") == 1
        await chat.until("there is no command /nosuch")


async def test_the_editor_says_its_keys_in_a_small_terminal(places: Places) -> None:
    async with chatting(Scripted(["smollm2"]), places, size=(40, 10)) as chat:
        await chat.press("ctrl+s")
        await chat.until("ctrl+s keep")
