"""Where deleted sessions go. Nothing is taken out of it but by restoring."""

from __future__ import annotations

from pathlib import Path

from llmtui.files.disk import make_folder
from llmtui.files.errors import why
from llmtui.files.lock import locked
from llmtui.files.writing import move_file
from llmtui.store.errors import SaveError, SessionError


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
            move_file(source / name, target / name)
    except OSError as error:
        if isinstance(error, SaveError | SessionError):
            raise
        raise SaveError(why(error, target / name)) from error
