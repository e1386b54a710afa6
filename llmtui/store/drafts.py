"""Unsent text, one small file for each session and one for the new one."""

from __future__ import annotations

import contextlib
from pathlib import Path

from llmtui.files.disk import make_folder
from llmtui.files.errors import why
from llmtui.files.writing import replace_file

NEW = "new"
"""The name of the draft of a session that has no file yet."""


class Drafts:
    """Kept as they are typed: cheap to write, never in the way."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder

    def load(self, name: str) -> str:
        """The draft called ``name`` (a session's id or ``NEW``), "" if none."""
        try:
            data = self._path(name).read_bytes()
        except OSError:
            return ""
        return data.decode("utf-8", "replace")

    def save(self, name: str, text: str) -> str:
        """Keep ``text``; an empty one takes the draft away. Returns why not, or ""."""
        path = self._path(name)
        try:
            if not text:
                with contextlib.suppress(FileNotFoundError):
                    path.unlink()
                return ""
            make_folder(self._folder)
            replace_file(path, [text.encode("utf-8", "replace")], durable=False)
        except OSError as error:
            return f"the draft is not kept: {why(error, path)}"
        return ""

    def _path(self, name: str) -> Path:
        return self._folder / f"{name}.txt"
