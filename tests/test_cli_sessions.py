"""``llmtui sessions``: what it prints, and how it exits."""

from __future__ import annotations

import json
import sys
from pathlib import Path
from typing import Any

import pytest

from llmtui.chat.message import Message, Sent
from llmtui.chat.session import Session
from llmtui.cli.context import find_places
from llmtui.cli.main import main
from llmtui.store.session_file import Snapshot
from llmtui.store.session_store import SessionStore
from tests.support.server import ServerThread, model


@pytest.fixture
def store() -> SessionStore:
    return SessionStore(find_places())


def talk(store: SessionStore, title: str, *texts: str) -> Session:
    session = store.new(model="mistral", title=title)
    for number, text in enumerate(texts):
        sent = Sent(model="mistral") if number % 2 else None
        role = "assistant" if number % 2 else "user"
        name, day = f"{session.id}-{number}", f"2026-01-0{number + 1}T00:00:00Z"
        session.add(Message(name, session.head, role, text, day, request=sent))  # type: ignore[arg-type]
    session.updated = f"2026-02-0{len(texts)}T00:00:00Z"
    store.file_of(session).save(Snapshot.of(session))
    return session


@pytest.fixture
def run(capsys: pytest.CaptureFixture[str]) -> Any:
    """Run ``llmtui sessions``; the code and what was printed."""

    def running(*words: str) -> tuple[int, str]:
        capsys.readouterr()
        code = main(["sessions", *words])
        return code, capsys.readouterr().out

    return running


def test_search_prints_what_it_finds_best_first(store: SessionStore, run: Any) -> None:
    talk(store, "About cats", "a catalogue", "Yes.")
    best = talk(store, "Pets", "first", "my cat\nand my dog")
    code, out = run("search", "cat", "--json")
    found = json.loads(out)
    assert code == 0
    assert (
        found[0]
        == {
            "session": best.id,
            "title": "Pets",
            "message": f"{best.id}-1",
            "role": "assistant",
            "part": "text",
            "line": "my cat",
            "spans": [[3, 6]],
            "updated": best.updated,
        }
        or found[0]["role"] == "title"
    )
    assert {one["line"] for one in found} == {"About cats", "a catalogue", "my cat"}
    code, out = run("search", "my", "dog")
    assert code == 0
    assert "assistant: and my dog" in out
    assert best.id in out


def test_search_exits_with_one_when_nothing_is_found(
    store: SessionStore, run: Any
) -> None:
    talk(store, "t", "hello", "ho")
    assert run("search", "nowhere") == (1, "")
    assert run("search", "nowhere", "--json") == (1, "[]\n")
    assert run("search", "hello", "before:soon") == (2, "")
    assert run("search", "") == (2, "")
    assert run("search", "hello", "--limit", "no") == (2, "")
    assert run("search", "-", "--", "ho", "-hello")[0] == 0


def test_a_search_lets_nothing_of_a_file_reach_the_terminal(
    store: SessionStore, run: Any
) -> None:
    session = talk(store, "t\x1b[2J", "needle\x1b[2J")
    file = store.places.sessions / f"{session.id}.json"
    data = file.read_text().replace('"role":"user"', '"role":"us\\u001b]0;x\\u0007er"')
    file.write_text(data)
    code, out = run("search", "needle")
    assert code == 0
    assert "us␛]0;x␇er: needle␛[2J" in out
    assert "\x1b" not in out


def test_rm_restore_and_the_trash(store: SessionStore, run: Any) -> None:
    one, two = talk(store, "one", "1"), talk(store, "two", "2")
    assert run("rm", one.id, two.id) == (0, "")
    assert json.loads(run("list", "--json")[1]) == []
    [first, second] = json.loads(run("list", "--trash", "--json")[1])
    assert {first["id"], second["id"]} == {one.id, two.id}
    assert "session" in run("list", "--trash")[1]
    code, out = run("restore", one.id.partition("-")[2], "--json")
    assert (code, json.loads(out)) == (0, {"restored": [one.id]})
    assert [s["id"] for s in json.loads(run("list", "--json")[1])] == [one.id]
    assert run("restore", "nothing")[0] == 2
    assert run("rm", "nothing")[0] == 2


def test_rm_for_good_asks(
    store: SessionStore, run: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    one, two = talk(store, "one", "verysecret"), talk(store, "two", "2")
    run("search", "verysecret")
    store.trash(two.id)
    assert run("rm", "--for-good", one.id)[0] == 2, "nobody to ask"

    class Answer:
        def __init__(self, text: str) -> None:
            self.text = text

        def isatty(self) -> bool:
            return True

        def readline(self) -> str:
            return self.text

    monkeypatch.setattr(sys, "stdin", Answer("\n"))
    assert run("rm", "--for-good", one.id)[0] == 1
    assert len(store.summaries()) == 1
    monkeypatch.setattr(sys, "stdin", Answer("y\n"))
    assert run("rm", "--for-good", one.id)[0] == 0
    code, out = run("rm", "--for-good", "--yes", two.id, "--json")
    assert (code, json.loads(out)) == (0, {"removed": [two.id]})
    assert store.trashed.entries() == []
    assert store.summaries() == []
    for file in store.places.cache.rglob("*"):
        assert b"verysecret" not in file.read_bytes()


def test_rename(store: SessionStore, run: Any) -> None:
    one = talk(store, "old", "1")
    assert run("rename", one.id, "a", "new\nname") == (0, "")
    again = SessionStore(store.places).open(one.id)
    assert (again.title, again.title_by) == ("a new name", "user")
    assert run("rename", one.id, " ")[0] == 2
    assert run("rename", one.id)[0] == 2


def test_export_to_standard_output_and_to_files(
    store: SessionStore, run: Any, tmp_path: Path
) -> None:
    one, two = talk(store, "one", "hello", "ho"), talk(store, "two", "2")
    code, out = run("export", one.id)
    assert code == 0
    assert out.startswith("# one\n")
    assert "## mistral\n\nho\n" in out
    path = tmp_path / "out.html"
    assert run("export", "--all", "--format", "html", "-o", str(path)) == (0, "")
    assert path.read_text().count("<h1>") == 2
    assert run("export", "--all", "--format=json", "-o", str(tmp_path)) == (0, "")
    names = {file.name for file in tmp_path.glob("*.json")}
    assert names == {f"{one.id}.json", f"{two.id}.json"}
    raw = (store.places.sessions / f"{one.id}.json").read_bytes()
    assert (tmp_path / f"{one.id}.json").read_bytes() == raw
    assert run("export", one.id, "--format", "json")[1].encode() == raw
    folder = tmp_path / "chats"
    assert run("export", "--all", "-o", f"{folder}/") == (0, "")
    assert {file.name for file in folder.iterdir()} == {f"{one.id}.md", f"{two.id}.md"}
    for wrong in (
        ["export"],
        ["export", "--all", one.id],
        ["export", one.id, "--format", "pdf"],
        ["export", one.id, "-o", str(tmp_path / "no" / "where")],
        ["export", one.id, "-o", f"{path}/"],
    ):
        assert run(*wrong)[0] == 2


def test_a_session_that_cannot_be_read_does_not_stop_the_export(
    store: SessionStore, run: Any
) -> None:
    one, two = talk(store, "one", "1"), talk(store, "two", "2")
    path = store.places.sessions / f"{two.id}.json"
    opening = path.read_bytes().partition(b"\n")[0]
    path.write_bytes(opening + b"\nbroken\n]}\n")
    code, out = run("export", "--all", "--format", "text")
    assert code == 1
    assert out.startswith("one\n===\n")
    assert one.id


def test_import_says_what_is_new_known_and_broken(
    store: SessionStore, run: Any, tmp_path: Path
) -> None:
    one = talk(store, "one", "1")
    file = tmp_path / "all.json"
    assert run("export", "--all", "--format", "json", "-o", str(file))[0] == 0
    conversations = [
        json.loads(file.read_text()),
        {"messages": [{"role": "user", "content": "plain"}]},
        {"nothing": 1},
    ]
    file.write_text(json.dumps(conversations))
    code, out = run("import", str(file), "--dry-run", "--json")
    said = json.loads(out)
    assert code == 0
    assert (said["new"], said["known"], said["broken"]) == (1, 1, 1)
    assert len(store.summaries()) == 1
    assert run("import", str(file))[1] == "1 new, 1 known, 1 broken\n"
    assert run("import", str(file))[1] == "0 new, 2 known, 1 broken\n"
    assert len(store.summaries()) == 2
    assert run("import", str(tmp_path / "no such file"))[0] == 2
    file.write_bytes(b"\x00\xff")
    assert run("import", str(file)) == (1, "0 new, 0 known, 1 broken\n")
    assert one.id


def test_what_a_model_was_made_of_is_imported(store: SessionStore, run: Any) -> None:
    with ServerThread() as server:
        said = [("user", "Hi"), ("assistant", "Hello.")]
        messages = [{"role": role, "content": text} for role, text in said]
        details = {"parent_model": "smollm2:latest"}
        own = {"messages": messages, "system": "Be brief."}
        server.fake.models.append(model("mine", details=details, own=own))
        line = ("import", "--host", server.url, "-m")
        assert run(*line, "mine", "--dry-run")[1].startswith("1 new, 0 known")
        assert run(*line, "mine") == (0, "1 new, 0 known, 0 broken\n")
        assert run(*line, "mine") == (0, "0 new, 1 known, 0 broken\n")
        assert run(*line, "smollm2") == (1, "0 new, 0 known, 1 broken\n")
        assert run(*line, "nothing")[0] == 4
    (summary,) = store.summaries()
    session = store.open(summary.id)
    assert [(m.role, m.text) for m in session.path()] == said
    assert (session.title, session.system) == ("Hi", "Be brief.")
    assert session.model == "smollm2:latest"


@pytest.mark.parametrize(
    "words", [["nosuch"], ["show"], ["list", "x"], ["search"], ["import"]]
)
def test_what_is_wrong_with_the_words_is_said(run: Any, words: list[str]) -> None:
    assert run(*words)[0] == 2
