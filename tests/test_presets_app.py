"""Presets in the app: kept from what is set, chosen, filled in and sent."""

from __future__ import annotations

from pathlib import Path

import pytest

from llmtui.desktop.editor import edit_file
from llmtui.jobs.preset_files import read_preset
from llmtui.places import Places
from llmtui.providers.scripted import Scripted
from llmtui.ui.dialogs.presets import PresetsDialog
from llmtui.ui.dialogs.variables import VariablesDialog
from tests.support.app import chatting
from tests.test_presets import write


async def test_presets_are_kept_chosen_filled_in_and_sent(places: Places) -> None:
    host = Scripted(["smollm2", "mistral"])
    async with chatting(host, places, model="smollm2") as chat:
        # What is set now becomes a preset.
        await chat.say("/preset nosuch")
        await chat.until_said("there are no presets yet; each is a file NAME.toml in")
        await chat.say("/system Be brief.")
        await chat.say("/set parameter temperature 0.5")
        chat.screen.chat.session.options["temprature"] = 1  # by a script
        await chat.say("/preset save terse")
        await chat.until_said("saved: /preset terse brings it back")
        kept = read_preset(places.presets, "terse")
        assert (kept.system, kept.model) == ("Be brief.", "smollm2")
        assert kept.options == {"temperature": 0.5}
        await chat.say("/system Be long.")
        await chat.say("/preset save terse")
        await chat.until("there is a preset terse")
        await chat.press("enter")
        await chat.pilot.pause()
        assert read_preset(places.presets, "terse") == kept

        # A broken file does not hide the others.
        write(places.presets, "bad", "temprature = 1")
        write(
            places.presets,
            "translate",
            'about = "into another language"\nmodel = "mistral"\nthink = false\n'
            'prompt = """To {{language}}, {{how}}: {{input}}"""\n'
            'options.seed = 7\n[variables]\nlanguage = "French"\n',
        )
        await chat.say("/preset")
        await chat.until(lambda: isinstance(chat.app.screen, PresetsDialog))
        await chat.until("into another language")
        assert "bad.toml: a preset has no 'temprature'" in chat.text
        await chat.press("ctrl+s")
        await chat.until("save a preset as")
        await chat.press(*"mine", "enter")
        await chat.until_said("saved: /preset mine brings it back")
        assert read_preset(places.presets, "mine").system == "Be long."

        # The places are asked for; the model, the options and the prompt follow.
        await chat.press(*"/preset tr")
        await chat.until("into another language")
        await chat.press("tab")
        assert chat.screen.prompt.text == "/preset translate"
        await chat.press("enter")
        await chat.until(lambda: isinstance(chat.app.screen, VariablesDialog))
        await chat.press("end", "ctrl+u", *"Dutch", "enter")
        await chat.press(*"line", "ctrl+j", *"by", "enter", *"hello", "enter")
        await chat.until("To Dutch, line")
        assert chat.screen.prompt.text == "To Dutch, line\nby: hello"
        await chat.until_said("preset translate: mistral, seed, thinking off, a prompt")
        await chat.press("enter")
        await chat.until("ok")

        # The palette has presets too.
        await chat.press("ctrl+p")
        await chat.press(*"preset terse")
        await chat.until("use the preset terse")
        await chat.press("enter")
        await chat.until(lambda: chat.screen.chat.session.system == "Be brief.")

        # Nothing large is fetched unasked.
        write(places.presets, "large", "model = 'huge'")
        await chat.say("/preset large")
        await chat.until_said("localhost has no model huge: /pull huge fetches it")

        # Words that stand in the input go where they belong.
        chat.screen.prompt.put("good morning")
        chat.screen.run_command("preset", "translate")
        await chat.until(lambda: isinstance(chat.app.screen, VariablesDialog))
        await chat.press("enter", *"now", "ctrl+s")
        await chat.until("To French, now: good morning")
        await chat.press("ctrl+z")
        assert chat.screen.prompt.text == "good morning"
    request = host.requests[0]
    assert request.model == "mistral"
    assert dict(request.options) == {"temperature": 0.5, "temprature": 1, "seed": 7}
    assert [turn.content for turn in request.turns] == [  # type: ignore[union-attr]
        "Be long.",
        "To Dutch, line\nby: hello",
    ]


async def test_the_editor_opens_the_file_itself(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    file = write(tmp_path, "a", "about = 'old'")
    monkeypatch.setenv("VISUAL", "sed -i s/old/new/")
    assert await edit_file(file) == ""
    assert read_preset(tmp_path, "a").about == "new"
    monkeypatch.setenv("VISUAL", "false")
    assert await edit_file(file) == "false ended with code 1: the text is as it was"
