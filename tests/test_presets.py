"""Presets: files that people write, read whole or refused with a sentence."""

from __future__ import annotations

import io
import tempfile
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from llmtui.chat.preset import Preset
from llmtui.cli.main import main
from llmtui.jobs.preset_files import (
    BrokenPreset,
    PresetError,
    preset_text,
    read_preset,
    read_presets,
    save_preset,
)
from llmtui.places import user_places
from tests.support.program import run
from tests.support.server import ServerThread, model

TRANSLATE = '''\ufeff
about = "into another language"\r
model = "mistral"
system = """
You translate."""
think = false
keep_alive = "5m"
format = "json"
prompt = "Translate into {{language}}: {{input}}"

[options]
temperature = 0
stop = "END"

[variables]
language = "French"
'''


def write(folder: Path, name: str, text: str) -> Path:
    folder.mkdir(parents=True, exist_ok=True)
    file = folder / f"{name}.toml"
    file.write_bytes(text.encode("utf-8", "surrogateescape"))
    return file


def test_a_whole_file(tmp_path: Path) -> None:
    write(tmp_path, "translate", TRANSLATE)
    preset = read_preset(tmp_path, "translate")
    assert preset == Preset(
        "translate",
        "into another language",
        "mistral",
        "You translate.",
        {"temperature": 0.0, "stop": ["END"]},
        False,
        "json",
        300.0,
        "Translate into {{language}}: {{input}}",
        {"language": "French"},
    )
    assert preset.variables == ("language", "input")
    assert preset.missing({}) == ("input",)
    assert preset.missing({}, "hello") == ()
    filled = preset.filled({"language": "Dutch"}, "hello")
    assert filled.prompt == "Translate into Dutch: hello"


@pytest.mark.parametrize("form", ['{ type = "object" }', '\'{"type": "object"}\''])
def test_a_schema_stands_in_the_preset_or_in_a_file(tmp_path: Path, form: str) -> None:
    write(tmp_path, "inline", f"format = {form}")
    assert read_preset(tmp_path, "inline").format == {"type": "object"}
    (tmp_path / "person.json").write_text('{"title": "Person"}')
    write(tmp_path, "file", 'format = "person.json"')
    assert read_preset(tmp_path, "file").format == {"title": "Person"}


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("model = [", "is no valid TOML: "),
        ("prompt = '\udcff'", "is not UTF-8 text"),
        ("modle = 'x'", ": a preset has no 'modle'; did you mean 'model'?"),
        ("top_k = 1", ": a preset has no 'top_k'; options like top_k stand below a"),
        ("temprature = 1", "; options like temperature stand below a line [options]"),
        ("model = 3", ': model takes text, like model = "…"'),
        ("[options]\ntemprature = 1", ": no option is called 'temprature'; did you"),
        ("[options]\ntop_p = 3", ": top_p takes a number from 0 to 1, not 3"),
        ("options = 3", ": options takes a table: [options], and a line"),
        ("[variables]\nn = 3", ': n takes text, like n = "…"'),
        ("think = 'perhaps'", ": think is on, off, low, medium, high or max"),
        ("think = 3", ": think takes text"),
        ("keep_alive = 'soon'", ": keep-alive is seconds or a span like 5m"),
        ("keep_alive = true", ": keep_alive takes seconds or a span"),
        ("format = 'nosuch.json'", "nosuch.json cannot be read: No such file"),
        ("format = '{'", ": the schema is no valid JSON"),
        ("x = " + "[" * 5000, " TOML"),
        ("prompt = '" + "x" * 1_000_000 + "'", "is too large for a preset"),
    ],
)
def test_a_broken_file_is_a_sentence_and_the_others_show(
    tmp_path: Path, text: str, words: str
) -> None:
    write(tmp_path, "bad", text)
    write(tmp_path, "good", "model = 'mistral'")
    bad, good = read_presets(tmp_path)
    assert isinstance(bad, BrokenPreset)
    assert "bad.toml" in bad.trouble or "nosuch.json" in bad.trouble
    assert words in bad.trouble
    assert "\n" not in bad.trouble
    assert good == Preset("good", model="mistral")


def test_what_is_no_preset_is_not_listed(tmp_path: Path) -> None:
    assert read_presets(tmp_path / "nosuch") == []
    write(tmp_path, ".hidden", "")
    (tmp_path / "notes.txt").write_text("")
    (tmp_path / "folder.toml").mkdir()
    (broken,) = read_presets(tmp_path)
    assert isinstance(broken, BrokenPreset)
    assert "folder.toml cannot be read" in broken.trouble


@pytest.mark.parametrize("name", ["", "..", "../up", "a/b", ".a", "a.", "save", "a\n"])
def test_a_name_is_no_path(tmp_path: Path, name: str) -> None:
    with pytest.raises(PresetError, match="a preset cannot be called"):
        save_preset(tmp_path, Preset(name))


def test_a_preset_that_is_not_there(tmp_path: Path) -> None:
    with pytest.raises(PresetError, match="there are no presets yet; each is a file"):
        read_preset(tmp_path, "translate")
    write(tmp_path, "translate", "")
    with pytest.raises(PresetError, match="'trnslate'; did you mean 'translate'"):
        read_preset(tmp_path, "trnslate")


def test_a_disk_that_takes_nothing_is_a_sentence(tmp_path: Path) -> None:
    (tmp_path / "presets").write_text("in the way")
    with pytest.raises(PresetError, match="the preset is not saved: "):
        save_preset(tmp_path / "presets", Preset("a"))


text = st.text(st.characters(exclude_categories=["Cs"]))


@given(
    st.fixed_dictionaries(
        {
            "about": text,
            "model": text,
            "system": st.none() | text,
            "think": st.sampled_from([None, False, True, "high"]),
            "keep_alive": st.sampled_from([None, -1.0, 0.0, 1.5, 300.0]),
            "format": st.sampled_from([None, "json", {"title": 'a\n"', "x": None}]),
            "options": st.fixed_dictionaries(
                {}, optional={"stop": st.lists(text.filter(bool)), "seed": st.just(7)}
            ),
            "prompt": text,
            "values": st.dictionaries(st.sampled_from(["a", "b-c"]), text),
        }
    )
)
@settings(max_examples=40)
def test_what_is_saved_is_read_again(fields: dict[str, Any]) -> None:
    preset = Preset("p", **fields)
    with tempfile.TemporaryDirectory() as folder:
        save_preset(Path(folder), preset)
        assert read_preset(Path(folder), "p") == preset


def test_a_saved_preset_is_pleasant_to_edit() -> None:
    preset = Preset(
        "p",
        model="mistral",
        system='Be "kind".\nBe brief.',
        options={"temperature": 0.5},
    )
    assert preset_text(preset) == (
        'model = "mistral"\n'
        'system = """\nBe "kind".\nBe brief."""\n'
        "\n[options]\ntemperature = 0.5\n"
    )


# -- llmtui ask --preset -------------------------------------------------------------


@pytest.fixture
def server(monkeypatch: pytest.MonkeyPatch) -> Iterator[ServerThread]:
    """A fake Ollama that the program finds by itself, and the user's presets."""
    write(user_places().presets, "translate", TRANSLATE)
    with ServerThread() as found:
        found.fake.models.append(model("mistral:latest"))
        monkeypatch.setenv("OLLAMA_HOST", found.url)
        yield found


def test_ask_takes_a_preset_where_the_command_line_says_nothing(
    server: ServerThread,
) -> None:
    line = ("ask", "--preset", "translate", "-o", "seed=1", "-o", "temperature=1")
    done = run(*line, "--var", "language=Dutch", "hello")
    assert (done.code, "no JSON" in done.err) == (7, True)  # which the preset wants
    sent = server.fake.chats[-1].json
    assert sent["prompt"] == "Translate into Dutch: hello"
    assert (sent["model"], sent["system"]) == ("mistral", "You translate.")
    options = {"temperature": 1.0, "stop": ["END"], "seed": 1}
    assert (sent["options"], sent["keep_alive"]) == (options, 300)
    assert sent["format"] == "json"

    notes = user_places().presets / "notes.txt"
    notes.write_text("good morning", encoding="utf-8")
    run(*line, "--file", str(notes))
    assert "good morning" in server.fake.chats[-1].json["prompt"]

    run(*line, "-m", "smollm2", "--system", "", "--save", "hello")
    sent = server.fake.chats[-1].json
    assert sent["messages"][-1]["content"] == "Translate into French: hello"
    assert sent["model"] == "smollm2"


@pytest.mark.parametrize(
    ("line", "words"),
    [
        ("--preset trnslate hi", "no preset 'trnslate'; did you mean 'translate'?"),
        ("--preset translate", "needs input; give --var input=…"),
        ("--preset translate --var tongue=x hi", "has no variable 'tongue', but lang"),
        ("--preset translate --var language hi", "written NAME=VALUE; got 'language'"),
        ("--var language=x hi", "give --preset NAME too"),
        ("--preset ../translate hi", "a preset cannot be called '../translate'"),
    ],
)
def test_ask_says_what_is_wrong_with_a_preset(
    server: ServerThread, line: str, words: str
) -> None:
    done = run("ask", *line.split())
    assert (done.code, words in done.err) == (2, True), done.err
    assert not server.fake.chats


def test_what_is_missing_is_asked_for_on_a_terminal(
    server: ServerThread, monkeypatch: pytest.MonkeyPatch, capsys: Any
) -> None:
    class Typed(io.StringIO):
        def isatty(self) -> bool:
            return True

    monkeypatch.setattr("sys.stdin", Typed("hello {{language}}\n"))
    monkeypatch.setattr("sys.stderr.isatty", lambda: True, raising=False)
    assert main(["ask", "--preset", "translate"]) == 7  # the answer is no JSON
    assert "input: " in capsys.readouterr().err
    sent = server.fake.chats[-1].json
    assert sent["prompt"] == "Translate into French: hello {{language}}"


def test_the_doctor_names_a_broken_preset(server: ServerThread) -> None:
    write(user_places().presets, "bad", "modle = 'x'")
    done = run("doctor")
    words = " ".join(done.out.split())
    assert "note preset bad.toml: a preset has no 'modle'; did you mean" in words
