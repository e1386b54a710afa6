"""What must hold of a command line that has ended."""

from __future__ import annotations

import re

from llmtui.cli import context as codes
from tests.driver.lines.run import Done
from tests.driver.play import Fault

DOCUMENTED = {
    codes.FINISHED,
    codes.CRASHED,
    codes.USAGE,
    codes.UNREACHABLE,
    codes.MISSING,
    codes.REFUSED,
    codes.CUT,
    codes.MISFIT,
    codes.INTERRUPTED,
    codes.CLOSED,
}
SLOW = 15.0
"""Seconds, of which the machine may take some for itself."""
_BAD = (
    b"Traceback",
    b"Exception ignored",
    b"Fatal Python error",
    b"Warning:",
    b"something went wrong that should not",
    b"was never retrieved",
    b"was never awaited",
)
_PARTLY = {codes.CUT, codes.MISFIT, codes.INTERRUPTED, codes.CLOSED, codes.CRASHED}
"""Codes of what had begun before it failed."""
_TELLING = ("doctor", "hosts", "--json", "--ndjson", "rm", "pull", "stop", "import")
"""What tells of several things, of which one may have failed."""
_QUIET = ("search", "__complete")


def faults_of(done: Done) -> list[Fault]:
    """What is wrong with it."""
    shown = _shown(done)
    if done.hung:
        return [Fault("hangs", shown)]
    found = [Fault(fault.what, f"{fault.shown}\n{shown}") for fault in done.faults]
    if done.code not in DOCUMENTED:
        found.append(Fault(f"exit code {done.code}", shown))
    for bad in _BAD:
        if bad in done.out + done.err:
            found.append(Fault(f"says {bad.decode()!r}", shown))
    if done.seconds > SLOW:
        found.append(Fault("slow", shown))
    if done.code:
        found += [Fault(what, shown) for what in _failed(done)]
    elif done.line.kind("stdout") in ("full", "closed") and not _says_nothing(done):
        found.append(Fault("0, and its output is lost", shown))
    return found


def _failed(done: Done) -> list[str]:
    """What is wrong with how it failed."""
    found = []
    words = done.line.words
    seen = done.line.kind("stderr") in ("", "terminal")
    silent = not done.err.strip() and done.code not in (codes.CLOSED, codes.INTERRUPTED)
    several = any(word in words for word in _TELLING)
    if seen and silent and not several and not any(word in words for word in _QUIET):
        found.append(f"{done.code}, and not a word")
    if done.out.strip() and done.code not in _PARTLY and not several:
        found.append(f"{done.code}, and something on standard output")
    if re.search(rb"\[Errno|<class '|object at 0x|\bNone\b", done.err):
        found.append("words of Python's in its sentence")
    return found


def _says_nothing(done: Done) -> bool:
    """Whether its success has no words."""
    words = done.line.words
    return any(one in words for one in ("edit", "serve", "rm", "cp", "stop", "pull"))


def _shown(done: Done) -> str:
    return (
        f"{done.code} after {done.seconds:.1f} s\n"
        f"out: {done.out[:600]!r}\nerr: {done.err[:1500].decode('utf-8', 'replace')}"
    )
