"""The messages of a log: which there are, and those that are being written."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from time import monotonic
from typing import TYPE_CHECKING

from llmtui.ui.widgets.log.appearance import Appearance
from llmtui.ui.widgets.log.entry import Entry
from llmtui.ui.widgets.log.labels import help_for
from llmtui.ui.widgets.log.layout import Layout
from llmtui.ui.widgets.log.stream import Feed, Living

if TYPE_CHECKING:
    from llmtui.chat.message import Message

Siblings = Callable[[str], tuple[int, int]]
"""Of a message id: which of how many versions it is, from 1."""


class Conversation:
    """Keeps the entries of a layout by the ids of their messages; the caller paints."""

    def __init__(self, layout: Layout, appearance: Appearance) -> None:
        self._layout = layout
        self._appearance = appearance
        self._index: dict[str, int] = {}
        self._feeds: list[Feed] = []

    @property
    def is_living(self) -> bool:
        """Whether a message is being written."""
        return bool(self._feeds)

    def place_of(self, message_id: str) -> int | None:
        """Which entry a message is, None if it is not here."""
        return self._index.get(message_id)

    def reset(self, messages: Sequence[Message], siblings: Siblings | None) -> None:
        """Have these and no others."""
        entries = [self._entry(message, siblings) for message in messages]
        self._feeds = []
        self._index = {entry.message.id: at for at, entry in enumerate(entries)}
        self._layout.reset(entries)

    def append(self, message: Message, siblings: Siblings | None) -> None:
        """Put a message below the others (or in the place of the same one)."""
        self._put(self._entry(message, siblings))

    def follow(self, reply: Living, siblings: Siblings | None) -> None:
        """Have a living reply read by :meth:`pull`; its stub is appended if needed."""
        if any(feed.reply is reply for feed in self._feeds):
            return
        entry = self._entry(reply.message, siblings)
        if reply.done:
            entry.advice = help_for(reply)
        else:
            feed = Feed(reply, entry)
            feed.pull(monotonic())
            self._feeds.append(feed)
        self._put(entry)

    def pull(self) -> bool:
        """Carry what has come into the entries; says whether there was anything."""
        now = monotonic()
        changed = False
        for feed in self._feeds.copy():
            at = self._index[feed.entry.message.id]
            self._appearance.code.hold(at)
            pulled = feed.pull(now)
            done = feed.reply.done and not feed.is_behind
            if pulled or done:
                changed = True
                if done:
                    feed.entry.advice = help_for(feed.reply)
                    feed.entry.replace(feed.reply.message)
                    self._feeds.remove(feed)
                self._layout.refit(at)
        return changed

    def update(self, message: Message, siblings: Siblings | None) -> bool:
        """Take a newer value of a message; False if it is not here."""
        at = self._index.get(message.id)
        if at is None:
            return False
        entry = self._layout.entries[at]
        if siblings is not None:
            entry.versions = siblings(message.id)
        entry.replace(message)
        self._layout.refit(at)
        return True

    def mark(self, message_id: str) -> bool:
        """Say above a message that what comes before was left out, "" for none; says
        whether that is new."""
        wanted = self._index.get(message_id)
        changed = False
        for at, entry in enumerate(self._layout.entries):
            if entry.marked != (at == wanted):
                entry.marked = at == wanted
                self._layout.touch(at)
                changed = True
        return changed

    def _entry(self, message: Message, siblings: Siblings | None) -> Entry:
        entry = Entry(message)
        self._appearance.give(entry)
        if siblings is not None:
            entry.versions = siblings(message.id)
        return entry

    def _put(self, entry: Entry) -> None:
        layout = self._layout
        at = self._index.get(entry.message.id)
        if at is None:
            self._index[entry.message.id] = len(layout.entries)
            layout.append(entry)
        else:
            layout.entries[at] = entry
            layout.refit(at)
