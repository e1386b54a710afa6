"""The input box."""

from __future__ import annotations

from typing import TYPE_CHECKING

from textual import events
from textual.content import Content
from textual.message import Message
from textual.strip import Strip

from llmtui.chat.pasted import Typed
from llmtui.commands.keymap import keymap
from llmtui.slash import QUOTES, is_open
from llmtui.ui.widgets.command_asked import CommandAsked
from llmtui.ui.widgets.folding_area import FoldingArea

if TYPE_CHECKING:
    from llmtui.ui.widgets.vim_keys import VimKeys

HINT = "type a message"
HINT_WAITING = "type a message, or take the last one back with up"
"""What an empty input says while prompts wait in line."""
HINT_HELD = "enter sends what waits in line, up takes the last one back"
"""What it says once nothing goes on by itself."""


class Prompt(FoldingArea):
    """A text area in which enter sends.

    It grows with its text (the stylesheet sets the bounds) and leaves to the
    screen the keys that mean nothing in it just now.
    """

    class Submitted(Message):
        """Enter was pressed; ``text`` has the folded pastes in their places."""

        def __init__(self, text: str) -> None:
            super().__init__()
            self.text = text

    class Pasted(Message):
        """Something was pasted, which is in the text by now."""

        def __init__(self, text: str) -> None:
            super().__init__()
            self.text = text

    def __init__(self, *, id: str | None = None) -> None:  # noqa: A002
        super().__init__(
            id=id,
            soft_wrap=True,
            tab_behavior="focus",
            show_line_numbers=False,
            highlight_cursor_line=False,
            compact=True,
            placeholder=HINT,
        )
        self._given = ""
        self._hint = ""
        self._vim: VimKeys | None = None

    def use_vim(self, yes: bool) -> None:
        """Have vim's modes and keys, or no longer."""
        from llmtui.ui.widgets.vim_keys import VimKeys

        self._vim = VimKeys(self) if yes else None
        self.show_cursor = True
        self._say_what_keys_do()

    @property
    def has_vim(self) -> bool:
        return self._vim is not None

    @property
    def is_untouched(self) -> bool:
        """Whether it holds what was put into it, and nobody has typed since."""
        return self.text == self._given

    def put(self, text: str | Typed) -> None:
        super().put(text)
        self._given = self.text
        if self._vim is not None:
            self._vim.reset()

    def exchange(self, text: str | Typed) -> None:
        super().exchange(text)
        self._given = self.text

    def on_text_area_changed(self) -> None:
        self._say_what_keys_do()

    def on_text_area_selection_changed(self) -> None:
        self._say_what_keys_do()

    def _say_what_keys_do(self) -> None:
        """In the lower border, where the text makes them mean something else."""
        words = ""
        if self.mark:
            words = f"{keymap().shown('edit')} opens the paste, backspace takes it out"
        elif is_open(self.text):
            words = f"{QUOTES} ends the block"
        if self._vim is not None:
            words = " · ".join(filter(None, (words, self._vim.label)))
        if words != self._hint:
            self._hint = words
            self.border_subtitle = Content(words)

    def render_line(self, y: int) -> Strip:
        """A placeholder without a column to stand in would end the program."""
        if not self.content_size.width:
            return Strip.blank(self.size.width)
        return super().render_line(y)

    def check_action(self, action: str, parameters: tuple[object, ...]) -> bool | None:
        """Leave to the screen what would do nothing here."""
        if action in ("delete_word_right", "select_line", "select_all"):
            return False
        if action == "copy":
            return bool(self.selected_text)
        if action == "delete_right":
            return bool(self.text)
        if action in ("cursor_up", "cursor_down") and not any(parameters):
            return not self._is_at_edge(action)
        if action in ("cursor_page_up", "cursor_page_down"):
            return False
        return super().check_action(action, parameters)

    def _is_at_edge(self, action: str) -> bool:
        """Whether a cursor that moves up or down has no row to go to."""
        if not self.selection.is_empty:
            return False
        if action == "cursor_up":
            return self.navigator.is_first_wrapped_line(self.cursor_location)
        return self.navigator.is_last_wrapped_line(self.cursor_location)

    async def _on_key(self, event: events.Key) -> None:
        if self._vim is not None and self._vim.press(event):
            self._take(event)
            self._say_what_keys_do()
        elif event.key == "enter" and not is_open(self.text):
            self._take(event)
            self.post_message(self.Submitted(self.full_text))
        elif event.key == "enter" or self._is_newline(event.key):
            self._take(event)
            self._replace_via_keyboard("\n", *self.selection)
        elif event.key == "ctrl+d" and not self.text:
            self._take(event)
            self.post_message(CommandAsked("quit"))
        else:
            await super()._on_key(event)

    def _is_newline(self, key: str) -> bool:
        return key.replace("\r", "enter") in keymap().keys("newline").everywhere

    async def _on_paste(self, event: events.Paste) -> None:
        await super()._on_paste(event)
        self.post_message(self.Pasted(event.text))

    def _take(self, event: events.Key) -> None:
        event.stop()
        event.prevent_default()
        self._restart_blink()
