"""What went wrong on disk: journals of dead programs, and files that are none."""

from __future__ import annotations

import contextlib
from collections.abc import Iterable
from pathlib import Path

from llmtui.files.disk import Disk, at_rest, make_folder
from llmtui.files.errors import why
from llmtui.files.locked_file import abandoned
from llmtui.files.reading import read_file
from llmtui.files.writing import move_file, replace_file
from llmtui.places import Places
from llmtui.store import recovery
from llmtui.store.codec.sessions import session_from
from llmtui.store.errors import Unreadable
from llmtui.store.redaction import redacted
from llmtui.store.session_file import SessionFile, Snapshot
from llmtui.store.upgrades import VERSION


class Quarantine:
    """A folder for files that cannot be read, and what there is to say about them."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self._problems: list[str] = []

    def problems(self) -> list[str]:
        """The sentences since the last call."""
        found, self._problems = self._problems, []
        return found

    def report(self, sentence: str) -> None:
        """Keep a sentence, once."""
        if sentence not in self._problems:
            self._problems.append(sentence)

    def report_unread(self, path: Path, error: OSError) -> None:
        """Report a file that could not be read, and leave it where it is."""
        self.report(f"{path} cannot be read: {error.strerror or error}")

    def put(self, path: Path, error: OSError) -> None:
        """Report a file that could not be read, and move it here if it is damaged."""
        if not isinstance(error, Unreadable):
            self.report_unread(path, error)
            return
        words = f"{path.name} cannot be read: {error}"
        target = self._folder / path.name
        try:
            make_folder(self._folder)
            move_file(path, target)
        except FileNotFoundError:
            pass  # another window was quicker
        except OSError as problem:
            self.report(f"{words}; {why(problem, path)}")
        else:
            self.report(f"{words}. It was moved to {target}")

    def erase(self, message_id: str, texts: Iterable[str]) -> None:
        """Take a message out of the files here: its journal, and what it says.

        Raises ``OSError``.
        """
        files = sorted(self._folder.iterdir()) if self._folder.is_dir() else []
        for path in files:
            if message_id in path.name:
                path.unlink()
            elif path.is_file():
                data = read_file(path)
                if (left := redacted(data, texts)) != data:
                    replace_file(path, [left])

    def put_at_rest(self, path: Path, error: OSError) -> None:
        """As ``put``, but a file that somebody may still be writing stays in place.

        A program that copies sessions here, or keeps two machines in step, has
        files half-written for some moments.
        """
        if not isinstance(error, Unreadable) or at_rest(path):
            self.put(path, error)
        else:
            words = f"{path.name} cannot be read: {error}"
            self.report(f"{words}. It was changed just now, so it stays where it is")


def salvage(
    journals: list[Path], places: Places, quarantine: Quarantine, disk: Disk
) -> list[str]:
    """Fold journals in whose writers are gone; the ids of the sessions touched.

    Never raises: what cannot be read is set aside, what cannot be written
    stays for the next time.
    """
    touched = []
    for path in journals:
        try:
            with abandoned(path) as data:
                if data is not None and _fold(path, data, places, quarantine, disk):
                    touched.append(recovery.owner(path)[0])
        except FileNotFoundError:
            continue  # another window was quicker
        except Unreadable as error:
            quarantine.put(path, error)
        except OSError as error:
            quarantine.report(why(error, path))
    return list(dict.fromkeys(touched))


def _fold(
    path: Path, data: bytes, places: Places, quarantine: Quarantine, disk: Disk
) -> bool:
    """Fold one journal into its session, wherever that is; True if it changed."""
    left = recovery.read_journal(data)
    if left.version > VERSION:
        return False  # the newer program that wrote it will read it
    session_id = recovery.owner(path)[0]
    file = _where(session_id, places, disk)
    if file is None and not left.new:
        raise Unreadable("its session is not there any more")
    if file is None:
        file = SessionFile(places.sessions, session_id, disk=disk)
        session = session_from(left.fields, session_id)
    else:
        session = file.read()
    if session.read_only:
        return False
    changed = recovery.fold(session, left)
    if changed:
        file.save(Snapshot.of(session))
    if left.torn:
        quarantine.put(path, Unreadable("a part of it is damaged; the rest was saved"))
    with contextlib.suppress(FileNotFoundError):
        path.unlink()
    return changed


def _where(session_id: str, places: Places, disk: Disk) -> SessionFile | None:
    """The file of a session, in the trash too."""
    for folder in (places.sessions, places.trash):
        file = SessionFile(folder, session_id, disk=disk)
        if file.path.exists():
            return file
    return None
