"""The user's own editor on what stands in the input."""

from __future__ import annotations

import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest
from textual import events

from llmtui.desktop import editor as desktop_editor
from llmtui.desktop.editor import Edited, Editor
from llmtui.places import Places
from llmtui.providers.scripted import Scripted
from llmtui.ui.app import LlmtuiApp
from tests.support.app import chatting

Use = Callable[[str], None]


@pytest.fixture
def use(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Use:
    """Have the editor be a program that has the file's path as ``path``."""

    def use(code: str) -> None:
        script = tmp_path / "an editor.py"
        lines = "import sys, pathlib\npath = pathlib.Path(sys.argv[-1])\n"
        script.write_text(lines + code, encoding="utf-8")
        command = f"{sys.executable} '{script}' --wait"
        monkeypatch.setenv("VISUAL", command)

    monkeypatch.setattr(desktop_editor, "AT_ONCE", 0.0)
    return use


async def edit(text: str) -> Edited:
    editor = Editor(text)
    try:
        return await editor.run()
    finally:
        editor.close()


@pytest.mark.parametrize(
    ("code", "text", "problem"),
    [
        ("path.write_text(path.read_text() + ' two\\n')", "one two", ""),
        ("path.write_text('a\\n\\n')", "a\n", ""),
        ("pass", None, ""),
        ("path.write_text('x'); sys.exit(3)", None, "ended with code 3"),
        ("path.unlink()", None, "left no file"),
        ("path.write_bytes(b'caf\\xe9')", "caf�", "not UTF-8"),
        ("path.write_bytes(b'a\\0b')", None, "binary data"),
        ("assert sys.argv[1] == '--wait'; path.write_text('yes')", "yes", ""),
    ],
)
async def test_what_it_leaves(
    use: Use, code: str, text: str | None, problem: str
) -> None:
    use(code)
    edited = await edit("one")
    assert edited.text == text
    assert problem in edited.problem
    assert bool(edited.problem) is bool(problem)


@pytest.mark.parametrize(
    ("command", "problem"),
    [
        ("/nowhere/vi -f", "could not run /nowhere/vi"),
        ("'", "VISUAL is no command"),
        ("", "there is no editor here"),
    ],
)
async def test_where_there_is_none(
    monkeypatch: pytest.MonkeyPatch, command: str, problem: str
) -> None:
    monkeypatch.setenv("VISUAL", command)
    monkeypatch.setenv("EDITOR", command)
    monkeypatch.setattr(desktop_editor, "_USUAL", ())
    assert problem in (await edit("one")).problem


def test_a_private_text_is_in_memory_or_nowhere(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(desktop_editor, "_IN_MEMORY", ())
    monkeypatch.setenv("XDG_RUNTIME_DIR", str(tmp_path))
    editor = Editor("hush", in_memory=True)
    (file,) = tmp_path.rglob("*.md")
    assert file.stat().st_mode & 0o777 == 0o600
    editor.close()
    assert not file.parent.exists()
    monkeypatch.delenv("XDG_RUNTIME_DIR")
    with pytest.raises(OSError, match="not put on disk"):
        Editor("hush", in_memory=True)


def save(name: str, text: str) -> Path:
    """What an editor in a window does."""
    path = Path(name)
    path.write_text(text)
    return path


@contextmanager
def staying(app: LlmtuiApp) -> Iterator[None]:
    """In place of ``suspend``, which a headless app cannot."""
    yield


async def test_the_draft_comes_back_changed(
    places: Places, use: Use, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(LlmtuiApp, "suspend", staying)
    use("path.write_text(path.read_text().replace('wrold', 'world') + '!')")
    async with chatting(Scripted(["m"]), places) as chat:
        prompt = chat.screen.prompt
        await chat.press(*"wrold", "ctrl+g")
        await chat.until(lambda: prompt.text == "world!")
        await chat.press("ctrl+z")
        assert prompt.text == "wrold"
        prompt.put("")
        await chat.say("/edit wrold")
        await chat.until(lambda: prompt.text == "world!")

        prompt.put("see ")
        prompt.post_message(events.Paste("wrold " * 5000))
        await chat.until(lambda: prompt.mark)
        await chat.press("ctrl+g")
        await chat.until(lambda: prompt.full_text == "see " + "world " * 5000 + "!")
        await chat.press("home", "ctrl+g")
        await chat.until(lambda: prompt.text.endswith("]!"))
        assert prompt.full_text == "see " + "world " * 5000 + "!!"

        use("sys.exit(1)")
        prompt.put("stays")
        await chat.press("ctrl+g")
        await chat.until_said("ended with code 1: the text is as it was")
        assert prompt.text == "stays"

        monkeypatch.setattr(desktop_editor, "AT_ONCE", 60.0)
        use(f"pathlib.Path({str(places.data / 'where')!r}).write_text(str(path))")
        await chat.press("ctrl+g")
        await chat.until_said("came back at once")
        path = save((places.data / "where").read_text(), "from a window\n")
        await chat.until(lambda: prompt.text == "from a window")
        await chat.press("x")
        await chat.until(lambda: not path.exists())
        assert prompt.text == "from a windowx"
