"""How messages are shown: what is folded, and what is drawn or as it was written."""

from __future__ import annotations

from collections.abc import Iterable

from llmtui.ui.widgets.log.code_folding import CodeFolding
from llmtui.ui.widgets.log.entry import Entry
from llmtui.ui.widgets.log.folding import Folding
from llmtui.ui.widgets.log.layout import Spot
from llmtui.ui.widgets.log.parts import Edge
from llmtui.ui.widgets.log.render.line import MARGIN
from llmtui.ui.widgets.log.window import Window


class Appearance:
    """Changes it for one message of a window, or for all and those that come.

    Messages are named by their entries, None stands for all; the caller paints.
    """

    def __init__(self, window: Window) -> None:
        self._window = window
        self.thinking_open = False
        """Whether the thinking of messages is unfolded to begin with."""
        self.verbose = False
        """Whether all is shown that a reply cost."""
        self.as_source = False
        """Whether formulas and diagrams are shown as written to begin with."""
        self.code = CodeFolding(window)
        self.folding = Folding(window)

    def give(self, entry: Entry) -> None:
        """Show one that comes as messages are shown to begin with."""
        entry.unfolded, entry.verbose = self.thinking_open, self.verbose
        entry.as_source, entry.fold_code = self.as_source, self.code.lines

    def toggle_thinking(self, at: int | None = None) -> None:
        """Unfold or fold the thinking."""
        layout = self._window.layout
        if at is None:
            self.thinking_open = not self.thinking_open
        for index in self._places(at):
            entry = layout.entries[index]
            entry.unfolded = self.thinking_open if at is None else not entry.unfolded
            layout.touch(index)

    def toggle_code(self, at: int | None = None) -> None:
        """Fold or unfold long code."""
        self.code.toggle(self._places(at))

    def toggle_source(self, at: int | None = None) -> bool:
        """Show formulas and diagrams as written, or drawn.

        Returns whether they are shown as written from now on.
        """
        layout = self._window.layout
        if at is None:
            as_source = self.as_source = not self.as_source
        else:
            as_source = not layout.entries[at].as_source
        for index in self._places(at):
            layout.entries[index].as_source = as_source
            layout.redraw(index)
        return as_source

    def show_costs(self, *, verbose: bool) -> None:
        """Show all that replies cost, or only the most of it."""
        self.verbose = verbose
        layout = self._window.layout
        for index in self._places(None):
            layout.entries[index].verbose = verbose
            layout.touch(index)

    def click(self, spot: Spot, x: int) -> bool:
        """Fold or unfold what the sign at a place folds; False if there is none."""
        layout = self._window.layout
        entry = layout.entries[spot.entry]
        part = entry.parts[spot.part]
        kind = part.kind if isinstance(part, Edge) else ""
        at_sign = x < MARGIN and entry.has_sign(layout.width)
        if kind == "fold":
            self.toggle_thinking(spot.entry)
        elif kind == "more" or (kind == "head" and at_sign):
            self.folding.fold(spot.entry, folded=not entry.folded)
        else:
            return self.code.click(spot)
        return True

    def _places(self, at: int | None) -> Iterable[int]:
        return range(len(self._window.layout.entries)) if at is None else (at,)
