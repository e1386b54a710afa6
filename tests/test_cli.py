"""The command line: verbs, help, mistakes, and what must not be imported."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from llmtui import __version__
from llmtui.cli import main as main_module
from llmtui.cli.context import session_id
from llmtui.cli.main import main
from llmtui.cli.options import UsageError, parse
from llmtui.cli.table import VERBS, all_options, options_of, read_line
from llmtui.cli.verb_options import PARTS
from llmtui.places import Places, user_places
from tests.support.program import COMMAND, run, start
from tests.support.server import ServerThread


@pytest.fixture
def server(monkeypatch: pytest.MonkeyPatch) -> Iterator[ServerThread]:
    """A fake Ollama that the program finds by itself."""
    with ServerThread() as found:
        monkeypatch.setenv("OLLAMA_HOST", found.url)
        yield found


# -- mistakes -------------------------------------------------------------------


@pytest.mark.parametrize(
    ("line", "words"),
    [
        (["lsit"], "there is no verb 'lsit'; did you mean 'list'?"),
        (["--modle", "x"], "there is no option '--modle'; did you mean '--model'?"),
        (["-x"], "there is no option '-x'; llmtui --help shows all"),
        (["Who are you?"], "did you mean: llmtui ask"),
        (["list", "--stats"], "llmtui list has no option --stats; it belongs to: ask"),
        (["doctor", "more"], "it is used as: llmtui doctor and no more"),
        (["rm"], "it is used as: llmtui rm NAME…"),
        (["-m"], "-m needs a value: -m MODEL"),
        (["--json=yes", "list"], "--json takes no value"),
        (["--local", "/nowhere.gguf", "list"], "there is no file /nowhere.gguf"),
        (["--host", "x", "--local", "list"], "two hosts"),
        (["--host", "ftp://x", "list"], "--host: a host begins with http://"),
        (["show", "m", "--license", "--system"], "give one of --license, --system"),
        (["config", "sohw"], "did you mean 'show'?"),
        (["completion", "tcsh"], "bash, zsh and fish"),
        (["sessions", "show", "nosuch"], "there is no session 'nosuch'"),
        (["sessions", "show", ""], "an id of a session is missing"),
        ([], "in a pipe use: llmtui ask"),
        (["run", "mistral"], "in a pipe use: llmtui ask"),
    ],
)
def test_a_mistake_is_one_sentence(
    capfd: pytest.CaptureFixture[str], line: list[str], words: str
) -> None:
    assert main(line) == 2
    out, err = capfd.readouterr()
    assert out == ""
    assert err.startswith("llmtui: ")
    assert words in err
    assert err.count("\n") == 1


def test_what_should_not_happen_goes_to_a_file(
    capfd: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    def broken(name: str, shell: object) -> int:
        raise RuntimeError("a mistake of ours")

    monkeypatch.setattr(main_module, "_run_verb", broken)
    assert main(["list"]) == 1
    err = capfd.readouterr().err
    assert "Traceback" not in err
    [file] = user_places().logs.iterdir()
    assert str(file) in err
    assert "RuntimeError: a mistake of ours" in file.read_text()
    assert file.stat().st_mode & 0o777 == 0o600


def test_a_fault_of_a_handle_is_one_that_should_not_happen(
    capfd: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    def broken(name: str, context: object) -> int:
        raise OSError(9, "Bad file descriptor", 7)

    monkeypatch.setattr(main_module, "_run_verb", broken)
    assert main(["list"]) == 1
    assert "something went wrong" in capfd.readouterr().err


@pytest.mark.skipif(not Path("/dev/full").exists(), reason="has no full device")
@pytest.mark.parametrize("line", ["--help", "config path", "doctor --json"])
def test_what_cannot_be_written_is_a_sentence(line: str) -> None:
    with open("/dev/full", "wb") as full:
        done = subprocess.run(
            [*COMMAND, *line.split()],
            stdout=full,
            stderr=subprocess.PIPE,
            text=True,
            check=False,
        )
    assert done.returncode == 1
    assert done.stderr.startswith("llmtui: standard output cannot be written: ")
    assert done.stderr.count("\n") == 1


@pytest.mark.parametrize("kind", ["DATA", "CONFIG", "CACHE", "STATE"])
def test_a_folder_of_the_user_s_that_cannot_be_is_a_sentence(
    capfd: pytest.CaptureFixture[str],
    monkeypatch: pytest.MonkeyPatch,
    tmp_path: Path,
    kind: str,
) -> None:
    """Every look at it fails, as at one above which the user has no rights."""
    monkeypatch.setenv(f"XDG_{kind}_HOME", f"{tmp_path}/{'y' * 300}")
    monkeypatch.setenv("OLLAMA_HOST", "127.0.0.1:9")
    for line in (
        "doctor",
        "ask hi",
        "--local list",
        "hosts",
        "config",
        "sessions",
        "sessions --trash",
        "sessions search light",
        "sessions show 2026",
        "sessions rm 2026",
        f"sessions export --all -o {tmp_path}/all",
    ):
        assert main(line.split()) in (0, 1, 2, 3), line
        err = capfd.readouterr().err
        assert "went wrong" not in err, line
        assert all(row.startswith("llmtui: ") for row in err.splitlines()), line


def test_a_user_without_a_home_is_told(
    capfd: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    def homeless() -> Places:
        raise RuntimeError("could not determine the home directory")

    monkeypatch.setattr("llmtui.cli.context.user_places", homeless)
    for line in (["config", "path"], ["ask", "hi"], ["list"]):
        assert main(line) == 2
        assert capfd.readouterr().err == (
            "llmtui: this user has no home folder; set HOME to one\n"
        )
    assert main(["__complete", "words", "sessions", "show", ""]) == 0
    assert capfd.readouterr() == ("", "")

    def broken(name: str, shell: object) -> int:
        raise ZeroDivisionError("a mistake of ours")

    monkeypatch.setattr(main_module, "_run_verb", broken)
    assert main(["list"]) == 1
    assert "a mistake of ours\n" in capfd.readouterr().err


def test_ctrl_c_is_no_mistake(monkeypatch: pytest.MonkeyPatch) -> None:
    def interrupted(name: str, shell: object) -> int:
        raise KeyboardInterrupt

    monkeypatch.setattr(main_module, "_run_verb", interrupted)
    assert main(["list"]) == 130


# -- options ----------------------------------------------------------------------


def test_a_value_that_may_be_left_out_is_never_a_verb() -> None:
    table = all_options()
    found = parse(["-r", "ask", "hi"], table, lambda word: word != "ask")
    assert (found.words, found.text("resume")) == (("ask", "hi"), "")
    assert parse(["--local", "ask"], table).words == ("ask",)
    assert parse(["--local", "my.gguf", "ask"], table).text("local") == "my.gguf"
    assert parse(["ask", "--think", "Who?"], table).words == ("ask", "Who?")
    assert parse(["--no-think", "--think", "high"], table).text("think") == "high"


def test_options_mean_the_same_for_all_verbs() -> None:
    shapes: dict[str, set[tuple[bool, bool]]] = {}
    for verb in VERBS:
        for option in options_of(verb):
            for name in option.names:
                shape = (bool(option.value), option.optional is not None)
                shapes.setdefault(name, set()).add(shape)
    assert [name for name, found in shapes.items() if len(found) > 1] == ["--system"]
    assert read_line(["ask", "--system", "Brief.", "hi"]).text("system") == "Brief."
    assert read_line(["--system", "Brief.", "ask", "hi"]).words == ("ask", "hi")
    assert read_line(["show", "--system", "m"]).words == ("show", "m")


def test_short_options_can_be_joined() -> None:
    table = all_options()
    assert parse(["-cmx"], table).values == {"continue": ("",), "model": ("x",)}
    assert parse(["-m=x"], table).text("model") == "x"
    with pytest.raises(UsageError, match="'-z'"):
        parse(["-cz"], table)


def test_ids_of_sessions_may_be_short(places: Places) -> None:
    places.sessions.mkdir(parents=True)
    one, two = "20260101T000000000-aa11", "20260102T000000000-bb22"
    (places.sessions / f"{one}.json").write_text("{}")
    (places.sessions / f"{two}.{one}.jsonl").write_text("{}")
    assert session_id(places, "20260101") == one
    assert session_id(places, "BB".lower()) == two
    assert session_id(places, one) == one
    with pytest.raises(UsageError, match="2 sessions begin with '2026'"):
        session_id(places, "2026")


# -- help ---------------------------------------------------------------------------


@pytest.mark.parametrize("verb", VERBS, ids=lambda verb: verb.name)
def test_every_verb_has_help_with_an_example(
    capfd: pytest.CaptureFixture[str], verb: object
) -> None:
    name = getattr(verb, "name", "")
    assert main([name, "--help"]) == 0
    out = capfd.readouterr().out
    assert out.startswith(f"usage: llmtui {name}")
    assert "\nexample:\n  " in out
    assert max(map(len, out.splitlines())) <= 80


def test_the_program_s_help_and_version(capfd: pytest.CaptureFixture[str]) -> None:
    assert main(["--help"]) == 0
    out = capfd.readouterr().out
    assert all(f"  {verb.name} " in out for verb in VERBS)
    assert main(["--version"]) == 0
    assert capfd.readouterr().out == f"llmtui {__version__}\n"


# -- what is imported --------------------------------------------------------------

_PROBE = """
import sys
from llmtui.cli.main import main
code = main(sys.argv[2:])
heavy = [name for name in sys.argv[1].split(",") if name in sys.modules]
print("HEAVY", code, heavy, file=sys.stderr)
"""


@pytest.mark.parametrize(
    ("line", "heavy"),
    [
        (["--version"], "textual,rich,httpx,sqlite3,argparse,platformdirs"),
        (["--help"], "textual,rich,httpx,sqlite3,argparse,platformdirs"),
        (["ask", "hi"], "textual,sqlite3,jsonschema,llmtui.store,llmtui.jobs.core"),
        (["ask", "--save", "hi"], "textual,sqlite3,jsonschema"),
        (["list"], "textual,sqlite3"),
        (["ps"], "textual"),
        (["show", "smollm2"], "textual"),
        (["pull", "smollm2"], "textual"),
        (["cp", "smollm2", "other"], "textual"),
        (["create", "other", "--from", "smollm2"], "textual,sqlite3"),
        (["stop", "smollm2"], "textual"),
        (["rm", "smollm2"], "textual"),
        (["sessions"], "textual,httpx"),
        (["config", "show"], "textual,httpx"),
        (["doctor"], "textual"),
        (["completion", "bash"], "textual,httpx"),
        (["__complete", "words", "sh"], "textual,httpx"),
    ],
    ids=lambda value: " ".join(value) if isinstance(value, list) else "",
)
def test_no_verb_imports_what_it_does_not_need(
    server: ServerThread, line: list[str], heavy: str
) -> None:
    done = subprocess.run(
        [sys.executable, "-c", _PROBE, heavy, *line],
        stdin=subprocess.DEVNULL,
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.stderr.splitlines()[-1] == "HEAVY 0 []", done.stderr


# -- verbs --------------------------------------------------------------------------


def test_tables_are_ollama_s(server: ServerThread) -> None:
    server.fake.running = ["mistral:7b"]
    digest = server.fake.models[0]["digest"][:12]
    listed = run("list").out.splitlines()
    assert listed[0].split() == ["NAME", "ID", "SIZE", "MODIFIED"]
    assert listed[1].split()[:3] == ["smollm2:latest", digest, "98"]
    assert [x["name"] for x in json.loads(run("list", "mis", "--json").out)] == [
        "mistral:7b"
    ]
    head, row = run("ps").out.splitlines()
    assert head.split() == ["NAME", "ID", "SIZE", "PROCESSOR", "CONTEXT", "UNTIL"]
    assert row.startswith("mistral:7b")
    assert len(run("ps", "smol").out.splitlines()) == 1
    shown = run("show", "mistral:7b").out
    assert "  Model\n    architecture        llama\n" in shown
    assert "    parameters          134.52M\n" in shown
    assert "\n\n  Capabilities\n    completion\n\n  Parameters\n" in shown
    assert "Metadata" not in shown
    assert "    llama.context_length  " in run("show", "-v", "mistral:7b").out
    assert json.loads(run("show", "mistral:7b", "--json").out)["license"]


@pytest.mark.parametrize("part", PARTS)
def test_a_part_of_a_model_is_printed_as_it_is(server: ServerThread, part: str) -> None:
    whole = json.loads(run("show", "mistral:7b", "--json").out)
    end = "" if part in ("system", "template") else "\n"
    done = run("show", f"--{part}", "mistral:7b")
    assert (done.code, done.out) == (0, whole.get(part, "") + end)
    assert run("show", "mistral:7b", f"--{part}").out == done.out
    found = json.loads(run("show", "mistral:7b", f"--{part}", "--json").out)
    assert found == {part: whole.get(part, "")}


def test_ls_is_list(server: ServerThread) -> None:
    assert run("ls").out == run("list").out
    assert run("ls", "--help").out == run("list", "--help").out
    assert "  list, ls    list the models\n" in run("--help").out


def test_models_are_copied_deleted_and_stopped(server: ServerThread) -> None:
    assert run("cp", "smollm2", "mine").out == "copied 'smollm2' to 'mine'\n"
    server.fake.running = ["mine:latest", "smollm2:latest"]
    done = run("rm", "nosuch", "mine", "--json")
    assert server.fake.running == ["smollm2:latest"]
    assert done.code == 4
    assert json.loads(done.out) == {"deleted": "mine"}
    assert "no model 'nosuch'" in done.err
    assert run("rm", "one", "two").err.count("has no model") == 2
    server.fake.running = ["smollm2:latest"]
    assert run("stop", "smollm2").code == 0
    assert server.fake.running == []


def test_what_a_host_cannot_do_is_a_sentence(
    server: ServerThread, capfd: pytest.CaptureFixture[str]
) -> None:
    host = f"openai+{server.url}/v1"
    for line in (["ps"], ["rm", "x"], ["pull", "x"], ["stop", "x"], ["cp", "a", "b"]):
        assert main(["--host", host, *line]) == 2
        err = capfd.readouterr().err
        assert " cannot " in err
        assert err.count("\n") == 1


@pytest.mark.parametrize("line", [["ps"], ["stop", "x"]])
def test_no_verb_knows_what_another_process_has_in_memory(
    capfd: pytest.CaptureFixture[str], line: list[str]
) -> None:
    assert main(["--local", *line]) == 2
    out, err = capfd.readouterr()
    assert out == ""
    assert "has its own models in memory" in err
    assert "those of llmtui serve are at --host 127.0.0.1, without --local" in err


def test_the_doctor(server: ServerThread) -> None:
    done = run("doctor", env={**os.environ, "LANG": "C.UTF-8"})
    assert (done.code, done.err) == (0, "")
    assert "server" in done.out
    assert "0.33.0" in done.out
    found = json.loads(run("doctor", "--json", "--host", "127.0.0.1:1").out)
    server_finding = next(x for x in found if x["what"] == "server")
    assert (server_finding["state"], server_finding["code"]) == ("bad", 3)
    assert server_finding["advice"]


def test_the_doctor_tries_to_write(
    server: ServerThread, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    (tmp_path / "file").touch()
    monkeypatch.setenv("XDG_DATA_HOME", str(tmp_path / "file"))
    done = run("doctor")
    assert done.code == 1
    assert "llmtui cannot be written: Not a directory" in done.out
    monkeypatch.setenv("XDG_DATA_HOME", str(tmp_path / "not" / "yet"))
    assert run("doctor").code == 0
    assert [path.name for path in tmp_path.iterdir() if path.name != "home"] == ["file"]


def test_the_configuration(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    assert run("config", "path").out == f"{user_places().config_file}\n"
    editor = tmp_path / "editor"
    editor.write_text('#!/bin/sh\necho \'model = "mistral"\' >> "$1"\n')
    editor.chmod(0o755)
    monkeypatch.setenv("EDITOR", str(editor))
    assert run("config", "edit").code == 0
    assert 'model = "mistral"\n' in run("config", "show").out
    assert json.loads(run("config", "show", "--json").out)["model"] == "mistral"
    editor.write_text('#!/bin/sh\necho \'think = "maybe"\' >> "$1"\n')
    done = run("config", "edit")
    assert done.code == 2
    assert "think is on, off" in done.err
    user_places().config_file.unlink()
    editor.write_text(
        '#!/bin/sh\nkill -INT $PPID\nsleep 0.3\necho \'model = "new"\' >> "$1"\n'
    )
    assert run("config", "edit").code == 0
    assert 'model = "new"\n' in run("config", "show").out
    monkeypatch.setenv("EDITOR", "/nowhere/editor")
    assert "cannot be started" in run("config", "edit").err


def test_unknown_settings_are_told_and_no_more(server: ServerThread) -> None:
    places = user_places()
    places.config.mkdir(parents=True)
    places.config_file.write_text('modle = "x"\n')
    done = run("ask", "hi")
    assert (done.code, done.out) == (0, "Hello from the fake server.\n")
    assert "did you mean 'model'?" in done.err


def test_help_into_a_closed_pipe_is_quiet() -> None:
    reading, writing = os.pipe()
    os.close(reading)
    try:
        done = subprocess.run(
            [*COMMAND, "--help"],
            stdin=subprocess.DEVNULL,
            stdout=writing,
            stderr=subprocess.PIPE,
            check=False,
        )
    finally:
        os.close(writing)
    assert (done.returncode, done.stderr) == (141, b"")


def test_closed_streams_are_no_crash(server: ServerThread) -> None:
    with start("ask", "hi") as process:
        process.communicate(timeout=30)
    for verb, out in (("ask hi", b"Hello from the fake server.\n"), ("pull new", b"")):
        closed = " ".join([*COMMAND, verb, "<&-", "2>&-"])
        done = subprocess.run(["sh", "-c", closed], capture_output=True, check=False)
        assert (done.returncode, done.stdout) == (0, out)
