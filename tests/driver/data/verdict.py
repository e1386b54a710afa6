"""What must hold after a visit, whatever the files were."""

from __future__ import annotations

import json
import os
import re
import stat
from collections.abc import Iterator
from pathlib import Path
from typing import Any, NamedTuple

from llmtui.store.names import journal_of
from tests.driver.play import Fault

_WORD = re.compile(rb"\bw\d+w\b")
_DERIVED = "cache"
"""What may be lost: it can be made again."""
_KINDS = ("sessions", "trash", "drafts", "unreadable", "presets", "config", "state")


class Before(NamedTuple):
    """What was there when the program started."""

    root: Path
    outside: Path
    words: dict[Path, set[bytes]]
    """Of each file the words that no other text has."""
    understood: set[Path]
    """Files that may say something else than before, and are none to complain of."""
    sessions: set[str]
    """The ids of those that nobody has edited."""

    @classmethod
    def of(cls, root: Path, outside: Path, edited: set[str]) -> Before:
        files = [*_files(root), *_files(outside)]
        words = {path: _words(path.read_bytes()) for path in files}
        sessions = {
            path.stem
            for path in words
            if path.parent.name == "sessions" and path.suffix == ".json"
            if path.is_relative_to(root)
            if not any(_touches(path, root / one) for one in edited)
        }
        return cls(root, outside, words, set(filter(_is_valid, words)), sessions)


def _words(data: bytes) -> set[bytes]:
    """Those that a reader of JSON meets: of two members of one name the last is so."""
    found: set[bytes] = set()
    for part in [data] if _parsed(data) else data.split(b"\n"):
        read = _parsed(part)
        found.update(_WORD.findall(json.dumps(read).encode() if read else part))
    return found


def _raw(path: Path) -> set[bytes]:
    """Those that stand in it, whatever it is."""
    return set(_WORD.findall(path.read_bytes()))


def _parsed(data: bytes) -> Any:
    try:
        return json.loads(data)
    except (ValueError, RecursionError):
        return None


def _is_valid(path: Path) -> bool:
    """Whether it is JSON, with other names in it, maybe; or lines of it, of which one
    may be lost."""
    if path.name.endswith(".jsonl") and path.parent.parent.name == "state":
        return True
    if path.suffix == ".jsonl" and not any(journal_of(path.name)):
        return True  # a name that no journal has
    return isinstance(_parsed(path.read_bytes()), dict)


def _touches(path: Path, edited: Path) -> bool:
    """Whether an edit of one file, or of what is around it, has to do with another."""
    ours = edited.parent == path.parent and edited.name.startswith(path.stem)
    return ours or path.is_relative_to(edited)


def _files(folder: Path) -> Iterator[Path]:
    """What can be read without waiting; links are not followed."""
    for at, _, names in os.walk(folder):
        for name in names:
            path = Path(at, name)
            if stat.S_ISREG(path.lstat().st_mode) and os.access(path, os.R_OK):
                yield path


def faults_of(before: Before, told: dict[str, Any], slow: bool) -> list[Fault]:
    """What is wrong; ``told`` is what the child tells of its visit."""
    if "hung" in told:
        return [Fault(f"hangs in {_place(told['hung'])}", told["hung"])]
    faults = [
        Fault(f"raised {_last(one)} in {_place(one)}", one) for one in told["raised"]
    ]
    if slow:
        faults.append(Fault("slow"))
    text = " ".join(told["read"].values()).encode("utf-8", "replace")
    read = set(_WORD.findall(text))
    faults += _lost(before, read)
    unread = {f"{one}.draft" for one in told["listed"]} | {".new.draft"}
    faults += [
        fault
        for path, fault in _silent(before, read, "\n".join(told["said"]))
        # Nobody looks for the draft of a session that is not there.
        if path.suffix != ".draft" or path.name in unread
    ]
    for session_id in sorted(before.sessions - set(told["listed"])):
        faults.append(Fault("not listed: a session that is whole", session_id))
    return faults


def _lost(before: Before, read: set[bytes]) -> Iterator[Fault]:
    """Words that no file has any more; a draft that was shown may be typed over."""
    left: set[bytes] = set()
    for folder in (before.root, before.outside):
        for path in _files(folder):
            left |= _words(path.read_bytes()) | _raw(path)
    for path, words in before.words.items():
        lost = words - left - (read if path.suffix == ".draft" else set())
        if lost and not _is_derived(before, path):
            yield Fault(f"lost: words of {_kind(path)}", f"{path}: {lost!r}")


def _silent(
    before: Before, read: set[bytes], said: str
) -> Iterator[tuple[Path, Fault]]:
    """Words that were not read, in files of which nothing was said."""
    for path, words in before.words.items():
        if words <= read or _is_derived(before, path) or path in before.understood:
            continue
        name = path.name.lstrip(".").partition(".")[0]
        if name not in said and str(path.parent) not in said:
            shown = f"{path}: {words - read!r}, said: {said}"
            yield path, Fault(f"silent: words of {_kind(path)}", shown)


def _is_derived(before: Before, path: Path) -> bool:
    return _DERIVED in path.parts or before.root.name not in path.parts


def _kind(path: Path) -> str:
    folder = next((part for part in _KINDS if part in path.parts), "elsewhere")
    return f"{folder} ({path.suffix})"


def _place(trace: str) -> str:
    """The innermost place of the program's own in a traceback."""
    found = re.findall(r'File "[^"]*/(llmtui/[^"]+)", line \d+,? in (\w+)', trace)
    if not found:
        return "nowhere"
    return " ".join(found[0] if trace.lstrip().startswith("Timeout") else found[-1])


def _last(trace: str) -> str:
    return trace.strip().rpartition("\n")[2].partition(":")[0]
