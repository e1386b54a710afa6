"""The message log: messages in, rows out, living replies followed."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from time import monotonic

from rich.segment import Segment
from textual import events
from textual.message import Message as Posted
from textual.strip import Strip
from textual.timer import Timer

from llmtui.chat.message import Message
from llmtui.ui.widgets.log.entry import Edge, Entry
from llmtui.ui.widgets.log.layout import Spot
from llmtui.ui.widgets.log.scroller import Scroller
from llmtui.ui.widgets.log.stream import Feed, Living

FRAMES = 12
"""Times a second that a living reply is painted."""

Siblings = Callable[[str], tuple[int, int]]
"""Of a message id: which of how many versions it is, from 1."""


class MessageLog(Scroller):
    """One conversation. No widget per message: one view, laid out where it is seen."""

    class LinkClicked(Posted):
        """A link was clicked; the log itself opens nothing."""

        def __init__(self, log: MessageLog, url: str) -> None:
            super().__init__()
            self.log_view = log
            self.url = url

        @property
        def control(self) -> MessageLog:
            return self.log_view

    def __init__(self) -> None:
        super().__init__()
        self._index: dict[str, int] = {}
        self._feeds: list[Feed] = []
        self._timer: Timer | None = None
        self._cursor: int | None = None
        self.thinking_open = False
        """Whether the thinking of messages is unfolded to begin with."""

    # -- messages ----------------------------------------------------------------

    def set_messages(
        self, messages: Sequence[Message], siblings: Siblings | None = None
    ) -> None:
        """Show a conversation at its end. Only what is seen will be laid out."""
        entries = [self._entry(message, siblings) for message in messages]
        self._feeds = []
        self._cursor = None
        self._index = {entry.message.id: at for at, entry in enumerate(entries)}
        self.layout_.reset(entries)
        self.scroll_to_end()

    def append(self, message: Message, siblings: Siblings | None = None) -> None:
        """Put a message below the others."""
        self._add(self._entry(message, siblings))
        self.reflow()

    def follow(self, reply: Living, siblings: Siblings | None = None) -> None:
        """Show a living reply while it is written; its stub is appended if needed."""
        message = reply.message
        if any(feed.reply is reply for feed in self._feeds):
            return
        entry = self._entry(message, siblings)
        if reply.done:
            self._put(entry)
            return
        entry.begin()
        self._put(entry)
        feed = Feed(reply, entry)
        feed.pull(monotonic())
        self._feeds.append(feed)
        if self._timer is None:
            self._timer = self.set_interval(1 / FRAMES, self._tick)
        self._timer.resume()

    def update(self, message: Message, siblings: Siblings | None = None) -> None:
        """A newer value of a message that is shown."""
        at = self._index.get(message.id)
        if at is None:
            return
        entry = self.layout_.entries[at]
        if siblings is not None:
            entry.versions = siblings(message.id)
        entry.replace(message)
        self.layout_.refit(at)
        self.reflow()

    def clear(self) -> None:
        """Show nothing."""
        self.set_messages(())

    def _entry(self, message: Message, siblings: Siblings | None) -> Entry:
        entry = Entry(message)
        entry.unfolded = self.thinking_open
        if siblings is not None:
            entry.versions = siblings(message.id)
        return entry

    def _put(self, entry: Entry) -> None:
        """Append an entry, or let it take the place of the same message."""
        at = self._index.get(entry.message.id)
        if at is None:
            self._add(entry)
        else:
            self.layout_.entries[at] = entry
            self.layout_.refit(at)
        self.reflow()

    def _add(self, entry: Entry) -> None:
        self._index[entry.message.id] = len(self.layout_.entries)
        self.layout_.append(entry)

    def _tick(self) -> None:
        """Carry what has come into the entries, and paint it."""
        now = monotonic()
        changed = False
        for feed in self._feeds.copy():
            done = feed.reply.done
            if feed.pull(now) or done:
                changed = True
                at = self._index[feed.entry.message.id]
                if done:
                    feed.entry.advice = feed.reply.advice
                    feed.entry.replace(feed.reply.message)
                    self._feeds.remove(feed)
                self.layout_.refit(at)
        if changed:
            self.reflow()
        if not self._feeds and self._timer is not None:
            self._timer.pause()

    # -- focus on a message ------------------------------------------------------

    @property
    def focused_id(self) -> str | None:
        """The message that has the focus, None if none has."""
        if self._cursor is None or not self.has_focus:
            return None
        return self.layout_.entries[self._cursor].message.id

    def previous_message(self) -> None:
        """Focus the message above (the lowest in sight to begin with)."""
        if self._cursor is None or not self.has_focus:
            last = int(self.scroll_y) + self._room.height - 1
            self._focus_entry(self.layout_.spot_at(last).entry)
        else:
            self._focus_entry(self._cursor - 1)

    def next_message(self) -> None:
        """Focus the message below."""
        if self._cursor is None or not self.has_focus:
            self._focus_entry(self._top.entry)
        else:
            self._focus_entry(self._cursor + 1)

    def last_prompt(self) -> None:
        """Focus the last message that a person wrote above the one in focus."""
        entries = self.layout_.entries
        start = len(entries) if self.focused_id is None else self._cursor or 0
        for at in range(start - 1, -1, -1):
            if entries[at].spoken:
                self._focus_entry(at)
                return

    def _focus_entry(self, at: int) -> None:
        entries = self.layout_.entries
        if not entries:
            return
        self._cursor = max(0, min(at, len(entries) - 1))
        self.focus(scroll_visible=False)
        self._show_entry(self._cursor)

    def _show_entry(self, at: int) -> None:
        """Scroll no further than needed to see a message, its beginning at least."""
        layout, height = self.layout_, self._room.height
        layout.settle(Spot(at), height)
        self._place(layout.row_of(self._top))
        first = layout.top_of(at)
        rows = layout.entries[at].heights.total
        y = int(self.scroll_y)
        if first < y or rows > height:
            self.scroll_to_spot(Spot(at))
        elif first + rows > y + height:
            self.scroll_rows(first + rows - y - height)
        self.reflow()

    def decorated(self, strip: Strip, spot: Spot) -> Strip:
        if spot.entry != self._cursor or not self.has_focus:
            return strip
        style = self.layout_.painter.palette["accent"]
        bar = Strip([Segment(self.signs.cursor, style)])
        return Strip.join([bar, strip.crop(1)])

    # -- thinking ----------------------------------------------------------------

    def toggle_thinking(self, message_id: str | None = None) -> None:
        """Unfold or fold the thinking: of one message, else of all there are."""
        if message_id is None:
            self.thinking_open = not self.thinking_open
            for entry in self.layout_.entries:
                entry.unfolded = self.thinking_open
            targets = range(len(self.layout_.entries))
        else:
            at = self._index[message_id]
            entry = self.layout_.entries[at]
            entry.unfolded = not entry.unfolded
            targets = range(at, at + 1)
        for at in targets:
            if self.layout_.entries[at].parts:
                self.layout_.refit(at)
        self.reflow()

    # -- events ------------------------------------------------------------------

    def on_focus(self) -> None:
        if self._cursor is None and self.layout_.entries:
            last = int(self.scroll_y) + self._room.height - 1
            self._cursor = self.layout_.spot_at(last).entry
        self.reflow()

    def on_blur(self) -> None:
        self.reflow()

    def on_click(self, event: events.Click) -> None:
        url = event.style.meta.get("url")
        if url:
            self.post_message(self.LinkClicked(self, str(url)))
            return
        if self.more_below and event.y == self._room.height - 1:
            mark = len(self.signs.more) + 3
            if event.x >= self._room.width - mark:
                self.scroll_to_end()
                return
        found = self.layout_.line_at(int(self.scroll_y) + event.y)
        if found is None:
            return
        entry = self.layout_.entries[found[0].entry]
        part = entry.parts[found[0].part]
        if isinstance(part, Edge) and part.kind == "fold":
            self.toggle_thinking(entry.message.id)
