"""``llmtui ask`` with files, folders, pages and images: what reaches the server."""

from __future__ import annotations

import asyncio
import base64
import json
import os
import shutil
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from llmtui.cli.main import main
from llmtui.places import user_places
from tests.support.openai_server import DONE, Answer, FakeOpenAI, delta
from tests.support.pictures import pdf, png
from tests.support.program import run
from tests.support.server import Reply, ServerThread, model


@pytest.fixture
def server(monkeypatch: pytest.MonkeyPatch) -> Iterator[ServerThread]:
    """A fake Ollama that the program finds by itself."""
    with ServerThread() as found:
        found.fake.models[:] = [
            model("llava:7b", capabilities=["completion", "vision"])
        ]
        monkeypatch.setenv("OLLAMA_HOST", found.url)
        yield found


@pytest.fixture
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Where the user is: files of all kinds."""
    here = tmp_path / "here"
    (here / "src" / "sub").mkdir(parents=True)
    (here / "src" / "a.py").write_text("a = 1\n")
    (here / "src" / "sub" / "b.py").write_text("```\nb = 2")
    (here / "src" / "c.txt").write_text("c")
    (here / "cat.png").write_bytes(png())
    (here / "doc.pdf").write_bytes(pdf("Hello Ada"))
    monkeypatch.chdir(here)
    monkeypatch.setattr("sys.stdin", None)
    return here


A = "src/a.py:\n```\na = 1\n```"
B = "src/sub/b.py:\n````\n```\nb = 2\n````"
C = "src/c.txt:\n```\nc\n```"
DOC = "doc.pdf:\n```\n[page 1]\nHello Ada\n```"
CAT = [base64.b64encode(png()).decode()]


def asked(server: ServerThread) -> dict[str, Any]:
    found: dict[str, Any] = server.fake.chats[-1].json
    return found


def turns(server: ServerThread) -> list[tuple[str, list[str]]]:
    return [(t["content"], t.get("images", [])) for t in asked(server)["messages"]]


def test_files_folders_patterns_and_documents_stand_above_the_prompt(
    server: ServerThread, folder: Path
) -> None:
    for names, texts in (
        (["src/a.py"], [A]),
        (["src"], [A, C, B]),
        (["src/**/*.py"], [A, B]),
        (["doc.pdf", "src/c.txt"], [DOC, C]),
        ([str(folder / "src" / "a.py")], [A]),
    ):
        options = [word for name in names for word in ("--file", name)]
        assert main(["ask", *options, "--image", "cat.png", "why?"]) == 0
        assert asked(server)["prompt"] == "\n\n".join([*texts, "why?"])
        assert asked(server)["images"] == CAT


def test_what_is_attached_is_kept_once_and_sent_again(
    server: ServerThread, folder: Path
) -> None:
    server.fake.replies += [Reply("one"), Reply("two"), Reply("three")]
    with_files = ["--file", "src/*.py", "--file", "src/a.py", "--image", "cat.png"]
    assert main(["ask", "--save", *with_files, "why?"]) == 0
    first = turns(server)
    assert first == [(f"{A}\n\n{A}\n\nwhy?", CAT)]
    (folder / "src" / "a.py").write_text("changed meanwhile")
    assert main(["ask", "-c", "and?"]) == 0
    assert turns(server) == [*first, ("one", []), ("and?", [])]
    kept = [p for p in user_places().attachments.rglob("*") if p.is_file()]
    assert sorted(p.read_bytes() for p in kept) == sorted([b"a = 1\n", png()])
    [file] = user_places().sessions.glob("*.json")
    message = json.loads(file.read_text())["messages"][0]
    assert message["text"] == "why?"
    names = [(a["name"], a["type"], a["size"]) for a in message["attachments"]]
    assert names == [
        ("src/a.py", "text/plain", 6),
        ("src/a.py", "text/plain", 6),
        ("cat.png", "image/png", len(png())),
    ]


def test_what_is_attached_travels_in_an_export(
    server: ServerThread, folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    with_files = ["--file", "src/a.py", "--image", "cat.png", "--image", "cat.png"]
    assert main(["ask", "--save", *with_files, "why?"]) == 0
    assert (
        main(["sessions", "export", "--all", "--format", "json", "-o", "x.json"]) == 0
    )
    first = turns(server)
    shutil.rmtree(user_places().data)
    assert main(["sessions", "import", "x.json"]) == 0
    kept = [p for p in user_places().attachments.rglob("*") if p.is_file()]
    assert sorted(p.read_bytes() for p in kept) == sorted([b"a = 1\n", png()])
    [file] = user_places().sessions.glob("*.json")
    assert "base64" not in file.read_text()
    assert main(["ask", "-c", "and?"]) == 0
    assert turns(server)[0] == first[0]


async def test_another_kind_of_server_gets_the_same_in_its_own_words(
    folder: Path,
) -> None:
    async with FakeOpenAI() as server:
        server.stream(delta(content="ok"), delta("stop"), DONE)
        server.play(Answer('{"data": []}'), path="/v1/models")
        arguments = ["--file", "src/a.py", "--image", "cat.png", "why?"]
        arguments = ["ask", "-m", "m", "--host", f"openai+{server.url}/v1", *arguments]
        done = await asyncio.to_thread(run, *arguments)
        assert (done.code, done.out) == (0, "ok\n")
        [message] = server.requests[-1].json["messages"]
    assert message["content"] == [
        {"type": "text", "text": f"{A}\n\nwhy?"},
        {
            "type": "image_url",
            "image_url": {"url": f"data:image/png;base64,{CAT[0]}"},
        },
    ]


def test_what_is_gone_is_told_and_nothing_is_sent(
    server: ServerThread, folder: Path, capfd: pytest.CaptureFixture[str]
) -> None:
    assert main(["ask", "--save", "--file", "src/a.py", "why?"]) == 0
    [kept] = [p for p in user_places().attachments.rglob("*") if p.is_file()]
    kept.write_text("changed")
    sent = len(server.fake.chats)
    assert main(["ask", "-c", "and?"]) == 2
    assert "src/a.py, which is attached, is no longer in" in capfd.readouterr().err
    assert len(server.fake.chats) == sent


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        (["--file", "cat.png"], "cat.png is an image, not text; --image FILE gives it"),
        (["--image", "src/a.py"], "src/a.py is text, not an image; --file FILE"),
        (["--image", "empty"], "empty is empty, so it is no image"),
        (["--file", "src/*.c"], "src/*.c means no file here"),
        (["--file", "fifo"], "fifo is a pipe, not a file"),
        (["--file", "/dev/zero"], "/dev/zero is a device, not a file"),
        (["--image", "huge.png"], "50,000 x 50,000 pixels"),
        (["--file", "\x1b[2J"], "␛[2J cannot be read"),
        (["--file", ""], "'' cannot be read"),
        (["--url", "ftp://x"], "ftp://x is no address of a page"),
        (["--url", "http://127.0.0.1:9/"], "cannot be fetched"),
    ],
)
def test_what_cannot_be_attached_is_one_sentence_and_nothing_is_sent(
    server: ServerThread,
    folder: Path,
    capfd: pytest.CaptureFixture[str],
    arguments: list[str],
    words: str,
) -> None:
    os.mkfifo(folder / "fifo")
    (folder / "empty").touch()
    (folder / "huge.png").write_bytes(png(50_000, 50_000))
    assert main(["ask", *arguments, "hi"]) == 2
    out, err = capfd.readouterr()
    assert out == ""
    assert words in err
    assert err.count("\n") == 1
    assert server.fake.chats == []


def test_what_a_shell_hands_over_is_read_and_notes_are_said(
    server: ServerThread, folder: Path
) -> None:
    (folder / "old.txt").write_bytes(b"na\xefve")
    (folder / "src" / "x.bin").write_bytes(b"\0")
    done = run("ask", "--file", "/dev/stdin", "hi", stdin=b"")
    assert done.code == 0
    done = run("ask", "--file", "old.txt", "--file", "src", "hi")
    assert "naïve" in asked(server)["prompt"]
    assert done.err.splitlines() == [
        "llmtui: in old.txt the text is not UTF-8, and read as Windows-1252",
        "llmtui: in src 1 file left out as no text: x.bin",
    ]
