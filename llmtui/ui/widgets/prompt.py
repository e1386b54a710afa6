"""The input box."""

from __future__ import annotations

from textual import events
from textual.message import Message
from textual.strip import Strip
from textual.widgets import TextArea

from llmtui.sanitise import clean
from llmtui.ui.terminal_input import clean_text
from llmtui.ui.widgets.command_asked import CommandAsked

PASTE_LINES_BELOW = 20_000
"""Characters a paste may have before it is folded into one reference."""
LONGEST_LINE = 5_000
"""A longer line makes every key slow (measured: 0.3 s per key at 100 kB)."""

_NEWLINE_KEYS = frozenset({"ctrl+j", "shift+enter", "alt+enter", "shift+\r"})
HINT = "type a message"
HINT_WAITING = "type a message, or take the last one back with up"
"""What an empty input says while prompts wait in line."""
HINT_HELD = "enter sends what waits in line, up takes the last one back"
"""What it says once nothing goes on by itself."""


class Prompt(TextArea):
    """A text area in which enter sends.

    It grows with its text (the stylesheet sets the bounds) and leaves to the
    screen the keys that mean nothing in it just now.
    """

    class Submitted(Message):
        """Enter was pressed; ``text`` has the folded pastes in their places."""

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
        self._pastes: dict[str, str] = {}
        self._given = ""

    @property
    def is_untouched(self) -> bool:
        """Whether it holds what was put into it, and nobody has typed since."""
        return self.text == self._given

    @property
    def full_text(self) -> str:
        """What the box means: its text with the folded pastes in their places."""
        text = self.text
        for mark, pasted in self._pastes.items():
            text = text.replace(mark, pasted)
        return text

    def put(self, text: str) -> None:
        """Replace the content; the cursor goes to the end."""
        self._pastes.clear()
        text = clean(text)
        self._given = self._foldable(text) if _too_heavy(text) else text
        self.text = self._given
        self.move_cursor(self.document.end)

    def exchange(self, text: str) -> None:
        """Replace the content, so that undo brings it back."""
        text = clean(text)
        shown = self._foldable(text) if _too_heavy(text) else text
        self.history.checkpoint()
        self.replace(shown, (0, 0), self.document.end, maintain_selection_offset=False)
        self.move_cursor(self.document.end)
        self.history.checkpoint()

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
        if event.key == "enter":
            self._take(event)
            self.post_message(self.Submitted(self.full_text))
        elif event.key in _NEWLINE_KEYS:
            self._take(event)
            self._replace_via_keyboard("\n", *self.selection)
        elif event.key == "ctrl+d" and not self.text:
            self._take(event)
            self.post_message(CommandAsked("quit"))
        else:
            await super()._on_key(event)

    async def _on_paste(self, event: events.Paste) -> None:
        """Insert what was pasted, cleaned; something huge as one folded reference."""
        event.stop()
        event.prevent_default()
        text = clean_text(event)
        shown = self._foldable(text) if _too_heavy(text) else text
        if result := self._replace_via_keyboard(shown, *self.selection):
            self.move_cursor(result.end_location)
            self.focus()

    def _foldable(self, text: str) -> str:
        number = len(self._pastes) + 1
        mark = f"[pasted {_size(len(text.encode()))} #{number}]"
        self._pastes[mark] = text
        return mark

    def _take(self, event: events.Key) -> None:
        event.stop()
        event.prevent_default()
        self._restart_blink()


def _too_heavy(text: str) -> bool:
    if len(text) > PASTE_LINES_BELOW:
        return True
    return len(text) > LONGEST_LINE and max(map(len, text.split("\n"))) > LONGEST_LINE


def _size(count: int) -> str:
    return f"{count / 1000:.0f} kB"
