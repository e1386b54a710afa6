"""Who looks elsewhere is told: notices of the terminal, the title of its window."""

from __future__ import annotations

import re
import signal
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from llmtui.chat.message import Message, Sent
from llmtui.configuration import load
from llmtui.desktop import tmux
from llmtui.desktop.notifying import describe, notice
from llmtui.places import Places
from llmtui.settings import NOTIFY_WAYS, Settings, SettingsError
from llmtui.ui.attention import Attention, window_title
from llmtui.ui.glyphs import UNICODE
from tests.support.server import Reply, ServerThread
from tests.support.terminal import Terminal

FOCUS_IN, FOCUS_OUT = "\x1b[I", "\x1b[O"


@given(st.sampled_from(NOTIFY_WAYS), st.text(), st.text(), st.booleans())
def test_nothing_in_a_text_gets_out_of_its_sequence(
    way: str, title: str, text: str, tmux: bool
) -> None:
    found = notice(way, title, text, {"TMUX": "/tmp/tmux"} if tmux else {})
    if tmux and found.startswith("\x1bPtmux;"):
        found = found.removeprefix("\x1bPtmux;").removesuffix("\x1b\\")
        assert "\x1b" not in found.replace("\x1b\x1b", "")
        found = found.replace("\x1b\x1b", "\x1b")
    sequences = re.findall(r"\x1b\][^\x00-\x1f\x7f-\x9f]*\x07|^\x07$", found)
    assert "".join(sequences) == found


def test_a_title_of_digits_is_no_command_of_the_terminal() -> None:
    assert notice("osc9", "4;1;50", "done", {}) == "\x1b]9;llmtui: 4;1;50: done\x07"


@given(st.text(max_size=2000), st.sampled_from(["", "writing", "done", "failed"]))
def test_a_title_is_one_short_line_whatever_a_session_is_called(
    name: str, state: str
) -> None:
    title = window_title(name, state, UNICODE)
    assert title.endswith("llmtui")
    assert len(title) < 120
    assert not re.search(r"[\x00-\x1f\x7f-\x9f\u202a-\u202e\ud800-\udfff]", title)


@pytest.mark.parametrize(
    ("line", "said"),
    [
        ('notify = "loud"', "notify takes one of auto, off, bell, osc9"),
        ("window_title = 3", "window_title takes true or false, not 3"),
    ],
)
def test_a_wrong_setting_is_a_sentence(places: Places, line: str, said: str) -> None:
    places.config.mkdir(parents=True, exist_ok=True)
    places.config_file.write_text(line)
    with pytest.raises(SettingsError, match=said):
        load(places, {})


class Watched:
    """A terminal that somebody looks at, or not, and what it was sent."""

    def __init__(self, *, focus: bool) -> None:
        self.wrote: list[str] = []
        self.show_title = self.write = self.wrote.append
        app = SimpleNamespace(app_focus=focus, _driver=self)
        settings = Settings(notify="osc777")
        screen: Any = SimpleNamespace(app=app)
        self.attention = Attention(screen, settings, {"TERM": "xterm"})

    def ends(self, status: str, name: str = "Lamps") -> list[str]:
        """What is written when a reply ends so."""
        message = Message("a", None, "assistant", "hi", "", request=Sent("m"))
        reply: Any = SimpleNamespace(status=status, message=message)
        self.attention.ended(name, reply)
        return self.wrote


def test_only_who_looks_elsewhere_is_told_and_only_of_news() -> None:
    assert Watched(focus=True).ends("complete") == []
    assert Watched(focus=False).ends("stopped") == []
    assert "the reply is finished" in Watched(focus=False).ends("complete")[0]
    assert "the reply ended badly" in Watched(focus=False).ends("failed")[0]


def test_the_name_of_a_private_session_leaves_the_program_nowhere() -> None:
    terminal = Watched(focus=False)
    session = SimpleNamespace(title="My diagnosis")
    chat: Any = SimpleNamespace(private=True, session=session, reply=object())
    terminal.attention.paint(chat)
    [title] = terminal.wrote
    assert "private session" in title
    assert "diagnosis" not in title


TMUX = {"TMUX": "/tmp/tmux-1000/default,1,0"}


@pytest.mark.parametrize(
    ("way", "env", "on", "words", "advice"),
    [
        ("auto", {"TERM": "xterm-kitty"}, "", "a notice (OSC 99)", ""),
        ("off", {}, "", "notify is off", ""),
        ("auto", TMUX, "focus-events", "rings the terminal", ""),
        ("auto", TMUX, "", "does not tell", "tmux set -g focus-events on"),
        ("osc9", TMUX, "focus-events", "to itself", "tmux set -g allow-passthrough on"),
    ],
)
def test_the_doctor_says_what_keeps_notices_away(
    way: str,
    env: dict[str, str],
    on: str,
    words: str,
    advice: str,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(tmux, "is_on", lambda option: option == on)
    said, help_ = describe(way, env)
    assert words in said
    assert help_ == advice


def titles(raw: bytearray) -> list[str]:
    return [t.decode() for t in re.findall(rb"\x1b\]2;([^\x07]*)\x07", raw)]


@pytest.mark.e2e
def test_the_terminal_is_told_and_gets_its_title_back(tmp_path: Path) -> None:
    config = tmp_path / "config" / "llmtui"
    config.mkdir(parents=True)
    (config / "config.toml").write_text('notify = "osc777"\n')
    replies: Any = [Reply("One."), Reply("Two.", hold=True)]
    with (
        ServerThread(replies=replies) as server,
        Terminal("-m", "llmtui", "--host", server.url, home=tmp_path) as terminal,
    ):
        terminal.wait("Ready.")
        terminal.type("a;b\r")  # with the focus nothing is told
        terminal.wait("One.")
        terminal.wait(lambda: "a;b · llmtui" in titles(terminal.raw))
        assert b"\x1b]777" not in terminal.raw

        terminal.type("once more\r")
        server.wait(lambda fake: len(fake.chats) == 2)
        terminal.wait(lambda: titles(terminal.raw)[-1] == "● a;b · llmtui")
        terminal.type(FOCUS_OUT)
        terminal.settle()
        server.go_on()
        told = b"\x1b]777;notify;a,b;the reply is finished\x07"
        terminal.wait(lambda: told in terminal.raw)
        terminal.wait(lambda: titles(terminal.raw)[-1] == "done · a;b · llmtui")
        terminal.type(FOCUS_IN)
        terminal.wait(lambda: titles(terminal.raw)[-1] == "a;b · llmtui")

        terminal.signal(signal.SIGTERM)
        assert terminal.exit_code() == 128 + signal.SIGTERM
        assert terminal.raw.count(b"\x1b[22;2t") == 1
        assert terminal.raw.count(b"\x1b[23;2t") == 1
        assert b"\x1b]2;" not in terminal.raw.partition(b"\x1b[23;2t")[2]
