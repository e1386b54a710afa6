"""Attaching to a prompt what the user names: files, folders, pages, the clipboard."""

from __future__ import annotations

import asyncio
import os
import threading
import time
from collections.abc import Callable, Iterable, Sequence
from typing import TYPE_CHECKING, NamedTuple

from llmtui.attachments.loaded import TEXT, CannotAttach, Loaded
from llmtui.chat.attached_groups import amount
from llmtui.chat.mentions import unescaped_path
from llmtui.human import size
from llmtui.jobs.background import in_background
from llmtui.store.errors import SaveError

if TYPE_CHECKING:
    from llmtui.attachments.command import Output
    from llmtui.attachments.progress import Progress
    from llmtui.chat.message import Attachment
    from llmtui.jobs.core import Core

CLIPBOARD = "clipboard"
"""What names the image in the clipboard, where no file is called so."""
_SHOWN_EVERY = 256
"""Files between two sentences about how far the counting has come."""
_SHOWN_AFTER = 0.1
"""Seconds between them, at least."""


class AttachError(Exception):
    """Nothing was attached; ``str()`` says why, in a sentence."""


class Attached(NamedTuple):
    """What came of it."""

    attachments: tuple[Attachment, ...]
    notes: tuple[str, ...] = ()
    """What the user should know, in sentences."""


class Look(NamedTuple):
    """What an attachment is, for who looks at it; untrusted."""

    about: str
    text: str = ""
    pixels: Sequence[Sequence[str]] = ()
    """Rows of colours; none where an image cannot be drawn here."""


class Attacher:
    """Reads in threads, and keeps what was read. One thing at a time can be left."""

    def __init__(self, core: Core) -> None:
        self._store = core.store
        self._attachments = core.replies.attachments
        self._left: threading.Event | None = None

    async def attach(
        self, session_id: str, what: str, told: Callable[[str], object]
    ) -> Attached:
        """Read and keep what is named: a path, a pattern, an address, ``clipboard``.

        ``told`` is given sentences about how far it has come, on the loop. Raises
        ``AttachError``, and what ``leave`` ended is one too.
        """
        loop, left = asyncio.get_running_loop(), threading.Event()
        self._left = left

        def tell(sentence: str) -> bool:
            loop.call_soon_threadsafe(told, sentence)
            return not left.is_set()

        try:
            loaded, notes = await in_background(lambda: _load(what, tell, left))
            return await asyncio.to_thread(self._keep, session_id, loaded, notes)
        finally:
            if self._left is left:
                self._left = None

    async def keep_output(
        self, session_id: str, command: str, output: Output
    ) -> Attached:
        """Keep what a command printed; raises ``AttachError``."""

        def work() -> Attached:
            text = output_text(output).encode()
            return self._keep(session_id, [Loaded(f"$ {command}", TEXT, text)], [])

        return await asyncio.to_thread(work)

    def leave(self) -> bool:
        """End what is being read; False if nothing is."""
        if self._left is None or self._left.is_set():
            return False
        self._left.set()
        return True

    async def look(self, attachment: Attachment, width: int, height: int) -> Look:
        """What an attachment holds, to be shown; raises ``AttachmentGone``.

        An image is drawn with at most so many pixels each way.
        """

        def work() -> Look:
            from llmtui.attachments.image_header import read_header
            from llmtui.attachments.thumbnail import thumbnail

            content = self._attachments.content(attachment)
            about = amount([attachment])
            if not attachment.is_image:
                return Look(about, content.decode("utf-8", "replace"))
            header = read_header(content)
            if header is not None:
                about = f"{header.width:,} x {header.height:,} pixels, {about}"
            return Look(about, pixels=thumbnail(content, width, height))

        return await asyncio.to_thread(work)

    async def run(self, command: str) -> Output:
        """Run a command of the system to its end; raises ``AttachError``. Whoever
        cancels this ends it."""
        from llmtui.attachments.command import run_command

        try:
            return await run_command(command)
        except OSError as error:
            raise AttachError(f"not run: {error.strerror or error}") from None
        except ValueError:  # a NUL, or what is no character
            raise AttachError("not run: it has what no command can have") from None

    async def forget(self, digests: Iterable[str]) -> None:
        """What was taken off again goes, unless something else refers to it."""
        try:
            await asyncio.to_thread(self._store.collect, digests)
        except SaveError as error:
            self._store.report(str(error))

    def _keep(
        self, session_id: str, loaded: list[Loaded], notes: list[str]
    ) -> Attached:
        try:
            kept = self._attachments.keep(session_id, loaded)
        except SaveError as error:
            raise AttachError(f"not attached: {error}") from error
        notes += [sentence for one in loaded for sentence in one.sentences()]
        return Attached(kept, tuple(notes))


def output_text(output: Output) -> str:
    """What a command printed, and how it ended if that was not well."""
    text = output.content.decode("utf-8", "replace")
    if output.cut:
        return f"{text}\n[cut off after {size(len(output.content))}]\n"
    if output.code:
        break_ = "" if text.endswith("\n") or not text else "\n"
        return f"{text}{break_}[exit code {output.code}]\n"
    return text


def _load(
    what: str, tell: Callable[[str], bool], left: threading.Event
) -> tuple[list[Loaded], list[str]]:
    """Blocking. Raises ``AttachError``."""
    from llmtui.attachments.page import is_address, load_page
    from llmtui.attachments.paths import load_path
    from llmtui.attachments.progress import Left

    told = 0.0

    def watch(progress: Progress) -> bool:
        nonlocal told
        now = time.monotonic()
        if progress.files % _SHOWN_EVERY or now - told < _SHOWN_AFTER:
            return not left.is_set()
        told = now
        return tell(f"{what}: {progress.words}; esc leaves it")

    try:
        if is_address(what):
            return [load_page(what, watch)], []
        if not os.path.lexists(os.path.expanduser(what)):
            what = unescaped_path(what)
        if what == CLIPBOARD and not os.path.exists(what):
            return [_from_clipboard()], []
        return load_path(what, watch)
    except CannotAttach as error:
        raise AttachError(f"not attached: {error}") from None
    except Left:
        raise AttachError(f"{what} was left, and is not attached") from None


def _from_clipboard() -> Loaded:
    from llmtui.attachments.loading import load_content
    from llmtui.desktop.clipboard_image import read_image

    content, why_not = read_image()
    if not content:
        raise CannotAttach(why_not)
    return load_content("clipboard.png", "the clipboard", content)
