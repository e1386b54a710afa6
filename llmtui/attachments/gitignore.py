"""What ``.gitignore`` files leave out, by the rules of git's own manual (gitignore(5)).

The patterns are pathspec's to read: git itself may not be there, and asking it in a
folder of somebody else's runs what that folder's configuration says.
"""

from __future__ import annotations

import re
from typing import NamedTuple

from pathspec import GitIgnoreSpec


class Rules(NamedTuple):
    """The rules of one file."""

    folder: str
    """The path of the file's folder, "" or ending in ``/``."""
    spec: GitIgnoreSpec
    any_of_them: re.Pattern[str]
    """Matches what one of them or more say something of: of most paths none does, and
    to see that must be quick."""


class Ignore(NamedTuple):
    """The rules that hold in a folder: those of its own file after those above it."""

    levels: tuple[Rules, ...] = ()

    def within(self, folder: str, text: str) -> Ignore:
        """With the rules of a file in ``folder`` ("" or ending in ``/``) added.

        >>> rules = Ignore().within("", "*.pyc\\n/build/\\n!keep.pyc")
        >>> [rules.leaves_out(p, is_folder=False) for p in ("a/x.pyc", "keep.pyc")]
        [True, False]
        >>> rules.leaves_out("build", is_folder=True)
        True
        """
        rules = _rules(folder, text)
        return Ignore((*self.levels, rules)) if rules.spec.patterns else self

    def leaves_out(self, path: str, *, is_folder: bool) -> bool:
        """Whether a path is left out; whoever asks has not entered such folders."""
        asked = f"{path}/" if is_folder else path
        for rules in reversed(self.levels):
            below = asked[len(rules.folder) :]
            if not rules.any_of_them.match(below):
                continue
            verdict = rules.spec.check_file(below).include
            if verdict is not None:
                return verdict
        return False


def _rules(folder: str, text: str) -> Rules:
    spec = _read(text)
    patterns = [p.regex.pattern for p in spec.patterns if p.regex is not None]
    nameless = (re.sub(r"\(\?P<\w+>", "(?:", pattern) for pattern in patterns)
    return Rules(folder, spec, re.compile("|".join(f"(?:{p})" for p in nameless)))


def _read(text: str) -> GitIgnoreSpec:
    """The rules of a file; a line that is no pattern rules nothing, as with git."""
    lines = [line.rstrip("\r") for line in text.split("\n")]
    try:
        return GitIgnoreSpec.from_lines(lines)
    except (ValueError, re.error):
        good = [line for line in lines if _is_pattern(line)]
        return GitIgnoreSpec.from_lines(good)


def _is_pattern(line: str) -> bool:
    try:
        GitIgnoreSpec.from_lines([line])
    except (ValueError, re.error):
        return False
    return True
