"""A text area that shows what is too long for it as a mark."""

from __future__ import annotations

from dataclasses import replace
from typing import Any, ClassVar

from rich.text import Text
from textual import events
from textual.geometry import Offset
from textual.widgets import TextArea
from textual.widgets.text_area import Edit, EditResult, Location, Selection

from llmtui.chat.pasted import Marks, Typed
from llmtui.sanitise import clean
from llmtui.ui.terminal_input import clean_text

UNDOABLE = 200
"""Steps that can be taken back."""


class FoldingArea(TextArea):
    """Folds a huge paste into a mark, which is one thing: the cursor steps over it,
    and what takes away a part of it takes away all."""

    COMPONENT_CLASSES: ClassVar[set[str]] = {"folding-area--pasted"}

    def __init__(self, text: str = "", **arguments: Any) -> None:
        """``arguments`` are those of ``TextArea``."""
        self._marks = Marks()
        super().__init__(self._shown(text), max_checkpoints=UNDOABLE, **arguments)

    # -- what it means -------------------------------------------------------------

    @property
    def full_text(self) -> str:
        """The text with all passages in their places."""
        return self._marks.whole(self.text)

    @property
    def typed(self) -> Typed:
        """The same, and which passages are folded."""
        return self._marks.typed(self.text)

    def put(self, text: str | Typed) -> None:
        """Replace the content, for good; the cursor goes to the end."""
        self._marks = Marks()
        self.text = self._shown(text)
        self.move_cursor(self.document.end)

    def exchange(self, text: str | Typed) -> None:
        """Replace the content, so that undo brings it back.

        In a plain ``text`` marks that are known stand for their passages.
        """
        if isinstance(text, str):
            text = self._marks.typed(clean(text))
        self.history.checkpoint()
        self.replace(
            self._shown(text),
            (0, 0),
            self.document.end,
            maintain_selection_offset=False,
        )
        self.move_cursor(self.document.end)
        self.history.checkpoint()

    def _shown(self, text: str | Typed) -> str:
        typed = Typed(text) if isinstance(text, str) else text
        cleaned = clean(typed.text)
        if cleaned != typed.text:  # then the spans are those of another text
            typed = Typed(cleaned)
        return self._marks.shown(typed)

    async def _on_paste(self, event: events.Paste) -> None:
        """Insert what was pasted, cleaned; something huge as a mark."""
        event.stop()
        event.prevent_default()
        shown = self._marks.fold(clean_text(event))
        if result := self._replace_via_keyboard(shown, *self.selection):
            self.move_cursor(result.end_location)
            self.focus()

    # What is copied or cut is the passage: elsewhere, or later, its mark means nothing.

    @property
    def selected_text(self) -> str:
        """What is selected, with all passages in their places."""
        return self._marks.whole(super().selected_text)

    def action_cut(self) -> None:
        super().action_cut()
        cut = self.app.clipboard
        if (whole := self._marks.whole(cut)) != cut:
            self.app.copy_to_clipboard(whole)

    def action_paste(self) -> None:
        """Insert what was copied here, something huge as a mark."""
        shown = self._marks.fold(clean(self.app.clipboard))
        if result := self._replace_via_keyboard(shown, *self.selection):
            self.move_cursor(result.end_location)

    def scroll_cursor_visible(
        self, center: bool = False, animate: bool = False
    ) -> Offset:
        """Textual asks for it in the middle of an edit too, while the cursor is where
        no line is wrapped yet, or none is any more."""
        try:
            self.wrapped_document.get_offsets(self.cursor_location[0])
        except ValueError:
            return Offset(0, 0)
        return super().scroll_cursor_visible(center, animate)

    # -- marks are one thing -------------------------------------------------------

    @property
    def mark(self) -> str | None:
        """The mark that the cursor is at, None if it is at none."""
        row, column = self.cursor_location
        for start, end in self._places(row):
            if start <= column <= end:
                return self.document.get_line(row)[start:end]
        return None

    def passage(self, mark: str) -> str:
        """What a mark stands for."""
        return self._marks[mark]

    def exchange_passage(self, mark: str, passage: str) -> str:
        """Put another passage in the place of one; returns its mark, "" if it has none
        or its place is gone."""
        shown = self._marks.fold(clean(passage))
        for row in range(self.document.line_count):
            for start, end in self._places(row):
                if self.document.get_line(row)[start:end] == mark:
                    at = (row, start), (row, end)
                    self.replace(shown, *at, maintain_selection_offset=False)
                    return shown if shown != passage else ""
        return ""

    def _places(self, row: int) -> list[tuple[int, int]]:
        if not self._marks or row >= self.document.line_count:
            return []
        return list(self._marks.places(self.document.get_line(row)))

    def _within(self, location: Location) -> tuple[Location, Location] | None:
        """Where the mark begins and ends that a location is in the middle of."""
        row, column = location
        for start, end in self._places(row):
            if start < column < end:
                return (row, start), (row, end)
        return None

    def validate_selection(self, selection: Selection) -> Selection:
        """Move what would be in the middle of a mark to the side that it goes to."""
        if not self._marks:
            return selection
        before = self.selection
        return Selection(
            self._beside(selection.start, before.start),
            self._beside(selection.end, before.end),
        )

    def _beside(self, location: Location, before: Location) -> Location:
        if (mark := self._within(location)) is None:
            return location
        start, end = mark
        if before >= end:
            return start
        if before <= start:
            return end
        return start if location[1] - start[1] < end[1] - location[1] else end

    def edit(self, edit: Edit) -> EditResult:
        if self._marks:
            top, bottom = self._within(edit.top), self._within(edit.bottom)
            edit = replace(
                edit,
                from_location=top[0] if top else edit.top,
                to_location=bottom[1] if bottom else edit.bottom,
            )
        return super().edit(edit)

    def get_line(self, line_index: int) -> Text:
        line = super().get_line(line_index)
        for start, end in self._places(line_index):
            line.stylize(
                self.get_component_rich_style("folding-area--pasted", partial=True),
                start,
                end,
            )
        return line
