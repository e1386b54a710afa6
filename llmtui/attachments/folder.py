"""Folders and patterns: which files they mean, and those read.

What ``.gitignore`` leaves out is left out, and so is what a link leads to outside.
"""

from __future__ import annotations

import os
import re
from collections.abc import Callable, Iterator, Sequence
from fnmatch import fnmatchcase
from pathlib import Path
from typing import NamedTuple

from llmtui.attachments.decoding import decode
from llmtui.attachments.gitignore import Ignore
from llmtui.attachments.loaded import LARGEST_TEXT, CannotAttach, Loaded
from llmtui.attachments.loading import load_text
from llmtui.attachments.progress import Left, Progress, Watch, patient
from llmtui.attachments.regular_file import read_regular
from llmtui.files.reading import open_file
from llmtui.files.text import NotText
from llmtui.human import size

MOST_FILES = 1_000
"""Files that are attached at a time."""
_TOLD_EVERY = 64
"""Files that are looked at between two times that the progress is told."""
_MAGIC = re.compile(r"[*?]|\[[^]]+\]")
_RULES = 100_000
"""Bytes of rules that are read of a file."""
_NEVER = frozenset({".git", ".hg", ".svn"})


class Selection(NamedTuple):
    """The files that a folder or a pattern means."""

    shown: str
    """What was asked for, as it was typed."""
    base: Path
    names: tuple[str, ...]
    """Paths below ``base``."""
    bytes: int
    notes: tuple[str, ...] = ()


def is_pattern(text: str) -> bool:
    """Whether a path has ``*``, ``?`` or ``[`` in it, and no file is called so.

    >>> is_pattern("src/**/*.py"), is_pattern("src/a.py")
    (True, False)
    """
    return bool(_MAGIC.search(text)) and not os.path.lexists(os.path.expanduser(text))


def select(text: str, watch: Watch = patient) -> Selection:
    """The files below a folder, or those that a pattern means, counted.

    Raises ``CannotAttach``, and ``Left`` once ``watch`` says so. Blocking.
    """
    base, is_meant = _parsed(text)
    if not base.is_dir():
        raise CannotAttach(f"{base} cannot be read: there is no such folder")
    walk = Walk(base)
    names, total = [], 0
    for looked_at, name in enumerate(walk.files(), 1):
        if is_meant is None or is_meant(name):
            names.append(name)
            total += _size(base / name)
        if not looked_at % _TOLD_EVERY and not watch(Progress(len(names), total)):
            raise Left
    watch(Progress(len(names), total))
    if walk.unreadable and not names:
        raise CannotAttach(f"{base} cannot be read: {walk.unreadable[0]}")
    if not names:
        raise CannotAttach(f"{text} means no file here (.gitignore counts)")
    return Selection(text, base, tuple(sorted(names)), total, walk.notes())


def load_all(
    selection: Selection, watch: Watch = patient
) -> tuple[list[Loaded], list[str]]:
    """The texts of a selection, and what the user should know of the rest.

    Raises ``CannotAttach`` and ``Left``. Blocking.
    """
    many, much = len(selection.names), selection.bytes
    if many > MOST_FILES or much > LARGEST_TEXT:
        raise CannotAttach(
            f"{selection.shown} has {many:,} files with {size(much)}: at most "
            f"{MOST_FILES:,} with {size(LARGEST_TEXT)} are attached at a time. "
            "A pattern like src/**/*.py means fewer"
        )
    found: list[Loaded] = []
    others: list[str] = []
    done = 0
    for name in selection.names:
        if not watch(Progress(len(found), done)):
            raise Left
        path = selection.base / name
        try:
            content = read_regular(path, limit=LARGEST_TEXT)
            text, note = decode(content)
        except (CannotAttach, NotText):
            others.append(name)
            continue
        found.append(load_text(shown_name(path), name, text, note))
        done += len(content)
    if not found:
        raise CannotAttach(f"{selection.shown} has no text in it that could be read")
    notes = list(selection.notes)
    if others:
        some = ", ".join(others[:3]) + (", …" if len(others) > 3 else "")
        notes.append(f"{_files(len(others))} left out as no text: {some}")
    return found, notes


def shown_name(path: Path) -> str:
    """What a model knows a file by: its path from here, or its bare name elsewhere.

    >>> shown_name(Path("src/a.py")), shown_name(Path("/nowhere/b.py"))
    ('src/a.py', 'b.py')
    """
    if not path.is_absolute() and ".." not in path.parts:
        return path.as_posix()
    try:
        return path.resolve().relative_to(Path.cwd()).as_posix()
    except (ValueError, OSError):
        return path.name


def link_note(path: Path) -> str:
    """Where a link below the working directory leads out of it, as a sentence; "" for
    anything else: who names one that others made may not know."""
    if path.is_absolute() or ".." in path.parts:
        return ""
    target, here = os.path.realpath(path), os.path.realpath(".")
    is_inside = target.startswith(here.rstrip(os.sep) + os.sep)
    return "" if is_inside or target == here else f"{path} is a link to {target}"


class Walk:
    """All files below a folder that nothing leaves out."""

    def __init__(self, base: Path) -> None:
        self._base = base
        self._inside = os.path.realpath(base)
        self._above, self._prefix = _ignored_above(base)
        self.unreadable: list[str] = []
        """Why folders could not be read."""
        self.links = 0
        """How many links lead out of the folder."""

    def files(self) -> Iterator[str]:
        """Their paths below the folder, with ``/``; nearer ones first."""
        waiting = [("", self._above)]
        for folder, ignore in waiting:
            entries = self._entries(folder)
            if any(entry.name == ".gitignore" for entry in entries):
                rules = _text(self._base / folder / ".gitignore")
                ignore = ignore.within(self._prefix + folder, rules)
            for entry in entries:
                path = folder + entry.name
                is_folder = entry.is_dir(follow_symlinks=False)
                if ignore.leaves_out(self._prefix + path, is_folder=is_folder):
                    continue
                if is_folder:
                    if entry.name not in _NEVER:
                        waiting.append((f"{path}/", ignore))
                elif self._is_ours(entry):
                    yield path

    def notes(self) -> tuple[str, ...]:
        """What the user should know."""
        notes = []
        if self.links:
            notes.append(f"{_files(self.links)} left out, since links lead outside")
        if self.unreadable:
            many = len(self.unreadable)
            words = "1 folder" if many == 1 else f"{many} folders"
            notes.append(f"{words} left out: {self.unreadable[0]}")
        return tuple(notes)

    def _entries(self, folder: str) -> list[os.DirEntry[str]]:
        try:
            with os.scandir(self._base / folder) as entries:
                return sorted(entries, key=lambda entry: entry.name)
        except OSError as error:
            self.unreadable.append(error.strerror or str(error))
            return []

    def _is_ours(self, entry: os.DirEntry[str]) -> bool:
        """Whether it is a file, and not one that a link leads to outside."""
        if not entry.is_symlink():
            return entry.is_file(follow_symlinks=False)
        target = os.path.realpath(entry.path)
        if not f"{target}{os.sep}".startswith(self._inside.rstrip(os.sep) + os.sep):
            self.links += 1
            return False
        return os.path.isfile(target)


def _ignored_above(base: Path) -> tuple[Ignore, str]:
    """The rules of the repository that a folder is in, and its path there."""
    here = Path(os.path.realpath(base))
    ignore = Ignore()
    for root in (here, *here.parents):
        if not (root / ".git").exists():
            continue
        parts = here.relative_to(root).parts
        ignore = ignore.within("", _text(root / ".git" / "info" / "exclude"))
        for depth in range(len(parts)):
            folder = "".join(f"{part}/" for part in parts[:depth])
            ignore = ignore.within(folder, _text(root / folder / ".gitignore"))
        return ignore, "".join(f"{part}/" for part in parts)
    return ignore, ""


def _parsed(text: str) -> tuple[Path, Callable[[str], object] | None]:
    """The folder to walk, and what tells the paths below it that are meant."""
    path = os.path.expanduser(text)
    if not is_pattern(path):
        return Path(path), None
    parts = path.split("/")
    first = next(at for at, part in enumerate(parts) if _MAGIC.search(part))
    base = "/".join(parts[:first]) or ("/" if path.startswith("/") else ".")
    wanted = parts[first:]
    return Path(base), lambda name: matches(name.split("/"), wanted)


def matches(parts: Sequence[str], wanted: Sequence[str]) -> bool:
    """Whether a path is what a pattern means, as a shell that knows ``**`` reads it.

    >>> [matches(p.split("/"), ["src", "**", "*.py"]) for p in ("src/a/b.py", "a.py")]
    [True, False]
    """
    if not parts or not wanted:
        return not parts and not wanted
    if wanted[0] == "**":
        rest = wanted[1:] or ["*"]
        return any(matches(parts[at:], rest) for at in range(len(parts)))
    return fnmatchcase(parts[0], wanted[0]) and matches(parts[1:], wanted[1:])


def _text(path: Path) -> str:
    try:
        with open_file(path) as file:
            return file.read(_RULES).decode("utf-8", "replace")
    except OSError:
        return ""


def _size(path: Path) -> int:
    try:
        return path.stat().st_size
    except OSError:
        return 0


def _files(many: int) -> str:
    return "1 file" if many == 1 else f"{many:,} files"
