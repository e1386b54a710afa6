"""``llmtui ask`` with a memory: what it keeps is what the app opens."""

from __future__ import annotations

import json
import os
import signal
import subprocess
from collections.abc import Iterator
from contextlib import suppress
from pathlib import Path
from typing import Any

import pytest

from llmtui.places import user_places
from llmtui.state import State
from tests.support.program import COMMAND, run, start
from tests.support.server import Reply, ServerThread


@pytest.fixture
def server(monkeypatch: pytest.MonkeyPatch) -> Iterator[ServerThread]:
    """A fake Ollama that the program finds by itself."""
    with ServerThread() as found:
        monkeypatch.setenv("OLLAMA_HOST", found.url)
        yield found


def saved() -> list[dict[str, Any]]:
    """The sessions on disk, the oldest first."""
    files = sorted(user_places().sessions.glob("*.json"))
    return [json.loads(file.read_text()) for file in files]


def test_a_conversation_goes_on_from_the_shell(server: ServerThread) -> None:
    server.fake.replies += [Reply("Hello, Ada."), Reply("Ada."), Reply("Still Ada.")]
    first = run("ask", "--save", "--system", "Be brief.", "I am Ada.")
    assert (first.code, first.out, first.err) == (0, "Hello, Ada.\n", "")
    second = run("ask", "-c", "Who", "am I?")
    assert (second.code, second.out, second.err) == (0, "Ada.\n", "")
    seen = server.fake.chats[-1]
    assert seen.path == "/api/chat"
    assert [turn["content"] for turn in seen.json["messages"]] == [
        "Be brief.",
        "I am Ada.",
        "Hello, Ada.",
        "Who am I?",
    ]
    [session] = saved()
    assert session["title"] == "I am Ada."
    assert [m["text"] for m in session["messages"]][-1] == "Ada."
    assert {m.get("status", "complete") for m in session["messages"]} == {"complete"}
    again = run("ask", "--session", session["id"][-6:], "--json", "And now?")
    assert again.code == 2  # neither its beginning nor that of its random part
    again = run("ask", "--session", session["id"][:12], "--json", "And now?")
    found = json.loads(again.out)
    assert (found["text"], found["session"]) == ("Still Ada.", session["id"])
    assert list(user_places().sessions.glob("*.jsonl")) == []


def test_a_closed_standard_output_does_no_harm(server: ServerThread) -> None:
    line = " ".join([*COMMAND, "ask", "--save", "hi", ">&-"])
    done = subprocess.run(["sh", "-c", line], stderr=subprocess.PIPE, check=False)
    assert done.returncode == 1
    assert b"the answer cannot be written: Bad file descriptor" in done.stderr
    [session] = saved()
    assert [m["text"] for m in session["messages"]] == [
        "hi",
        session["messages"][1]["text"],
    ]


def test_what_is_said_for_one_turn_holds_for_it_alone(server: ServerThread) -> None:
    run("ask", "--save", "-o", "seed=1", "one")
    run("ask", "-c", "--format", "json", "-o", "top_k=3", "two")
    assert server.fake.chats[-1].json["format"] == "json"
    assert server.fake.chats[-1].json["options"] == {"seed": 1, "top_k": 3}
    [session] = saved()
    assert session.get("format") is None
    assert session["options"] == {"seed": 1}
    assert session["messages"][-1]["request"]["format"] == "json"


def test_the_model_is_the_session_s_unless_one_is_given_for_a_turn(
    server: ServerThread,
) -> None:
    run("ask", "--save", "-m", "mistral:7b", "one")
    run("ask", "-c", "two")
    assert server.fake.chats[-1].json["model"] == "mistral:7b"
    run("-m", "smollm2", "ask", "-c", "three")
    assert server.fake.chats[-1].json["model"] == "smollm2"
    [session] = saved()
    assert session["model"] == "mistral:7b"
    assert session["messages"][-1]["request"]["model"] == "smollm2"


def test_the_model_last_used_is_the_one_of_a_bare_question(
    server: ServerThread,
) -> None:
    state = State.load(user_places().state_file)
    state.used_model("mistral:7b", server.url)
    state.save()
    run("ask", "hi")
    assert server.fake.chats[-1].json["model"] == "mistral:7b"


def test_nothing_to_go_on_with() -> None:
    done = run("ask", "-c", "hi")
    assert (done.code, done.out) == (2, "")
    assert "--save begins one" in done.err
    assert saved() == []


def test_a_signal_keeps_what_came(server: ServerThread) -> None:
    server.fake.default = Reply("one two three", at=2)
    with start("ask", "--save", "hi") as process:
        assert process.stdout is not None
        came = b""
        while b"two" not in came:
            came += os.read(process.stdout.fileno(), 100)
        process.send_signal(signal.SIGINT)
        out, err = process.communicate(timeout=30)
    assert (came + out, err, process.returncode) == (b"one two\n", b"", 130)
    [session] = saved()
    assert session["messages"][-1]["text"] == "one two"
    assert session["messages"][-1]["status"] == "stopped"
    server.wait(lambda fake: fake.chats[-1].hung_up)


def test_a_killed_program_loses_nothing(server: ServerThread) -> None:
    server.fake.default = Reply("one two three", at=2)
    with start("ask", "--save", "hi") as process:
        assert process.stdout is not None
        came = b""
        while b"two" not in came:
            came += os.read(process.stdout.fileno(), 100)
        process.kill()
    assert saved() == []
    assert "hi" in run("sessions").out
    [session] = saved()
    assert [m["text"] for m in session["messages"]] == ["hi", "one two"]
    assert session["messages"][-1]["status"] != "complete"


def test_a_cut_answer_is_kept_as_one(server: ServerThread) -> None:
    server.fake.default = Reply("one two three", at=2, then="drop")
    done = run("ask", "--save", "hi")
    assert (done.code, done.out) == (6, "one two\n")
    assert saved()[0]["messages"][-1]["status"] == "incomplete"
    server.fake.models = []
    assert run("ask", "-c", "hi").code == 4


def test_a_folder_that_cannot_be_written_is_a_sentence(server: ServerThread) -> None:
    sessions = user_places().sessions
    sessions.parent.mkdir(parents=True)
    sessions.write_text("in the way")
    done = run("ask", "--save", "hi")
    assert (done.code, done.out) == (1, "")
    assert "nothing was sent" in done.err
    assert "Traceback" not in done.err
    assert server.fake.chats == []


def test_sessions_are_listed_and_shown(server: ServerThread) -> None:
    run("ask", "--save", "I am Ada.")
    [session] = saved()
    head, row = run("sessions").out.splitlines()
    assert head.split() == ["ID", "AGE", "MODEL", "MESSAGES", "TITLE"]
    assert row.split() == [session["id"], "now", "smollm2", "2", "I", "am", "Ada."]
    shown = run("sessions", "show", session["id"].partition("-")[2][:8])
    assert shown.out == (
        "# I am Ada.\n\n## you\n\nI am Ada.\n\n"
        "## smollm2\n\nHello from the fake server.\n"
    )
    listed = json.loads(run("sessions", "list", "--json").out)
    assert [found["id"] for found in listed] == [session["id"]]
    whole = json.loads(run("sessions", "show", session["id"], "--json").out)
    assert [m["role"] for m in whole["messages"]] == ["user", "assistant"]
    ids = run("__complete", "words", "sessions", "show", "").out.split()
    assert ids == [session["id"]]


def test_a_broken_session_is_set_aside(server: ServerThread, tmp_path: Path) -> None:
    sessions = user_places().sessions
    sessions.mkdir(parents=True)
    broken = sessions / "20260101T000000000-ab.json"
    broken.write_text("{broken")
    os.utime(broken, (0, 0))
    done = run("sessions")
    assert done.code == 0
    assert "moved to" in done.err
    assert "Traceback" not in run("sessions", "show", "2026").err


def test_what_there_is_to_say_comes_after_the_answer(server: ServerThread) -> None:
    run("ask", "--save", "hi")
    (user_places().sessions / "20200101T000000000-aa.json").write_text("{")
    reading, writing = os.openpty()
    with subprocess.Popen(
        [*COMMAND, "ask", "-c", "hi"],
        stdin=subprocess.DEVNULL,
        stdout=writing,
        stderr=writing,
    ) as process:
        os.close(writing)
        shown = b""
        with suppress(OSError):  # how a terminal says that nobody writes any more
            while piece := os.read(reading, 1000):
                shown += piece
    os.close(reading)
    assert process.returncode == 0
    answer, note, *_ = shown.decode().split("\r\n")
    assert answer.rpartition("\r\x1b[2K")[2] == "Hello from the fake server."
    assert note.startswith("llmtui: 20200101T000000000-aa.json cannot be read: ")
