"""Presets: what turns are sent with, and a prompt with places to fill, under a name."""

from __future__ import annotations

import re
from collections.abc import Mapping
from types import MappingProxyType
from typing import Any, NamedTuple

from llmtui.chat.request import Format, Think

INPUT = "input"
"""The variable that is whatever else is typed, piped in, or stands in the input."""

_PLACE = re.compile(r"\{\{\s*([A-Za-z_][A-Za-z0-9_-]*)\s*\}\}")
_NOTHING: Mapping[str, Any] = MappingProxyType({})


class Preset(NamedTuple):
    """What it does not name stays as it is."""

    name: str
    about: str = ""
    """What it is for, in a few words."""
    model: str = ""
    system: str | None = None
    options: Mapping[str, Any] = _NOTHING
    think: Think = None
    format: Format = None
    keep_alive: float | None = None
    prompt: str = ""
    """With ``{{variables}}`` in it, as the system prompt may have them too."""
    values: Mapping[str, str] = _NOTHING
    """What variables are, unless something else is said."""

    @property
    def variables(self) -> tuple[str, ...]:
        """The names of all that is to be filled in, in the order of the text.

        >>> Preset("p", system="{{tongue}}", prompt="{{ a }} {{b}} {{a}}").variables
        ('a', 'b', 'tongue')
        """
        found = _PLACE.findall(f"{self.prompt}\n{self.system or ''}")
        return tuple(dict.fromkeys(found))

    def missing(self, values: Mapping[str, str], typed: str = "") -> tuple[str, ...]:
        """The variables that nobody has said anything of."""
        known = {**self.values, **values}
        if typed.strip():
            known.setdefault(INPUT, typed)
        return tuple(name for name in self.variables if name not in known)

    def filled(self, values: Mapping[str, str], typed: str = "") -> Preset:
        """With all variables filled in, and with what was ``typed``: in the place of
        ``{{input}}``, else behind the prompt.

        >>> hello = Preset("p", prompt="Say {{what}} to {{input}}.")
        >>> hello.filled({"what": "{{input}}"}, "Ada").prompt
        'Say {{input}} to Ada.'
        >>> Preset("p", prompt="Say hello.").filled({}, "Loudly.").prompt
        'Say hello.\\n\\nLoudly.'
        """
        known = {INPUT: typed, **self.values, **values}

        def value(place: re.Match[str]) -> str:
            return known.get(place[1], place[0])

        prompt = _PLACE.sub(value, self.prompt)
        if INPUT not in self.variables or INPUT in values:
            prompt = "\n\n".join(text for text in (prompt, typed) if text.strip())
        system = None if self.system is None else _PLACE.sub(value, self.system)
        return self._replace(prompt=prompt, system=system)
