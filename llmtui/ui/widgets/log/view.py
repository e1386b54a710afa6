"""The message log: messages in, rows out, living replies followed."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import TYPE_CHECKING

from textual import events, on
from textual.message import Message as Posted
from textual.timer import Timer

from llmtui.markdown.addresses import Link
from llmtui.ui.widgets.log.appearance import Appearance
from llmtui.ui.widgets.log.conversation import Conversation, Siblings
from llmtui.ui.widgets.log.cursor import Cursor
from llmtui.ui.widgets.log.render.link_style import link_of
from llmtui.ui.widgets.log.scroller import Scroller
from llmtui.ui.widgets.log.sideways import Sideways
from llmtui.ui.widgets.log.stream import Living

if TYPE_CHECKING:
    from llmtui.chat.message import Message

FRAMES = 12
"""Times a second that a living reply is painted."""


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

    def __init__(self, *, scroll_tables: bool = False) -> None:
        super().__init__(scroll_tables=scroll_tables)
        self._pointed: Link | None = None
        self._mouse: tuple[int, int] | None = None
        """Where the mouse is, None while it is elsewhere."""
        self._timer: Timer | None = None
        self.appearance = Appearance(self.window)
        self.conversation = Conversation(self.window.layout, self.appearance)
        self.cursor = Cursor(self.window)
        self._sideways = Sideways(self.window)

    # -- messages ----------------------------------------------------------------

    def set_messages(
        self, messages: Sequence[Message], siblings: Siblings | None = None
    ) -> None:
        """Show a conversation at its end. Only what is seen will be laid out."""
        self.conversation.reset(messages, siblings)
        self.cursor.at = self.canvas.links.at = None
        self.rail.show_matches(())
        self.scroll_to_end()

    def append(self, message: Message, siblings: Siblings | None = None) -> None:
        """Put a message below the others (or in the place of the same one)."""
        self.conversation.append(message, siblings)
        self.reflow()

    def follow(self, reply: Living, siblings: Siblings | None = None) -> None:
        """Show a living reply while it is written; its stub is appended if needed."""
        self.conversation.follow(reply, siblings)
        self.reflow()
        if self._timer is None:
            self._timer = self.set_interval(1 / FRAMES, self._tick)
        if self.conversation.is_living:
            self._timer.resume()

    def update(self, message: Message, siblings: Siblings | None = None) -> None:
        """A newer value of a message that is shown."""
        if self.conversation.update(message, siblings):
            self.reflow()

    def mark(self, message_id: str) -> None:
        """Say above a message that what comes before was left out; "" for none."""
        if self.conversation.mark(message_id):
            self.reflow()

    def _tick(self) -> None:
        """Paint what has come of the replies that are written."""
        if self.conversation.pull():
            self.reflow()
        if not self.conversation.is_living and self._timer is not None:
            self._timer.pause()

    # -- focus on a message ------------------------------------------------------

    @property
    def focused(self) -> int | None:
        """The entry that has the focus, None if none has."""
        return self.cursor.at if self.has_focus else None

    @property
    def focused_id(self) -> str | None:
        """The message that has the focus, None if none has."""
        at = self.focused
        return None if at is None else self.window.layout.entries[at].message.id

    @property
    def at(self) -> int | None:
        """The entry that is marked as the one that one is at, with focus or without."""
        return self.cursor.shown(self.has_focus)

    def step_message(self, by: int) -> None:
        """Focus the message below, or for -1 the one above (the lowest in sight to
        begin with)."""
        self._step(lambda: self.cursor.step(by))

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

    @on(events.MouseScrollLeft)
    @on(events.MouseScrollRight)
    @on(events.MouseScrollUp)
    @on(events.MouseScrollDown)
    def _wheel_sideways(self, event: events.MouseEvent) -> None:
        is_sideways = isinstance(
            event, events.MouseScrollLeft | events.MouseScrollRight
        )
        if not (is_sideways or event.shift or event.ctrl):
            return
        event.prevent_default()
        event.stop()
        back = isinstance(event, events.MouseScrollLeft | events.MouseScrollUp)
        if self._sideways.by_wheel(-1 if back else 1, event.y):
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
            if self.appearance.click(spot, event.x):
                self.reflow()
            elif self.has_focus:
                self.cursor.go(spot.entry)
                self._place()
