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
from llmtui.chat.mentions import (
    STOPS,
    Mention,
    is_picture_name,
    mentions,
    must_be_file,
    spellings,
    unescaped_path,
    written_paths,
)
from llmtui.human import size
from llmtui.jobs.background import in_background
from llmtui.slash import is_slash
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


class Named(NamedTuple):
    """What a text names."""

    start: int
    end: int
    """Where it stands there."""
    path: str
    is_there: bool
    """False for what can only be a file, and is none."""


async def named_files(text: str) -> list[Named]:
    """What a text names: what is marked with ``@``, a path that it begins with, and
    paths of pictures; of those what is there, and what should be."""
    marked, written = mentions(text), written_paths(text)
    if not marked and not written:
        return []
    return await asyncio.to_thread(_named, text, marked, written)


async def all_there(paths: list[str]) -> bool:
    """Whether there is something at each of the paths."""
    return await asyncio.to_thread(lambda: all(map(_is_there, paths)))


def output_text(output: Output) -> str:
    """What a command printed, and how it ended if that was not well."""
    text = output.content.decode("utf-8", "replace")
    if output.cut:
        return f"{text}\n[cut off after {size(len(output.content))}]\n"
    if output.code:
        break_ = "" if text.endswith("\n") or not text else "\n"
        return f"{text}{break_}[exit code {output.code}]\n"
    return text


def _named(text: str, marked: list[Mention], written: list[Mention]) -> list[Named]:
    named = []
    for one in marked:
        if found := _found(one):
            named.append(found)
        elif _should_be_there(path := spellings(one.path)[-1]):
            named.append(Named(one.start, one.end, path, False))
    for one in written:
        found = _found(one)
        if text[: one.start].strip():
            if found and _is_picture(found):
                named.append(found)
        elif found and _is_meant_first(found):
            named.append(found)
        elif not found and not is_slash(text) and is_picture_name(one.path):
            named.append(Named(one.start, one.end, one.path, False))
    return sorted(named)


def _found(one: Mention) -> Named | None:
    """What is there, maybe with less punctuation behind it, or a pattern."""
    there = [path for path in spellings(one.path) if path and _is_there(path)]
    without_stops = one.path.rstrip(STOPS)
    if not there and _is_pattern(without_stops):
        there = [without_stops]
    if not there:
        return None
    return Named(one.start, one.end - (len(one.path) - len(there[0])), there[0], True)


def _should_be_there(path: str) -> bool:
    """Of what is not there; a name like ``@types/node`` is one of a file only where
    there is such a folder."""
    if must_be_file(path):
        return True
    folder, slash, _ = path.partition("/")
    return bool(slash and folder) and os.path.isdir(folder) and "(" not in path


def _is_meant_first(found: Named) -> bool:
    """A word with one slash could also be a command that is mistyped."""
    return "/" in found.path[1:] or os.path.isfile(found.path)


def _is_picture(found: Named) -> bool:
    return is_picture_name(found.path) and os.path.isfile(
        os.path.expanduser(found.path)
    )


def _is_there(path: str) -> bool:
    from llmtui.attachments.page import is_address

    return is_address(path) or os.path.exists(os.path.expanduser(path))


def _is_pattern(path: str) -> bool:
    """Whether it means several files, rather than a decorator."""
    from llmtui.attachments.folder import is_pattern

    return is_pattern(path) and ("/" in path or "." in path) and "(" not in path


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
