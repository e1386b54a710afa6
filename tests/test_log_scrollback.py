"""The conversation outside the alternate screen; code in files."""

from __future__ import annotations

import io
from pathlib import Path

from textual.app import App

from llmtui.chat.message import Message
from llmtui.sanitise import FORBIDDEN
from llmtui.ui.scrollback import NOT_HERE, conversation, print_and_wait, save, show


def message(text: str, role: str = "user") -> Message:
    assert role in ("user", "assistant")
    return Message(id="a", parent=None, role="user", text=text, created="")


def test_the_conversation_is_printed_clean() -> None:
    out = io.StringIO()
    waited = []
    text = conversation([message("hello\x1b]52;c;eA==\x07"), message("\x9b2J\u202ex")])
    print_and_wait(text, out, lambda: waited.append(out.getvalue()))
    printed = out.getvalue()
    assert waited == [printed.removesuffix("\n")]
    assert FORBIDDEN.search(printed.replace("\n", "")) is None
    assert "hello" in printed


def test_what_the_encoding_lacks_does_not_crash() -> None:
    out = io.TextIOWrapper(io.BytesIO(), encoding="ascii")
    print_and_wait("naïve", out, lambda: None)


async def test_it_is_said_where_the_terminal_cannot_be_left() -> None:
    app = App[None]()
    async with app.run_test():
        assert show(app, [message("x")]) == NOT_HERE


def test_saving_never_overwrites(tmp_path: Path) -> None:
    path = tmp_path / "code.py"
    assert save("one", path) == f"saved to {path}"
    assert save("two\x1b", path) == f"saved to {tmp_path / 'code-2.py'}"
    assert path.read_text() == "one"
    assert (tmp_path / "code-2.py").read_text() == "two␛"
    assert save("x", path / "under").startswith("could not save ")
