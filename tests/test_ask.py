"""``llmtui ask`` as people and scripts run it: pipes, closed pipes, signals."""

from __future__ import annotations

import base64
import json
import os
import signal
import socket
import subprocess
from collections.abc import Iterator
from pathlib import Path

import pytest

from llmtui.chat.events import Event, Finished, Preparing, Text
from llmtui.cli.main import main
from llmtui.providers.local import offer
from llmtui.providers.scripted import Scripted
from tests.support.pictures import png
from tests.support.program import COMMAND, Done, run, start
from tests.support.server import Reply, ServerThread, model


@pytest.fixture
def server(monkeypatch: pytest.MonkeyPatch) -> Iterator[ServerThread]:
    """A fake Ollama that the program finds by itself."""
    with ServerThread() as found:
        monkeypatch.setenv("OLLAMA_HOST", found.url)
        yield found


def asked(server: ServerThread) -> dict[str, object]:
    """What was sent last."""
    found: dict[str, object] = server.fake.chats[-1].json
    return found


def test_it_answers_on_standard_output(server: ServerThread) -> None:
    done = run("ask", "Are", "you", "listening?")
    assert done == Done(0, "Hello from the fake server.\n", "")
    assert server.fake.chats[-1].path == "/api/generate"
    assert asked(server)["prompt"] == "Are you listening?"
    assert asked(server)["model"] == "smollm2:latest"


def test_a_bare_question_saves_nothing(server: ServerThread, tmp_path: Path) -> None:
    run("ask", "hi")
    assert [path for path in (tmp_path / "home").rglob("*") if path.is_file()] == []


def test_options_reach_the_server_from_both_sides_of_the_verb(
    server: ServerThread, tmp_path: Path
) -> None:
    schema = tmp_path / "schema.json"
    schema.write_text('{"type": "object"}')
    picture = tmp_path / "cat.png"
    picture.write_bytes(png())
    able = ["completion", "thinking", "vision"]
    server.fake.models.append(model("llava:7b", capabilities=able))
    options = ["-m", "llava:7b", "--system", "Be brief.", "-o", "temperature=0.5"]
    options += [
        "-ostop=END [INST]",
        "-o",
        "stop=\n",
        "--think",
        "high",
        "--keep-alive",
        "5m",
    ]
    options += ["--format", str(schema), "--image", str(picture)]
    run(*options, "ask", "hi")
    before = asked(server)
    run("ask", "hi", *options)
    assert asked(server) == before
    assert before["model"] == "llava:7b"
    assert before["system"] == "Be brief."
    assert before["options"] == {"temperature": 0.5, "stop": ["END", "[INST]", "\n"]}
    assert before["think"] == "high"
    assert before["keep_alive"] == 300
    assert before["format"] == {"type": "object"}
    assert before["images"] == [base64.b64encode(png()).decode()]


def test_standard_input_and_files_join_the_prompt(
    server: ServerThread, tmp_path: Path
) -> None:
    note = tmp_path / "note.txt"
    note.write_text("remember")
    run("ask", "--file", str(note), "explain", stdin="Fehler ü\n".encode())
    expected = "note.txt:\n```\nremember\n```\n\nFehler ü\n\nexplain"
    assert asked(server)["prompt"] == expected
    run("ask", stdin=b"alone\n")
    assert asked(server)["prompt"] == "alone\n"


def test_standard_input_is_awaited_where_others_would_not(
    server: ServerThread,
) -> None:
    reading, writing = os.pipe()
    os.set_blocking(reading, False)
    with start("ask", stdin=reading) as process:
        os.close(reading)
        with pytest.raises(subprocess.TimeoutExpired):
            process.wait(0.5)
        os.write(writing, b"late")
        os.close(writing)
        assert process.communicate(timeout=30)[1] == b""
    assert asked(server)["prompt"] == "late"


@pytest.mark.parametrize("save", [[], ["--save"]])
def test_thinking_that_is_set_is_asked_of_models_that_can(
    server: ServerThread, monkeypatch: pytest.MonkeyPatch, save: list[str]
) -> None:
    server.fake.models.append(model("qwen", capabilities=["completion", "thinking"]))
    server.fake.models.append(model("old", capabilities=None))
    monkeypatch.setenv("LLMTUI_THINK", "on")
    sent = {}
    for name in ("smollm2", "qwen", "old"):
        run("ask", *save, "-m", name, "hi")
        sent[name] = asked(server).get("think")
    assert sent == {"smollm2": None, "qwen": True, "old": True}
    done = run("ask", *save, "--think", "-m", "smollm2", "hi")
    assert "think" not in asked(server)
    assert "smollm2 does not think" in done.err
    assert done.code == 0
    run("ask", *save, "--think", "high", "-m", "qwen", "hi")
    assert asked(server)["think"] == "high"


def test_images_go_to_models_that_see(server: ServerThread, tmp_path: Path) -> None:
    picture = tmp_path / "cat.png"
    picture.write_bytes(png())
    done = run("ask", "-m", "smollm2", "--image", str(picture), "hi")
    assert (done.code, done.out) == (2, "")
    assert "smollm2 cannot look at images: choose a model with vision" in done.err
    assert not server.fake.chats
    server.fake.models.append(model("old", capabilities=None))
    run("ask", "-m", "old", "--image", str(picture), "hi")
    assert asked(server)["images"]


def test_what_is_typed_needs_no_locale(server: ServerThread) -> None:
    env = {**os.environ, "LC_ALL": "C", "PYTHONUTF8": "0"}
    run("ask", "--system", "Höflich", "Grüß Gott", env=env)
    assert (asked(server)["system"], asked(server)["prompt"]) == (
        "Höflich",
        "Grüß Gott",
    )


def test_bytes_that_are_no_text_are_replaced_and_said_once(
    server: ServerThread, tmp_path: Path
) -> None:
    note = tmp_path / "note.txt"
    note.write_bytes("naïve café ".encode() + b"na\xefve caf\xe9 \xef\xbf\xbd")
    done = run("ask", "--file", str(note), "why?", stdin=b"Fehler \xfc\nna gut\n")
    assert done.code == 0
    assert asked(server)["prompt"] == (
        "note.txt:\n```\nnaïve café na�ve caf� �\n```\n\nFehler �\nna gut\n\nwhy?"
    )
    assert done.err.splitlines() == [
        f"llmtui: in {note} 2 characters are not UTF-8, and replaced by �",
        "llmtui: in standard input 1 character is not UTF-8, and replaced by �",
    ]
    done = run("ask", "caf\udce9")
    assert asked(server)["prompt"] == "caf�"
    assert "in what was typed 1 character is not UTF-8" in done.err


def test_what_windows_writes_into_a_file_is_text(server: ServerThread) -> None:
    run("ask", stdin="\ufeffGrüße\r\n".encode("utf-16-le"))
    assert asked(server)["prompt"] == "Grüße\r\n"
    run("ask", stdin="\ufeffGrüße".encode())
    assert asked(server)["prompt"] == "Grüße"


def test_raw_and_no_think(server: ServerThread) -> None:
    server.fake.models.append(model("qwen", capabilities=["completion", "thinking"]))
    run("ask", "--raw", "--no-think", "-m", "qwen", "hi")
    assert (asked(server)["raw"], asked(server)["think"]) == (True, False)


@pytest.mark.parametrize(
    ("arguments", "stdin", "words"),
    [
        (["hi"], b"\x7fELF\0\0", "standard input is a program, not text"),
        (["hi"], b"caf\xc3\xa9\0", "is binary data, not text"),
        (["hi"], b"%PDF-1.7 no NUL", "is a PDF document, not text"),
        ([], b"", "no prompt"),
        (["-o", "temprature=1", "hi"], None, "did you mean 'temperature'?"),
        (["--keep-alive", "soon", "hi"], None, "span like 5m"),
        (["--format", "/nowhere.json", "hi"], None, "cannot be read"),
        (["--format", "", "hi"], None, "'' cannot be read"),
        (["--format", '{"a":' * 9999, "hi"], None, "no valid JSON"),
        (["--file", "/nowhere", "hi"], None, "cannot be read"),
        (["--json", "--code", "hi"], None, "two shapes"),
        (["--raw", "--save", "hi"], None, "without memory"),
        (["-c", "--session", "x", "hi"], None, "two sessions"),
        (["--color", "blue", "hi"], None, "auto, always or never"),
    ],
)
def test_what_cannot_be_meant_is_a_sentence(
    capfd: pytest.CaptureFixture[str],
    monkeypatch: pytest.MonkeyPatch,
    arguments: list[str],
    stdin: bytes | None,
    words: str,
) -> None:
    reading, writing = os.pipe()
    os.write(writing, stdin or b"")
    os.close(writing)
    with os.fdopen(reading) as source:
        monkeypatch.setattr("sys.stdin", source)
        assert main(["ask", *arguments]) == 2
    out, err = capfd.readouterr()
    assert out == ""
    assert words in err
    assert err.count("\n") == 1


def test_a_server_that_is_not_there() -> None:
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        done = run("ask", "--host", f"127.0.0.1:{taken.getsockname()[1]}", "hi")
    assert (done.code, done.out) == (3, "")
    assert "cannot connect to Ollama" in done.err
    assert "Traceback" not in done.err


def test_a_model_that_is_not_there(server: ServerThread) -> None:
    done = run("ask", "-m", "nosuch", "hi")
    assert (done.code, done.out) == (4, "")
    assert "llmtui pull nosuch" in done.err


def test_no_models_at_all(server: ServerThread) -> None:
    server.fake.models = [model("embed", capabilities=["embedding"])]
    done = run("ask", "hi")
    assert done.code == 4
    assert "has no model that chats" in done.err


def test_a_refusal_and_a_cut_answer(server: ServerThread) -> None:
    server.fake.replies += [
        Reply(status=500, error="out of memory"),
        Reply("one two three", at=2, then="error"),
        Reply("one two three", at=2, then="drop"),
    ]
    refused = run("ask", "hi")
    assert (refused.code, refused.out) == (5, "")
    assert "out of memory" in refused.err
    for _ in range(2):
        cut = run("ask", "hi")
        assert (cut.code, cut.out) == (6, "one two\n")
        assert cut.err.startswith("llmtui: ")


def test_thinking_and_statistics_go_to_standard_error(server: ServerThread) -> None:
    server.fake.default = Reply("Yes.", thinking="Hm, well.")
    quiet = run("ask", "hi")
    assert quiet == Done(0, "Yes.\n", "")
    loud = run("ask", "--show-thinking", "--stats", "hi")
    assert loud.out == "Yes.\n"
    assert loud.err.startswith("Hm, well.\ntotal duration:       ")
    assert "eval count:           3 token(s)\n" in loud.err
    assert "\x1b" not in loud.err
    coloured = run("ask", "--show-thinking", "--color", "always", "hi")
    assert coloured.err == "\x1b[2mHm, well.\n\x1b[0m"


def test_json_at_the_end_and_line_by_line(server: ServerThread) -> None:
    server.fake.default = Reply("Yes, sir.", thinking="Hm")
    whole = json.loads(run("ask", "--json", "hi").out)
    assert whole["text"] == "Yes, sir."
    assert (whole["status"], whole["thinking"], whole["error"]) == (
        "complete",
        "Hm",
        None,
    )
    assert whole["usage"]["eval_count"] == 3
    lines = [json.loads(x) for x in run("ask", "--ndjson", "hi").out.splitlines()]
    assert [x["type"] for x in lines] == ["thinking", "text", "text", "end"]
    failed = run("ask", "--json", "-m", "nosuch", "hi")
    assert failed.code == 4
    assert json.loads(failed.out)["status"] == "failed"


def test_only_the_code(server: ServerThread) -> None:
    server.fake.default = Reply("So:\n\n```py\nx = 1\n```\n\nor\n\n~~~\ny\n~~~\nBye")
    assert run("ask", "--code", "hi").out == "x = 1\n\ny\n"
    server.fake.default = Reply("None here.")
    done = run("ask", "--code", "hi")
    assert (done.code, done.out) == (0, "")
    assert "no code block" in done.err


THOUGHT = [
    "<think>two and two</think>\n\n4",
    "[THINK]two and two[/THINK]4",
    "two and two</think>\n\n4",
    "Okay, so two\nand two\n</think>\n\n4",
]


@pytest.mark.parametrize("text", THOUGHT)
def test_thinking_in_the_text_is_no_part_of_the_answer(
    server: ServerThread, text: str
) -> None:
    server.fake.default = Reply(text)
    for options in ([], ["--no-stream"], ["--save"]):
        done = run("ask", *options, "hi")
        assert (done.code, done.out) == (0, "4\n")
    whole = json.loads(run("ask", "--json", "hi").out)
    assert whole["text"] == "4"
    assert whole["thinking"].split() == text.split("4")[0].split() or whole["thinking"]
    assert "two and two" in run("ask", "--show-thinking", "hi").err.replace("\n", " ")
    run("ask", "-c", "again")
    assert "two" not in json.dumps(server.fake.chats[-1].json)


def test_code_that_was_thought_of_is_no_code(server: ServerThread) -> None:
    server.fake.default = Reply("So\n```\nno\n```\n</think>\n- ```\n  yes\n  ```\n")
    assert run("ask", "--code", "hi").out == "yes\n"


def test_thinking_that_was_written_already_is_told_of(server: ServerThread) -> None:
    server.fake.default = Reply("two and two</think>\n\n4", at=2)
    with start("ask", "hi") as process:
        assert process.stdout is not None
        assert os.read(process.stdout.fileno(), 100) == b"two and"
        server.go_on()
        out, err = process.communicate(timeout=30)
    assert out.endswith(b"\n\n4\n")
    assert b"the first part of the output is what the model thought" in err


LACKING = [
    (Reply("He", done_reason="length"), "length limit reached"),
    (Reply("He", done_reason="content_filter"), "content filter"),
    (Reply(""), "the answer is empty"),
    (Reply("", thinking="hm"), "it thought, but gave no answer"),
    (Reply("<think>hm"), "it thought, but gave no answer"),
    (Reply(" the" * 400), "it was repeating itself"),
    (Reply("", thinking="I think. " * 400), "it was repeating itself"),
]


@pytest.mark.parametrize(("reply", "words"), LACKING)
def test_what_an_answer_lacks_is_said(
    server: ServerThread, reply: Reply, words: str
) -> None:
    server.fake.default = reply
    for options in ([], ["--save"], ["--code"]):
        done = run("ask", *options, "hi")
        assert (done.code, words in done.err) == (6, True)
    told = run("ask", "--json", "hi")
    assert told.code == 6
    assert words in json.loads(told.out)["error"]


def test_json_that_was_cut_is_not_taken_for_whole(server: ServerThread) -> None:
    server.fake.default = Reply('{"a": [1, ')
    done = run("ask", "--format", "json", "hi")
    assert (done.code, done.out) == (7, '{"a": [1, \n')
    assert "does not fit: $.a[1] is no JSON: it ends in the middle" in done.err
    server.fake.default = Reply('{"a": [1]}')
    assert run("ask", "--format", "json", "hi").code == 0


@pytest.mark.parametrize("options", [[], ["--save"]])
def test_an_answer_that_is_over_is_not_waited_for(
    server: ServerThread, options: list[str]
) -> None:
    server.fake.default = Reply("All of it.", then="linger")
    done = run("ask", *options, "hi")
    assert (done.code, done.out) == (0, "All of it.\n")
    server.wait(lambda fake: fake.chats[-1].hung_up)


def test_a_reply_that_repeats_itself_is_ended_at_once(server: ServerThread) -> None:
    server.fake.default = Reply(" the" * 3_000, rate=2_000)
    done = run("ask", "--json", "hi")
    whole = json.loads(done.out)
    assert (whole["status"], whole["done_reason"]) == ("incomplete", "repeating")
    assert 80 < whole["text"].count("the") < 400
    server.wait(lambda fake: fake.chats[-1].hung_up)


def test_control_characters_reach_a_pipe_as_they_are(server: ServerThread) -> None:
    server.fake.default = Reply("\x1b[31mred")
    assert run("ask", "hi").out == "\x1b[31mred\n"
    assert run("ask", "--no-stream", "hi").out == "\x1b[31mred\n"


def test_a_long_answer_arrives_whole(server: ServerThread) -> None:
    server.fake.default = Reply(tokens=20_000)
    assert len(run("ask", "hi").out.split()) == 20_000


def test_the_first_words_are_there_while_the_rest_is_awaited(
    server: ServerThread,
) -> None:
    server.fake.default = Reply("one two three", at=2)
    with start("ask", "hi") as process:
        assert process.stdout is not None
        assert os.read(process.stdout.fileno(), 100) in (b"one", b"one two")
        server.go_on()
        process.communicate(timeout=30)
    assert process.returncode == 0


@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM])
def test_a_signal_ends_it_in_good_order(
    server: ServerThread, number: signal.Signals
) -> None:
    server.fake.default = Reply("one two three", at=2)
    with start("ask", "hi") as process:
        server.wait(lambda fake: fake.chats)
        assert process.stdout is not None
        came = os.read(process.stdout.fileno(), 100)
        process.send_signal(number)
        out, err = process.communicate(timeout=30)
    assert (came + out, err) == (b"one two\n", b"")
    assert process.returncode == 128 + number
    server.wait(lambda fake: fake.chats[-1].hung_up)


def test_nothing_is_missing_in_what_was_stopped(server: ServerThread) -> None:
    server.fake.default = Reply("one two three", at=2)
    with start("ask", "--code", "hi") as process:
        server.wait(lambda fake: fake.held)
        process.send_signal(signal.SIGINT)
        assert process.communicate(timeout=30) == (b"", b"")
    assert process.returncode == 130


def test_nohup_is_respected(server: ServerThread) -> None:
    server.fake.default = Reply("one two three", at=2)
    ignoring = signal.signal(signal.SIGHUP, signal.SIG_IGN)
    try:
        process = start("ask", "hi")
    finally:
        signal.signal(signal.SIGHUP, ignoring)
    with process:
        server.wait(lambda fake: fake.chats)
        assert process.stdout is not None
        came = os.read(process.stdout.fileno(), 100)
        process.send_signal(signal.SIGHUP)
        server.go_on()
        out, _ = process.communicate(timeout=30)
    assert (came + out, process.returncode) == (b"one two three\n", 0)


def test_a_closed_pipe_is_quiet(server: ServerThread) -> None:
    server.fake.default = Reply(tokens=3000, rate=2000)
    with start("ask", "hi") as process:
        assert process.stdout is not None
        os.read(process.stdout.fileno(), 10)
        process.stdout.close()
        process.stdout = None
        _, err = process.communicate(timeout=30)
    assert (process.returncode, err) == (141, b"")
    server.wait(lambda fake: fake.chats[-1].hung_up)


def test_a_full_disk_is_a_sentence(server: ServerThread) -> None:
    if not os.path.exists("/dev/full"):
        pytest.skip("no /dev/full here")
    with open("/dev/full", "wb") as full:
        done = subprocess.run(
            [*COMMAND, "ask", "hi"],
            stdin=subprocess.DEVNULL,
            stdout=full,
            stderr=subprocess.PIPE,
            check=False,
        )
    assert done.returncode == 1
    assert (
        done.stderr
        == b"llmtui: the answer cannot be written: No space left on device\n"
    )


def test_the_built_in_model_is_asked_whatever_else_is_set(
    capfd: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    provider = Scripted(["tiny"])
    monkeypatch.setattr("llmtui.cli.main.open_provider", lambda *_: provider)
    monkeypatch.setattr("sys.stdin", None)
    monkeypatch.setenv("LLMTUI_MODEL", "mistral")
    assert main(["ask", "--local", "--save", "hi"]) == 0
    assert main(["ask", "-c", "-m", "other", "--local", "hi"]) == 4
    assert main(["ask", "-c", "--local", "hi"]) == 0
    assert [x.model for x in provider.requests] == ["tiny", "other", "tiny"]


def test_the_built_in_model_says_once_how_small_it_is(
    capfd: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    fetching = Preparing("fetching weights", 1, 2)
    script: list[Event] = [fetching, Preparing("loading"), Text("Hi"), Finished()]
    provider = Scripted(["better", offer.NAME], default=script)
    monkeypatch.setattr("llmtui.cli.main.open_provider", lambda *_: provider)
    monkeypatch.setattr("sys.stdin", None)
    assert main(["ask", "--local", "hi"]) == 0
    assert "very small model" not in capfd.readouterr().err
    assert main(["ask", "--local", "-m", offer.NAME, "hi"]) == 0
    out, err = capfd.readouterr()
    assert out == "Hi\n"
    note, *rest = err.splitlines()
    assert "very small model" in note
    assert rest == ["fetching weights", "loading"]
    assert main(["--local", "-m", offer.NAME, "ask", "hi"]) == 0
    assert "very small model" not in capfd.readouterr().err


PERSON = '{"type":"object","properties":{"age":{"type":"integer"}},"required":["age"]}'


@pytest.mark.parametrize(
    ("answer", "words", "save"),
    [
        ('{"age": "old"}', "does not fit: $.age takes a whole number, not text", []),
        ("Sure: 7", "does not fit: $ is no JSON: 'Sure' is no value", []),
        ("{}", "does not fit: $ lacks 'age'", ["--save"]),
    ],
)
def test_an_answer_that_does_not_fit_its_schema_ends_with_7(
    server: ServerThread, answer: str, words: str, save: list[str]
) -> None:
    server.fake.default = Reply(answer)
    done = run("ask", *save, "--format", PERSON, "How old?")
    assert (done.code, done.out) == (7, f"{answer}\n")
    assert words in done.err


def test_an_answer_that_fits_its_schema_ends_with_0(server: ServerThread) -> None:
    server.fake.default = Reply('{"age": 7}')
    done = run("ask", "--format", PERSON, "How old?")
    assert done == Done(0, '{"age": 7}\n', "")


def test_the_misfit_is_told_to_programs_too(server: ServerThread) -> None:
    server.fake.default = Reply('{"age": 1.5}')
    done = run("ask", "--json", "--format", PERSON, "How old?")
    told = json.loads(done.out)
    assert done.code == 7
    assert told["status"] == "complete"
    assert told["misfit"] == {
        "path": "$.age",
        "problem": "takes a whole number, not 1.5",
    }


def test_a_schema_that_is_none_is_refused_before_anything_is_sent(
    server: ServerThread,
) -> None:
    done = run("ask", "--format", '{"type": "strin"}', "How old?")
    assert done.code == 2
    assert "the schema is no JSON schema: at $.type" in done.err
    assert server.fake.chats == []
