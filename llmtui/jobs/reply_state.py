"""A reply as its readers see it: they look, and are never waited for."""

from __future__ import annotations

import asyncio
import time
from collections.abc import AsyncGenerator, Callable
from typing import TYPE_CHECKING

from llmtui.chat.events import Event
from llmtui.chat.message import Message, Status
from llmtui.chat.session import Session
from llmtui.chat.usage import Usage
from llmtui.jobs.phases import Phase
from llmtui.providers.errors import ModelMissing, ProviderError, SignInNeeded

if TYPE_CHECKING:
    from llmtui.chat.format_check import FormatCheck
    from llmtui.chat.misfit import Misfit


class ReplyState:
    """How far a reply is, and what came of it. Written by ``Reply`` alone."""

    def __init__(
        self,
        session: Session,
        message: Message,
        prompt: Message | None,
    ) -> None:
        self.session = session
        self.prompt = prompt
        self.message = message
        self.text_pieces: list[str] = [message.text] if message.text else []
        """The answer so far. Grows at its end only, or is another list from now on
        when it turns out that all of it was thinking."""
        self.thinking_pieces: list[str] = [message.thinking] if message.thinking else []
        """The thinking so far. As ``text_pieces``."""
        self.phase = Phase.connecting
        self.phase_detail = ""
        """What is loaded or prepared, in words."""
        self.started = self.phase_since = time.monotonic()
        self.first_token: float | None = None
        """When the first piece came, as ``started`` by ``time.monotonic()``."""
        self.thought_for = 0.0
        """Seconds that it has thought, up to the last change of phase."""
        self.prompt_tokens_estimate = 0
        self.check: FormatCheck | None = None
        """Holds the answer against the format that was asked for, if one was."""
        self.usage: Usage | None = None
        self.failure: Exception | None = None
        """What ended it, where that was an error."""
        self._events: list[Event] = []
        self._news: set[asyncio.Event] = set()
        self.over = False
        """Whether nothing more will happen: it was saved, or could not be."""

    @property
    def id(self) -> str:
        """The id of the message that is being written."""
        return self.message.id

    @property
    def done(self) -> bool:
        """Whether it has ended, one way or another."""
        return self.message.status != "streaming"

    @property
    def status(self) -> Status:
        return self.message.status

    @property
    def text(self) -> str:
        """The answer so far; costs its whole length, so not once per piece."""
        return "".join(self.text_pieces)

    @property
    def thinking(self) -> str:
        """The thinking so far; costs its whole length, so not once per piece."""
        return "".join(self.thinking_pieces)

    @property
    def misfit(self) -> Misfit | None:
        """Where the answer is not in its format, as far as that is certain by now."""
        return self.check.misfit if self.check is not None else None

    @property
    def error(self) -> str:
        """What went wrong, in a sentence; "" if nothing did."""
        return str(self.failure) if self.failure else ""

    @property
    def advice(self) -> str:
        """What to do about the error; may be ""."""
        return self.failure.advice if isinstance(self.failure, ProviderError) else ""

    @property
    def fetchable(self) -> bool:
        """Whether its model is missing and could be fetched."""
        return isinstance(self.failure, ModelMissing) and self.failure.fetchable

    @property
    def signin_url(self) -> str:
        """Where to sign in, if that is what is wanted."""
        return self.failure.url if isinstance(self.failure, SignInNeeded) else ""

    async def updates(self) -> AsyncGenerator[Event, None]:
        """The events from the beginning on, as they come, until the reply ends."""
        news = asyncio.Event()
        self._news.add(news)
        try:
            at = 0
            while True:
                news.clear()
                while at < len(self._events):
                    at += 1
                    yield self._events[at - 1]
                if self.done:
                    return
                await news.wait()
        finally:
            self._news.discard(news)

    async def ended(self) -> None:
        """Wait until nothing more comes; it may not be saved yet."""
        await self._until(lambda: self.done)

    async def finished(self) -> None:
        """Wait until it has ended and was saved, or could not be."""
        await self._until(lambda: self.over)

    # -- for the writer ------------------------------------------------------------

    def enter(self, phase: Phase, detail: str = "") -> None:
        """It is somewhere else now."""
        if phase is not self.phase:
            now = time.monotonic()
            if self.phase is Phase.thinking:
                self.thought_for += now - self.phase_since
            self.phase, self.phase_since = phase, now
        self.phase_detail = detail

    def tell(self, event: Event | None = None) -> None:
        """Wake those who wait, with an event or after the end."""
        if event is not None:
            self._events.append(event)
        for news in self._news:
            news.set()

    async def _until(self, condition: Callable[[], bool]) -> None:
        news = asyncio.Event()
        self._news.add(news)
        try:
            while not condition():
                news.clear()
                await news.wait()
        finally:
            self._news.discard(news)
