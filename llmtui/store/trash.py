"""Where deleted sessions go. Nothing is taken out of it but by restoring."""

from __future__ import annotations

import os
from pathlib import Path

from llmtui.store.disk import make_folder, sync_folder
from llmtui.store.errors import SaveError, SessionError, why
from llmtui.store.lock import locked


def move_to_trash(sessions: Path, trash: Path, session_id: str) -> None:
    """Move a session's file to the trash; raises ``SessionError``, ``SaveError``."""
    make_folder(trash)
    _move(session_id, sessions, trash, lock=sessions)


def restore(sessions: Path, trash: Path, session_id: str) -> None:
    """Move it back; raises ``SessionError``, ``SaveError``."""
    make_folder(sessions)
    _move(session_id, trash, sessions, lock=sessions)


def _move(session_id: str, source: Path, target: Path, *, lock: Path) -> None:
    name = f"{session_id}.json"
    try:
        with locked(lock / f"{session_id}.lock"):
            if not (source / name).exists():
                raise SessionError(f"there is no session {session_id} in {source}")
            set_out_of_the_way(target / name)
            os.replace(source / name, target / name)
            for folder in (target, source):
                sync_folder(folder)
    except OSError as error:
        if isinstance(error, SaveError | SessionError):
            raise
        raise SaveError(why(error, target / name)) from error


def set_out_of_the_way(path: Path) -> None:
    """Give a file that has the name of another one a number. Raises ``OSError``."""
    if not path.exists():
        return
    number = 1
    while (other := path.with_name(f"{path.stem}.{number}{path.suffix}")).exists():
        number += 1
    os.replace(path, other)
