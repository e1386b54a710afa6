"""Presets for the session in front: used there, and made of what it has."""

from __future__ import annotations

import asyncio
import os
from collections.abc import Callable
from contextlib import suppress
from pathlib import Path
from typing import TYPE_CHECKING

from llmtui.chat.names import short
from llmtui.chat.options import OptionError, checked_option
from llmtui.chat.preset import Preset
from llmtui.chat.request import think_word
from llmtui.jobs.answer_format import format_words
from llmtui.jobs.preset_files import (
    BrokenPreset,
    preset_file,
    read_preset,
    read_presets,
    save_preset,
)

if TYPE_CHECKING:
    from llmtui.chat.session import Session


class SessionPresets:
    """The presets in one folder. What reads or writes it raises ``PresetError``."""

    def __init__(
        self,
        folder: Path,
        session: Callable[[], Session],
        change: Callable[..., None],
    ) -> None:
        """``session`` tells which one is in front; ``change`` sets fields of it."""
        self.folder = folder
        self._session = session
        self._change = change

    async def all(self) -> list[Preset | BrokenPreset]:
        """All that there are, broken ones too."""
        return await asyncio.to_thread(read_presets, self.folder)

    async def read(self, name: str) -> Preset:
        return await asyncio.to_thread(read_preset, self.folder, name)

    def use(self, preset: Preset) -> None:
        """Have the next turns sent with what a preset names, but for its model."""
        options = {**self._session().options, **preset.options}
        fields = {
            "system": preset.system,
            "options": options if preset.options else None,
            "think": preset.think,
            "format": preset.format,
            "keep_alive": preset.keep_alive,
        }
        named = {key: value for key, value in fields.items() if value is not None}
        if named:
            self._change(**named)

    def of_session(self, name: str, model: str) -> Preset:
        """A preset of what the session's turns are sent with, as far as it is good."""
        session = self._session()
        options = {}
        for key, value in session.options.items():
            with suppress(OptionError):
                options[key] = checked_option(key, value)
        return Preset(
            name,
            model=model,
            system=session.system,
            options=options,
            think=session.think,
            format=session.format,
            keep_alive=session.keep_alive,
        )

    async def save(self, preset: Preset) -> Path:
        """Write one, in the place of what has its name; returns its file."""
        return await asyncio.to_thread(save_preset, self.folder, preset)

    def is_taken(self, name: str) -> bool:
        """Whether there is one of that name."""
        return os.path.exists(preset_file(self.folder, name))

    async def file_to_edit(self, name: str) -> Path:
        """The file of a preset, begun with what the session has if there is none."""
        file = preset_file(self.folder, name)
        if not await asyncio.to_thread(os.path.exists, file):
            await self.save(self.of_session(name, ""))
        return file


def preset_words(preset: Preset) -> str:
    """What a preset sets, in few words; untrusted.

    >>> preset_words(Preset("p", model="mistral:latest", think=False, format="json"))
    'mistral, thinking off, JSON'
    """
    kept = preset.keep_alive is not None
    words = (
        short(preset.model),
        "system prompt" if preset.system else "",
        *preset.options,
        "" if preset.think is None else f"thinking {think_word(preset.think)}",
        "" if preset.format is None else format_words(preset.format),
        "keep_alive" if kept else "",
        "a prompt" if preset.prompt else "",
    )
    return ", ".join(filter(None, words))
