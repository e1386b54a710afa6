"""What ``.gitignore`` files leave out, by the rules of git's own manual (gitignore(5)).

Written here since git itself may not be there, and since asking it in a folder of
somebody else's runs what that folder's configuration says.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable
from typing import NamedTuple


class Rule(NamedTuple):
    """One line of a ``.gitignore``."""

    pattern: str
    """A regular expression for a path below the folder of the file, or for the last
    part of it."""
    ignores: bool
    """False where ``!`` takes back in what was left out above."""
    folders_only: bool
    of_name: bool
    """Whether the last part of a path is what counts, wherever it is."""


class Rules:
    """The rules of one file."""

    def __init__(self, folder: str, rules: list[Rule]) -> None:
        """``folder`` is the path of the file's folder, "" or ending in ``/``."""
        self._folder = folder
        self._rules = [(re.compile(r.pattern, re.DOTALL), r) for r in rules]
        # Most paths are met by no rule at all: to see that must be quick.
        self._of_names = _any(r.pattern for r in rules if r.of_name)
        self._of_paths = _any(r.pattern for r in rules if not r.of_name)

    def verdict(self, path: str, *, is_folder: bool) -> bool | None:
        """Whether a path is left out; None where no rule says anything of it."""
        below = path[len(self._folder) :]
        name = below.rpartition("/")[2]
        if not (self._of_names(name) or self._of_paths(below)):
            return None
        for pattern, rule in reversed(self._rules):
            if rule.folders_only and not is_folder:
                continue
            if pattern.fullmatch(name if rule.of_name else below):
                return rule.ignores
        return None


class Ignore(NamedTuple):
    """The rules that hold in a folder: those of its own file after those above it."""

    levels: tuple[Rules, ...] = ()

    def within(self, folder: str, text: str) -> Ignore:
        """With the rules of a file in ``folder`` ("" or ending in ``/``) added."""
        rules = read_rules(text.split("\n"))
        return Ignore((*self.levels, Rules(folder, rules))) if rules else self

    def leaves_out(self, path: str, *, is_folder: bool) -> bool:
        """Whether a path is left out; whoever asks has not entered such folders."""
        for rules in reversed(self.levels):
            verdict = rules.verdict(path, is_folder=is_folder)
            if verdict is not None:
                return verdict
        return False


def read_rules(lines: Iterable[str]) -> list[Rule]:
    """The rules of a file, in their order.

    >>> rules = Ignore().within("", "*.pyc\\n/build/\\n!keep.pyc\\ndocs/*.txt")
    >>> [rules.leaves_out(p, is_folder=False) for p in ("a/x.pyc", "keep.pyc", "x.py")]
    [True, False, False]
    >>> rules.leaves_out("build", is_folder=True), rules.leaves_out("docs/a/b.txt",
    ...     is_folder=False)
    (True, False)
    """
    found = []
    for line in lines:
        line = line.rstrip("\r")
        if not line.endswith("\\ "):
            line = line.rstrip(" ")
        if not line or line.startswith("#"):
            continue
        ignores = not line.startswith("!")
        line = line.removeprefix("!")
        folders_only = line.endswith("/")
        glob = line.rstrip("/")
        of_name = "/" not in glob
        pattern = translated(glob.removeprefix("/"))
        if pattern and _is_valid(pattern):
            found.append(Rule(pattern, ignores, folders_only, of_name))
    return found


def _is_valid(pattern: str) -> bool:
    try:
        re.compile(pattern)
    except re.error:
        return False
    return True


def _any(patterns: Iterable[str]) -> Callable[[str], object]:
    """Whether one of them matches a text as a whole."""
    union = "|".join(f"(?:{pattern})" for pattern in patterns)
    return re.compile(union, re.DOTALL).fullmatch if union else lambda text: None


def translated(glob: str) -> str:
    """A pattern of git's, or of a shell that knows ``**``, as a regular expression.

    >>> translated("src/**/*.py")
    'src/(?:.*/)?[^/]*\\\\.py'
    """
    out, at = [], 0
    while at < len(glob):
        if glob.startswith("**/", at) and (at == 0 or glob[at - 1] == "/"):
            out.append("(?:.*/)?")
            at += 3
            continue
        if glob[at:] == "**" and (at == 0 or glob[at - 1] == "/"):
            out.append(".+")
            break
        one = glob[at]
        at += 1
        if one == "*":
            out.append("[^/]*")
        elif one == "?":
            out.append("[^/]")
        elif one == "[" and (end := _end_of_class(glob, at)):
            inner = glob[at:end].replace("\\", "\\\\").replace("[", "\\[")
            inner = f"^/{inner[1:]}" if inner[0] in "!^" else inner
            out.append(f"[{inner}]")
            at = end + 1
        elif one == "\\" and at < len(glob):
            out.append(re.escape(glob[at]))
            at += 1
        else:
            out.append(re.escape(one))
    return "".join(out)


def _end_of_class(glob: str, at: int) -> int:
    """Where the ``]`` of a class of characters stands, 0 if nowhere."""
    start = at + 1 if glob[at : at + 1] in ("!", "^") else at
    return max(0, glob.find("]", start + 1))
