"""The models of a host: seen, sorted, changed, loaded and unloaded by keys."""

from __future__ import annotations

from datetime import UTC, datetime

from llmtui.chat.models import Model, ModelDetails, Recommendation, RunningModel
from llmtui.places import Places
from llmtui.providers.errors import Refused, Unreachable
from llmtui.providers.scripted import Scripted
from llmtui.ui.dialogs.models import KEYS, ModelsDialog, row
from tests.support.app import Chat, chatting
from tests.support.scene import MODELS

INSIDE = 76
"""Columns inside of the frame, in a terminal of 80."""


async def opened(chat: Chat) -> ModelsDialog:
    await chat.say("/models")
    await chat.until(lambda: isinstance(chat.app.screen, ModelsDialog))
    await chat.until(f"of {len(chat.provider.catalogue)}")
    dialog = chat.app.screen
    assert isinstance(dialog, ModelsDialog)
    return dialog


async def test_models_are_sorted_and_filtered(places: Places) -> None:
    async with chatting(Scripted(MODELS), places, size=(120, 40)) as chat:
        dialog = await opened(chat)
        await chat.until("models on localhost   3 of 3")
        await chat.until("llava:13b                   8.0 GB     13B Q4_0")
        await chat.press("ctrl+s", "ctrl+s")
        await chat.until("sorted: size")
        await chat.press("pageup")
        assert dialog.highlighted == "llava:13b"
        await chat.press(*"vision")
        await chat.until("1 of 3")
        await chat.press("enter")
        await chat.until("Ready. llava:13b")


async def test_a_model_is_shown_in_full(places: Places) -> None:
    details = ModelDetails(
        MODELS[0], template="{{ .Prompt }}", license="Apache [/x]", system="Be brief."
    )
    provider = Scripted(MODELS, details={"smollm2:latest": details})
    async with chatting(provider, places, size=(100, 40)) as chat:
        await opened(chat)
        await chat.press("ctrl+o")
        await chat.until("{{ .Prompt }}")
        assert "Apache [/x]" in chat.text
        assert "Be brief." in chat.text
        await chat.press("escape")
        await chat.until("models on localhost")


async def test_what_is_deleted_can_be_taken_back_until_one_leaves(
    places: Places,
) -> None:
    provider = Scripted(MODELS)
    async with chatting(provider, places, size=(100, 30)) as chat:
        await opened(chat)
        await chat.press(*"llava", "delete")
        await chat.until("8.0 GB  deleted when you leave this")
        await chat.until("deleted when you leave this: llava:13b (8.0 GB)")
        await chat.press("ctrl+z")
        await chat.until("enter uses")
        assert "when you leave" not in chat.text
        await chat.press("delete", "delete", "delete", "enter")
        await chat.until("Ready. llava:13b")  # who wants to use it keeps it
        await opened(chat)
        await chat.press("delete", *"x")
        await chat.until("deleted when you leave this: llava:13b")
        await chat.press("ctrl+z", "escape")
        await chat.until(lambda: not isinstance(chat.app.screen, ModelsDialog))
        await opened(chat)
        await chat.press(*"llava", "delete", "escape")
        await chat.until_said("deleted llava:13b (8.0 GB)")
        assert provider.calls.count(("delete", "llava:13b")) == 1
        assert ("unload", "llava:13b") in provider.calls
        # Who leaves the program leaves the screen too.
        await opened(chat)
        await chat.press(*"mistral", "delete")
        await chat.until("deleted when you leave this: mistral")
        await chat.press("ctrl+q")
        await chat.until(lambda: not chat.app.is_running)
    assert [model.name for model in provider.catalogue] == ["smollm2:latest"]


async def test_a_model_is_made_from_another_one(places: Places) -> None:
    provider = Scripted(MODELS)
    async with chatting(provider, places, size=(100, 30)) as chat:
        await opened(chat)
        await chat.press(*"llava", "ctrl+n")
        await chat.until("make a model from llava:13b")
        await chat.press("ctrl+s")
        await chat.until("it needs a name")
        await chat.press(*"smollm2", "tab", *"temprature=1", "ctrl+s")
        await chat.until("no option is called 'temprature'")
        await chat.press(*["backspace"] * 12, *"seed=1", "enter", *"Be brief.")
        await chat.press("ctrl+s")
        await chat.until("there is a model smollm2: ctrl+s once more makes it anew")
        await chat.press("shift+tab", "shift+tab", "end", *"-x", "ctrl+s")
        await chat.until("made smollm2-x from llava:13b")
        made = await provider.show("smollm2-x")
        assert (made.system, made.parameters) == ("Be brief.", "seed 1")
        await chat.press("escape")


async def test_what_the_host_recommends_is_a_key_away(places: Places) -> None:
    """In the picker, on the screen of models, and where there is no model yet."""
    provider = Scripted(MODELS)
    provider.recommended = (
        Recommendation("gemma4", "reasons [/x]\x07", 12 * 10**9),
        Recommendation("glm-5.1:cloud", "codes"),
        Recommendation("smollm2", "is there"),
    )
    async with chatting(provider, places, size=(110, 30)) as chat:
        await chat.say("/models")
        await chat.until("5 of 5")
        await chat.until("12 GB  enter fetches it: reasons [/x]␇")
        await chat.press("escape", "ctrl+l")
        await chat.until("gemma4                    12 GB  fetch: reasons [/x]␇")
        await chat.until("glm-5.1:cloud             cloud  fetch: codes")
        assert "is there" not in chat.text
        await chat.press(*"gemma", "ctrl+f", "enter")
        await chat.until_said("gemma4 is here")
        await chat.until("Ready. gemma4")
    assert sum(call == ("recommendations",) for call in provider.calls) == 1
    bare = Scripted(())
    bare.recommended = provider.recommended
    async with chatting(bare, places, size=(110, 30)) as chat:
        await chat.until("fetch gemma4")
        await chat.until("takes 12 GB of memory, reasons [/x]␇")
        assert "glm-5.1" not in chat.text


async def test_copy_and_rename(places: Places) -> None:
    provider = Scripted(MODELS)
    async with chatting(provider, places, size=(100, 30)) as chat:
        dialog = await opened(chat)
        await chat.press(*"llava", "ctrl+y")
        await chat.until("copy llava:13b to")
        await chat.press("home", *"my-", "enter")
        await chat.until("2 of 4")
        await chat.press("pageup")
        assert dialog.highlighted == "llava:13b"
        await chat.press("ctrl+r")
        await chat.until("rename llava:13b to")
        await chat.press("home", *"my-", "enter")
        await chat.until("there is a model my-llava:13b already")
        await chat.press("ctrl+r")
        await chat.until("rename llava:13b to")
        await chat.press("home", *"your-", "enter")
        await chat.until("your-llava:13b")
        assert chat.screen.chat.model == "smollm2:latest"
        await chat.press(*["backspace"] * 5, *"smoll", "ctrl+r")
        await chat.until("rename smollm2 to")
        await chat.press("home", *"our-", "enter")
        await chat.until("our-smollm2")
        await chat.press("escape")
        await chat.until("Ready. our-smollm2")
    names = {model.name for model in provider.catalogue}
    assert {"my-llava:13b", "your-llava:13b"} < names
    assert "llava:13b" not in names
    assert not [call for call in provider.calls if call[0] == "unload"]


async def test_what_is_in_memory_stays_or_goes(places: Places) -> None:
    provider = Scripted(MODELS)
    provider.loaded = [
        RunningModel("smollm2:latest", 10**9, 5 * 10**8, 4096, "2318-01-01T00:00:00Z")
    ]
    async with chatting(provider, places, size=(130, 30)) as chat:
        await opened(chat)
        await chat.until("1.0 GB 50%/50% CPU/GPU 4k Forever")
        await chat.press(*"loaded", "ctrl+u")
        await chat.until(lambda: not provider.loaded)
        await chat.until("smollm2 leaves memory")
        await chat.press(*["backspace"] * 6, "ctrl+k")
        await chat.until("smollm2 stays in memory for ever")
        await chat.until(lambda: provider.loaded)


def test_what_a_model_takes_of_the_memory_fits_narrow_terminals() -> None:
    weights = Model(
        "a-model-with-a-long-name:70b-instruct-q4_K_M",
        size=42 * 10**9,
        parameters="70.6B",
        quantisation="Q4_K_M",
        modified="2025-01-01T00:00:00Z",
    )
    expires = "2026-01-01T00:14:00Z"
    running = RunningModel("m", 42 * 10**9, 21 * 10**9, 131072, expires)
    now = datetime(2026, 1, 1, tzinfo=UTC)
    narrow = row(weights, running, now, roomy=False)
    assert narrow.plain.endswith("42 GB 50%/50% CPU/GPU 128k 14 min left")
    assert narrow.cell_length <= INSIDE
    assert "71B Q4_K_M" in row(weights, running, now, roomy=True).plain
    assert all(len(line) <= INSIDE for line in KEYS.split("\n"))


def test_a_cloud_model_takes_nothing_of_the_disk() -> None:
    cloud = Model("big:cloud", size=384, remote="https://example.com")
    words = row(cloud, None, datetime(2026, 1, 1, tzinfo=UTC), roomy=True).plain
    assert "384" not in words
    assert words.split()[:2] == ["big:cloud", "cloud"]


async def test_a_host_that_is_down_says_so_and_comes_back(places: Places) -> None:
    provider = Scripted(MODELS)
    provider.down = Unreachable("[/no] answer", advice="Start it.")
    async with chatting(provider, places) as chat:
        await chat.say("/models")
        await chat.until("0 of 0")
        await chat.until("[/no] answer. Start it.")
        provider.down = None
        chat.screen.chat.monitor.poke()
        await chat.until("3 of 3")
        await chat.until("enter uses")


class Refusing(Scripted):
    async def delete(self, model: str) -> None:
        raise Refused("[/no] not yours", status=403)


async def test_what_cannot_be_done_says_why(places: Places) -> None:
    models = [Model("smollm2:latest")]
    async with chatting(Refusing(models), places, size=(100, 30)) as chat:
        await opened(chat)
        await chat.press("delete", "escape")
        await chat.until_said("[/no] not yours")
