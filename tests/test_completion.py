"""Completion in real shells, and what it is made of."""

from __future__ import annotations

import os
import subprocess
from collections.abc import Iterator
from pathlib import Path
from shutil import which

import pexpect
import pytest

from llmtui.cli.verbs.completion import candidates
from tests.support.program import COMMAND, Done, run
from tests.support.server import ServerThread


@pytest.fixture
def server(monkeypatch: pytest.MonkeyPatch) -> Iterator[ServerThread]:
    """A fake Ollama that the program finds by itself."""
    path = f"{Path(COMMAND[0]).parent}{os.pathsep}{os.environ['PATH']}"
    monkeypatch.setenv("PATH", path)
    with ServerThread() as found:
        monkeypatch.setenv("OLLAMA_HOST", found.url)
        yield found


def test_models_are_completed_from_the_server(server: ServerThread) -> None:
    assert run("__complete", "words", "show", "").out.split() == [
        "smollm2:latest",
        "mistral:7b",
    ]
    assert run("__complete", "bash", "llmtui run mistral:").out == "7b\n"
    none = run("__complete", "words", "--host", "127.0.0.1:1", "show", "")
    assert (none.code, none.out, none.err) == (0, "", "")
    assert run("__complete", "bash", "llmtui ask 'open") == Done(0, "", "")


def test_what_a_model_is_made_of_is_completed() -> None:
    def found(*words: str) -> list[str]:
        return list(
            candidates(["create", "x", *words], lambda _: ("smollm2",), lambda: ())
        )

    assert found("--from", "") == ["smollm2"]
    assert "temperature=" in found("--parameter", "temp")


def test_bash_takes_the_script(server: ServerThread) -> None:
    script = run("completion", "bash").out
    draft = (
        f'{script}\nCOMP_LINE="llmtui do"; COMP_POINT=${{#COMP_LINE}}; _llmtui;'
        ' echo "${COMPREPLY[@]}"'
    )
    done = subprocess.run(
        ["bash", "-c", draft],
        capture_output=True,
        text=True,
        check=False,
    )
    assert (done.stdout, done.stderr) == ("doctor\n", "")


_FILES = "complete.txt", "compare.txt"


@pytest.mark.skipif(which("fish") is None, reason="needs fish")
@pytest.mark.parametrize(
    ("line", "found"),
    [
        ("llmtui do", ["doctor"]),
        ("llmtui show mistral:", ["mistral:7b"]),
        ("llmtui ask -o temp", ["temperature="]),
        ("llmtui ask --file comp", [*_FILES]),
        ("llmtui ask --file=comp", [f"--file={name}" for name in _FILES]),
        ("llmtui ask comp", []),
    ],
)
def test_fish_takes_the_script(
    server: ServerThread, tmp_path: Path, line: str, found: list[str]
) -> None:
    for name in _FILES:
        (tmp_path / name).touch()
    done = subprocess.run(
        [
            "fish",
            "--no-config",
            "-c",
            "llmtui completion fish | source; complete -C $L",
        ],
        env={**os.environ, "L": line},
        cwd=tmp_path,
        capture_output=True,
        text=True,
        check=False,
    )
    assert sorted(done.stdout.split()) == sorted(found)


@pytest.mark.skipif(which("zsh") is None, reason="needs zsh")
def test_zsh_takes_the_script(server: ServerThread, tmp_path: Path) -> None:
    (tmp_path / "picture.png").touch()
    child = pexpect.spawn(
        "zsh",
        ["-f"],
        env={**os.environ, "TERM": "dumb", "PS1": "> "},
        cwd=str(tmp_path),
        encoding="utf-8",
        timeout=30,
    )
    child.sendline("autoload -U compinit && compinit -u -D")
    child.sendline('eval "$(llmtui completion zsh)"; echo rea""dy')
    child.expect("ready")
    for typed, completed in (
        ("llmtui do\t", "doctor"),
        ("llmtui show mistral:\t", "mistral:7b"),
        ("llmtui ask -o temp\t1", "temperature=1"),
        ("llmtui ask --file=pic\t", "--file=picture.png"),
    ):
        child.send(typed)
        child.expect_exact(completed)
        child.send("\x15")
    child.sendeof()
    child.close()
