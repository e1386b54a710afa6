"""``llmtui ask`` in a pseudo-terminal."""

from __future__ import annotations

import json
import subprocess
from collections.abc import Iterator
from pathlib import Path

import pexpect
import pytest

from tests.support.program import COMMAND, run, terminal
from tests.support.server import Reply, ServerThread, model


@pytest.fixture
def server(monkeypatch: pytest.MonkeyPatch) -> Iterator[ServerThread]:
    """A fake Ollama that the program finds by itself."""
    with ServerThread() as found:
        monkeypatch.setenv("OLLAMA_HOST", found.url)
        yield found


def test_an_answer_on_a_terminal_is_cleaned(server: ServerThread) -> None:
    server.fake.default = Reply("\x1b]0;owned\x07 Hello")
    child = terminal("ask", "hi")
    child.expect(pexpect.EOF)
    assert child.before is not None
    assert "\x1b]0" not in child.before
    assert child.before.endswith("Hello\r\n")


def test_json_on_a_terminal_is_cleaned(server: ServerThread) -> None:
    server.fake.default = Reply("a\x9bb\u202ec")
    server.fake.models = [model("x\x9by")]
    for line in (
        ["ask", "--json", "hi"],
        ["ask", "--ndjson", "hi"],
        ["list", "--json"],
    ):
        child = terminal(*line)
        child.expect(pexpect.EOF)
        assert child.before is not None
        assert "\ufffd" in child.before
        assert "\x9b" not in child.before
        assert "\u202e" not in child.before
    assert json.loads(run("ask", "--json", "hi").out)["text"] == "a\x9bb\u202ec"


def test_markdown_can_be_rendered(server: ServerThread) -> None:
    server.fake.default = Reply("# Title\n\n* one\n")
    child = terminal("ask", "--render", "hi")
    child.expect(pexpect.EOF)
    assert child.before is not None
    assert "Title" in child.before
    assert "# Title" not in child.before
    assert "• " in child.before
    assert run("ask", "--render", "hi").out == "# Title\n\n* one\n"


def test_ctrl_c_on_a_terminal_keeps_what_came(server: ServerThread) -> None:
    server.fake.default = Reply("one two three", at=2)
    child = terminal("ask", "hi")
    child.expect("one two")
    child.sendintr()
    child.expect(pexpect.EOF)
    child.close()
    assert child.exitstatus == 130


def test_one_sees_on_a_terminal_that_it_waits(server: ServerThread) -> None:
    server.fake.default = Reply("Here I am.", hold=True)
    child = terminal("ask", "hi")
    child.expect("waiting  1 s")
    server.go_on()
    child.expect_exact("\r\x1b[2KHere I am.\r\n")
    child.expect(pexpect.EOF)


@pytest.mark.parametrize("option", ["--no-stream", "--render", "--json"])
def test_one_sees_how_far_an_answer_is(server: ServerThread, option: str) -> None:
    server.fake.default = Reply("one two three", at=2)
    child = terminal("ask", option, "hi")
    child.expect(r"writing  \d tokens")
    server.go_on()
    child.expect_exact("\r\x1b[2K")
    child.expect("one two three")
    child.expect(pexpect.EOF)


def test_events_on_a_terminal_are_lines(server: ServerThread) -> None:
    server.fake.default = Reply("one two three", at=2)
    child = terminal("ask", "--ndjson", "hi")
    child.expect("two")
    server.go_on()
    child.expect(pexpect.EOF)
    assert child.before is not None
    assert "writing" not in child.before
    assert "\x1b" not in child.before


def test_a_prompt_is_asked_for_nowhere(server: ServerThread) -> None:
    child = terminal("ask")
    child.expect("there is no prompt")
    child.expect(pexpect.EOF)
    child.close()
    assert child.exitstatus == 2


def shown(line: str) -> list[str]:
    """What is said on standard error where that alone is a terminal."""
    child = pexpect.spawn("sh", ["-c", line], encoding="utf-8", timeout=30)
    child.expect(pexpect.EOF)
    assert child.before is not None
    return child.before.removesuffix("\r\n").split("\r\n")


def test_one_sees_on_a_terminal_what_is_attached(
    server: ServerThread, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    (tmp_path / "src").mkdir()
    for number in range(20):
        (tmp_path / "src" / f"{number}.py").write_text("x" * 400)
    (tmp_path / "a\x1b[2J.log").write_text("Error 7\n")
    ask = f"{subprocess.list2cmdline(COMMAND)} ask"

    # One thing is said once; what is counted is gone again when it is.
    [line] = shown(f"{ask} --file a*.log why > out")
    assert line == "llmtui: attached: a␛[2J.log 8 B ~6 tokens"
    lines = shown(f"{ask} --json --file 'src/*.py' --file a*.log why > out")
    counted, first = lines[0].rsplit("\r\x1b[2K", 1)
    assert "src/*.py: 20 files with 8.0 kB so far; ctrl+c leaves it" in counted
    assert [first, *lines[1:]] == [
        "llmtui: attached: src/*.py 20 files 8.0 kB ~2.1k tokens",
        "llmtui: attached: a␛[2J.log 8 B ~6 tokens",
        "llmtui: all that is attached: 8.0 kB ~2.1k tokens",
    ]
    assert json.loads((tmp_path / "out").read_text())["text"]

    # A script has it quiet, and a pipe has the answer alone.
    assert run("ask", "--file", "src", "why").err == ""


def test_ctrl_c_leaves_what_is_being_read(server: ServerThread, tmp_path: Path) -> None:
    for number in range(100):
        (tmp_path / f"{number}.py").touch()
    # The second one never comes to an end.
    child = terminal("ask", "--file", str(tmp_path), "--file", "/dev/stdin", "why")
    child.expect("attached: .*100 files")
    child.sendintr()
    child.expect(pexpect.EOF)
    child.close()
    assert child.exitstatus == 130
    assert server.fake.chats == []
