"""Models that are made: Modelfiles, ``llmtui create``, and those of this machine."""

from __future__ import annotations

import json
from collections.abc import Iterator
from contextlib import suppress
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from llmtui.chat.modelfile import ModelfileError, parse_modelfile
from llmtui.chat.models import NewModel
from llmtui.chat.request import Turn
from llmtui.cli.main import main
from llmtui.places import Places
from llmtui.providers.errors import Unsupported
from llmtui.providers.local import offer
from llmtui.providers.local.catalog import Catalog
from llmtui.providers.local.model_changes import ModelChanges
from tests.support.model_folders import ollama_model
from tests.support.server import ServerThread
from tests.support.tiny_gguf import METADATA, gguf
from tests.test_local_weights import CONTENT, TINY

WHOLE = '''\
# A pirate of one's own
FROM smollm2
PARAMETER temperature 0.5
PARAMETER stop "<end>"
parameter stop </s>
PARAMETER mirostat 2
TEMPLATE """{{ .System }}

{{ .Prompt }}"""
SYSTEM """
You are "a pirate".
"""
MESSAGE user Who are you?
MESSAGE assistant "Arr,
a pirate."
LICENSE free
'''


# -- Modelfiles ------------------------------------------------------------------------


def test_a_modelfile_is_read_as_ollama_reads_it() -> None:
    for text in (WHOLE, "\ufeff" + WHOLE.replace("\n", "\r\n")):
        read = parse_modelfile(text)
        assert read.sources == ("smollm2",)
        assert read.parameters == {"temperature": 0.5, "stop": ["<end>", "</s>"]}
        assert read.texts == {
            "template": "{{ .System }}\n\n{{ .Prompt }}",
            "system": '\nYou are "a pirate".\n',
        }
        assert read.messages == (
            Turn("user", "Who are you?"),
            Turn("assistant", "Arr,\na pirate."),
        )
        assert read.licenses == ("free",)
        assert read.warnings == ("line 6: nothing reads mirostat any more",)


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("SYSTEM hi", "there is no FROM line"),
        ("FROM m\nPARAMETER temprature 1", "line 2: no option is called 'temprature'"),
        ("FROM m\nPARAMETER seed many", "line 2: seed takes a whole number"),
        ("FROM m\nPARAMETER seed", "line 2: it is written PARAMETER NAME VALUE"),
        ("FROM m\nMESSAGE robot hi", "line 2: a message is of system, user, assistant"),
        ("FROM m\ntemperature 1", "PARAMETER temperature VALUE may be meant"),
        ("FROM m\nPUSH x", "line 2: 'PUSH' is no command; known are FROM"),
        ("FROM m\nFROM", "line 2: FROM needs a value"),
    ],
)
def test_a_mistake_in_a_modelfile_has_its_line(text: str, words: str) -> None:
    with pytest.raises(ModelfileError) as caught:
        parse_modelfile(text)
    assert words in str(caught.value)


@given(st.text() | st.lists(st.sampled_from(WHOLE.split("\n"))).map("\n".join))
def test_no_text_is_too_odd_to_be_read_or_refused(text: str) -> None:
    with suppress(ModelfileError):
        assert parse_modelfile(text).sources


# -- the verb --------------------------------------------------------------------------


@pytest.fixture
def server(monkeypatch: pytest.MonkeyPatch) -> Iterator[ServerThread]:
    with ServerThread() as found:
        monkeypatch.setenv("OLLAMA_HOST", found.url)
        yield found


def asked(server: ServerThread) -> dict[str, Any]:
    """The last request that makes a model."""
    made = [seen for seen in server.fake.requests if seen.path == "/api/create"]
    found: dict[str, Any] = made[-1].json
    return found


def test_a_model_is_made_on_the_command_line(
    server: ServerThread, capfd: pytest.CaptureFixture[str]
) -> None:
    line = ["create", "brief", "--from", "smollm2", "--system", "Be brief."]
    assert main([*line, "--parameter", "seed=1", "--parameter", "stop=a"]) == 0
    out, err = capfd.readouterr()
    assert out == "created 'brief'\n"
    assert "writing manifest\n" in err
    assert asked(server) == {
        "model": "brief",
        "from": "smollm2",
        "stream": True,
        "system": "Be brief.",
        "parameters": {"seed": 1, "stop": ["a"]},
    }
    assert main([*line, "--json", "-q", "q4_K_M"]) == 0
    assert json.loads(capfd.readouterr().out) == {"created": "brief", "from": "smollm2"}
    assert asked(server)["quantize"] == "q4_K_M"


def test_a_modelfile_of_this_folder_is_meant_by_itself(
    server: ServerThread,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    capfd: pytest.CaptureFixture[str],
) -> None:
    monkeypatch.chdir(tmp_path)
    assert main(["create", "mine"]) == 2
    assert "say what it is made from: --from MODEL" in capfd.readouterr().err
    Path("Modelfile").write_text(WHOLE)
    assert main(["create", "mine", "--system", "Other.", "--parameter", "seed=3"]) == 0
    found = asked(server)
    assert (found["from"], found["system"]) == ("smollm2", "Other.")
    assert found["parameters"]["seed"] == 3
    assert found["messages"][0] == {"role": "user", "content": "Who are you?"}
    assert "line 6: nothing reads mirostat" in capfd.readouterr().err
    folder = tmp_path / "weights"
    folder.mkdir()
    (folder / "w.gguf").write_bytes(b"GGUF")
    (folder / "Modelfile").write_text("FROM ./w.gguf\nADAPTER w.gguf")
    assert main(["create", "mine", "-f", "weights/Modelfile"]) == 0
    assert list(asked(server)["files"]) == list(asked(server)["adapters"]) == ["w.gguf"]
    (folder / "Modelfile").write_text("FROM .")
    assert main(["create", "mine", "-f", "weights/Modelfile"]) == 0
    assert list(asked(server)["files"]) == ["w.gguf"]


def test_what_cannot_be_made_is_a_sentence(
    server: ServerThread, tmp_path: Path, capfd: pytest.CaptureFixture[str]
) -> None:
    bad = tmp_path / "bad"
    bad.write_text("FROM ./none.gguf")
    for code, line, words in (
        (4, ["--from", "nosuch"], "there is no model 'nosuch' to be fetched"),
        (2, ["-f", "/nowhere"], "/nowhere cannot be read: No such file"),
        (2, ["-f", str(bad)], "FROM ./none.gguf: there is no such file"),
        (2, ["--from", "m", "--parameter", "x=1"], "no option is called 'x'"),
        (2, ["--host", f"openai+{server.url}", "--from", "m"], "cannot make models"),
    ):
        assert main(["create", "mine", *line]) == code
        assert words in capfd.readouterr().err


# -- models of this machine ------------------------------------------------------------


async def test_a_model_of_this_machine_shares_its_weights(
    places: Places, tmp_path: Path
) -> None:
    home = tmp_path / "home"
    catalog = Catalog(places, builtin=TINY, environ={}, home=home)
    changes = ModelChanges(catalog)
    library = "registry.ollama.ai/library"
    params = b'{"temperature": 0.3, "stop": ["<end>"]}'
    own = gguf({**METADATA, "general.name": "One"})
    layers = {"model": own, "system": b"One.", "params": params}
    ollama_model(places.models, f"{library}/one/latest", layers)
    ollama_model(home / ".ollama/models", f"{library}/theirs/latest", layers)
    said = (Turn("user", "Hi"), Turn("assistant", "Hello."))
    new = NewModel("two", "one", "Two.", {"seed": 1, "temperature": 0.9}, said)
    assert [step.status async for step in changes.create(new)][-1] == "success"
    files = (await catalog.entry("two")).files
    assert files.system == "Two."
    assert files.parameters == {"temperature": 0.9, "stop": ["<end>"], "seed": 1}
    assert [m["content"] for m in files.messages] == ["Hi", "Hello."]
    assert files.weights == (await catalog.entry("one")).files.weights
    assert (await catalog.entry("one")).files.system == "One."
    await changes.delete("one")
    assert files.weights.exists()
    # Made anew under its name: only what is not given stays.
    again = NewModel("two", "two", "", template="{{ .Prompt }}")
    assert [step async for step in changes.create(again)]
    files = (await catalog.entry("two")).files
    assert (files.system, files.template) == ("", "{{ .Prompt }}")
    assert files.parameters["seed"] == 1
    with pytest.raises(Unsupported, match="is not fetched yet"):
        [step async for step in changes.create(NewModel("x", offer.NAME))]
    (places.models / TINY.file).write_bytes(CONTENT)
    mine = NewModel("mine", offer.NAME, "Mine.")
    assert [step async for step in changes.create(mine)]
    files = (await catalog.entry("mine")).files
    assert files.weights.samefile(places.models / TINY.file)
    await changes.delete("mine")
    assert (places.models / TINY.file).read_bytes() == CONTENT
    with pytest.raises(Unsupported, match="theirs:latest belongs to Ollama"):
        [step async for step in changes.create(NewModel("x", "theirs"))]
    with pytest.raises(Unsupported, match="weights of a file"):
        [step async for step in changes.create(NewModel("x", files=("w.gguf",)))]
    await changes.aclose()
