"""The models that are being fetched: a line of pulls, one after the other.

It belongs to the program: it goes on while one chats, whatever session or screen is
in front.
"""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable
from enum import Enum
from typing import TYPE_CHECKING

from llmtui.chat.names import canonical
from llmtui.jobs.pull import Pull
from llmtui.providers.errors import ProviderError
from llmtui.providers.protocol import Pulls as CanPull

if TYPE_CHECKING:
    from llmtui.hosts import Host
    from llmtui.jobs.prompt_queue import Spawn
    from llmtui.jobs.provider_pool import ProviderPool

KEPT = 20
"""Pulls that have ended and are still shown."""


class PullState(Enum):
    """Where a pull is; the value is the word for it."""

    waiting = "waits in line"
    running = "pulling"
    done = "done"
    stopped = "stopped"
    failed = "failed"

    @property
    def open(self) -> bool:
        """Whether it goes on by itself."""
        return self in (PullState.waiting, PullState.running)


class QueuedPull:
    """One model on its way to one host: to look at, while ``Pulls`` changes it."""

    def __init__(self, host: Host, model: str, *, expected: int, session: str) -> None:
        self.host = host
        self.model = model
        self.session = session
        """The session that waits for this model to answer, "" if none does."""
        self.state = PullState.waiting
        self.error = ""
        """Why it failed and what helps, in a sentence; untrusted."""
        self.pull = Pull(model, expected=expected)
        self.task: asyncio.Task[None] | None = None

    @property
    def id(self) -> str:
        """The same for two pulls of one model to one host."""
        return f"{self.host.stored} {canonical(self.model)}"


class Pulls:
    """Runs one pull at a time; the others wait for it."""

    def __init__(
        self,
        providers: ProviderPool,
        spawn: Spawn,
        changed: Callable[[], None],
        ended: Callable[[QueuedPull], None],
        *,
        sleep: Callable[[float], Awaitable[object]] = asyncio.sleep,
    ) -> None:
        """``changed`` is called when a pull begins, ends or is put in line, ``ended``
        with each that came to an end by itself. ``sleep`` is for tests."""
        self.all: tuple[QueuedPull, ...] = ()
        """Those that go on and the last that have ended, in the order of asking."""
        self._providers = providers
        self._spawn = spawn
        self._changed = changed
        self._ended = ended
        self._sleep = sleep
        self._runs = False

    @property
    def current(self) -> QueuedPull | None:
        """The one whose bytes come now, or the next one."""
        line = [pull for pull in self.all if pull.state.open]
        running = [pull for pull in line if pull.state is PullState.running]
        return next(iter(running or line), None)

    @property
    def waiting(self) -> int:
        """How many wait behind the current one."""
        return max(0, sum(pull.state.open for pull in self.all) - 1)

    def find(self, pull_id: str) -> QueuedPull | None:
        """The pull of that id, None if there is none (any more)."""
        return next((pull for pull in self.all if pull.id == pull_id), None)

    def fetching(self, host: Host, model: str) -> bool:
        """Whether a model is on its way to a host, or in line for that."""
        pull = self.find(QueuedPull(host, model, expected=0, session="").id)
        return pull is not None and pull.state.open

    def add(
        self, host: Host, model: str, *, expected: int = 0, session: str = ""
    ) -> QueuedPull:
        """Fetch a model to a host; one that is fetched there already is returned.

        ``expected`` is its likely size in bytes. ``session`` is the one that waits
        for it.
        """
        new = QueuedPull(host, model.strip(), expected=expected, session=session)
        if old := self.find(new.id):
            if old.state.open:
                old.session = session or old.session
                return old
            self.all = tuple(pull for pull in self.all if pull is not old)
        over = [pull for pull in self.all if not pull.state.open]
        forgotten = set(over[: max(0, len(over) - KEPT)])
        self.all = (*(pull for pull in self.all if pull not in forgotten), new)
        self._go_on()
        return new

    def cancel(self, pull: QueuedPull) -> None:
        """Stop it, and keep what came: ``resume`` goes on from there."""
        if not pull.state.open:
            return
        pull.state = PullState.stopped
        if pull.task is not None:
            pull.task.cancel()
        self._changed()

    def resume(self, pull: QueuedPull) -> None:
        """Go on with one that was stopped or has failed, behind those in line."""
        if pull.state in (PullState.stopped, PullState.failed):
            pull.state, pull.error = PullState.waiting, ""
            self._go_on()

    def forget(self, pull: QueuedPull) -> None:
        """Take one out of the list; it is stopped if it still goes on."""
        self.cancel(pull)
        self.all = tuple(other for other in self.all if other is not pull)
        self._changed()

    def _go_on(self) -> None:
        if not self._runs:
            self._runs = True
            self._spawn(self._run())
        self._changed()

    async def _run(self) -> None:
        try:
            while (pull := self.current) is not None:
                pull.task = asyncio.ensure_future(self._one(pull))
                try:
                    await asyncio.wait({pull.task})
                finally:
                    pull.task.cancel()
                    pull.task = None
                if pull.state in (PullState.done, PullState.failed):
                    self._ended(pull)
                self._changed()
        finally:
            self._runs = False

    async def _one(self, pull: QueuedPull) -> None:
        """Fetch one; what went wrong becomes its state."""
        pull.state = PullState.running
        self._changed()
        let_go = self._providers.hold(pull.host)
        try:
            provider = await asyncio.to_thread(self._providers.open, pull.host)
            if not isinstance(provider, CanPull):
                raise ProviderError(f"{pull.host.label} cannot fetch models")
            await pull.pull.run(provider, lambda _: None, sleep=self._sleep)
        except ProviderError as error:
            pull.state, pull.error = PullState.failed, error.sentence
        except asyncio.CancelledError:
            if pull.state is PullState.running:
                pull.state = PullState.stopped
            raise
        else:
            pull.state = PullState.done
        finally:
            let_go()
