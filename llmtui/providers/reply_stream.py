"""A reply as it comes from a provider, read the same way for everybody.

What is decided here for the app and for ``ask``: what of the text is thinking,
when a model only repeats itself, when an answer is at its end. Knows neither
sessions nor files.
"""

from __future__ import annotations

import asyncio
from collections.abc import AsyncGenerator, Callable
from contextlib import aclosing, suppress
from typing import TYPE_CHECKING

from llmtui.chat.events import Event, Finished, Text, Thinking
from llmtui.chat.outcome import REPEATING
from llmtui.chat.repeating import RepetitionGuard
from llmtui.chat.thinking import ThinkingSplitter
from llmtui.providers.errors import BrokenStream, ProviderError

if TYPE_CHECKING:
    from llmtui.chat.format_check import FormatCheck

_AFTER_THE_END = 1.0
"""Seconds that a stream may take to close by itself once it has said its last."""


class ReplyStream:
    """Hands the events of one reply to ``take``, thinking and answer apart.

    The last one is ``Finished``, with the ``done_reason`` "repeating" where the
    reply was ended because it repeated itself.
    """

    def __init__(
        self, take: Callable[[Event], object], *, answering: bool = False
    ) -> None:
        """``answering``: it goes on with an answer that was begun."""
        self.check: FormatCheck | None = None
        """Reads the answer before it is handed on, and has seen all of it before
        ``Finished`` is."""
        self._taker = take
        self._splitter = ThinkingSplitter(answering=answering)

    async def run(
        self, events: AsyncGenerator[Event, None], *, keep_connection: bool = True
    ) -> None:
        """Read ``events`` to the end, and close them.

        With ``keep_connection`` a connection gets a moment to end by itself, so
        that it can be used again. Raises what the provider raises, and
        ``BrokenStream`` if ``Finished`` never came; what was held back has been
        handed on by then.
        """
        try:
            async with aclosing(events):
                finished = await self._read(events)
                self.flush()
                if self.check is not None:
                    self.check.end()
                self._take(finished)
                if keep_connection and finished.done_reason != REPEATING:
                    with suppress(TimeoutError, ProviderError):
                        async with asyncio.timeout(_AFTER_THE_END):
                            async for _ in events:
                                pass
        finally:
            self.flush()

    def flush(self) -> None:
        """Hand on what was held back until more would come. Safe at any time."""
        for part in self._splitter.end():
            self._take(part)

    def _take(self, event: Event) -> None:
        if self.check is not None:
            self.check.take(event)
        self._taker(event)

    async def _read(self, events: AsyncGenerator[Event, None]) -> Finished:
        """Hand on all events but the last, and return that."""
        take, splitter = self._take, self._splitter
        text, thoughts = RepetitionGuard(), RepetitionGuard()
        async for event in events:
            if isinstance(event, Text):
                if splitter.settled:
                    take(event)
                else:
                    for part in splitter.feed(event.delta):
                        take(part)
                if text.feed(event.delta):
                    return Finished(done_reason=REPEATING)
            elif isinstance(event, Thinking):
                splitter.thought()
                take(event)
                if thoughts.feed(event.delta):
                    return Finished(done_reason=REPEATING)
            elif isinstance(event, Finished):
                return event
            else:
                take(event)
        raise BrokenStream("the answer ended before its end")
