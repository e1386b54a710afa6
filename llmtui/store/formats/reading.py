"""The conversations in a file, whichever program wrote it."""

from __future__ import annotations

import json
import zipfile
import zlib
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any, NamedTuple

from llmtui.chat.lenient import as_text
from llmtui.chat.session import Session
from llmtui.files.faults import fault_of
from llmtui.files.reading import open_file, read_file
from llmtui.store.formats import chatgpt, claude, oterm, own, parllama
from llmtui.store.formats.building import NoConversation

# The first that fits: ours is the least particular.
_FORMATS = (chatgpt, claude, parllama, own)
_LARGEST = 4_000_000_000
"""Bytes that an archive may unpack to."""
_USUAL = (zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED)
"""How the archives are packed that those programs send."""
_DAMAGED = (
    zipfile.BadZipFile,
    zlib.error,
    NotImplementedError,
    RuntimeError,
    EOFError,
)
"""What ``zipfile`` raises for archives that are damaged, locked or of an odd kind."""


class Conversation(NamedTuple):
    """One of a file."""

    title: str
    session: Session | None
    problem: str = ""
    """Why there is no session, "" if there is one."""


def conversations(path: Path) -> Iterator[Conversation]:
    """All that a file holds, as they are read; raises ``OSError``.

    One that is broken does not stop the rest. An array is read element by element,
    so that a thread that reads a large file lets others run.
    """
    with open_file(path) as file:
        start = file.read(len(oterm.MAGIC))
    if start == oterm.MAGIC:
        yield from _of_oterm(path)
    elif start.startswith(b"PK\x03\x04"):
        yield from _of_archive(path)
    else:
        yield from _of_json(read_file(path))


def _of_oterm(path: Path) -> Iterator[Conversation]:
    try:
        for name, found in oterm.read_all(path):
            if isinstance(found, Session):
                yield Conversation(found.title, found)
            else:
                yield Conversation(name, None, str(found))
    except NoConversation as error:
        yield Conversation(path.name, None, str(error))


def _of_archive(path: Path) -> Iterator[Conversation]:
    """What ChatGPT and Claude send: a zip with ``conversations.json`` in it."""
    try:
        with zipfile.ZipFile(path) as archive:
            names = [
                one
                for one in archive.infolist()
                if one.filename.rpartition("/")[2] == "conversations.json"
            ]
            if not names:
                problem = "there is no conversations.json in this archive"
                yield Conversation(path.name, None, problem)
            for one in names:
                if one.file_size > _LARGEST:
                    yield Conversation(one.filename, None, "it is too large")
                elif one.compress_type not in _USUAL:
                    problem = "this archive is packed in an unusual way"
                    yield Conversation(one.filename, None, problem)
                else:
                    yield from _of_json(archive.read(one))
    except _DAMAGED as error:
        yield Conversation(
            path.name, None, f"it is no archive that can be read ({error})"
        )


def _of_json(data: bytes) -> Iterator[Conversation]:
    text = data.decode("utf-8-sig", "replace")
    decoder = json.JSONDecoder()
    at = _skip(text, 0)
    if text[at : at + 1] != "[":
        value, problem = _decode(decoder, text, at)
        yield from _of_value(value[0]) if value else [Conversation("", None, problem)]
        return
    at = _skip(text, at + 1)
    while text[at : at + 1] != "]":
        value, problem = _decode(decoder, text, at)
        if value is None:
            yield Conversation("", None, f"{problem}; nothing after it can be read")
            return
        yield _conversation(value[0])
        at = _skip(text, value[1])
        if text[at : at + 1] == ",":
            at = _skip(text, at + 1)


def _decode(
    decoder: json.JSONDecoder, text: str, at: int
) -> tuple[tuple[Any, int] | None, str]:
    """A value and where it ends, or why there is none."""
    try:
        return decoder.raw_decode(text, at), ""
    except (ValueError, RecursionError) as error:
        return None, f"it is not JSON ({fault_of(error)})"


def _skip(text: str, at: int) -> int:
    while text[at : at + 1] in (" ", "\n", "\t", "\r"):
        at += 1
    return at


def _of_value(value: object) -> Iterator[Conversation]:
    """A single conversation, or an object with a list of them."""
    inner = value.get("conversations") if isinstance(value, Mapping) else None
    if isinstance(inner, list):
        yield from map(_conversation, inner)
    else:
        yield _conversation(value)


def _conversation(value: object) -> Conversation:
    if not isinstance(value, Mapping):
        return Conversation("", None, "it is no conversation")
    title = as_text(value.get("title")) or as_text(value.get("name"))
    for one in _FORMATS:
        if one.fits(value):
            try:
                session = one.read(value)
            except NoConversation as error:
                return Conversation(title, None, str(error))
            return Conversation(session.title, session)
    return Conversation(title, None, "no known program writes conversations like this")
