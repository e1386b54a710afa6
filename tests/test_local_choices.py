"""What somebody without a server is offered."""

from __future__ import annotations

from pathlib import Path

import pytest

from llmtui.chat.models import Model
from llmtui.chat.suggestions import SUGGESTED, Suggestion, best, fit, suggestions
from llmtui.hosts import parse_host
from llmtui.jobs.local_choices import LocalChoices, local_choices, start_ollama
from llmtui.local_settings import DEFAULTS, LocalSettingsError, read
from llmtui.places import Places
from llmtui.providers.errors import Unreachable
from llmtui.providers.local import offer
from llmtui.providers.local.model_name import parse_name
from llmtui.providers.local.provider import LocalLibrary
from llmtui.providers.scripted import Scripted
from tests.support.model_folders import ollama_model
from tests.support.tiny_gguf import METADATA, gguf


def test_the_short_list() -> None:
    sizes = [found.size for found in SUGGESTED]
    assert sizes == sorted(sizes)
    assert 390_000_000 < sizes[0] < sizes[-1] < 4_000_000_000
    for found in SUGGESTED:
        parse_name(found.name)
    assert suggestions(()) == SUGGESTED
    assert suggestions(["my/own:1"]) == (Suggestion("my/own:1"),)


def test_no_machine_is_offered_what_it_cannot_carry() -> None:
    for memory in range(0, 64_000_000_000, 500_000_000):
        for cores in (0, 1, 2, 4, 16):
            one = best(SUGGESTED, memory, cores)
            assert one is not None
            if memory > 2_000_000_000:
                assert fit(one.size, memory, cores) != "too large"
            larger = best(SUGGESTED, memory * 2, cores)
            assert larger is not None
            assert larger.size >= one.size


def test_the_list_is_the_users() -> None:
    table = {"suggestions": [" qwen3:4b ", "hf.co/o/r"]}
    assert read(table, {}).suggestions == ("qwen3:4b", "hf.co/o/r")
    for wrong in ("qwen3", [1], [""], {"a": 1}):
        with pytest.raises(LocalSettingsError, match="suggestions is a list of models"):
            read({"suggestions": wrong}, {})


async def test_what_there_is(
    places: Places, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    folder = tmp_path / "home/.ollama/models/"
    ollama_model(folder, "registry.ollama.ai/library/qwen3/4b", {"model": gguf()})
    embedding = gguf({**METADATA, "llama.pooling_type": 1})
    ollama_model(folder, "registry.ollama.ai/library/embed/1", {"model": embedding})
    programs = tmp_path / "bin"
    programs.mkdir()
    (programs / "ollama").write_text("#!/bin/sh\n")
    (programs / "ollama").chmod(0o755)
    monkeypatch.setenv("PATH", str(programs))
    provider = LocalLibrary(parse_host("local"), places, extra_installed=lambda: True)
    choices = await local_choices(provider, DEFAULTS)
    await provider.aclose()
    assert choices.start_ollama == "ollama serve"
    assert [model.name for model in choices.on_disk] == ["qwen3:4b"]
    offered = [found.name for found, _ in choices.to_fetch]
    assert offered == [x.name for x in SUGGESTED if x.name != "qwen3:4b"]
    assert choices.memory > 0
    assert choices.cores > 0


async def test_nothing_can_go_wrong() -> None:
    class Broken(Scripted):
        async def models(self) -> list[Model]:
            raise Unreachable("the extra is missing")

    choices = await local_choices(Broken(), DEFAULTS)
    assert choices.on_disk == ()
    assert len(choices.to_fetch) == len(SUGGESTED)


def test_starting_ollama(tmp_path: Path) -> None:
    assert start_ollama(str(tmp_path), "linux") == ""
    assert LocalChoices().machine == ""
    assert LocalChoices(cores=1).machine == "1 core"
    assert offer.NAME not in {found.name for found in SUGGESTED}
