"""What ``ask`` is given beside its words: files, folders, pages, images."""

from __future__ import annotations

import os
from collections.abc import Iterator
from pathlib import Path

from llmtui.attachments.folder import (
    is_pattern,
    link_note,
    load_all,
    select,
    shown_name,
)
from llmtui.attachments.loaded import CannotAttach, Loaded
from llmtui.attachments.loading import load_file
from llmtui.cli.context import complain
from llmtui.cli.options import Parsed, UsageError


def read_attached(parsed: Parsed) -> list[Loaded]:
    """Read all of it, texts first; raises ``UsageError`` with a sentence.

    What the user should know of how it was read is said on standard error.
    """
    try:
        texts = [one for name in parsed.many("file") for one in _texts(name)]
        texts += [_told(address, _page(address)) for address in parsed.many("url")]
        return [*texts, *map(_image, parsed.many("image"))]
    except CannotAttach as error:
        raise UsageError(str(error)) from None


def _texts(name: str) -> Iterator[Loaded]:
    """A file, or those of a folder or a pattern."""
    path = _path(name)
    if is_pattern(name) or path.is_dir():
        found, notes = load_all(select(name))
        for note in notes:
            complain(f"in {name} {note}")
        yield from (_told(one.name, one) for one in found)
        return
    one = load_file(path, shown_name(path), streams=True)
    if one.is_image:
        raise UsageError(f"{name} is an image, not text; --image FILE gives it")
    yield _told(name, one)


def _image(name: str) -> Loaded:
    path = _path(name)
    one = load_file(path, path.name, streams=True)
    if not one.content:
        raise UsageError(f"{name} is empty, so it is no image")
    if not one.is_image:
        raise UsageError(f"{name} is text, not an image; --file FILE gives it")
    return _told(name, one)


def _page(address: str) -> Loaded:
    from llmtui.attachments.page import load_page

    return load_page(address)


def _path(name: str) -> Path:
    if not name:
        raise UsageError("'' cannot be read: it is no name of a file")
    path = Path(os.path.expanduser(name))
    if link := link_note(path):
        complain(link)
    return path


def _told(name: str, one: Loaded) -> Loaded:
    """Says what the user should know of it."""
    for note in one.notes:
        complain(f"in {name} {note}")
    return one
