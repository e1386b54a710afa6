"""Keys one after the other: each finds what the one before it has opened.

A terminal may send many keys in one read. Textual gives them out at once, to
what has the focus then, though the first of them may be about to send a prompt,
to open a dialog or to move the focus. Here a key waits until what its
predecessor set off has come to rest. Plain text need not wait for plain text.
"""

from __future__ import annotations

import asyncio
from collections import deque
from collections.abc import Awaitable, Callable, Iterator
from contextlib import contextmanager
from enum import Enum, auto
from typing import TYPE_CHECKING, Protocol, runtime_checkable

from textual.events import Key, Paste

from llmtui.commands.keymap import keymap

if TYPE_CHECKING:
    from textual.app import App
    from textual.message_pump import MessagePump
    from textual.worker import Worker

Typed = Key | Paste

LEAST_ROUNDS = 2
"""A key is handled in the first, what its handler posted in the second."""
MOST_ROUNDS = 6
"""However much goes on beside the keys."""
MOST_TEXTS = 50
"""Characters that are given out at once: then what they change is painted."""
LONGEST = 2.0
"""Seconds for which one handler can keep the next key waiting."""


@runtime_checkable
class HoldsKeys(Protocol):
    """A screen that waits for something. Its ``LEAVING_KEYS``, if it has any, end
    that; else it has ``Typeahead.go_on`` called."""

    def keys_wait(self, key: str) -> bool:
        """Whether a key ("" for a paste), and all that follow, must wait."""
        ...


class _After(Enum):
    """What was given out last."""

    nothing = auto()
    text = auto()
    """It may have changed what an input shows."""
    key = auto()
    """It may have done anything."""


class Typeahead:
    """Gives out keys and pastes in their order, and holds them back if need be."""

    def __init__(
        self,
        app: App[int],
        give: Callable[[Typed], Awaitable[None]],
    ) -> None:
        """``give`` passes one on to what has the focus. All wait until ``open``."""
        self._app = app
        self._give = give
        self._waiting: deque[Typed] = deque()
        self._is_open = False
        self._is_closed = False
        self._holds = 0
        self._after = _After.nothing
        self._texts = 0
        """How many came one after the other."""
        self._running = False
        self._worker: Worker[None] | None = None

    def open(self) -> None:
        """There is an input by now."""
        if not self._is_open:
            self._is_open = True
            self.go_on()

    def close(self) -> None:
        """Nobody gets what waits, or comes, from now on."""
        self._is_closed = True
        self._waiting.clear()
        if self._worker is not None:
            self._worker.cancel()

    async def feed(self, event: Typed) -> None:
        """Give out a key, or put it in line."""
        if self._is_closed:
            return
        if self._running or self._waiting or not self._may_go(event):
            self._waiting.append(event)
        else:
            await self._give_out(event)
        self.go_on()

    @property
    def held(self) -> bool:
        """Whether keys wait for something that takes longer than a key."""
        return bool(self._holds) or bool(
            self._waiting and self._too_early(self._waiting[0])
        )

    @property
    def text(self) -> str:
        """What was typed and has not been given out."""
        return "".join(
            event.text
            if isinstance(event, Paste)
            else (event.character or "" if event.is_printable else "")
            for event in self._waiting
        )

    @contextmanager
    def hold(self) -> Iterator[None]:
        """Keys wait while this is open."""
        self._holds += 1
        try:
            yield
        finally:
            self._holds -= 1
            self.go_on()

    def go_on(self) -> None:
        """Give out what waits, as far as it may go now."""
        due = self._after is _After.key or self._waiting
        if due and not self._running and not self._is_closed:
            self._running = True
            self._worker = self._app.run_worker(self._run, group="keys")

    async def _run(self) -> None:
        try:
            while True:
                if self._waiting and not self.held and self._may_go(self._waiting[0]):
                    await self._give_out(self._waiting.popleft())
                elif self.held and (leaving := self._leaving()):
                    await self._give_out(leaving)
                elif self._after is _After.nothing or self.held:
                    return
                elif self._waiting or self._after is _After.key:
                    await self._settle()
                    self._after = _After.nothing
                else:
                    return
        finally:
            self._running = False

    def _leaving(self) -> Typed | None:
        """Take out of the line what ends the waiting of all the others."""
        leaving = next(filter(self._leaves, self._waiting), None)
        if leaving is not None:
            self._waiting.remove(leaving)
        return leaving

    def _too_early(self, event: Typed) -> bool:
        """Whether a key, and all that follow, have nowhere to go yet."""
        if not self._is_open:
            return True
        screen = self._app.screen
        key = event.key if isinstance(event, Key) else ""
        return isinstance(screen, HoldsKeys) and screen.keys_wait(key)

    def _leaves(self, event: Typed) -> bool:
        """Whether a key ends what the others wait for, and overtakes them."""
        if not isinstance(event, Key):
            return False
        leaving = getattr(self._app.screen, "LEAVING_KEYS", ())
        leaves = event.key in keymap().keys("quit").everywhere
        return leaves or event.key in leaving

    def _may_go(self, event: Typed) -> bool:
        """Whether nothing that was given out before matters to it."""
        if self._holds or self._too_early(event):
            return False
        if self._after is _After.text:
            return self._is_text(event)
        return self._after is _After.nothing

    async def _give_out(self, event: Typed) -> None:
        is_text = self._is_text(event)
        self._texts = self._texts + 1 if is_text else 0
        if self._texts == MOST_TEXTS:
            is_text, self._texts = False, 0
        self._after = _After.text if is_text else _After.key
        await self._give(event)

    def _is_text(self, event: Typed) -> bool:
        """Whether it only adds to what is typed."""
        key, character = (
            ("a", "a") if isinstance(event, Paste) else (event.key, event.character)
        )
        focused = self._app.focused
        return focused is not None and focused.check_consume_key(key, character)

    async def _settle(self) -> None:
        """Wait until what the last one set off has come to rest."""
        for turn in range(MOST_ROUNDS):
            pumps = self._pumps()
            for pump in pumps:
                await _reached(pump)
            at_rest = not any(pump.message_queue_size for pump in pumps)
            if turn + 1 >= LEAST_ROUNDS and at_rest and pumps == self._pumps():
                return

    def _pumps(self) -> list[MessagePump]:
        """Where a key may be handled, from the inside outwards."""
        app = self._app
        inner = app.focused.ancestors_with_self if app.focused else ()
        return [*dict.fromkeys([*inner, *reversed(app.screen_stack), app])]


async def _reached(pump: MessagePump) -> None:
    """Wait until a widget has handled what it was sent so far."""
    reached = asyncio.Event()
    if pump.call_later(reached.set):
        enough = asyncio.get_running_loop().call_later(LONGEST, reached.set)
        try:
            await reached.wait()
        finally:
            enough.cancel()
