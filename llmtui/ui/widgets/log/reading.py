"""Where one reads in a log, and what is lit there."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

from llmtui.ui.widgets.log.layout import Spot
from llmtui.ui.widgets.log.view import MessageLog

if TYPE_CHECKING:
    from llmtui.chat.matches import Match
    from llmtui.chat.query import Query


class Reading:
    """Goes to messages, and to words in them, without moving more than needed."""

    def __init__(self, log: MessageLog) -> None:
        self._log = log

    @property
    def first_in_sight(self) -> str | None:
        """The message in the first row, None if there is none."""
        window = self._log.window
        at, entries = window.top.entry, window.layout.entries
        return entries[at].message.id if at < len(entries) else None

    def light(self, query: Query | None, places: Sequence[float] = ()) -> None:
        """Light the words of a query wherever they are shown, and mark ``places`` in
        the rail (see ``Rail``); None puts them out."""
        log, highlights = self._log, self._log.canvas.highlights
        if highlights.query is not None or query is not None:
            highlights.query, highlights.now = query, None
            log.rail.show_matches(places)
            log.reflow()

    def go_to(self, message_id: str, match: Match | None = None) -> bool:
        """Bring a message, or a match in it, into sight; False if it is not here."""
        log = self._log
        at = log.conversation.place_of(message_id)
        if at is None:
            return False
        spot = Spot(at)
        if match is not None:
            if log.window.layout.entries[at].folded:
                log.appearance.folding.fold(at, folded=False)
            if (query := log.canvas.highlights.query) is not None:
                log.appearance.code.unfold_words(at, query)
            spot = log.canvas.highlights.find(log.window.layout, at, match)
        log.cursor.at = at
        log.window.show_spot(spot)
        log.reflow()
        return True

    def show_thinking(self, message_id: str, *, shown: bool) -> bool:
        """Unfold or fold the thinking of a message; False if it is so, or not here."""
        log = self._log
        at = log.conversation.place_of(message_id)
        if at is None or log.window.layout.entries[at].unfolded == shown:
            return False
        log.appearance.toggle_thinking(at)
        log.reflow()
        return True
