"""No text makes the terminal do anything: the raw bytes of a pseudo-terminal.

Names, answers, errors, files and pastes are hostile here. Each place that shows
one must show its mark, and the stream may hold nothing but text and the few
sequences that the program writes itself.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from pathlib import Path

import pytest

from llmtui.ui.spacing_marks import QUESTION
from tests.support.hostile import (
    MARKS,
    PAYLOADS,
    SEQUENCES,
    SHORT,
    body,
    chat,
    document,
    saved_session,
)
from tests.support.server import Reply, ServerThread, model
from tests.support.stream import (
    COLOURS,
    MODES,
    PAINTING,
    STATUS_LINE,
    trespasses,
)
from tests.support.terminal import (
    CTRL_L,
    CTRL_O,
    CTRL_P,
    CTRL_Q,
    ESC,
    Terminal,
)

pytestmark = pytest.mark.e2e

CTRL_HOME, CTRL_END, PAGE_DOWN = "\x1b[1;5H", "\x1b[1;5F", "\x1b[6~"
F3, CTRL_S = "\x1bOR", "\x13"


def paste(text: str) -> str:
    return f"\x1b[200~{text}\x1b[201~"


def assert_clean(raw: bytes, *allowed: bytes) -> None:
    """Nothing but text and what is allowed; no payload as it was.

    The program itself asks where the cursor is, when it gets the terminal.
    """
    raw = raw.replace(QUESTION.encode(), b"")
    assert trespasses(raw, *allowed) == []
    for name, sequence in SEQUENCES.items():
        if len(sequence) > 1 and not sequence.isprintable():
            assert sequence.encode("utf-8", "surrogatepass") not in raw, name


class Hostile:
    """The program in a world in which everything is hostile."""

    def __init__(self, server: ServerThread, terminal: Terminal) -> None:
        self.server = server
        self.terminal = terminal

    def sees(self, *marks: str) -> None:
        """Wait until all marks are on the screen at once."""
        for mark in marks:
            self.terminal.wait(mark)

    def sees_paging(self, marks: set[str]) -> None:
        """Go through the log from its beginning until all marks were seen."""
        terminal = self.terminal
        terminal.type(CTRL_HOME)
        for _ in range(12):
            self.terminal.settle()
            marks -= {mark for mark in marks if mark in terminal.text}
            if not marks:
                return
            terminal.type(PAGE_DOWN)
        raise AssertionError(f"never seen: {sorted(marks)} in\n{terminal.text}")

    def matches(self, pattern: str) -> None:
        """Wait until the screen matches."""
        found = re.compile(pattern, re.DOTALL)
        self.terminal.wait(lambda: found.search(self.terminal.text) is not None)

    def leaves(self, words: str) -> None:
        """Close a dialog with these words."""
        self.terminal.type(ESC)
        self.terminal.wait(lambda: words not in self.terminal.text)

    def clicks(self, words: str) -> None:
        """Click in the middle of these words."""
        row, line = next(
            (at, line) for at, line in enumerate(self.terminal.lines) if words in line
        )
        place = f"{line.index(words) + len(words)};{row + 1}"
        self.terminal.type(f"\x1b[<0;{place}M\x1b[<0;{place}m")

    def answers(self, path: str, reply: Reply) -> None:
        self.server.fake.answers[path] = reply


def arm(server: ServerThread) -> None:
    """Make every answer of the server hostile."""
    evil = {
        "parameter_size": SHORT,
        "quantization_level": SHORT,
        "family": SHORT,
        "context_length": 8192,
    }
    names = [SHORT, *PAYLOADS.values()]
    listed = [model(name, details=evil) | {"name": name} for name in names]
    answers = server.fake.answers
    answers["/api/tags"] = Reply(body=body({"models": listed}))
    answers["/api/version"] = Reply(body=body({"version": SHORT}))
    answers["/api/ps"] = Reply(body=body({"models": listed}))
    answers["/api/show"] = Reply(
        body=body(
            {
                "license": SHORT,
                "parameters": SHORT,
                "system": "\n".join(PAYLOADS.values()),
                "details": evil,
                "capabilities": ["completion", SHORT],
                "model_info": {"general.architecture": SHORT, SHORT: SHORT},
            }
        )
    )
    answers["/api/pull"] = Reply(
        lines=[
            {"status": SHORT},
            {"status": SHORT, "digest": SHORT, "total": 9, "completed": 1},
            {"error": SHORT},
        ]
    )
    refused = Reply(status=400, body=body({"error": SHORT}))
    answers["/api/delete"] = answers["/api/copy"] = refused
    answer = Reply(body=chat(document(), thinking="hThought" + SHORT))
    answers["/api/chat"] = answers["/api/generate"] = answer


def fill(home: Path, server: ServerThread) -> list[str]:
    """Hostile sessions, a broken file with a hostile name, hostile settings."""
    sessions = home / "data" / "llmtui" / "sessions"
    sessions.mkdir(parents=True)
    ids = []
    titles = [*PAYLOADS.values(), " ".join(list(PAYLOADS.values())[:8])]
    for number, title in enumerate(titles):
        texts = ["\n".join(PAYLOADS.values()), document(), "again", SHORT]
        name, content = saved_session(number, title, *texts)
        (sessions / f"{name}.json").write_text(content, encoding="ascii")
        ids.append(name)
    (sessions / "hFile\x1b]0;x\x07\u202e.json").write_text("{", encoding="ascii")
    config = home / "config" / "llmtui"
    config.mkdir(parents=True)
    name = json.dumps("hHost\x1b]0;x\x07\x9b2J\u202e")
    (config / "config.toml").write_text(
        f"host = {name}\n[hosts.{name}]\nurl = {json.dumps(server.url)}\n"
    )
    return ids


@pytest.fixture
def hostile(tmp_path: Path) -> Iterator[Hostile]:
    with ServerThread() as server:
        arm(server)
        fill(tmp_path, server)
        with Terminal("-m", "llmtui", home=tmp_path, columns=160, rows=84) as terminal:
            terminal.wait("Ready.")
            yield Hostile(server, terminal)
            terminal.type(CTRL_Q)
            assert terminal.exit_code() == 0
            assert_clean(bytes(terminal.raw), *PAINTING, *MODES)


def test_names_of_models_and_hosts(hostile: Hostile) -> None:
    """Header, button, welcome, picker, and what is said about a missing model."""
    terminal = hostile.terminal
    hostile.sees("hHost", "hXX")
    assert "answers on hHost" in terminal.text
    terminal.type(CTRL_L)
    hostile.sees(*PAYLOADS)
    terminal.type("h09\r")
    terminal.wait(lambda: "h09" in terminal.lines[0])
    terminal.type(f"/load {paste('hMiss' + SHORT)}\r")
    hostile.sees("hMiss")
    terminal.type(CTRL_P)
    hostile.sees("enter chooses")
    terminal.type(paste("hFind" + SHORT))
    hostile.sees("hFind", "no match")
    hostile.leaves("no match")


def test_answers_thinking_and_errors(hostile: Hostile) -> None:
    terminal = hostile.terminal
    terminal.type(paste("\n".join(PAYLOADS.values())) + "\r")
    hostile.sees("hEnd")
    hostile.sees_paging({*PAYLOADS, *MARKS})
    errors = {
        "hRefused": Reply(status=500, body=body({"error": "hRefused" + SHORT})),
        "hBroken": Reply(body=body({"error": "hBroken" + SHORT})),
        "no model": Reply(status=404, body=body({"error": "hGone" + SHORT})),
        "no answer of": Reply(body=f"hGarbage{SHORT}\n{{}}\n"),
        "502": Reply(status=502, body=f"<html>{SHORT}", content_type="text/html"),
    }
    for number, (mark, reply) in enumerate(errors.items()):
        hostile.answers("/api/chat", reply)
        terminal.type(f"{number} please\r")
        hostile.matches(rf"{number} please.*(failed|cut off): .*{mark}")


def test_saved_sessions(hostile: Hostile) -> None:
    """List, preview, log, title, system prompt, and the terminal's own screen."""
    terminal = hostile.terminal
    terminal.type(CTRL_O)
    hostile.sees(*PAYLOADS)
    hostile.sees("again")
    terminal.type("\r")
    terminal.wait(lambda: "h01" in terminal.lines[0] and "h04" in terminal.lines[0])
    hostile.sees_paging({*PAYLOADS, *MARKS, "hTool", "hPlus"})
    terminal.type(CTRL_HOME)
    hostile.sees("h37")
    hostile.clicks("h37[@cli")  # would leave the program if it were markup
    terminal.type("\t")
    hostile.sees("y copy")
    hostile.leaves("y copy")
    terminal.type(CTRL_S)
    hostile.sees("what the model is told", *list(PAYLOADS)[:30])
    hostile.leaves("what the model is told")
    terminal.type("/rename\r")
    hostile.sees("enter keep")
    hostile.leaves("enter keep")
    terminal.type(F3)
    hostile.sees("any key goes back", "hXX")
    terminal.type(" ")
    hostile.sees("ctrl+q")


def test_what_waits_and_what_is_said(hostile: Hostile) -> None:
    """The waiting line and the notices."""
    terminal = hostile.terminal
    hostile.answers("/api/chat", Reply(hold=True, body=chat("hHeld" + SHORT)))
    terminal.type("first\r")
    hostile.sees("esc stop")
    terminal.type(paste("hWait" + SHORT) + "\r")
    hostile.sees("waits in line", "hWait")
    for command in ("/hNot", "/set parameter hOpt", "/set hSet", "/theme hTheme"):
        mark = command.split()[-1].removeprefix("/")
        terminal.type(paste(f"{command}{SHORT}") + "\r")
        hostile.sees(mark)
    hostile.server.go_on()
    hostile.sees("hHeld")


def test_a_paste_never_acts(hostile: Hostile) -> None:
    terminal = hostile.terminal
    text = f"hOne {ESC}[31m two\rhThree {CTRL_Q} {ESC} and \x1b]52;c;eA==\x07 hFour"
    terminal.type(paste(text))
    hostile.sees("hOne", "hThree", "hFour")
    assert not hostile.server.fake.chats
    terminal.type("hTyped")
    hostile.sees("hTyped")


MAIN = """
import json, sys
from llmtui.cli.main import main
for number, argv in enumerate(json.loads(sys.argv[1])):
    print("run", number, main(argv))
"""


def test_the_command_line(tmp_path: Path) -> None:
    with ServerThread() as server:
        arm(server)
        ids = fill(tmp_path, server)
        runs: list[tuple[list[str], str]] = [
            (["list"], "h40"),
            (["list", "--json"], "h40"),
            (["ps"], "h40"),
            (["pull", "m"], "hXX"),
            (["rm", SHORT], "hXX"),
            (["cp", "m", SHORT], "hXX"),
            (["show", "m"], "h40"),
            (["show", "m", "--json"], "h40"),
            (["sessions"], "hFile"),
            (["sessions", "--json"], "h40"),
            (["sessions", "show", ids[0]], "hEnd"),
            (["sessions", "show", ids[0], "--json"], "hEnd"),
            (["config", "show"], "hHost"),
            (["config", "show", "--json"], "hHost"),
            (["doctor"], "hHost"),
            (["doctor", "--json"], "hHost"),
            (["ask", "-m", SHORT, "--show-thinking", "hi"], "hThought"),
            (["ask", "-m", SHORT, "--show-thinking", "--stats", "hi"], "hEnd"),
            (["ask", "-m", SHORT, "--render", "hi"], "hEnd"),
            (["ask", "-m", SHORT, "--code", "hi"], "hCode"),
            (["ask", "-m", SHORT, "--json", "hi"], "hEnd"),
            (["ask", "-m", SHORT, "--ndjson", "hi"], "hE"),
            (["sessions", "show", SHORT], "hXX"),
            (["--host", SHORT, "list"], "hXX"),
            ([SHORT], "hXX"),
            ([f"--{SHORT}"], "hXX"),
        ]
        script = tmp_path / "runs.py"
        script.write_text(MAIN)
        with Terminal(
            str(script),
            json.dumps([argv for argv, _ in runs]),
            home=tmp_path,
            columns=160,
            rows=84,
        ) as terminal:
            assert terminal.exit_code() == 0
        raw = bytes(terminal.raw)
    assert_clean(raw, COLOURS, *STATUS_LINE)
    parts = re.split(rb"run [0-9]+ [0-9]+\r\n", raw)
    assert len(parts) == len(runs) + 1
    for (argv, mark), part in zip(runs, parts, strict=False):
        assert mark.encode() in part, argv
