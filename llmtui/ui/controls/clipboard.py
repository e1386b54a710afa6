"""What leaves the program for the desktop: copies, and links that are opened."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING

from llmtui.ui.begin import begin
from llmtui.ui.notices import Say

if TYPE_CHECKING:
    from textual.screen import Screen


class Clipboard:
    """Copies in the background, and says what became of it."""

    def __init__(self, screen: Screen[None], cache: Path, say: Say) -> None:
        """``cache`` is where a text goes that is too long for every other way."""
        self._screen = screen
        self._cache = cache
        self._say = say

    @property
    def selected(self) -> str:
        """What is selected on the screen, "" if nothing is."""
        return self._screen.get_selected_text() or ""

    def copy(self, text: str) -> None:
        """Copy a text, by whatever way there is."""

        async def run() -> None:
            from llmtui.desktop.clipboard import copy

            done = await asyncio.to_thread(copy, text, self._writer(), self._cache)
            self._say(done.words, warning=not done.way)

        begin(self._screen.app, run(), "copy")

    def open(self, url: str) -> None:
        """Open a link where there is a browser, else copy it.

        Without a display a browser would draw into this terminal.
        """

        async def run() -> None:
            from llmtui.desktop.browser import open_in_browser
            from llmtui.jobs.background import in_background

            if await in_background(lambda: open_in_browser(url)):
                self._say(f"opened {url}")
            else:
                self._say(f"no browser here: {url}")
                self.copy(url)

        begin(self._screen.app, run(), "link")

    def _writer(self) -> Callable[[str], object] | None:
        """What sends to the terminal, on the loop where the app's own output is."""
        app = self._screen.app
        driver = app._driver
        if driver is None or app.is_headless:
            return None
        return lambda sequence: app.call_from_thread(driver.write, sequence)
