"""The model that is being fetched: a line of its own while one chats."""

from __future__ import annotations

from typing import TYPE_CHECKING

from textual.content import Content
from textual.events import Click
from textual.timer import Timer
from textual.widget import Widget

from llmtui.commands.keymap import shown
from llmtui.sanitise import clean_line
from llmtui.ui.glyphs import UNICODE, terminal_glyphs
from llmtui.ui.widgets.command_asked import CommandAsked
from llmtui.ui.widgets.header import shortened

if TYPE_CHECKING:
    from llmtui.jobs.pulls import Pulls

TICK = 0.2
"""Seconds between two paintings."""


class PullBar(Widget):
    """One bar for the whole model; a click shows the line of pulls."""

    def __init__(self) -> None:
        super().__init__()
        self.display = False
        self._pulls: Pulls | None = None
        self._timer: Timer | None = None

    def on_mount(self) -> None:
        self._timer = self.set_interval(TICK, self.refresh, pause=True)

    def show(self, pulls: Pulls) -> None:
        """Show the pull that goes on; nothing where none does."""
        self._pulls = pulls
        goes_on = pulls.current is not None
        if goes_on == self.display or self._timer is None:
            return
        self.display = goes_on
        if goes_on:
            self._timer.resume()
        else:
            self._timer.pause()

    def render(self) -> Content:
        current = self._pulls.current if self._pulls else None
        if current is None:
            return Content("")
        from llmtui.jobs.pull_words import bar

        key = shown("pull")
        more = f"+{self._pulls.waiting} " if self._pulls and self._pulls.waiting else ""
        right = f"  {more}{key}"
        room = self.size.width - len(right)
        blocks = terminal_glyphs() is UNICODE
        words = shortened(clean_line(bar(current.pull, room, blocks=blocks)), room)
        gap = " " * max(0, room - Content(words).cell_length)
        return Content.assemble(words, gap, (right, "bold"))

    def on_click(self, event: Click) -> None:
        event.stop()
        self.post_message(CommandAsked("pull"))
