"""Folding and unfolding long code."""

from __future__ import annotations

from collections.abc import Iterable
from typing import TYPE_CHECKING

from llmtui.markdown.block import Block
from llmtui.ui.widgets.log.entry import Entry
from llmtui.ui.widgets.log.layout import Spot
from llmtui.ui.widgets.log.parts import block_of
from llmtui.ui.widgets.log.shown_blocks import LONG
from llmtui.ui.widgets.log.window import Window

if TYPE_CHECKING:
    from llmtui.chat.query import Query


class CodeFolding:
    """Folds the code of a window's messages; the caller paints."""

    def __init__(self, window: Window) -> None:
        self._window = window
        self.lines = LONG
        """Code of more lines is folded to begin with, 0 for none."""

    def click(self, spot: Spot) -> bool:
        """Fold or unfold what is at a spot, if that is a row to be clicked for it."""
        layout = self._window.layout
        if not layout.lines(spot.entry, spot.part)[spot.line].folds:
            return False
        entry = layout.entries[spot.entry]
        assert entry.wholes is not None
        entry.wholes.flip(entry.wholes.pieces(spot.part)[0])
        self._refit([spot.entry])
        return True

    def toggle(self, indices: Iterable[int]) -> None:
        """Unfold all code of some messages; fold it where none was folded."""
        entries = self._window.layout.entries
        places = list(indices)
        unfold = any(_is_folded(entries[at]) for at in places)
        self._set(places, 0 if unfold else self.lines or LONG)

    def unfold_words(self, at: int, query: Query) -> None:
        """Unfold the code of a message if there are words in what is not shown."""
        layout = self._window.layout
        entry = layout.read_whole(at)
        hidden = {
            block.leaf
            for part in entry.parts
            if (block := block_of(part)) and block.hidden
        }
        source = entry.source and entry.source.answer
        if hidden and source:
            texts = (block.text for block in source.frozen if block.leaf in hidden)
            if any(query.spans(text) for text in texts):
                self._set([at], 0)

    def hold(self, at: int) -> None:
        """Have code of a living message that one reads not be folded when it ends."""
        window = self._window
        entry = window.layout.entries[at]
        if window.following or entry.wholes is None or not entry.fold_code:
            return
        for y in range(window.y, window.y + window.height):
            found = window.layout.line_at(y)
            if found is None or found[0].entry != at:
                continue
            block = block_of(entry.parts[found[0].part])
            if block and block.kind == "code" and not block.hidden:
                entry.wholes.hold(found[0].part)

    def _set(self, places: Iterable[int], lines: int) -> None:
        for at in places:
            entry = self._window.layout.entries[at]
            entry.fold_code = lines
            if entry.wholes is not None:
                entry.wholes.forget_flips()
        self._refit(places)

    def _refit(self, places: Iterable[int]) -> None:
        """Read entries anew; what the first row shows stays there."""
        window, layout = self._window, self._window.layout
        top = window.top
        block = self._block(top)
        for at in places:
            layout.entries[at].read_anew()
            layout.touch(at)
        if block is not None and self._block(top) != block:
            parts = layout.entries[top.entry].parts
            pieces = [
                part
                for part, kind in enumerate(parts)
                if (found := block_of(kind)) and found.leaf == block.leaf
            ]
            top = Spot(top.entry, pieces[0] if pieces else 0)
        window.to_spot(top)

    def _block(self, spot: Spot) -> Block | None:
        entries = self._window.layout.entries
        parts = entries[spot.entry].parts if spot.entry < len(entries) else []
        return block_of(parts[spot.part]) if spot.part < len(parts) else None


def _is_folded(entry: Entry) -> bool:
    return any((block := block_of(part)) and block.hidden for part in entry.parts)
