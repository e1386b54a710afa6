"""The presets there are, those that cannot be read among them."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import ClassVar

from textual.binding import Binding, BindingType
from textual.content import Content

from llmtui.chat.preset import Preset
from llmtui.jobs.preset_files import BrokenPreset
from llmtui.jobs.session_presets import preset_words
from llmtui.sanitise import clean_line
from llmtui.ui.dialogs.choice import ChoiceDialog
from llmtui.ui.dialogs.list_dialog import Choice
from llmtui.ui.widgets.header import shortened

NAME = 20
"""Cells of the column with the names."""


class PresetsDialog(ChoiceDialog):
    """Dismissed with the name of the preset to use."""

    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("ctrl+s", "save", show=False, priority=True),
        Binding("ctrl+e", "edit", show=False, priority=True),
    ]
    KEYS = "enter uses   ctrl+s saves   ctrl+e edits   esc closes"

    def __init__(
        self,
        presets: Sequence[Preset | BrokenPreset],
        save: Callable[[], object],
        edit: Callable[[str], object],
    ) -> None:
        """``save`` keeps what is set now as one, ``edit`` opens the file of one."""
        super().__init__(
            "presets",
            [preset_row(preset) for preset in presets],
            empty="none yet: ctrl+s saves what is set now as one",
        )
        self._save = save
        self._edit = edit

    def action_save(self) -> None:
        self.dismiss(None)
        self._save()

    def action_edit(self) -> None:
        if name := self.highlighted:
            self.dismiss(None)
            self._edit(name)


def preset_row(preset: Preset | BrokenPreset) -> Choice:
    """Its name and what it is for, or what is the matter with it."""
    name = shortened(clean_line(preset.name), NAME - 1)
    head = Content(name).pad_right(NAME - Content(name).cell_length)
    if isinstance(preset, BrokenPreset):
        trouble = clean_line(preset.trouble)
        return Choice(
            preset.name, Content.assemble(head, (trouble, "$text-warning")), name
        )
    about, sets = clean_line(preset.about), clean_line(preset_words(preset))
    gap = "  " if about and sets else ""
    label = Content.assemble(head, about, gap, (sets, "dim"))
    return Choice(preset.name, label, f"{preset.name} {about} {sets}")
