"""Sessions and replies for tests: a disk that fills up, one window, one host."""

from __future__ import annotations

import asyncio
import errno
import os
import threading
from collections.abc import Callable
from pathlib import Path

from llmtui.chat.models import Model
from llmtui.chat.prompt import Generation, Prompt, generation_of
from llmtui.chat.session import Session
from llmtui.files.disk import Disk
from llmtui.hosts import Host, parse_host
from llmtui.jobs.provider_pool import ProviderPool
from llmtui.jobs.replies import Replies
from llmtui.jobs.reply import Reply
from llmtui.places import Places
from llmtui.providers.protocol import Provider
from llmtui.providers.scripted import Scripted
from llmtui.store.session_store import SessionStore

HOST: Host = parse_host("")


class FillingDisk(Disk):
    """A disk that is full while ``full`` is set, and counts what is asked of it."""

    def __init__(self) -> None:
        self.full = False
        self.torn = 0
        """Bytes that a write to the full disk still gets written."""
        self.writes = 0
        self.replaced: list[str] = []
        self.waited: list[int] = []
        """The threads that waited for it."""

    def write(self, handle: int, data: bytes) -> int:
        self.writes += 1
        if not self.full:
            return os.write(handle, data)
        if self.torn:
            written = os.write(handle, data[: self.torn])
            self.torn = 0
            return written
        raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))

    def fsync(self, handle: int) -> None:
        super().fsync(handle)
        self.waited.append(threading.get_ident())

    def replace(self, source: Path, target: Path) -> None:
        super().replace(source, target)
        self.replaced.append(target.name)


def window(
    places: Places, provider: Scripted, *, disk: Disk | None = None, poll: float = 60.0
) -> Replies:
    """One window on the user's sessions; every host is the scripted one."""
    return window_on(places, lambda _: provider, disk=disk, poll=poll)


def window_on(
    places: Places,
    open_provider: Callable[[Host], Provider],
    *,
    disk: Disk | None = None,
    poll: float = 60.0,
) -> Replies:
    """One window on the user's sessions, and what opens its hosts."""
    store = SessionStore(places, disk=disk or Disk())
    return Replies(store, ProviderPool(open_provider), poll=poll)


def how(session: Session, model: Model | None = None) -> Generation:
    """How a session's next turn is answered, on ``HOST``."""
    return generation_of(session, HOST, session.model, model)


def ask(replies: Replies, session: Session, text: str) -> Reply:
    """Begin a reply to a prompt that follows the head."""
    return replies.begin(session, Prompt(text, how(session), follows=session.head))


async def until(condition: Callable[[], object], seconds: float = 20.0) -> None:
    """Wait for a condition; fails loudly if it never comes."""
    async with asyncio.timeout(seconds):
        while not condition():  # noqa: ASYNC110
            await asyncio.sleep(0.005)
