"""What the arguments of commands may be: models, sessions, options, files, …"""

from __future__ import annotations

import asyncio
import os
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import TYPE_CHECKING

from llmtui.chat.completion import Candidate, Offered
from llmtui.chat.names import short
from llmtui.human import age, parameters, size

if TYPE_CHECKING:
    from llmtui.jobs.current_chat import CurrentChat
    from llmtui.settings import Settings

MOST_FILES = 2_000
"""Of one folder; a larger one is shown in part."""


class ArgumentWords:
    """Candidates by the kind of an argument, as they are just now."""

    def __init__(
        self,
        chat: CurrentChat,
        settings: Settings,
        more: Mapping[str, Sequence[str]],
    ) -> None:
        """``more`` are words of kinds that only the front end knows."""
        self._chat = chat
        self._settings = settings
        self._more = more

    def __call__(self, kind: str, about: str) -> Offered:
        match kind:
            case "model":
                return self._models()
            case "new-model":
                return self._new_models()
            case "option":
                return _options()
            case "value":
                return _values(about.rpartition(" ")[2])
            case "think":
                return self._levels()
            case "host":
                return self._hosts()
            case "format":
                return _formats()
            case "session":
                return self._sessions()
            case "tag":
                return self._tags()
            case "preset":
                folder = self._chat.core.store.places.presets
                return asyncio.to_thread(_presets, folder)
            case "file":
                return asyncio.to_thread(_files, about)
            case _:
                return [Candidate(word) for word in self._more.get(kind, ())]

    def _models(self) -> list[Candidate]:
        return [
            Candidate(
                model.name,
                f"{parameters(model.parameters):>6} {model.quantisation}".rstrip(),
                also=(short(model.name),),
            )
            for model in self._chat.models.choice.in_order()
        ]

    def _new_models(self) -> list[Candidate]:
        recommendations = self._chat.models.recommendations
        recommendations.look()
        return [
            Candidate(one.model, "  ".join(filter(None, (one.takes, one.about))))
            for one in recommendations.found
        ]

    def _levels(self) -> list[Candidate]:
        from llmtui.chat.capabilities import think_choices
        from llmtui.chat.think_levels import THINK_CHOICES

        choices = think_choices(self._chat.listed) or THINK_CHOICES
        return [Candidate(name, what) for name, what in choices]

    def _hosts(self) -> list[Candidate]:
        hosts = self._settings.hosts.items()
        found = [Candidate(name, config.url or config.kind) for name, config in hosts]
        return [*found, Candidate("local", "the models of this computer, no server")]

    async def _sessions(self) -> list[Candidate]:
        core = self._chat.core
        return [
            Candidate(summary.title_line, age(summary.updated))
            for summary in await asyncio.to_thread(core.summaries)
            if summary.title.strip()
        ]

    async def _tags(self) -> list[Candidate]:
        found: dict[str, int] = {}
        for summary in await asyncio.to_thread(self._chat.core.summaries):
            for tag in summary.tags:
                found[tag] = found.get(tag, 0) + 1
        ranked = sorted(found, key=lambda tag: -found[tag])
        return [Candidate(tag, str(found[tag])) for tag in ranked]


def _options() -> list[Candidate]:
    from llmtui.chat.options import OPTIONS
    from llmtui.jobs.session_options import KEEP_ALIVE, KEEP_ALIVE_ABOUT

    found = [Candidate(name, option.about) for name, option in OPTIONS.items()]
    return [*found, Candidate(KEEP_ALIVE, KEEP_ALIVE_ABOUT)]


def _values(name: str) -> list[Candidate]:
    """What an option may be, where there are values to name."""
    from llmtui.chat.options import OPTIONS
    from llmtui.jobs.session_options import KEEP_ALIVE, KEEP_ALIVE_SPECIAL

    if name == KEEP_ALIVE:
        return [Candidate(*one) for one in _special(KEEP_ALIVE_SPECIAL).items()]
    option = OPTIONS.get(name)
    if option is None:
        return []
    found = {"true": "", "false": ""} if option.kind is bool else {}
    if option.default not in (None, []):
        found[str(option.default).lower()] = "as usual"
    found |= _special(option.special)
    return [Candidate(value, what or option.takes) for value, what in found.items()]


def _special(words: str) -> dict[str, str]:
    """Values that mean something of their own, and what.

    >>> _special("0 or -1: among all, 1: off")
    {'0': 'among all', '-1': 'among all', '1': 'off'}
    """
    found: dict[str, str] = {}
    for special in filter(None, words.split(", ")):
        values, _, what = special.partition(": ")
        found |= dict.fromkeys(values.split(" or "), what)
    return found


def _presets(folder: Path) -> list[Candidate]:
    """Blocking."""
    from llmtui.jobs.preset_files import BrokenPreset, read_presets

    return [
        Candidate(one.name, one.trouble if isinstance(one, BrokenPreset) else one.about)
        for one in read_presets(folder)
    ]


def _formats() -> list[Candidate]:
    from llmtui.chat.export_formats import EXPORT_FORMATS

    return [Candidate(name) for name in EXPORT_FORMATS]


def _files(folder: str) -> list[Candidate]:
    """What is in a folder, as far as it can be read: folders first, hidden things
    last. Blocking."""
    found: list[tuple[bool, bool, str, int]] = []
    try:
        with os.scandir(os.path.expanduser(folder or ".")) as entries:
            for entry in entries:
                is_folder = entry.is_dir()
                much = 0 if is_folder else _size(entry)
                found.append((entry.name[0] == ".", not is_folder, entry.name, much))
                if len(found) >= MOST_FILES:
                    break
    except (OSError, ValueError):
        return []  # the command itself says what is wrong with the path
    return [
        Candidate(name, size(much)) if is_file else Candidate(f"{name}/", "folder")
        for _, is_file, name, much in sorted(found)
    ]


def _size(entry: os.DirEntry[str]) -> int:
    try:
        return entry.stat().st_size
    except OSError:
        return 0
