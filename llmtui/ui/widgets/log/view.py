"""The message log: messages in, rows out, living replies followed."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from time import monotonic
from typing import TYPE_CHECKING

from textual import events
from textual.message import Message as Posted
from textual.timer import Timer

from llmtui.markdown.addresses import Link
from llmtui.ui.widgets.log.code_folding import CodeFolding
from llmtui.ui.widgets.log.cursor import Cursor
from llmtui.ui.widgets.log.entry import Entry
from llmtui.ui.widgets.log.labels import help_for
from llmtui.ui.widgets.log.layout import Spot
from llmtui.ui.widgets.log.parts import Edge
from llmtui.ui.widgets.log.render.line import MARGIN
from llmtui.ui.widgets.log.render.link_style import link_of
from llmtui.ui.widgets.log.scroller import Scroller
from llmtui.ui.widgets.log.sideways import Sideways
from llmtui.ui.widgets.log.stream import Feed, Living

if TYPE_CHECKING:
    from llmtui.chat.message import Message

FRAMES = 12
"""Times a second that a living reply is painted."""

Siblings = Callable[[str], tuple[int, int]]
"""Of a message id: which of how many versions it is, from 1."""


class MessageLog(Scroller):
    """One conversation. No widget per message: one view, laid out where it is seen."""

    class LinkClicked(Posted):
        """A link was clicked; the log itself opens nothing."""

        def __init__(self, log_view: MessageLog, link: Link) -> None:
            super().__init__()
            self.log_view = log_view
            self.link = link

        @property
        def control(self) -> MessageLog:
            return self.log_view

    class LinkPointed(Posted):
        """One has come to a link with the mouse or the keys, or (None) left it."""

        def __init__(self, log_view: MessageLog, link: Link | None) -> None:
            super().__init__()
            self.log_view = log_view
            self.link = link

        @property
        def control(self) -> MessageLog:
            return self.log_view

    def __init__(self) -> None:
        super().__init__()
        self._pointed: Link | None = None
        self._mouse: tuple[int, int] | None = None
        """Where the mouse is, None while it is elsewhere."""
        self._index: dict[str, int] = {}
        self._feeds: list[Feed] = []
        self._timer: Timer | None = None
        self.cursor = Cursor(self.window)
        self._sideways = Sideways(self.window)
        self.code = CodeFolding(self.window)
        self.thinking_open = False
        """Whether the thinking of messages is unfolded to begin with."""
        self.verbose = False
        """Whether all is shown that a reply cost."""
        self.as_source = False
        """Whether formulas and diagrams are shown as written to begin with."""

    # -- messages ----------------------------------------------------------------

    def set_messages(
        self, messages: Sequence[Message], siblings: Siblings | None = None
    ) -> None:
        """Show a conversation at its end. Only what is seen will be laid out."""
        entries = [self._entry(message, siblings) for message in messages]
        self._feeds = []
        self.cursor.at = self.canvas.links.at = None
        self.rail.show_matches(())
        self._index = {entry.message.id: at for at, entry in enumerate(entries)}
        self.window.layout.reset(entries)
        self.scroll_to_end()

    def append(self, message: Message, siblings: Siblings | None = None) -> None:
        """Put a message below the others (or in the place of the same one)."""
        self._put(self._entry(message, siblings))

    def follow(self, reply: Living, siblings: Siblings | None = None) -> None:
        """Show a living reply while it is written; its stub is appended if needed."""
        if any(feed.reply is reply for feed in self._feeds):
            return
        entry = self._entry(reply.message, siblings)
        if reply.done:
            entry.advice = help_for(reply)
            self._put(entry)
            return
        feed = Feed(reply, entry)
        feed.pull(monotonic())
        self._feeds.append(feed)
        self._put(entry)
        if self._timer is None:
            self._timer = self.set_interval(1 / FRAMES, self._tick)
        self._timer.resume()

    def update(self, message: Message, siblings: Siblings | None = None) -> None:
        """A newer value of a message that is shown."""
        at = self._index.get(message.id)
        if at is None:
            return
        entry = self.window.layout.entries[at]
        if siblings is not None:
            entry.versions = siblings(message.id)
        entry.replace(message)
        self.window.layout.refit(at)
        self.reflow()

    def mark(self, message_id: str) -> None:
        """Say above a message that what comes before was left out; "" for none."""
        entries = self.window.layout.entries
        wanted = self._index.get(message_id)
        for at, entry in enumerate(entries):
            if entry.marked != (at == wanted):
                entry.marked = at == wanted
                entry.touch()
                if entry.parts:
                    self.window.layout.refit(at)
                self.reflow()

    def clear(self) -> None:
        """Show nothing."""
        self.set_messages(())

    def _entry(self, message: Message, siblings: Siblings | None) -> Entry:
        entry = Entry(message)
        entry.unfolded, entry.verbose = self.thinking_open, self.verbose
        entry.as_source, entry.fold_code = self.as_source, self.code.lines
        if siblings is not None:
            entry.versions = siblings(message.id)
        return entry

    def _put(self, entry: Entry) -> None:
        layout = self.window.layout
        at = self._index.get(entry.message.id)
        if at is None:
            self._index[entry.message.id] = len(layout.entries)
            layout.append(entry)
        else:
            layout.entries[at] = entry
            layout.refit(at)
        self.reflow()

    def _tick(self) -> None:
        """Carry what has come into the entries, and paint it."""
        now = monotonic()
        changed = False
        for feed in self._feeds.copy():
            done = feed.reply.done
            at = self._index[feed.entry.message.id]
            self.code.hold(at)
            if feed.pull(now) or done:
                changed = True
                if done:
                    feed.entry.advice = help_for(feed.reply)
                    feed.entry.replace(feed.reply.message)
                    self._feeds.remove(feed)
                self.window.layout.refit(at)
        if changed:
            self.reflow()
        if not self._feeds and self._timer is not None:
            self._timer.pause()

    # -- focus on a message ------------------------------------------------------

    @property
    def focused_id(self) -> str | None:
        """The message that has the focus, None if none has."""
        entries = self.window.layout.entries
        at = self.cursor.at
        return entries[at].message.id if self.has_focus and at is not None else None

    @property
    def at(self) -> int | None:
        """The entry that is marked as the one that one is at, with focus or without."""
        return self.cursor.shown(self.has_focus)

    def previous_message(self) -> None:
        """Focus the message above (the lowest in sight to begin with)."""
        self._step(lambda: self.cursor.step(-1))

    def next_message(self) -> None:
        """Focus the message below."""
        self._step(lambda: self.cursor.step(1))

    def last_prompt(self) -> None:
        """Focus the nearest message above that a person wrote."""
        self._step(self.cursor.to_prompt)

    def step_link(self, by: int) -> bool:
        """Go to the next link, or for -1 the one before; False if there is none."""
        links = self.canvas.links
        if not self.has_focus:
            links.at = self.cursor.at = None
        self.cursor.rest()
        spot = links.step(by, self.cursor.at or 0)
        if spot is None:
            return False
        self.cursor.at = spot.entry
        self.window.show_spot(spot)
        self.focus(scroll_visible=False)
        self._place()
        return True

    def move_sideways(self, steps: int) -> bool:
        """Move a block that is too wide; False if none is in sight."""
        moved = self._sideways.by_keys(steps, self.cursor.at)
        self.reflow()
        return moved

    def toggle_code(self, message_id: str | None = None) -> None:
        """Fold or unfold long code: of one message, else of all there are."""
        every = range(len(self.window.layout.entries))
        self.code.toggle(every if message_id is None else [self._index[message_id]])
        self.reflow()

    def place_of(self, message_id: str) -> int | None:
        """Which entry a message is, None if it is not here."""
        return self._index.get(message_id)

    def _step(self, move: Callable[[], object]) -> None:
        if not self.has_focus:
            self.cursor.at = None
        self.canvas.links.at = None
        move()
        self.focus(scroll_visible=False)
        self._place()

    def scroll_to_end(self) -> None:
        self.cursor.marked = False
        super().scroll_to_end()

    def paint(self) -> None:
        self.canvas.cursor = self.at
        super().paint()
        self._point()

    def toggle_thinking(self, message_id: str | None = None) -> None:
        """Unfold or fold the thinking: of one message, else of all there are."""
        layout = self.window.layout
        if message_id is None:
            self.thinking_open = not self.thinking_open
            targets = range(len(layout.entries))
        else:
            at = self._index[message_id]
            targets = range(at, at + 1)
        for at in targets:
            entry = layout.entries[at]
            entry.unfolded = (
                self.thinking_open if message_id is None else not entry.unfolded
            )
            entry.touch()
            if entry.parts:
                layout.refit(at)
        self.reflow()

    def show_costs(self, *, verbose: bool) -> None:
        """Show all that replies cost, or only the most of it."""
        self.verbose = verbose
        layout = self.window.layout
        for at, entry in enumerate(layout.entries):
            entry.verbose = verbose
            entry.touch()
            if entry.parts:
                layout.refit(at)
        self.reflow()

    def toggle_source(self, message_id: str | None = None) -> bool:
        """Show formulas and diagrams as written, or drawn: of one message, or all.

        Returns whether they are shown as written from now on.
        """
        layout = self.window.layout
        if message_id is None:
            as_source = self.as_source = not self.as_source
            targets = range(len(layout.entries))
        else:
            at = self._index[message_id]
            as_source = not layout.entries[at].as_source
            targets = range(at, at + 1)
        for at in targets:
            layout.entries[at].as_source = as_source
            layout.redraw(at)
        self.reflow()
        return as_source

    def fold(self, at: int, *, folded: bool) -> None:
        """Show no more than the beginning of a message, or all of it."""
        window = self.window
        window.layout.entries[at].fold(folded)
        window.layout.refit(at)
        window.to_spot(Spot(at) if window.top.entry == at else window.top)
        self.reflow()

    # -- events ------------------------------------------------------------------

    def watch_has_focus(self, has_focus: bool) -> None:
        super().watch_has_focus(has_focus)
        if has_focus:
            self.cursor.rest()
        else:
            self.canvas.links.at = None
        self.paint()

    def on_mouse_move(self, event: events.MouseMove) -> None:
        self._mouse = event.x, event.y
        self._point()

    def on_leave(self) -> None:
        self._mouse = None
        self._point()

    def _point(self) -> None:
        """Say which link one is at by now."""
        under = self.canvas.link_at(*self._mouse) if self._mouse else None
        link = under or self.canvas.links.link
        if link != self._pointed:
            self._pointed = link
            self.post_message(self.LinkPointed(self, link))

    def on_mouse_scroll_down(self, event: events.MouseScrollDown) -> None:
        if event.shift or event.ctrl:
            self._wheel_sideways(event, 1)

    def on_mouse_scroll_up(self, event: events.MouseScrollUp) -> None:
        if event.shift or event.ctrl:
            self._wheel_sideways(event, -1)

    def on_mouse_scroll_right(self, event: events.MouseScrollRight) -> None:
        self._wheel_sideways(event, 1)

    def on_mouse_scroll_left(self, event: events.MouseScrollLeft) -> None:
        self._wheel_sideways(event, -1)

    def _wheel_sideways(self, event: events.MouseEvent, steps: int) -> None:
        event.prevent_default()
        event.stop()
        if self._sideways.by_wheel(steps, event.y):
            self.reflow()

    def on_click(self, event: events.Click) -> None:
        """One click does something; several, or the end of a drag, only select."""
        if event.chain > 1 or self.text_selection is not None:
            return
        if link := link_of(event.style):
            self.post_message(self.LinkClicked(self, link))
        elif self.canvas.is_more(event.x, event.y):
            self.scroll_to_end()
        elif spot := self.canvas.spot(event.y):
            if self._fold_at(spot, event.x):
                return
            if self.code.click(spot):
                self.reflow()
            elif self.has_focus:
                self.cursor.go(spot.entry)
                self._place()

    def _fold_at(self, spot: Spot, x: int) -> bool:
        """Fold or unfold what the sign at a place folds; False if there is none."""
        entry = self.window.layout.entries[spot.entry]
        part = entry.parts[spot.part]
        kind = part.kind if isinstance(part, Edge) else ""
        at_sign = x < MARGIN and entry.has_sign(self.window.layout.width)
        if kind == "fold":
            self.toggle_thinking(entry.message.id)
        elif kind == "more" or (kind == "head" and at_sign):
            self.fold(spot.entry, folded=not entry.folded)
        else:
            return False
        return True
