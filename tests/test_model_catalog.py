"""The models of this machine, by their names: fetched ones and those of others."""

from __future__ import annotations

import asyncio
import json
import os
import sys
from collections.abc import AsyncIterator, Callable
from contextlib import AsyncExitStack, aclosing
from pathlib import Path
from typing import Any

import pytest

from llmtui.chat.events import Text
from llmtui.chat.request import ChatRequest, Turn
from llmtui.hosts import Host
from llmtui.places import Places, user_places
from llmtui.providers.errors import (
    ModelMissing,
    NotUnderstood,
    ProviderError,
    Unsupported,
)
from llmtui.providers.local import describe, found, offer
from llmtui.providers.local.catalog import Catalog
from llmtui.providers.local.facts import FactsCache
from llmtui.providers.local.model_changes import ModelChanges
from llmtui.providers.local.provider import Local, LocalLibrary
from llmtui.providers.local.registry import Registry
from llmtui.providers.protocol import Describes, Manages, Pulls, Runs
from tests.support import fake_child
from tests.support.model_folders import ollama_model, state_of
from tests.support.program import Done, run
from tests.support.registry import FakeRegistry
from tests.support.tiny_gguf import METADATA, gguf
from tests.test_local_weights import CONTENT, TINY

LIBRARY = "registry.ollama.ai/library"
PARAMS = b'{"stop": ["<end>", "<eot>"], "temperature": 0.3, "num_ctx": null}'


def weights(**metadata: Any) -> bytes:
    return gguf({**METADATA, **metadata})


@pytest.fixture
def home(tmp_path: Path) -> Path:
    return tmp_path / "home"


MakeCatalog = Callable[..., Catalog]


@pytest.fixture
def catalog(places: Places, home: Path) -> Catalog:
    return Catalog(places, builtin=TINY, environ={}, home=home)


@pytest.fixture
def changes(catalog: Catalog) -> ModelChanges:
    return ModelChanges(catalog, Registry(environ={}))


@pytest.fixture
async def registry() -> AsyncIterator[FakeRegistry]:
    async with FakeRegistry() as server:
        for name, kind in (("one", b"One."), ("two", b"Two.")):
            layers = [("model", weights()), ("system", kind), ("params", PARAMS)]
            server.add(f"library/{name}:latest", layers)
        yield server


async def pulled(changes: ModelChanges, registry: FakeRegistry, name: str) -> str:
    whole = f"{registry.host}/library/{name}"
    async with aclosing(changes.pull(whole, insecure=True)) as steps:
        async for _ in steps:
            pass
    return f"{whole}:latest"


async def names(catalog: Catalog) -> list[str]:
    return [entry.files.name for entry in await catalog.entries()]


async def test_nothing_but_the_built_in_one(catalog: Catalog, places: Places) -> None:
    assert await names(catalog) == [offer.NAME]
    assert not places.data.exists()
    entry = await catalog.entry("")
    assert (entry.files.source, entry.facts.context_length) == ("builtin", 8192)


async def test_what_was_fetched_comes_first(
    catalog: Catalog,
    changes: ModelChanges,
    registry: FakeRegistry,
    places: Places,
    home: Path,
) -> None:
    ollama_model(home / ".ollama/models", f"{LIBRARY}/old/latest", {"model": weights()})
    assert await names(catalog) == ["old:latest", offer.NAME]
    one = await pulled(changes, registry, "one")
    assert await names(catalog) == [one, "old:latest", offer.NAME]
    (places.models / TINY.file).write_bytes(CONTENT)
    assert await names(catalog) == [one, offer.NAME, "old:latest"]
    entry = await catalog.entry(one.upper().removesuffix(":LATEST"))
    assert entry.files.name == one
    assert entry.files.parameters == {"stop": ["<end>", "<eot>"], "temperature": 0.3}
    await changes.aclose()


async def test_files_of_two_models_stay_with_the_other(
    catalog: Catalog, changes: ModelChanges, registry: FakeRegistry
) -> None:
    one = await pulled(changes, registry, "one")
    two = await pulled(changes, registry, "two")
    await changes.copy(one, "mine")
    blobs = catalog.store.blobs.folder
    assert len(os.listdir(blobs)) == 5  # weights, params and configuration of both
    await changes.delete(one)
    assert await names(catalog) == ["mine:latest", two, offer.NAME]
    assert len(os.listdir(blobs)) == 5
    await changes.delete("mine")
    assert len(os.listdir(blobs)) == 4
    assert (await catalog.entry(two)).files.system == "Two."
    await changes.delete(two)
    assert os.listdir(blobs) == []
    assert os.listdir(catalog.store.folder / "manifests") == []
    with pytest.raises(ModelMissing, match=f"no model {two} on this computer") as gone:
        await changes.delete(two)
    assert "pull" not in gone.value.advice
    await changes.aclose()


async def test_a_half_model_is_none(
    catalog: Catalog, changes: ModelChanges, registry: FakeRegistry
) -> None:
    one = await pulled(changes, registry, "one")
    files = (await catalog.entry(one)).files
    with files.weights.open("r+b") as file:
        file.truncate(files.weights.stat().st_size - 1)
    assert await names(catalog) == [offer.NAME]
    with pytest.raises(ModelMissing):
        await catalog.entry(one)
    await pulled(changes, registry, "one")
    assert await names(catalog) == [one, offer.NAME]
    await changes.aclose()


async def test_models_of_ollama_are_run_in_place(
    places: Places, home: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    folder = home / ".ollama/models"
    layers = {
        "model": weights(),
        "template": b"{{ .System }} {{ .Prompt }}",
        "params": PARAMS,
        "system": b"Be kind.",
        "license": b"Free.",
        "messages": b'[{"role": "user", "content": "hi"}]',
    }
    about = {"model_type": "9.9B", "file_type": "Q9_9"}
    ollama_model(folder, f"{LIBRARY}/tiny/q4", layers, about)
    ollama_model(folder, "hf.co/some.one/Tiny-GGUF/Q4_0", {"model": weights()})
    before = state_of(folder)
    provider = LocalLibrary(
        Host("local", ""),
        places,
        program=(sys.executable, fake_child.__file__, "good"),
        extra_installed=lambda: True,
    )
    async with AsyncExitStack() as stack:
        stack.push_async_callback(provider.aclose)
        models = await provider.models()
        assert {m.name for m in models} == {
            "tiny:q4",
            "hf.co/some.one/Tiny-GGUF:Q4_0",
            offer.NAME,
        }
        tiny = next(m for m in models if m.name == "tiny:q4")
        assert (tiny.parameters, tiny.quantisation) == ("9.9B", "Q9_9")
        assert len(tiny.digest) == 64
        request = ChatRequest("tiny:q4", (Turn("user", "hello"),))
        events = [event async for event in provider.chat(request)]
        assert Text("context 2048") in events
        details = await provider.show("TINY:Q4")
        assert details.system == "Be kind."
        assert details.template == "{{ .System }} {{ .Prompt }}"
        assert details.license == "Free."
        assert details.parameters.splitlines()[0] == f'{"stop":<30} "<end>"'
        assert "MESSAGE user hi\n" in details.modelfile
        assert details.raw["details"]["parameter_size"] == "9.9B"
        assert json.dumps(dict(details.raw))
        with pytest.raises(Unsupported, match="belongs to Ollama"):
            await provider.delete("tiny:q4")
        with pytest.raises(Unsupported, match="belongs to Ollama"):
            await provider.copy("tiny:q4", "mine")
    assert state_of(folder) == before


async def test_a_projector_of_ollama_gives_a_model_eyes(
    catalog: Catalog, home: Path
) -> None:
    folder = home / ".ollama/models"
    layers = {"model": weights(), "projector": b"what makes images into tokens"}
    ollama_model(folder, f"{LIBRARY}/eyes/1", layers)
    ollama_model(folder, f"{LIBRARY}/blind/1", {"model": weights()})
    eyes, blind = await catalog.entry("eyes:1"), await catalog.entry("blind:1")
    assert eyes.files.projector is not None
    assert eyes.files.projector.read_bytes() == layers["projector"]
    assert describe.model(eyes.files, eyes.facts).can("vision")
    assert not describe.model(blind.files, blind.facts).can("vision")
    warm = {"general.sampling.temp": 0.3}
    assert describe.details(eyes.files, eyes.facts, warm).usual["temperature"] == 0.3


async def test_ollama_models_names_the_folder(
    places: Places, home: Path, tmp_path: Path
) -> None:
    ollama_model(tmp_path / "big", f"{LIBRARY}/far/1", {"model": weights()})
    environ = {"OLLAMA_MODELS": str(tmp_path / "big")}
    catalog = Catalog(places, builtin=TINY, environ=environ, home=home)
    assert await names(catalog) == ["far:1", offer.NAME]


async def test_what_is_no_model_of_ollama(catalog: Catalog, home: Path) -> None:
    """Cloud models, projectors, weights that are no GGUF, torn manifests."""
    folder = home / ".ollama/models"
    ollama_model(folder, f"{LIBRARY}/big/cloud", {"license": b"x"})
    ollama_model(folder, f"{LIBRARY}/mlx/1", {"tensor": b"x"})
    ollama_model(folder, f"{LIBRARY}/bad/1", {"model": b"not at all"})
    clip = weights(**{"general.architecture": "clip"})
    ollama_model(folder, f"{LIBRARY}/clip/1", {"model": clip})
    ollama_model(folder, f"{LIBRARY}/odd/1", {"model": weights(), "params": b"]"})
    for name, data in (("torn", b'{"layers": ['), ("empty", b""), (".DS_Store", b"x")):
        path = folder / "manifests" / LIBRARY / name / "latest"
        path.parent.mkdir(parents=True)
        path.write_bytes(data)
    assert await names(catalog) == [offer.NAME]
    with pytest.raises(NotUnderstood, match="bad:1 cannot be read"):
        await catalog.entry("bad:1")
    with pytest.raises(NotUnderstood, match="odd:1 cannot be read"):
        await catalog.entry("odd:1")
    with pytest.raises(Unsupported, match="big:cloud has no weights in GGUF"):
        await catalog.entry("big:cloud")


async def test_what_only_ollama_reads(
    catalog: Catalog, home: Path, places: Places
) -> None:
    """Not offered, and when it is asked for by name it is said why."""
    folder = home / ".ollama/models"
    gemma = {"general.architecture": "gemma3", "gemma3.context_length": 99}
    ollama_model(folder, f"{LIBRARY}/gemma3/4b", {"model": gguf(gemma)})
    vision = weights(**{"llama.vision.block_count": 3})
    ollama_model(folder, f"{LIBRARY}/seeing/1", {"model": vision})
    epsilon = {"gemma3.attention.layer_norm_rms_epsilon": 0.1}
    ollama_model(folder, f"{LIBRARY}/good/1", {"model": gguf(gemma | epsilon)})
    assert await names(catalog) == ["good:1", offer.NAME]
    provider = LocalLibrary(Host("local", ""), places, extra_installed=lambda: True)
    with pytest.raises(Unsupported, match="only Ollama's own engine reads"):
        await provider.load("gemma3:4b")
    assert (await provider.show("gemma3:4b")).model.family == "llama"
    await provider.aclose()


async def test_the_first_model_can_chat(catalog: Catalog, home: Path) -> None:
    embedding = weights(**{"llama.pooling_type": 1})
    ollama_model(home / ".ollama/models", f"{LIBRARY}/e/1", {"model": embedding})
    assert await names(catalog) == ["e:1", offer.NAME]
    assert (await catalog.entry("")).files.name == offer.NAME


async def test_lm_studio_and_hugging_face(
    catalog: Catalog, changes: ModelChanges, home: Path
) -> None:
    studio = home / ".lmstudio/models/owner/Tiny-GGUF"
    studio.mkdir(parents=True)
    (studio / "Tiny-Q4_K_M.gguf").write_bytes(weights())
    (studio / "mmproj-Tiny-F32.gguf").write_bytes(b"projector")
    (studio / "mmproj-Tiny-f16.gguf").write_bytes(b"projector")
    hub = home / ".cache/huggingface/hub/models--org--Big.1-GGUF"
    blob = hub / "blobs/abc"
    blob.parent.mkdir(parents=True)
    blob.write_bytes(weights())
    for revision in ("old", "new"):
        snapshot = hub / "snapshots" / revision / "Q8_0"
        snapshot.mkdir(parents=True)
        for part in (1, 2):
            (snapshot / f"Big-Q8_0-{part:05}-of-00002.gguf").symlink_to(blob)
        (snapshot / "Big-Q4_0-00001-of-00002.gguf").symlink_to(blob)  # not whole
    (hub / "refs").mkdir()
    (hub / "refs/main").write_text("new")
    assert set(await names(catalog)) == {
        "lmstudio/owner/Tiny-GGUF:Q4_K_M",
        "hf.co/org/Big.1-GGUF:Q8_0",
        offer.NAME,
    }
    tiny = (await catalog.entry("lmstudio/owner/tiny-gguf:q4_k_m")).files
    assert tiny.projector == studio / "mmproj-Tiny-f16.gguf"
    big = (await catalog.entry("hf.co/org/Big.1-GGUF:Q8_0")).files
    assert big.weights.parent.parent.name == "new"
    assert big.size == 2 * len(weights())
    with pytest.raises(Unsupported, match="belongs to the cache of Hugging Face"):
        await changes.delete(big.name)


def test_the_folders_of_others(home: Path, tmp_path: Path) -> None:
    plain = found.folders({}, home)
    assert plain.huggingface == (home / ".cache/huggingface/hub",)
    for variable, value, expected in (
        ("HF_HUB_CACHE", "/a", "/a"),
        ("HF_HOME", "/b", "/b/hub"),
        ("XDG_CACHE_HOME", "/c", "/c/huggingface/hub"),
    ):
        assert found.folders({variable: value}, home).huggingface == (Path(expected),)
    home.mkdir(exist_ok=True)
    (home / ".lmstudio-home-pointer").write_text(f"{tmp_path}/studio\n")
    assert found.folders({}, home).lmstudio[0] == tmp_path / "studio/models"


@pytest.mark.skipif(os.geteuid() == 0, reason="root may read everything")
def test_a_folder_that_may_not_be_read(home: Path) -> None:
    folder = home / ".ollama/models"
    folder.mkdir(parents=True)
    folder.chmod(0)
    assert found.unreadable(found.folders({}, home)) == [folder]
    assert found.ollama_models(found.folders({}, home)) == []


def test_facts_are_remembered(tmp_path: Path) -> None:
    path, cache = tmp_path / "a.gguf", tmp_path / "cache" / "weights.json"
    path.write_bytes(weights())
    first = FactsCache(cache)
    facts = first.read(path)
    first.save()
    entry = json.loads(cache.read_text())
    entry["files"][str(path)]["facts"]["family"] = "remembered"
    cache.write_text(json.dumps(entry))
    again = FactsCache(cache).read(path)
    assert again == facts._replace(family="remembered")
    path.write_bytes(weights(**{"general.name": "another"}))
    assert FactsCache(cache).read(path).family == "llama"
    for nonsense in ("", "[]", '{"version": 1, "files": {"x": 1}}'):
        cache.write_text(nonsense)
        assert FactsCache(cache).read(path).family == "llama"
    entry["files"][str(path)]["facts"] = {"family": 3, "capabilities": []}
    cache.write_text(json.dumps(entry))
    assert FactsCache(cache).read(path).family == "llama"


async def test_a_name_that_is_none(changes: ModelChanges) -> None:
    for name in ("../../etc/passwd", "a b", "", "x:", "ftp://a/b/c"):
        with pytest.raises(ModelMissing, match="is no name of a model"):
            async for _ in changes.pull(name):
                pass


async def test_only_the_library_claims_to_fetch(places: Places) -> None:
    one_file = Local(Host("local", "/x.gguf"), places)
    library = LocalLibrary(Host("local", ""), places)
    assert isinstance(one_file, Describes)
    assert isinstance(one_file, Runs)
    assert not isinstance(one_file, Pulls | Manages)
    for protocol in (Describes, Runs, Pulls, Manages):
        assert isinstance(library, protocol)


async def test_a_folder_that_cannot_be_written(
    places: Places, home: Path, registry: FakeRegistry
) -> None:
    places.data.parent.mkdir(parents=True, exist_ok=True)
    places.data.write_text("a file in the way")
    catalog = Catalog(places, builtin=TINY, environ={}, home=home)
    changes = ModelChanges(catalog, Registry(environ={}))
    with pytest.raises(ProviderError, match="could not be put into"):
        await pulled(changes, registry, "one")
    await changes.aclose()


async def llmtui(*arguments: str) -> Done:
    return await asyncio.to_thread(run, *arguments)


async def test_the_verbs(registry: FakeRegistry) -> None:
    name = f"{registry.host}/library/one"
    done = await llmtui("pull", "--local", name, "--insecure")
    assert (done.code, done.out) == (0, ""), done.err
    assert done.err.endswith("success\n")
    done = await llmtui("list", "--local", "--json")
    listed = json.loads(done.out)
    assert [model["name"] for model in listed] == [f"{name}:latest", offer.NAME]
    assert listed[0]["size"] > len(weights())
    done = await llmtui("show", "--local", name)
    assert "One." in done.out
    assert "1K" in done.out
    done = await llmtui("rm", "--local", name, "--json")
    assert json.loads(done.out) == {"deleted": name}
    assert os.listdir(user_places().models / "blobs") == []
    done = await llmtui("show", "--local", name)
    assert done.code == 4
    assert f"no model {name} on this computer" in done.err
    done = await llmtui("pull", "--local", f"{registry.host}/library/three")
    assert done.code == 3
    assert "without TLS, add --insecure" in done.err


async def test_which_template_counts(
    catalog: Catalog, home: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Ollama's rule: the manifest's, unless that of the weights can do more."""
    folder = home / ".ollama/models"
    plain = weights(**{"tokenizer.chat_template": "{{ messages }}"})
    able = weights()  # its template knows tools and thinking
    bare = weights(**{"tokenizer.chat_template": ""})
    models: list[tuple[str, bytes, bytes | None]] = [
        ("own", plain, b"{{ .Prompt }} ->"),
        ("weights", able, b"{{ .Prompt }} ->"),
        ("none", plain, None),
        ("only", bare, b"{{ .Prompt }} ->"),
        ("odd", bare, b"{{ template `x` }}"),
    ]
    for name, data, template in models:
        layers: dict[str, bytes | Path] = {"model": data}
        if template:
            layers["template"] = template
        ollama_model(folder, f"{LIBRARY}/{name}/1", layers)
    used = {x.files.name: bool(x.files.chat_template) for x in await catalog.entries()}
    assert used == {
        "own:1": True,
        "weights:1": False,
        "none:1": False,
        "only:1": True,
        "odd:1": False,
        offer.NAME: False,
    }
    assert (await catalog.entry("own:1")).facts.capabilities == {"completion"}
    able_model = (await catalog.entry("weights:1")).facts
    assert able_model.capabilities == {"completion", "tools", "thinking"}


@pytest.mark.real_model
async def test_a_store_of_ollama_is_chatted_with(
    real_weights: Path, places: Places, home: Path
) -> None:
    """The real weights, laid out as Ollama lays them out; nothing is written there."""
    folder = home / ".ollama/models"
    gguf_file = real_weights / "models" / "SmolLM2-135M-Instruct.Q4_1.gguf"
    template = (
        b"{{- range .Messages }}<|im_start|>{{ .Role }}\n{{ .Content }}<|im_end|>\n"
        b"{{ end }}<|im_start|>assistant\n"
    )
    params = b'{"stop": ["<|im_start|>", "<|im_end|>"], "temperature": 0, "seed": 1}'
    layers: dict[str, bytes | Path] = {"model": gguf_file, "params": params}
    layers["template"] = template
    ollama_model(folder, f"{LIBRARY}/smollm2/latest", layers)
    before = state_of(folder)
    provider = LocalLibrary(Host("local", ""), places)
    async with AsyncExitStack() as stack:
        stack.push_async_callback(provider.aclose)
        (model, _) = await provider.models()
        assert (model.name, model.size > 90_000_000) == ("smollm2:latest", True)
        turns = (Turn("user", "What is the capital of France?"),)
        request = ChatRequest("smollm2", turns, options={"num_predict": 30})
        said = "".join(
            [x.delta async for x in provider.chat(request) if isinstance(x, Text)]
        )
        assert "Paris" in said
        assert "<|im" not in said
    assert state_of(folder) == before
