"""``--var``: the preset that was asked for, filled in."""

from __future__ import annotations

import sys
from collections.abc import Mapping
from typing import TYPE_CHECKING

from llmtui.chat.preset import INPUT
from llmtui.cli.context import complain, tell
from llmtui.cli.options import Parsed, UsageError, near

if TYPE_CHECKING:
    from llmtui.chat.preset import Preset


def fill(preset: Preset, parsed: Parsed, typed: str, *, alone: bool = True) -> Preset:
    """With what ``--var`` says, and with what else was ``typed`` or piped in.

    What is missing is asked for on a terminal; raises ``UsageError`` elsewhere. Where
    the prompt is not ``alone``, but comes with files, they are its input.
    """
    values = _values(preset, parsed.many("var"))
    if not (alone or typed.strip()):
        values.setdefault(INPUT, "")
    if missing := preset.missing(values, typed):
        values |= _asked(preset, missing)
    return preset.filled(values, typed)


def _values(preset: Preset, given: tuple[str, ...]) -> dict[str, str]:
    values = {}
    for text in given:
        name, equals, value = text.partition("=")
        name = name.strip()
        if not equals:
            raise UsageError(f"a variable is written NAME=VALUE; got {text!r}")
        if name not in preset.variables:
            raise UsageError(_unknown(preset, name))
        values[name] = value
    return values


def _unknown(preset: Preset, name: str) -> str:
    if not preset.variables:
        return f"the preset {preset.name} has no variables, so no {name!r} either"
    words = f"the preset {preset.name} has no variable {name!r}"
    known = ", ".join(preset.variables)
    return near(f"{words}, but {known}", name, preset.variables)


def _asked(preset: Preset, missing: tuple[str, ...]) -> Mapping[str, str]:
    """The values of variables, from whoever sits at the terminal."""
    if not (sys.stdin and sys.stdin.isatty() and sys.stderr and sys.stderr.isatty()):
        how = " ".join(f"--var {name}=…" for name in missing)
        raise UsageError(
            f"the preset {preset.name} needs {' and '.join(missing)}; give {how}"
        )
    complain(f"the preset {preset.name} wants to know")
    values = {}
    for name in missing:
        tell(f"{name}: ")
        line = sys.stdin.readline()
        if not line:
            raise UsageError(f"the preset {preset.name} needs {name}")
        values[name] = line.rstrip("\n")
    return values
