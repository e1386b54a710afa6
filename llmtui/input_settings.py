"""How the input behaves: ``[input]`` of ``config.toml``."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, NamedTuple


class InputSettings(NamedTuple):
    """What the user set about the input."""

    history: bool = True
    """Whether what is typed is kept for the next time."""
    vim: bool = False
    """Whether the input has vim's modes and keys."""


class InputSettingsError(ValueError):
    """A value that cannot be used; ``str()`` names it and says what would do."""


DEFAULTS = InputSettings()


def read(table: Mapping[str, Any], env: Mapping[str, str]) -> InputSettings:
    """The settings of an ``[input]`` table and an environment.

    ``OLLAMA_NOHISTORY`` counts as in ``ollama run``; the file wins over it. Keys
    that nobody knows are left for the caller to tell. Raises ``InputSettingsError``.

    >>> read({"vim": True}, {"OLLAMA_NOHISTORY": "1"})
    InputSettings(history=False, vim=True)
    >>> read({"vim": "yes"}, {})
    Traceback (most recent call last):
    llmtui.input_settings.InputSettingsError: vim is true or false, not 'yes'
    """
    found: dict[str, Any] = {}
    if env.get("OLLAMA_NOHISTORY", "").strip().lower() not in _NO:
        found["history"] = False
    for key in InputSettings._fields:
        if key in table:
            if not isinstance(table[key], bool):
                raise InputSettingsError(f"{key} is true or false, not {table[key]!r}")
            found[key] = table[key]
    return InputSettings(**found)


_NO = ("", "0", "f", "false")
"""What a variable says that is not set, as Ollama reads it."""
