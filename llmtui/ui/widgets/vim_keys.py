"""Vim's modes in a text area: its keys to the machine, what comes of it to the area."""

from __future__ import annotations

from textual import events
from textual.widgets.text_area import Location, Selection

from llmtui.ui.vim.machine import Mode, Vim
from llmtui.ui.widgets.command_asked import CommandAsked
from llmtui.ui.widgets.folding_area import FoldingArea

_HISTORY = {"k": "history-older", "j": "history-newer"}
"""What lies beyond the first and the last line."""
_COMMANDS = ("/", ":")
"""Begin a command in an empty input, as in vim or as everywhere here."""


class VimKeys:
    """Hears the keys of one area before it does."""

    def __init__(self, area: FoldingArea) -> None:
        self._area = area
        self._vim = Vim()

    @property
    def label(self) -> str:
        """The mode, and the keys of a command that is not whole yet."""
        return f"{self._vim.pending} {self._vim.mode}".strip()

    def reset(self) -> None:
        """Another text is in the area."""
        self._vim.reset()
        self._area.show_cursor = True

    def press(self, event: events.Key) -> bool:
        """Whether a key was vim's; if not, it is for the area."""
        area, vim = self._area, self._vim
        printable = event.character if event.is_printable else None
        key, text = printable or event.key, area.text
        step = vim.press(key, text, _place(text, area.cursor_location))
        if not step.passed:
            self._show(text, step.text, step.at)
            return True
        if vim.mode is Mode.insert:
            return False
        if key in _HISTORY:
            area.post_message(CommandAsked(_HISTORY[key]))
        elif key in _COMMANDS and not text:
            vim.reset()
            area.insert("/")
        return printable is not None

    def _show(self, before: str, text: str, at: int) -> None:
        area = self._area
        if text != before:
            first, last, new = difference(before, text)
            area.history.checkpoint()
            start, end = _location(before, first), _location(before, last)
            area.replace(new, start, end, maintain_selection_offset=False)
            area.history.checkpoint()
        selected = self._vim.selected(text)
        # What is selected ends before a cursor, which looks as if it were part of it.
        area.show_cursor = selected is None
        if area.text != text:
            return  # a folded paste went as a whole: the cursor is where it was
        if selected is None:
            area.move_cursor(_location(text, at))
        else:
            start = _location(text, selected.start)
            end = _location(text, selected.end)
            ahead = at > selected.start or selected.end - selected.start < 2
            area.selection = Selection(start, end) if ahead else Selection(end, start)
        area.record_cursor_width()


def difference(before: str, after: str) -> tuple[int, int, str]:
    """The smallest part of a text that is another one in the next: where it begins
    and ends, and the other one.

    >>> difference("one two", "one big two")
    (4, 4, 'big ')
    """
    start = _common(before, after)
    most = min(len(before), len(after)) - start
    same = min(_common(before[::-1], after[::-1]), most)
    return start, len(before) - same, after[start : len(after) - same]


def _common(one: str, other: str) -> int:
    """How many characters two texts begin with alike."""
    pairs = enumerate(zip(one, other, strict=False))
    return next((at for at, (a, b) in pairs if a != b), min(len(one), len(other)))


def _place(text: str, location: Location) -> int:
    row, column = location
    place = 0
    for _ in range(row):
        place = text.index("\n", place) + 1
    return place + column


def _location(text: str, place: int) -> Location:
    return text.count("\n", 0, place), place - (text.rfind("\n", 0, place) + 1)
