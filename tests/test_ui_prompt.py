"""What the input box promises."""

from __future__ import annotations

from typing import ClassVar

import pytest
from textual import events
from textual.app import App, ComposeResult
from textual.binding import Binding, BindingType
from textual.widgets.text_area import Selection

from llmtui.ui.widgets.command_asked import CommandAsked
from llmtui.ui.widgets.folding_area import FoldingArea
from llmtui.ui.widgets.prompt import Prompt
from tests.support.pilot import until


class PromptApp(App[None]):
    """Only the input, and what it said."""

    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("up", "say('up')"),
        Binding("down", "say('down')"),
    ]
    CSS = "Prompt { height: auto; max-height: 12; border: round red; }"

    def __init__(self) -> None:
        super().__init__()
        self.said: list[str] = []

    def compose(self) -> ComposeResult:
        yield Prompt()

    def action_say(self, words: str) -> None:
        self.said.append(words)

    def on_prompt_submitted(self, event: Prompt.Submitted) -> None:
        self.said.append(event.text)

    def on_command_asked(self, event: CommandAsked) -> None:
        self.said.append(event.command_id)


async def test_enter_sends_and_ctrl_j_is_a_new_line() -> None:
    app = PromptApp()
    async with app.run_test(size=(40, 20)) as pilot:
        await pilot.press("a", "ctrl+j", "b", "shift+enter", "c", "enter")
        await until(pilot, lambda: app.said)
        assert app.said == ["a\nb\nc"]
        assert app.query_one(Prompt).text == "a\nb\nc"


async def test_it_grows_to_ten_rows_and_no_further() -> None:
    app = PromptApp()
    async with app.run_test(size=(40, 24)) as pilot:
        prompt = app.query_one(Prompt)
        for _ in range(4):
            await pilot.press("x", "ctrl+j")
        await until(pilot, lambda: prompt.size.height == 5)
        for _ in range(20):
            await pilot.press("x", "ctrl+j")
        await until(pilot, lambda: prompt.size.height == 10)


async def test_ctrl_d_leaves_only_an_empty_input() -> None:
    app = PromptApp()
    async with app.run_test(size=(40, 20)) as pilot:
        await pilot.press("a", "b", "home", "ctrl+d")
        await until(pilot, lambda: app.query_one(Prompt).text == "b")
        assert app.said == []
        await pilot.press("ctrl+d", "ctrl+d")
        await until(pilot, lambda: app.said == ["quit"])


async def test_up_and_down_at_the_edges_are_for_the_screen() -> None:
    app = PromptApp()
    async with app.run_test(size=(40, 20)) as pilot:
        await pilot.press("up", "down")
        assert app.said == ["up", "down"]
        await pilot.press(*"one", "ctrl+j", *"two", "up", "up", "down", "down")
        assert app.said == ["up", "down", "up", "down"]
        await pilot.press("shift+up")
        assert app.query_one(Prompt).selected_text == "one\ntwo"[3:]


async def test_a_paste_is_cleaned_and_its_line_ends_are_line_ends() -> None:
    app = PromptApp()
    async with app.run_test(size=(40, 20)) as pilot:
        app.query_one(Prompt).post_message(events.Paste("one\r\ntwo\rthree\x1b[2J"))
        await until(pilot, lambda: app.query_one(Prompt).text)
        text = app.query_one(Prompt).text
        assert text.startswith("one\ntwo\nthree")
        assert "\x1b" not in text


@pytest.mark.parametrize("huge", ["x" * 1_000_000, "line\n" * 40_000])
async def test_a_huge_paste_is_folded_and_sent_whole(huge: str) -> None:
    app = PromptApp()
    async with app.run_test(size=(40, 20)) as pilot:
        prompt = app.query_one(Prompt)
        await pilot.press("s", "e", "e", ":", "space")
        prompt.post_message(events.Paste(huge))
        await until(pilot, lambda: "[pasted" in prompt.text)
        assert len(prompt.text) < 100
        await pilot.press("enter")
        await until(pilot, lambda: app.said)
        assert app.said == ["see: " + huge]


async def test_a_scroll_bar_may_come_in_the_middle_of_an_edit() -> None:
    class Host(App[None]):
        def compose(self) -> ComposeResult:
            yield FoldingArea("one")

    app = Host()
    async with app.run_test():
        area = app.query_one(FoldingArea)
        area.set_reactive(FoldingArea.selection, Selection.cursor((1, 0)))
        area.show_vertical_scrollbar = True
        assert area.document.line_count == 1
