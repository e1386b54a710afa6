"""Where the keys go: to the input, unless the user went into the log."""

from __future__ import annotations

from textual.events import Key

from llmtui.places import Places
from llmtui.providers.scripted import Scripted
from tests.support.app import Chat, chatting


async def answered(chat: Chat) -> None:
    """Have one prompt answered."""
    await chat.say("hello")
    await chat.until("ok")
    await chat.until(lambda: chat.screen.chat.reply is None)


async def test_tab_goes_into_the_log_and_back(places: Places) -> None:
    async with chatting(Scripted(["smollm2"]), places) as chat:
        await answered(chat)
        await chat.press("tab")
        assert chat.screen.log_view.has_focus
        await chat.until("y copy")
        await chat.press("tab")
        assert chat.screen.prompt.has_focus


async def test_a_new_session_is_typed_into_from_the_log_too(places: Places) -> None:
    async with chatting(Scripted(["smollm2"]), places) as chat:
        await answered(chat)
        await chat.press("tab", "ctrl+n")
        await chat.until("Ready.")
        await chat.press(*"try it")
        assert chat.screen.prompt.text == "try it"


async def test_a_resumed_session_is_typed_into_from_the_log_too(
    places: Places,
) -> None:
    async with chatting(Scripted(["smollm2"]), places) as chat:
        await answered(chat)
        await chat.press("ctrl+n")
        await chat.say("other")
        await chat.until(lambda: chat.screen.chat.reply is None)
        await chat.press("tab", "ctrl+o")
        await chat.until("2 of 2")
        await chat.press("down", "enter")
        await chat.until(lambda: chat.screen.chat.session.title == "hello")
        await chat.until(lambda: chat.screen.prompt.has_focus)


async def test_letters_are_commands_in_the_log_only(places: Places) -> None:
    provider = Scripted(["smollm2"])
    async with chatting(provider, places) as chat:
        await answered(chat)
        chat.screen.set_focus(None)
        await chat.press("r", "y")
        await chat.pilot.pause()
        assert len(provider.requests) == 1
        assert "sent" not in chat.said


async def test_nothing_is_copied_of_a_message_without_text(places: Places) -> None:
    async with chatting(Scripted(["smollm2"], [[""]]), places) as chat:
        await chat.say("hello")
        await chat.until(lambda: chat.screen.chat.reply is None)
        await chat.press("tab", "y")
        await chat.until_said("there is no text in this message")


async def test_keys_before_leaving_are_in_the_draft(places: Places) -> None:
    async with chatting(Scripted(["smollm2"]), places) as chat:
        for key in "half a thought":
            chat.app.post_message(Key(key, key))
        chat.app.post_message(Key("ctrl+q", None))
        await chat.until(lambda: chat.app._leaving)
    async with chatting(Scripted(["smollm2"]), places) as chat:
        await chat.until(lambda: chat.screen.prompt.text == "half a thought")


async def test_a_click_in_the_log_leaves_the_keys_to_the_input(places: Places) -> None:
    provider = Scripted(["smollm2"])
    async with chatting(provider, places) as chat:
        await answered(chat)
        await chat.pilot.click("MessageLog", offset=(5, 2))
        await chat.press(*"markup")
        assert chat.screen.prompt.text == "markup"
        assert len(provider.requests) == 1


async def test_a_number_means_that_code_block(places: Places) -> None:
    blocks = "".join(f"```\n{text}\n```\n" for text in ("one", "2 and 1", "three"))
    async with chatting(Scripted(["smollm2"], [[blocks]]), places) as chat:
        await chat.say("three blocks")
        await chat.until("three")
        await chat.until(lambda: chat.screen.chat.reply is None)
        await chat.press("tab", "b")
        await chat.until("3 of 3")
        await chat.press("1")
        await chat.until("1 of 3")
        assert "2 and 1" not in chat.text.partition("code block")[2]
        await chat.press("enter")
        await chat.until_said("copied.txt")
    assert (places.cache / "copied.txt").read_text() == "one\n"
