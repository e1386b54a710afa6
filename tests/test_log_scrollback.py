"""The conversation outside the alternate screen; code in files."""

from __future__ import annotations

import asyncio
import io
from contextlib import nullcontext
from pathlib import Path
from unittest.mock import patch

import pytest
from textual.app import App

from llmtui.chat.message import Message
from llmtui.chat.transcript import transcript
from llmtui.desktop.new_file import save
from llmtui.desktop.pager import run_pager
from llmtui.sanitise import FORBIDDEN, clean
from llmtui.ui.outside import NOT_HERE, CannotLeave, is_away, outside
from llmtui.ui.scrollback import (
    print_and_wait,
    show,
)


def message(text: str, role: str = "user") -> Message:
    assert role in ("user", "assistant")
    return Message(id="a", parent=None, role="user", text=text, created="")


async def nothing() -> None:
    pass


async def test_the_conversation_is_printed_clean() -> None:
    out = io.StringIO()
    waited = []

    async def wait() -> None:
        waited.append(out.getvalue())

    hostile = [message("hello\x1b]52;c;eA==\x07"), message("\x9b2J\u202ex")]
    await print_and_wait(clean(transcript(hostile)), out, wait)
    printed = out.getvalue()
    assert waited == [printed.removesuffix("\n")]
    assert FORBIDDEN.search(printed.replace("\n", "")) is None
    assert "hello" in printed


async def test_what_the_encoding_lacks_does_not_crash() -> None:
    out = io.TextIOWrapper(io.BytesIO(), encoding="ascii")
    await print_and_wait("naïve", out, nothing)


async def test_it_is_said_where_the_terminal_cannot_be_left() -> None:
    app = App[None]()
    async with app.run_test():
        assert await show(app, [message("x")]) == NOT_HERE


async def test_the_terminal_is_given_away_once() -> None:
    app, given, come_back = App[None](), asyncio.Event(), asyncio.Event()

    async def away() -> str:
        given.set()
        await come_back.wait()
        return "back"

    async with app.run_test():
        with patch.object(App, "suspend", nullcontext):
            first = asyncio.ensure_future(outside(app, away))
            await given.wait()
            assert is_away(app)
            assert await show(app, [message("x")]) == ""
            with pytest.raises(CannotLeave):
                await outside(app, away)
            come_back.set()
            assert await first == "back"
        assert not is_away(app)


def test_saving_never_overwrites(tmp_path: Path) -> None:
    path = tmp_path / "code.py"
    assert save("one", str(path)) == f"saved to {path}"
    assert save("two\x1b", str(path)) == f"saved to {tmp_path / 'code-2.py'}"
    assert path.read_text() == "one"
    assert (tmp_path / "code-2.py").read_text() == "two␛"
    assert save("x", str(path / "under")).startswith("not saved: ")
    for folder in (str(tmp_path), f"{tmp_path}/new/"):
        assert "is a folder, and a file needs a name" in save("x", folder)
    assert not (tmp_path / "new").exists()


@pytest.mark.parametrize(
    "name", ["", "  ", ".", "/", "..", "a\0b", "y" * 300, "y" * 300 + "/a"]
)
def test_what_is_no_name_is_not_saved(name: str) -> None:
    assert save("text", name).startswith("not saved: ")


def test_an_unknown_home_is_a_folder_that_is_not_there() -> None:
    assert save("text", "~nobody-here/code.py").startswith("not saved: ")


async def test_a_pager_that_cannot_be_run_is_said(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    monkeypatch.setenv("PAGER", 'less "')
    assert (await run_pager("x")).startswith("PAGER is no command")
    monkeypatch.setenv("PAGER", "less")
    monkeypatch.setattr("tempfile.tempdir", str(tmp_path / "gone"))
    assert (await run_pager("x")).startswith("no file for the pager")
