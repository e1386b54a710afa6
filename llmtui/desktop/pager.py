"""Showing a text in the user's pager, which takes the terminal."""

from __future__ import annotations

import asyncio
import os
import shlex
import tempfile
from pathlib import Path

from llmtui.files.errors import why
from llmtui.files.writing import create_file
from llmtui.sanitise import clean


async def run_pager(text: str, suffix: str = ".txt") -> str:
    """Show a text in ``$PAGER`` (``less`` if unset); returns "" or why not.

    The pager gets a file rather than a pipe, so that it has the keyboard.
    """
    try:
        command = shlex.split(os.environ.get("PAGER", "")) or ["less"]
    except ValueError as error:
        return f"PAGER is no command: {error}"
    try:
        with tempfile.TemporaryDirectory(prefix="llmtui-") as folder:
            path = Path(folder) / f"code{suffix}"
            create_file(path, clean(text))
            return await _run([*command, str(path)])
    except OSError as error:
        return f"no file for the pager: {why(error, Path(tempfile.gettempdir()))}"


async def _run(command: list[str]) -> str:
    try:
        pager = await asyncio.create_subprocess_exec(*command)
    except OSError as error:
        return f"could not run {command[0]}: {error.strerror}"
    try:
        await pager.wait()
    finally:
        if pager.returncode is None:
            pager.terminate()
    return ""
