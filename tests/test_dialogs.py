"""Whatever ends a dialog ends it once."""

from __future__ import annotations

from typing import Any

import pytest
from rich.console import RenderResult
from rich.style import Style
from textual.app import ComposeResult
from textual.events import Click
from textual.renderables.background_screen import BackgroundScreen
from textual.widgets import OptionList

from llmtui.places import Places
from llmtui.providers.scripted import Scripted
from llmtui.ui.dialogs.dialog import Dialog
from llmtui.ui.dialogs.list_dialog import ListDialog
from llmtui.ui.dialogs.new_model import NewModelDialog
from llmtui.ui.dialogs.text import TextDialog
from llmtui.ui.dialogs.variables import VariablesDialog
from llmtui.ui.dialogs.writing import WritingDialog
from llmtui.ui.widgets.folding_area import FoldingArea
from tests.support.app import Chat, chatting
from tests.support.scene import MODELS, provider, save


class ListingDialog(Dialog[str]):
    """Its action needs what is in it."""

    touched = 0

    def compose(self) -> ComposeResult:
        yield OptionList("one")

    def action_touch(self) -> None:
        self.query_one(OptionList).focus()
        self.touched += 1


async def opened(chat: Chat, key: str) -> ListDialog:
    await chat.press(key)

    def filled() -> bool:
        top = chat.app.screen
        return isinstance(top, ListDialog) and top.highlighted is not None

    await chat.until(filled)
    dialog = chat.app.screen
    assert isinstance(dialog, ListDialog)
    return dialog


@pytest.mark.parametrize("key", ["ctrl+p", "ctrl+l"])
async def test_a_double_click_on_a_row_ends_one_dialog(
    places: Places, key: str
) -> None:
    async with chatting(Scripted(MODELS), places) as chat:
        dialog = await opened(chat, key)
        options = dialog.query_one(OptionList)
        options.action_select()
        options.action_select()
        await chat.until(lambda: not dialog.is_attached)
        assert chat.app.chat in chat.app.screen_stack


async def test_what_ends_late_takes_nothing_else_away(places: Places) -> None:
    ended: list[str | None] = []
    async with chatting(Scripted(MODELS), places) as chat:
        below, above = TextDialog("below", "kept"), TextDialog("above", "")
        chat.app.push_screen(below, ended.append)
        chat.app.push_screen(above)
        await chat.until(lambda: chat.app.screen is above)
        below.dismiss("done")
        below.dismiss("again")
        above.dismiss("too late")
        await chat.until(lambda: chat.app.screen is chat.app.chat)
        await chat.until(lambda: ended)
        assert ended == ["done"]
        assert not [s for s in chat.app.screen_stack if isinstance(s, Dialog)]


async def test_a_key_that_comes_before_its_rows_or_after_its_end_does_nothing(
    places: Places,
) -> None:
    async with chatting(Scripted(MODELS), places) as chat:
        dialog = ListingDialog()
        assert not await chat.app.run_action("touch", dialog)
        chat.app.push_screen(dialog)
        assert not await chat.app.run_action("touch", dialog)
        await chat.until(lambda: chat.app.screen is dialog and dialog.is_mounted)
        assert await chat.app.run_action("touch", dialog)
        dialog.dismiss()
        assert not await chat.app.run_action("touch", dialog)
        assert dialog.touched == 1


async def test_a_dialog_may_be_left_before_it_is_there(places: Places) -> None:
    async with chatting(Scripted(MODELS), places) as chat:
        for dialog in (ListingDialog(), TextDialog("text", "")):
            chat.app.push_screen(dialog)
            assert not await chat.app.run_action("leave", dialog)
            dialog.dismiss()
        await chat.until(lambda: chat.app.screen is chat.app.chat)
        await chat.pilot.pause()


@pytest.mark.parametrize(
    "dialog",
    [
        TextDialog("text", ""),
        NewModelDialog("smollm2", lambda name: False),
        VariablesDialog("preset", ["language", "how"], {"language": "French"}),
    ],
)
async def test_what_was_written_is_given_up_only_when_that_is_asked_for_twice(
    places: Places, dialog: WritingDialog[Any]
) -> None:
    async with chatting(Scripted(MODELS), places) as chat:
        chat.app.push_screen(dialog)
        await chat.until(lambda: chat.app.screen is dialog and dialog.focused)
        await chat.press("shift+tab", *"words", "escape")
        await chat.until("esc once more gives it up")
        assert dialog.is_attached
        assert dialog.is_changed
        await chat.press("escape")
        await chat.until(lambda: not dialog.is_attached)


async def test_a_list_bears_page_keys_without_room_for_a_row(places: Places) -> None:
    for title in ("The river", "The hill"):
        save(places, title, {"text": "hi"})
    async with chatting(provider(), places, size=(2, 2)) as chat:
        await opened(chat, "ctrl+o")
        await chat.press("pagedown", "pageup")
        assert isinstance(chat.app.screen, ListDialog)


async def test_a_click_on_a_row_that_has_gone_meanwhile_is_none(
    places: Places,
) -> None:
    async with chatting(Scripted(MODELS), places) as chat:
        dialog = await opened(chat, "ctrl+l")
        options = dialog.query_one(OptionList)
        options.clear_options()
        click = Click(options, 0, 0, 0, 0, 1, False, False, False)
        click.style = Style.from_meta({"option": 0})
        options.post_message(click)
        await chat.pilot.pause()
        assert chat.app.screen is dialog


async def test_each_dialog_shows_what_is_below_it_and_no_other(places: Places) -> None:
    """Whichever of them is painted anew, above others that are not."""
    async with chatting(Scripted(MODELS), places) as chat:
        dialogs = [TextDialog(title, "") for title in ("first", "second", "third")]
        for dialog in (*dialogs, TextDialog("top", "")):
            chat.app.push_screen(dialog)
            await chat.until(lambda dialog=dialog: chat.app.screen is dialog)
        for dialog in (*dialogs, *dialogs):
            dialog.refresh(layout=True)
            await chat.pilot.pause()
            assert "top" in chat.text
        while chat.app.screen is not dialogs[0]:
            top = chat.app.screen
            assert isinstance(top, Dialog)
            top.dismiss()
            await chat.until(lambda top=top: not top.is_attached)
        dialogs[0].refresh()
        await chat.until("first")
        assert "llmtui" in chat.text.partition("\n")[0]


async def test_the_mouse_around_a_dialog_has_nothing_painted(
    places: Places, monkeypatch: pytest.MonkeyPatch
) -> None:
    async with chatting(Scripted(MODELS), places) as chat:
        dialog = TextDialog("above", "")
        chat.app.push_screen(dialog)
        await chat.until(lambda: chat.app.screen is dialog and dialog.focused)
        painted: list[object] = []
        render = BackgroundScreen.__rich_console__

        def noting(self: BackgroundScreen, *given: Any) -> RenderResult:
            painted.append(self)
            return render(self, *given)

        monkeypatch.setattr(BackgroundScreen, "__rich_console__", noting)
        dialog.refresh()
        assert dialog.get_style_at(0, 3) == Style.null()
        assert dialog.get_widget_and_offset_at(0, 3) == (dialog, None)
        assert not painted
        region = dialog.query_one(FoldingArea).content_region
        assert dialog.get_widget_and_offset_at(*region.offset)[0] is dialog.focused
        await chat.until(lambda: painted)
