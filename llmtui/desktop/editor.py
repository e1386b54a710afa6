"""The user's editor, on a text in a file that is there for that alone."""

from __future__ import annotations

import asyncio
import os
import shlex
import shutil
import tempfile
import time
from pathlib import Path
from typing import NamedTuple

from llmtui.files.errors import why
from llmtui.files.reading import read_file
from llmtui.files.text import NotText, read_text
from llmtui.files.writing import create_file

SET_EDITOR = "set EDITOR to the one that you use"
AT_ONCE = 1.0
"""Seconds in which an editor that was used is not closed again."""
_USUAL = ("sensible-editor", "nano", "vi", "notepad")
_IN_MEMORY = ("/dev/shm",)


class EditorError(Exception):
    """The editor could not be used; ``str()`` says why and what would do."""


class Edited(NamedTuple):
    """How it went."""

    text: str | None = None
    """What the text is now; None leaves it as it was."""
    problem: str = ""
    """What the user should know; "" if nothing."""
    may_be_open: bool = False
    """Whether the editor came back at once, and may be open in a window."""


class Editor:
    """One text, its file and what is done to it. ``close`` takes the file away."""

    def __init__(self, text: str, *, in_memory: bool = False) -> None:
        """``in_memory`` keeps the text off the disk. Raises ``OSError``, whose
        ``str()`` is a sentence."""
        folder = _memory() if in_memory else None
        self._folder = tempfile.TemporaryDirectory(prefix="llmtui-", dir=folder)
        self._path = Path(self._folder.name) / "prompt.md"
        self._ends_line = text.endswith("\n")
        try:
            create_file(self._path, text)
            self._known = read_file(self._path)
        except OSError as error:
            self.close()
            raise OSError(f"no file for the editor: {why(error, self._path)}") from None

    def close(self) -> None:
        """Take the file away."""
        self._folder.cleanup()

    async def run(self) -> Edited:
        """Have the user edit it, in the terminal or in a window."""
        started = time.monotonic()
        try:
            editor = await _edit(self._path)
        except EditorError as error:
            return Edited(problem=str(error))
        edited = self.read()
        at_once = time.monotonic() - started < AT_ONCE
        if at_once and edited == Edited():
            words = f"{editor} came back at once: what it saves comes in here"
            return Edited(problem=words, may_be_open=True)
        return edited

    def read(self) -> Edited:
        """What the file holds, if that is something new."""
        try:
            content = read_file(self._path)
        except OSError:
            return Edited(problem="the editor left no file: the text is as it was")
        if content == self._known:
            return Edited()
        self._known = content
        try:
            found = read_text(content)
        except NotText as error:
            return Edited(problem=f"the editor left {error}: the text is as it was")
        text = found.text
        if not self._ends_line:  # editors end the last line by themselves
            text = text.removesuffix("\n").removesuffix("\r")
        if found.replaced:
            return Edited(text, "it was not UTF-8: � stands for what is not")
        return Edited(text)


async def edit_file(path: Path) -> str:
    """Have the user edit a file of theirs; returns "" or why that went wrong."""
    try:
        await _edit(path)
    except EditorError as error:
        return str(error)
    return ""


async def _edit(path: Path) -> str:
    """Wait for the user's editor to end; returns what it is called.

    Raises ``EditorError``.
    """
    variable = next((v for v in ("VISUAL", "EDITOR") if os.environ.get(v)), "")
    try:
        command = shlex.split(os.environ[variable]) if variable else _usual()
    except ValueError as error:
        raise EditorError(f"{variable} is no command: {error}") from None
    if not command:
        raise EditorError(f"there is no editor here: {SET_EDITOR}")
    try:
        code = await _run([*command, str(path)])
    except OSError as error:
        words = f"could not run {command[0]}: {error.strerror}; {SET_EDITOR}"
        raise EditorError(words) from None
    if code:
        raise EditorError(f"{command[0]} ended with code {code}: the text is as it was")
    return command[0]


async def _run(command: list[str]) -> int:
    """Wait for a command; raises ``OSError`` if there is none."""
    editor = await asyncio.create_subprocess_exec(*command)
    try:
        return await editor.wait()
    finally:
        if editor.returncode is None:
            editor.terminate()


def _usual() -> list[str]:
    """The first editor that there is."""
    return list(filter(shutil.which, _USUAL))[:1]


def _memory() -> str:
    """A folder that no disk has; raises ``OSError``."""
    own = os.environ.get("XDG_RUNTIME_DIR", "")
    for folder in (own, *_IN_MEMORY):
        if folder and os.path.isdir(folder) and os.access(folder, os.W_OK | os.X_OK):
            return folder
    raise OSError("a private text is not put on disk, and there is no other place")
