"""What ``ask`` is given beside its words: files, folders, pages, images.

What the chat shows in chips is said on standard error, where somebody looks at it:
what is attached with its size, and how far the counting of something large is.
"""

from __future__ import annotations

import os
from collections.abc import Iterable, Sequence
from functools import partial
from pathlib import Path

from llmtui.attachments.folder import link_note
from llmtui.attachments.loaded import CannotAttach, Loaded
from llmtui.attachments.loading import load_file
from llmtui.attachments.paths import load_path
from llmtui.attachments.progress import Progress
from llmtui.chat.attached_groups import amount, together
from llmtui.cli.context import complain
from llmtui.cli.options import Parsed, UsageError
from llmtui.cli.output import STDERR, is_terminal
from llmtui.cli.progress import StatusLine


def read_attached(parsed: Parsed) -> list[Loaded]:
    """Read all of it, texts first; raises ``UsageError`` with a sentence."""
    reader = _Reader()
    try:
        for name in parsed.many("file"):
            reader.read_texts(name)
        for address in parsed.many("url"):
            reader.read_page(address)
        for name in parsed.many("image"):
            reader.read_image(name)
    except CannotAttach as error:
        raise UsageError(str(error)) from None
    finally:
        reader.line.clear()
    reader.tell_total()
    return reader.loaded


class _Reader:
    """Reads one thing after the other, and tells of each."""

    def __init__(self) -> None:
        self.loaded: list[Loaded] = []
        self.line = StatusLine()
        self._named = 0
        """How many things were named."""

    def read_texts(self, name: str) -> None:
        """A file, or those of a folder or a pattern."""
        found = load_path(_path(name), partial(self._watch, name), streams=True)
        if any(one.is_image for one in found.loaded):
            raise UsageError(f"{name} is an image, not text; --image FILE gives it")
        self._take(name, found.loaded, found.notes)

    def read_page(self, address: str) -> None:
        from llmtui.attachments.page import load_page

        loaded = load_page(address, partial(self._watch, address))
        self._take(address, [loaded])

    def read_image(self, name: str) -> None:
        path = Path(os.path.expanduser(_path(name)))
        one = load_file(path, path.name, streams=True)
        if not one.content:
            raise UsageError(f"{name} is empty, so it is no image")
        if not one.is_image:
            raise UsageError(f"{name} is text, not an image; --file FILE gives it")
        self._take(name, [one], filter(None, [link_note(path)]))

    def tell_total(self) -> None:
        """How much all of it is, where that is not said already."""
        if self._named > 1:
            everything = [one.attachment() for one in self.loaded]
            self._tell(f"all that is attached: {amount(everything)}")

    def _take(
        self, name: str, loaded: Sequence[Loaded], notes: Iterable[str] = ()
    ) -> None:
        """Keep what was read of one thing, and say what it is."""
        self.line.clear()
        for note in notes:
            complain(note)
        typed = name if len(loaded) == 1 else ""
        for one in loaded:
            for sentence in one.sentences(typed):
                complain(sentence)
        group = together(name, [one.attachment() for one in loaded])
        self._tell(f"attached: {group.name} {group.words}")
        self.loaded += loaded
        self._named += 1

    def _tell(self, sentence: str) -> None:
        """For who sits at a terminal; a script knows what it attaches."""
        if is_terminal(STDERR):
            complain(sentence)

    def _watch(self, name: str, progress: Progress) -> bool:
        self.line.show(f"{name}: {progress.words}; ctrl+c leaves it", "")
        return True


def _path(name: str) -> str:
    if not name:
        raise UsageError("'' cannot be read: it is no name of a file")
    return name
