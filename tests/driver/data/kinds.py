"""What can stand in the place of a file: anything that has a name on a disk."""

from __future__ import annotations

import os
import shutil
from collections.abc import Callable
from contextlib import suppress
from pathlib import Path
from typing import Any


def _away(path: Path) -> bool:
    """Take what is there away; False if there is nothing."""
    if not os.path.lexists(path):
        return False
    if path.is_dir() and not path.is_symlink():
        shutil.rmtree(path)
    else:
        path.unlink()
    return True


def _folder(path: Path, outside: Path, _: Any) -> None:
    if _away(path):
        path.mkdir()


def _full_folder(path: Path, outside: Path, _: Any) -> None:
    if _away(path):
        path.mkdir()
        (path / "inside.json").write_text("{}")


def _file(path: Path, outside: Path, _: Any) -> None:
    if _away(path):
        path.write_text("a file")


def _link_to(target: str) -> Callable[[Path, Path, Any], None]:
    def link(path: Path, outside: Path, _: Any) -> None:
        if _away(path):
            path.symlink_to(target or path.name)

    return link


def _moved(path: Path, outside: Path, _: Any) -> None:
    """It lies elsewhere, and a link leads there."""
    there = outside / path.name
    if os.path.lexists(path) and not os.path.lexists(there):
        shutil.move(path, there)
        path.symlink_to(there)


def _pipe(path: Path, outside: Path, _: Any) -> None:
    if _away(path):
        os.mkfifo(path)


def _locked_up(path: Path, outside: Path, _: Any) -> None:
    if os.path.lexists(path) and not path.is_symlink():
        path.chmod(0)


def _read_only(path: Path, outside: Path, _: Any) -> None:
    if os.path.lexists(path) and not path.is_symlink():
        path.chmod(0o500 if path.is_dir() else 0o400)


def _touched(path: Path, outside: Path, _: Any) -> None:
    if path.exists():
        os.utime(path)


def _missing(path: Path, outside: Path, _: Any) -> None:
    _away(path)


def _strange_name(name: bytes) -> Callable[[Path, Path, Any], None]:
    """The same again under a name that nobody expects."""

    def copy(path: Path, outside: Path, _: Any) -> None:
        if path.is_file() and not path.is_symlink():
            other = os.fsencode(path.parent) + b"/" + name + os.fsencode(path.suffix)
            with suppress(OSError):
                shutil.copy(path, os.fsdecode(other))

    return copy


VERBS: dict[str, Callable[[Path, Path, Any], None]] = {
    "folder": _folder,
    "full-folder": _full_folder,
    "file": _file,
    "dangling": _link_to("nowhere"),
    "circle": _link_to(""),
    "endless": _link_to("/dev/zero"),
    "terminal": _link_to("/dev/tty"),
    "up": _link_to(".."),
    "moved": _moved,
    "pipe": _pipe,
    "locked-up": _locked_up,
    "read-only": _read_only,
    "missing": _missing,
    "touched": _touched,
    "no-text": _strange_name(b"\xff\xfe"),
    "line-end": _strange_name(b"a\nb\x1b[2J"),
    "long-name": _strange_name(b"n" * 240),
}
