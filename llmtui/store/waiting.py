"""The prompts that wait in line, on disk.

``drafts/<session id>.<window>.queue`` holds those of one session in one window,
which keeps the file locked as long as it lives; so another window can tell a
living line from one that a dead program left, as it does with journals.
"""

from __future__ import annotations

import os
from collections.abc import Callable, Iterable, Sequence
from contextlib import ExitStack
from pathlib import Path

from llmtui.chat.prompt import Prompt
from llmtui.clock import new_id
from llmtui.files.disk import DISK, Disk
from llmtui.files.errors import why
from llmtui.files.locked_file import abandoned, create_locked, remove_locked
from llmtui.files.writing import replace_file
from llmtui.hosts import Host
from llmtui.store.codec.prompts import prompt_from, prompt_to
from llmtui.store.errors import SaveError, Unreadable
from llmtui.store.file_format import decode, encode
from llmtui.store.redaction import without

_SUFFIX = ".queue"


class WaitingPrompts:
    """The lines of this window."""

    def __init__(
        self,
        folder: Path,
        set_aside: Callable[[Path, OSError], None],
        disk: Disk = DISK,
    ) -> None:
        """``set_aside`` is told of files that cannot be read."""
        self._folder = folder
        self._set_aside = set_aside
        self._disk = disk
        self._window = new_id()
        self._handles: dict[str, int] = {}

    def save(self, session_id: str, prompts: Sequence[Prompt]) -> None:
        """Keep a line as it is now, and wait for the disk; an empty one goes.

        Raises ``SaveError``; then what was kept before is still kept.
        """
        path = self._folder / f"{session_id}.{self._window}{_SUFFIX}"
        before = self._handles.get(session_id)
        if prompts:
            data = encode({"waiting": [prompt_to(prompt) for prompt in prompts]})
            try:
                handle = create_locked(path, data + b"\n", self._disk)
            except OSError as error:
                raise SaveError(why(error, path)) from error
            self._handles[session_id] = handle
            if before is not None:
                os.close(before)
        elif before is not None:
            remove_locked(path, self._handles.pop(session_id))

    def take_over(
        self, session_id: str, find_host: Callable[[str], Host]
    ) -> list[Prompt]:
        """The prompts that dead windows left in a session, now kept by this one.

        ``find_host`` reads what ``Host.stored`` wrote. Never raises: what cannot
        be taken over stays for the next time.
        """
        found: dict[str, Prompt] = {}
        taken = []
        try:
            with ExitStack() as held:
                for path in self._of_session(session_id):
                    if (data := held.enter_context(abandoned(path))) is None:
                        continue
                    try:
                        found |= {p.id: p for p in _prompts(data, find_host)}
                    except Unreadable as error:
                        self._set_aside(path, error)
                    else:
                        taken.append(path)
                if found:
                    self.save(session_id, list(found.values()))
                for path in taken:
                    path.unlink()
        except OSError:
            return []
        return list(found.values())

    def forget(self, session_id: str) -> None:
        """Take away the line of a session that is no more, and what dead windows
        left of it. Raises ``OSError``.
        """
        self.save(session_id, ())
        for path in self._of_session(session_id):
            with abandoned(path) as data:
                if data is not None:
                    path.unlink()

    def erase(self, texts: Iterable[str]) -> None:
        """Take texts out of what dead windows left; raises ``OSError``.

        What waits in a living window is on its screen, to be removed there.
        """
        for path in self._others():
            with abandoned(path) as data:
                if data is None:
                    continue
                try:
                    found = decode(data)
                    left = [
                        {**one, "text": text}
                        for one in found["waiting"]
                        if (text := without(one["text"], texts)).strip()
                        or one.get("attachments")
                    ]
                except (Unreadable, TypeError, LookupError, AttributeError):
                    continue  # said, and set aside, when its session is opened
                if left != found["waiting"]:  # without prompts that say nothing more
                    replace_file(path, [encode({"waiting": left}) + b"\n"])

    def _of_session(self, session_id: str) -> list[Path]:
        return [p for p in self._others() if p.stem.rpartition(".")[0] == session_id]

    def _others(self) -> list[Path]:
        """The lines of other windows, living and dead."""
        if not self._folder.is_dir():
            return []
        return sorted(
            path
            for path in self._folder.iterdir()
            if path.suffix == _SUFFIX and path.stem.rpartition(".")[2] != self._window
        )


def _prompts(data: bytes, find_host: Callable[[str], Host]) -> list[Prompt]:
    """Raises ``Unreadable``."""
    found = decode(data)
    if not isinstance(found, dict) or not isinstance(found.get("waiting"), list):
        raise Unreadable("it holds no prompts")
    prompts = [prompt_from(one, find_host) for one in found["waiting"]]
    if len({prompt.id for prompt in prompts}) < len(prompts):
        raise Unreadable("two prompts in it have the same id")
    return prompts
