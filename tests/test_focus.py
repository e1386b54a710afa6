"""Where the keys go: to the input, unless the user went into the log."""

from __future__ import annotations

from textual.events import Key

from llmtui.chat.events import Thinking
from llmtui.commands.table import BY_ID, COMMANDS
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
        await chat.press("e", "y")
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


ANSWER = """\
Words, then [a link](#here) and a table:

| a | b |
|---|---|
| 1 | 2 |

```python
print("hello")
```
"""


async def test_a_click_in_the_log_leaves_the_keys_to_the_input(places: Places) -> None:
    provider = Scripted(["smollm2"], [[Thinking("why"), ANSWER]])
    async with chatting(provider, places) as chat:
        await chat.say("hello")
        await chat.until("print")
        await chat.until(lambda: chat.screen.chat.reply is None)
        log, prompt = chat.screen.log_view, chat.screen.prompt
        width, height = log.size
        for y in range(0, height, 2):
            for times in (1, 2, 3):
                await chat.pilot.click(log, offset=(width // 3, y), times=times)
            await chat.press(*"really?")
            assert prompt.text == "really?"
            prompt.text = ""
        for x in (4, 30, log.outer_size.width - 1):
            await chat.pilot.mouse_down(log, offset=(x, 2))
            await chat.pilot.hover(log, offset=(5, height - 1))
            await chat.pilot.mouse_up(log, offset=(5, height - 1))
            await chat.press(*"really?")
            assert prompt.text == "really?"
            prompt.text = ""
        assert len(provider.requests) == 1


async def test_no_letter_in_the_log_sends_or_changes_anything(places: Places) -> None:
    provider = Scripted(["smollm2"])
    async with chatting(provider, places) as chat:
        await answered(chat)
        session = chat.screen.chat.session
        before = [*session.path()], dict(session.messages)
        letters = {
            k for c in COMMANDS for k in c.log_keys if len(k) == 1 and k.isalpha()
        }
        for letter in sorted(letters):
            chat.screen.log_view.focus()
            await chat.press(letter)
            await chat.pilot.pause()
            if chat.app.screen is not chat.screen:
                await chat.press("escape")
            if chat.screen.prompt.has_focus:  # a past prompt is changed, or searched
                await chat.press("escape")
        assert chat.screen.chat.session is session
        assert ([*session.path()], dict(session.messages)) == before
        assert len(provider.requests) == 1


def test_what_sends_asks_for_a_key_that_types_nothing() -> None:
    sends = ("retry", "retry-with", "mend", "continue", "sign-in", "open-link")
    changes = ("fork", "exclude", "pin", "erase", "undo")
    for name in (*sends, *changes):
        keys = BY_ID[name].keys + BY_ID[name].log_keys
        assert all(len(key) > 1 for key in keys), name


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
