"""The files that a text names, as far as they are there or should be."""

from __future__ import annotations

import asyncio
import os
from typing import NamedTuple

from llmtui.chat.mentions import (
    STOPS,
    Mention,
    is_picture_name,
    mentions,
    must_be_file,
    spellings,
    written_paths,
)
from llmtui.slash import is_slash


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
