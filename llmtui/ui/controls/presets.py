"""``/preset``: what is set under a name, and prompts with places to fill in."""

from __future__ import annotations

from collections.abc import Callable, Coroutine
from typing import TYPE_CHECKING, Any

from textual.content import Content

from llmtui.chat.pasted import Typed, is_heavy
from llmtui.chat.preset import INPUT, Preset
from llmtui.commands.command import Action
from llmtui.ui.controls.services import ScreenServices
from llmtui.ui.widgets.prompt import Prompt

if TYPE_CHECKING:
    from llmtui.jobs.current_chat import CurrentChat
    from llmtui.jobs.session_presets import SessionPresets


class Presets:
    """Uses, saves and opens presets."""

    def __init__(
        self,
        chat: CurrentChat,
        prompt: Prompt,
        choose_model: Callable[[str], object],
        services: ScreenServices,
    ) -> None:
        self._chat = chat
        self._prompt = prompt
        self._choose_model = choose_model
        self._say = services.say
        self._refuse = services.refuse
        self._ask = services.ask
        self._run_job = services.run_job

    def actions(self) -> dict[str, Action]:
        return {"preset": self.preset}

    def preset(self, words: str = "") -> None:
        """Use a preset or choose one; ``save NAME``, ``edit NAME`` do just that."""
        verb, _, name = words.strip().partition(" ")
        name = name.strip()
        if not words.strip():
            self._run(self._choose())
        elif verb == "save" and not name:
            self._ask_name()
        elif verb == "save":
            self._run(self._save(name))
        elif verb == "edit" and name:
            self._run(self._edit(name))
        else:
            self._run(self._use_named(words.strip()))

    @property
    def _presets(self) -> SessionPresets:
        from llmtui.jobs.session_presets import SessionPresets

        chat = self._chat
        folder = chat.core.store.places.presets
        return SessionPresets(folder, lambda: chat.session, chat.change)

    def _run(self, job: Coroutine[Any, Any, None]) -> None:
        """Do a job; what is wrong with a preset is said."""
        from llmtui.jobs.preset_files import PresetError

        async def run() -> None:
            try:
                await job
            except PresetError as error:
                self._refuse(str(error))

        self._run_job(run())

    # -- using one -------------------------------------------------------------------

    async def _choose(self) -> None:
        from llmtui.ui.dialogs.presets import PresetsDialog

        found = await self._presets.all()
        dialog = PresetsDialog(
            found, self._ask_name, lambda name: self._run(self._edit(name))
        )
        self._ask(dialog, lambda name: self._run(self._use_named(name)))

    async def _use_named(self, name: str) -> None:
        self._use(await self._presets.read(name))

    def _use(self, preset: Preset) -> None:
        """Use a preset, once its places are filled in."""
        typed = self._prompt.full_text
        wanted = [n for n in preset.variables if n != INPUT or not typed.strip()]
        if not wanted:
            self._use_filled(preset.filled({}, typed))
            return
        from llmtui.ui.dialogs.variables import VariablesDialog

        self._ask(
            VariablesDialog(f"preset {preset.name}", wanted, preset.values),
            lambda values: self._use_filled(preset.filled(values, typed)),
        )

    def _use_filled(self, preset: Preset) -> None:
        from llmtui.jobs.session_presets import preset_words

        chat = self._chat
        self._presets.use(preset)
        if preset.prompt != self._prompt.full_text:
            self._prompt.exchange(_folded(preset.prompt))
        sets = preset_words(preset)
        self._say(f"preset {preset.name}: {sets}" if sets else f"preset {preset.name}")
        for name in preset.options:
            if refusal := chat.options.refusal(name):
                self._say(refusal, warning=True)
        if preset.model and chat.models.choice.missing(preset.model):
            self._say(self._no_model(preset.model), warning=True)
        elif preset.model:
            self._choose_model(preset.model)
        self._prompt.focus()

    def _no_model(self, name: str) -> str:
        """A model may be large: it is fetched when somebody says so."""
        monitor = self._chat.monitor
        how = f": /pull {name} fetches it" if monitor.capabilities.pulls else ""
        return f"{monitor.host.label} has no model {name}{how}"

    # -- keeping one -----------------------------------------------------------------

    def _ask_name(self) -> None:
        from llmtui.ui.dialogs.text import LineDialog

        hint = "keeps system prompt, options, model, thinking and format   esc leaves"
        dialog = LineDialog("save a preset as", hint=hint)
        self._ask(dialog, lambda name: self._run(self._save(name.strip())))

    async def _save(self, name: str) -> None:
        """Write what is set now; one of that name goes only if that is wanted."""
        preset = self._presets.of_session(name, self._chat.model)
        if not self._presets.is_taken(name):
            await self._write(preset)
            return
        from llmtui.ui.dialogs.choice import ChoiceDialog
        from llmtui.ui.dialogs.list_dialog import Choice

        ways = {"no": "leave it as it is", "yes": "replace it by what is set now"}
        rows = [Choice(way, Content(words), words) for way, words in ways.items()]

        def answered(way: str) -> None:
            if way == "yes":
                self._run(self._write(preset))

        self._ask(ChoiceDialog(f"there is a preset {name}", rows), answered)

    async def _write(self, preset: Preset) -> None:
        file = await self._presets.save(preset)
        self._say(f"saved: /preset {preset.name} brings it back, in {file}")

    async def _edit(self, name: str) -> None:
        """Open the file of a preset in the user's editor."""
        from llmtui.desktop.editor import edit_file
        from llmtui.ui.outside import CannotLeave, outside

        file = await self._presets.file_to_edit(name)
        try:
            problem = await outside(self._prompt.app, lambda: edit_file(file))
        except CannotLeave as error:
            problem = str(error)
        if problem:
            self._say(f"{problem}: edit {file} yourself", warning=True)
        else:
            await self._presets.read(name)
            self._say(f"preset {name} can be used: /preset {name}")


def _folded(text: str) -> Typed:
    """A text for the input, as a mark where it is too much to be shown."""
    return Typed(text, ((0, len(text)),) if is_heavy(text) else ())
