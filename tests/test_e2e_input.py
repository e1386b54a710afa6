"""The input in a real pseudo-terminal: keys and pastes as raw bytes."""

from __future__ import annotations

import json
import sys
from pathlib import Path

import pytest

from llmtui.sanitise import clean
from tests.support.server import Reply, ServerThread
from tests.support.terminal import CTRL_Q, LEAVE_ALTERNATE_SCREEN, Terminal

pytestmark = pytest.mark.e2e

START, END = "\x1b[200~", "\x1b[201~"
NEWLINES = (
    "\n",  # ctrl+j, everywhere
    "\x1b\r",  # alt+enter in a legacy terminal
    "\x1b[13;2u",  # shift+enter by kitty's protocol
    "\x1b[13;3u",
    "\x1b[106;5u",
    "\x1b[27;2;13~",  # and by modifyOtherKeys
    "\x1b[27;3;13~",
    "\x1b[27;5;106~",
)
EVIL = "\x1b]52;c;ZXZpbA==\x07 \x1b[31m \x11 \x1b[13u \r"
"""Would set the clipboard, colour, leave and send, if any of it were obeyed."""


def type_all(terminal: Terminal, text: str) -> None:
    """Send much, and read what is painted meanwhile."""
    for at in range(0, len(text), 65536):
        terminal.type(text[at : at + 65536])
        terminal.read()


def test_keys_and_pastes_as_raw_bytes(tmp_path: Path) -> None:
    editor = tmp_path / "editor.py"
    code = "import sys, pathlib\np = pathlib.Path(sys.argv[1])\n"
    editor.write_text(code + "p.write_text(p.read_text() + ' mended\\n')\n")
    replies = [Reply("the first"), Reply("the second"), Reply("the third")]
    env = {"VISUAL": f"{sys.executable} {editor}"}
    huge = EVIL + "a line of words\n" * 312_500 + EVIL
    with (
        ServerThread(replies=replies) as server,
        Terminal("-m", "llmtui", "--host", server.url, home=tmp_path, env=env) as term,
    ):
        term.wait("Ready.")
        term.type("a" + "b".join(NEWLINES) + "c\x1b[13u")
        term.wait("the first")
        assert said(server) == "a" + "\nb" * (len(NEWLINES) - 1) + "\nc"

        term.type("see: ")
        type_all(term, f"{START}{huge}{END}\x11\r/bye\r{END}")
        term.wait("[pasted 5.0 MB]")
        term.wait("/bye")
        term.type("done\r")
        term.wait("not sent")  # it does not fit: enter sends it all the same
        term.type("\r")
        term.wait("the second")
        assert said(server) == "see: " + clean(f"{huge}{END}\x11\r/bye\r") + "done"

        term.type("\x1b[A")  # up
        term.wait("[pasted 5.0 MB]")
        term.type("\x1b[1;1B\x1b[114;5u")  # down; ctrl+r
        term.wait("what was typed before")
        term.type("a b c\x1b[27u")  # esc
        term.wait(lambda: "what was typed before" not in term.text)
        term.type("draft")
        term.wait("draft")
        term.raw.clear()
        term.type("\x1b[27;5;103~")  # ctrl+g
        term.wait("draft mended")
        assert LEAVE_ALTERNATE_SCREEN in term.raw
        term.type("\x1b[122;5u")  # ctrl+z
        term.wait(lambda: "mended" not in term.text)
        term.type('\x1b[27;5;121~\x1b[H"""\x1b[F\rtwo"""\r')  # ctrl+y; home; end
        term.wait("the third")
        assert said(server) == "draft mended\ntwo"
        term.type(CTRL_Q)
        assert term.exit_code() == 0
        assert term.restored
    history = tmp_path / "state" / "llmtui" / "history.jsonl"
    lines = history.read_text(encoding="utf-8").splitlines()
    assert [json.loads(line)["text"][:5] for line in lines] == ["a\nb\nb", '"""dr']


def said(server: ServerThread) -> str:
    """What the server was sent last."""
    return str(server.fake.chats[-1].json["messages"][-1]["content"])
