"""One reply: the only place that streams and saves.

It belongs to the program and not to a screen. Each piece is in the journal
before anybody sees it; however it ends, one last record says so.
"""

from __future__ import annotations

import asyncio
import time
from asyncio import Future
from collections.abc import Awaitable, Callable
from dataclasses import replace

from llmtui.chat.events import (
    Event,
    Finished,
    Preparing,
    Text,
    Thinking,
    ToolCall,
    WasThinking,
)
from llmtui.chat.format_check import open_check
from llmtui.chat.message import Message, Status
from llmtui.chat.outcome import REPEATING, REPEATING_WORDS
from llmtui.chat.request import ChatRequest
from llmtui.chat.session import Session
from llmtui.chat.usage import Usage
from llmtui.human import progress
from llmtui.jobs.chat_request import RequestDraft, estimate
from llmtui.jobs.phases import POLL, LoadWatch, Phase
from llmtui.jobs.reply_state import ReplyState
from llmtui.providers.errors import BrokenStream, ProviderError
from llmtui.providers.protocol import Provider
from llmtui.providers.reply_stream import ReplyStream
from llmtui.store.codec.messages import call_to
from llmtui.store.journal import Journal
from llmtui.store.recovery import end_record

_LAST_LOOK = 1.0
"""Seconds that the last question after the server's memory may take."""


class Reply:
    """Writes one reply. Whoever reads it holds its ``state``."""

    def __init__(
        self,
        session: Session,
        message: Message,
        draft: RequestDraft,
        open_provider: Callable[[], Provider],
        *,
        prompt: Message | None = None,
        journal: Journal | None = None,
        checkpoint: Callable[[Reply], Awaitable[None]] | None = None,
        over: Callable[[Reply], object] = lambda reply: None,
        busy: Callable[[], bool] = lambda: False,
        poll: float = POLL,
    ) -> None:
        """``message`` is the stub; text in it (of an answer that is continued)
        comes first. ``open_provider`` may be slow, and is called in a thread.
        ``checkpoint`` saves the session and never raises; without it, and
        without a journal, nothing is kept. ``over`` is called when nothing more
        will happen.
        """
        self.state = ReplyState(session, message, prompt)
        self.session = session
        self.journal = journal or Journal()
        self.save_problem = ""
        self._draft = draft
        self._open_provider = open_provider
        self._checkpoint = checkpoint
        self._when_over = over
        self._busy = busy
        self._poll = poll
        self._calls: list[ToolCall] = []
        self._stream = ReplyStream(self._take, answering=bool(message.text))
        self._task: asyncio.Task[None] | None = None
        self._watch: LoadWatch | None = None
        self._streaming = False

    @property
    def id(self) -> str:
        """The id of the message that is being written."""
        return self.state.id

    @property
    def unsaved(self) -> str:
        """Why not all of it is on disk, "" when it is."""
        return self.save_problem or self.journal.problem

    # -- running ----------------------------------------------------------------

    def start(self) -> None:
        """Begin to stream in a task of its own; needs a running loop."""
        if self._task is None:
            self._task = asyncio.get_running_loop().create_task(self._work())
            self._task.add_done_callback(self._worked)

    async def run(self) -> None:
        """Stream, end, and save once. Whoever is cancelled here stops the reply.

        Raises nothing: what goes wrong is in ``status``, ``error`` and ``unsaved``.
        """
        self.start()
        assert self._task is not None
        try:
            await asyncio.shield(self._task)
        except asyncio.CancelledError:
            if not self._task.done():
                self.stop()
            raise

    def stop(self) -> None:
        """End it here and keep what came; closes the connection.

        Safe at any time: before it began, twice, and after its end.
        """
        self.end_now()
        if self._streaming and self._task is not None:
            self._task.cancel()

    def end_now(self) -> None:
        """Write the end to disk at once, for the way out. Never raises."""
        self._end("stopped")

    async def _work(self) -> None:
        cancelled: asyncio.CancelledError | None = None
        try:
            if not self.state.done:
                self._streaming = True
                await self._answer()
        except ProviderError as error:
            self._fail(error)
        except asyncio.CancelledError as error:
            # Stopped if it has ended already; else somebody ends the program.
            cancelled = None if self.state.done else error
            self._end("stopped")
        finally:
            self._streaming = False
            self._fail(BrokenStream("this program made a mistake in reading it"))
        if self._checkpoint is not None:
            await self._checkpoint(self)
        if cancelled is not None:
            raise cancelled

    def _worked(self, task: asyncio.Task[None]) -> None:
        # A task that is cancelled before its first step runs none of its code.
        self._end("stopped")
        self.state.over = True
        self._when_over(self)
        self.state.tell()

    async def _answer(self) -> None:
        provider, request, fingerprint = await asyncio.to_thread(self._prepare)
        self._note(fingerprint)
        self.state.started = time.monotonic()
        self._watch = LoadWatch(
            provider,
            request.model,
            self._draft.sent.digest,
            self._await,
            self._busy,
            self._poll,
        )
        watching = asyncio.create_task(self._watch.run())
        try:
            await self._stream.run(provider.chat(request))
            await self._learn_window(self._watch, watching)
        finally:
            watching.cancel()

    def _note(self, fingerprint: str) -> None:
        """Keep which messages are sent."""
        message = self.state.message
        if message.request is not None and not self.state.done:
            sent = replace(message.request, messages=fingerprint)
            self.state.message = replace(message, request=sent)

    async def _learn_window(self, watch: LoadWatch, watching: Future[None]) -> None:
        """A short reply is at its end before it is known how much the server keeps."""
        watch.begun()
        await asyncio.wait({watching}, timeout=_LAST_LOOK)
        state = self.state
        usage, message = state.usage, state.message
        if usage is not None and usage.context_length != watch.window:
            state.usage = replace(usage, context_length=watch.window)
            state.message = replace(message, usage=state.usage)
            if self.session.messages.get(self.id) is message:
                self.session.replace(state.message)

    def _prepare(self) -> tuple[Provider, ChatRequest, str]:
        request = self._draft.request()
        self.state.prompt_tokens_estimate = estimate(request)
        if check := open_check(request.format):
            check.feed(self.state.message.text)
        self._stream.check = self.state.check = check
        return self._open_provider(), request, self._draft.fingerprint()

    def _take(self, event: Event) -> None:
        """Put one event where it belongs: on disk first."""
        if self.state.done:
            return
        match event:
            case Text(delta):
                self._came(Phase.writing)
                self.journal.text(delta)
                self.state.text_pieces.append(delta)
            case Thinking(delta):
                self._came(Phase.thinking)
                self.journal.thinking(delta)
                self.state.thinking_pieces.append(delta)
            case WasThinking():
                self._was_thinking()
            case ToolCall():
                self._came(Phase.writing)
                self.journal.call(call_to(event))
                self._calls.append(event)
            case Preparing():
                self.state.enter(
                    Phase.preparing,
                    progress(event.status, event.completed, event.total),
                )
            case Finished(usage, done_reason):
                self.state.usage = usage
                if done_reason == REPEATING:
                    self._end("incomplete", REPEATING_WORDS, REPEATING)
                else:
                    self._end("complete", done_reason=done_reason)
        self.state.tell(event)

    def _came(self, phase: Phase) -> None:
        state = self.state
        if state.first_token is None:
            state.first_token = time.monotonic()
            if self._watch is not None:
                self._watch.begun()
        if state.phase is not phase:
            state.enter(phase)

    def _was_thinking(self) -> None:
        """The text so far was thinking: readers see that by the lists being others."""
        self.journal.was_thinking()
        state = self.state
        state.thinking_pieces = [*state.thinking_pieces, *state.text_pieces]
        state.text_pieces = []
        if state.first_token is not None:
            state.thought_for = time.monotonic() - state.first_token
        state.enter(Phase.thinking)

    def _await(self, phase: Phase, detail: str) -> None:
        """A phase before the first token, as the server's list of models tells."""
        if self.state.first_token is None and self.state.phase is not Phase.preparing:
            self.state.enter(phase, detail)

    # -- the end ------------------------------------------------------------------

    def _fail(self, error: ProviderError) -> None:
        state = self.state
        if not state.done:
            state.failure = error
            came = state.text_pieces or state.thinking_pieces or self._calls
            self._end("incomplete" if came else "failed", error=error.sentence)

    def _end(self, status: Status, error: str = "", done_reason: str = "") -> None:
        """The one way to end: once, at once, and without raising."""
        state = self.state
        if state.done:
            return
        self._stream.flush()
        state.enter(Phase.done)
        if state.first_token is not None:
            state.usage = replace(
                state.usage or Usage(),
                first_token_duration=int((state.first_token - state.started) * 1e9),
                context_length=self._watch.window if self._watch else 0,
                thinking_duration=int(state.thought_for * 1e9),
            )
        state.message = replace(
            state.message,
            text=state.text,
            thinking=state.thinking,
            tool_calls=(*state.message.tool_calls, *self._calls),
            status=status,
            error=error,
            done_reason=done_reason,
            misfit=state.misfit,
            usage=state.usage,
        )
        self.journal.end(end_record(state.message))
        self.session.replace(state.message)
        state.tell()
