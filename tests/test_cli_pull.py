"""``llmtui pull``: plain lines in a pipe, one bar on a terminal."""

from __future__ import annotations

import json
from collections.abc import Iterator

import pexpect
import pytest

from llmtui.cli.progress import StatusLine
from tests.support.program import run, terminal
from tests.support.server import Reply, ServerThread


@pytest.fixture
def server(monkeypatch: pytest.MonkeyPatch) -> Iterator[ServerThread]:
    """A fake Ollama that the program finds by itself."""
    with ServerThread() as found:
        monkeypatch.setenv("OLLAMA_HOST", found.url)
        yield found


def test_a_pull_in_a_pipe_is_plain_lines(server: ServerThread) -> None:
    done = run("pull", "new")
    assert (done.code, done.out) == (0, "")
    assert "pulling new: 60% of 1.0 kB\nverifying sha256 digest\n" in done.err
    assert "\r" not in done.err
    assert json.loads(run("pull", "new", "--json").out)["pulled"] == "new"


def test_a_registry_without_a_certificate_has_to_be_asked_for(
    server: ServerThread,
) -> None:
    run("pull", "box:5000/tiny")
    assert "insecure" not in server.fake.requests[-1].json
    run("pull", "--insecure", "box:5000/tiny")
    assert server.fake.requests[-1].json["insecure"] is True


_PULLING = {"status": "pulling ab", "digest": "sha256:ab", "total": 2_000_000_000}


def test_a_pull_on_a_terminal_is_one_bar_and_can_be_left(server: ServerThread) -> None:
    lines = [_PULLING, {**_PULLING, "completed": 900_000_000}]
    server.fake.pulls.append(Reply(lines=lines, at=2))
    child = terminal("pull", "new")
    child.expect(r"pulling new  0%|pulling new  45%")
    server.wait(lambda fake: fake.requests)
    child.sendintr()
    child.expect("the same command goes on where it stopped")
    child.expect(pexpect.EOF)
    child.close()
    assert child.exitstatus == 130
    server.wait(lambda fake: fake.requests[-1].hung_up)


def test_a_missing_model_of_a_pull(server: ServerThread) -> None:
    error = {"error": "pull model manifest: file does not exist"}
    server.fake.pulls.append(Reply(lines=[{"status": "pulling manifest"}, error]))
    done = run("pull", "nosuch")
    assert done.code in (4, 5)
    assert done.err.splitlines()[-1].startswith("llmtui: ")


def test_a_cached_model_has_no_size_to_tell(server: ServerThread) -> None:
    server.fake.pulls.append(Reply(lines=[{"status": "success"}]))
    child = terminal("pull", "new")
    child.expect(r"pulled new in \d")
    child.expect(pexpect.EOF)


def test_a_dumb_terminal_gets_plain_lines(
    server: ServerThread, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("TERM", "dumb")
    child = terminal("pull", "new")
    child.expect(pexpect.EOF)
    assert child.before is not None
    assert "pulling new: 60% of 1.0 kB\r\n" in child.before
    assert "\x1b" not in child.before


def test_a_new_status_is_painted_at_once(capfd: pytest.CaptureFixture[str]) -> None:
    line = StatusLine()
    line.terminal = True
    for words in ("pulling 10%", "pulling 11%"):
        line.show(words, "pulling")
    line.show("verifying", "verifying")
    err = capfd.readouterr().err
    assert "pulling 10%" in err
    assert "pulling 11%" not in err
    assert "verifying" in err
