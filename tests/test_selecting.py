"""Selecting by mouse in the program: what a drag and a double click take."""

from __future__ import annotations

import pytest
from textual import events

from llmtui.places import Places
from llmtui.providers.scripted import Scripted
from llmtui.ui.controls.clipboard import Clipboard
from tests.support.app import Chat, chatting

ANSWER = "Some **words** of it.\n\n```py\nif x:\n\treturn 'a word'\n```\n\n- item\n"


async def answered(chat: Chat, answer: str = "item") -> None:
    await chat.say("hello")
    await chat.until(answer)
    await chat.until(lambda: chat.screen.chat.reply is None)


def place(chat: Chat, words: str) -> tuple[int, int]:
    """Where words are on the screen."""
    rows = chat.text.split("\n")
    y = next(y for y, row in enumerate(rows) if words in row)
    return rows[y].index(words), y


async def drag(chat: Chat, start: tuple[int, int], end: tuple[int, int]) -> str:
    await chat.pilot.mouse_down(None, offset=start)
    await chat.pilot.hover(None, offset=end)
    await chat.pilot.mouse_up(None, offset=end)
    return chat.screen.get_selected_text() or ""


async def test_a_drag_out_of_the_log_takes_nothing_that_is_around_it(
    places: Places,
) -> None:
    async with chatting(Scripted(["smollm2"], [[ANSWER]]), places) as chat:
        await answered(chat)
        width, height = chat.app.size
        start = place(chat, "of it")
        rest = "of it." + ANSWER.partition("of it.")[2].rstrip()
        for y in range(height - 6, height):
            assert await drag(chat, start, (width - 2, y)) == rest
        assert await drag(chat, start, (0, 0)) == "hello\n\nSome **words** "
        await chat.press(*"really?")
        assert chat.screen.prompt.text == "really?"


async def test_a_drag_out_of_the_log_ends_with_what_is_in_sight(
    places: Places,
) -> None:
    long = "".join(f"line {n}\n\n" for n in range(200))
    async with chatting(Scripted(["smollm2"], [[long]]), places) as chat:
        await answered(chat, "line 199")
        await chat.press("ctrl+home")
        await chat.until("line 0")
        text = await drag(chat, place(chat, "line 0"), (20, chat.app.size.height - 1))
        assert text.startswith("line 0\n\nline 1\n\n")
        assert text.split("\n")[-1] in chat.text
        assert text.count("line") < 30


async def test_two_clicks_take_a_word_and_three_its_block(places: Places) -> None:
    async with chatting(Scripted(["smollm2"], [[ANSWER]]), places) as chat:
        await answered(chat)
        for words, word, block in (
            ("words", "words", "Some **words** of it."),
            ("return", "return", "if x:\n\treturn 'a word'"),
            ("item", "item", "- item"),
        ):
            x, y = place(chat, words)
            for times, text in ((2, word), (3, block)):
                await chat.pilot.click(None, offset=(x + 1, y), times=times)
                assert chat.screen.get_selected_text() == text
        await chat.pilot.click(None, offset=(60, y), times=2)
        assert not chat.screen.get_selected_text()


async def drag_as_a_terminal(
    chat: Chat, start: tuple[int, int], end: tuple[int, int]
) -> None:
    """A drag by events of the terminal: the app itself makes a click of its end."""
    for kind, (x, y) in (
        (events.MouseDown, start),
        (events.MouseMove, end),
        (events.MouseUp, end),
    ):
        chat.app.post_message(kind(None, x, y, 0, 0, 1, False, False, False, x, y))
        await chat.pilot.pause()


async def test_a_drag_that_ends_on_a_link_does_not_open_it(
    places: Places, monkeypatch: pytest.MonkeyPatch
) -> None:
    opened: list[str] = []
    monkeypatch.setattr(Clipboard, "open", lambda self, url: opened.append(url))
    answer = "Read all of [this page](https://example.com/) today.\n"
    async with chatting(Scripted(["smollm2"], [[answer]]), places) as chat:
        await answered(chat, "today")
        start, (x, y) = place(chat, "Read"), place(chat, "this page")
        await drag_as_a_terminal(chat, start, (x + 2, y))
        assert chat.screen.get_selected_text() == "Read all of [thi"
        assert not opened
        await chat.pilot.click(None, offset=(x + 2, y), times=2)
        assert opened == ["https://example.com/"]


async def test_a_drag_to_the_mark_of_more_below_moves_nothing(places: Places) -> None:
    long = "".join(f"line {n}\n\n" for n in range(200))
    async with chatting(Scripted(["smollm2"], [[long]]), places) as chat:
        await answered(chat, "line 199")
        await chat.press("ctrl+home")
        await chat.until("more below")
        x, y = place(chat, "more below")
        await drag_as_a_terminal(chat, place(chat, "line 0"), (x + 2, y))
        assert not chat.screen.log_view.at_end
