"""Sizes, resizing, terminals without UTF-8 and without colours."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
from textual.geometry import Size

from llmtui.chat.models import Model
from llmtui.places import Places
from llmtui.providers.scripted import Gate, Scripted
from llmtui.ui.spacing_marks import QUESTION
from llmtui.ui.widgets.header import HostState, ModelButton, SessionTitle
from tests.support.app import chatting
from tests.support.scene import lighthouse, provider, save
from tests.support.server import Reply, ServerThread
from tests.support.stream import MODES, PAINTING, trespasses
from tests.support.terminal import CTRL_L, CTRL_Q, ESC, Terminal

ANSWER = Reply(
    "# Title\n\n- one *two*\n- [x] `three`\n\n> four\n\n"
    "| a | b |\n|---|---|\n| 1 | 2 |\n\n```python\nprint('five')\n```\n\nnaïve 漢",
    thinking="hmm",
)


@pytest.mark.parametrize(
    ("size", "rows"), [((120, 40), 31), ((80, 24), 15), ((40, 10), 8), ((20, 5), 3)]
)
async def test_every_size_shows_log_and_prompt(
    size: tuple[int, int], rows: int, places: Places
) -> None:
    """At least ``rows`` rows for the log; nothing sticks out of the screen."""
    async with chatting(provider(), places, size=size, resume=lighthouse(places)) as on:
        screen = on.screen
        assert screen.log_view.size.height >= rows
        assert screen.prompt.size.height >= 1
        assert screen.prompt.size.width >= size[0] - 6
        for widget in screen.query("*"):
            if widget.display and widget.region:
                assert screen.region.contains_region(widget.region), widget
        await on.say("does it still listen?")
        await on.until(lambda: on.provider.requests)


@pytest.mark.parametrize("width", [30, 40, 60, 80])
async def test_the_state_of_the_host_is_never_what_is_cut(
    width: int, places: Places
) -> None:
    model = Model("a-model-with-a-long-name:latest", parameters="7.2B")
    at = "http://a-computer-far-away.example:18234"
    async with chatting(Scripted([model]), places, size=(width, 24), at=at) as on:
        head = on.screen.query_one(HostState)
        button = on.screen.query_one(ModelButton)
        for state, words in (("up", ""), ("down", " down")):
            head.state = state
            await on.pilot.pause()
            row = on.text.split("\n")[0]
            assert row.rstrip().endswith(f"…{words}"), row
            assert f"{button.render()}" in row
            assert f"{head.render()}" in row


@pytest.mark.parametrize(
    ("width", "private", "shown"),
    [
        (40, False, "llmtui  ·  The lighthouse"),
        (20, False, "llmtui  ·  The ligh…"),
        (4, False, "The…"),
        (20, True, "llmtui  private"),
        (12, True, " private"),
    ],
)
def test_the_name_of_the_program_is_never_cut(
    width: int, private: bool, shown: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(SessionTitle, "size", Size(width, 1))
    title = SessionTitle()
    title.set_reactive(SessionTitle.title, "The lighthouse")
    title.set_reactive(SessionTitle.private, private)
    assert str(title.render()).rstrip() == shown


@pytest.mark.parametrize("size", [(1, 1), (2, 24), (3, 2), (12, 3), (80, 1)])
async def test_no_size_is_too_small_to_survive(
    size: tuple[int, int], places: Places
) -> None:
    async with chatting(provider(), places, size=size, resume=lighthouse(places)) as on:
        for key in ("ctrl+l", "escape", "ctrl+o", "escape", "f1", "escape"):
            await on.press(key)
        await on.pilot.resize_terminal(80, 24)
        await on.until("miles away")


async def test_resizing_while_a_reply_is_written(places: Places) -> None:
    gates = [Gate() for _ in range(6)]
    script: list[str | Gate] = []
    for number, gate in enumerate(gates):
        script += [f"Paragraph {number} " + "and more words " * 20 + "\n\n", gate]
    async with chatting(provider([*script, "The end."]), places) as on:
        await on.say("Write.")
        sizes = [(40, 10), (140, 40), (20, 5), (80, 24), (61, 17), (100, 30)]
        for number, (gate, size) in enumerate(zip(gates, sizes, strict=True)):
            await gate.reached.wait()
            await on.pilot.resize_terminal(*size)
            await on.until(lambda size=size: on.app.size == size)
            if size[1] > 10:
                await on.until(f"Paragraph {number}")
            gate.open()
        await on.until("The end.")
        assert on.screen.log_view.at_end


async def test_a_wide_screen_keeps_a_reading_measure(places: Places) -> None:
    text = "word " * 100
    session = save(places, "Wide", {"text": "hi"}, {"text": text, "model": "mistral"})
    async with chatting(provider(), places, size=(200, 40), resume=session) as on:
        await on.until("word word")
        longest = max(line.rfind("word") for line in on.text.splitlines())
        assert 80 <= longest <= 104


def colours(raw: bytes) -> set[tuple[int, ...]]:
    """All colours in a stream: RGB triples, and palette numbers alone."""
    found: set[tuple[int, ...]] = set()
    for match in re.finditer(rb"\x1b\[([0-9;]*)m", raw):
        codes = [int(code or 0) for code in match[1].split(b";")]
        while codes:
            code = codes.pop(0)
            if code in (38, 48) and codes and codes[0] == 2:
                found.add(tuple(codes[1:4]))
                del codes[:4]
            elif code in (38, 48) and codes and codes[0] == 5:
                found.add((codes[1],))
                del codes[:2]
            elif 30 <= code <= 37 or 40 <= code <= 47 or 90 <= code <= 107:
                found.add((code,))
    return found


def run(home: Path, env: dict[str, str]) -> Terminal:
    """One conversation and the picker, in a terminal with ``env``."""
    with ServerThread(replies=[ANSWER]) as server:
        arguments = ("-m", "llmtui", "--host", server.url)
        with Terminal(*arguments, home=home, env=env, columns=100, rows=30) as terminal:
            terminal.wait("Ready.")
            terminal.type("Show me.\r")
            terminal.wait("tokens")
            terminal.type(CTRL_L)
            terminal.wait("of 2")
            terminal.type(ESC)
            terminal.wait(lambda: "of 2" not in terminal.text)
            terminal.type(CTRL_Q)
            assert terminal.exit_code() == 0
    return terminal


@pytest.mark.e2e
def test_no_color_leaves_no_colour(tmp_path: Path) -> None:
    terminal = run(tmp_path, {"NO_COLOR": "1", "COLORTERM": "truecolor"})
    found = colours(bytes(terminal.raw))
    assert found
    assert all(len(set(colour)) == 1 for colour in found if len(colour) == 3), found
    assert all(len(colour) == 3 for colour in found), found
    asked = re.escape(QUESTION.encode())
    assert trespasses(bytes(terminal.raw), *PAINTING, *MODES, asked) == []


@pytest.mark.e2e
def test_a_terminal_of_16_colours_gets_no_others(tmp_path: Path) -> None:
    terminal = run(tmp_path, {"TERM": "xterm", "COLORTERM": ""})
    assert all(len(c) == 1 and c[0] >= 30 for c in colours(bytes(terminal.raw)))


@pytest.mark.e2e
def test_the_terminals_own_colours(tmp_path: Path) -> None:
    env = {"LLMTUI_THEME": "ansi-dark", "COLORTERM": "truecolor"}
    terminal = run(tmp_path, env)
    assert all(len(colour) == 1 for colour in colours(bytes(terminal.raw)))


@pytest.mark.e2e
def test_without_utf_8_everything_is_ascii(tmp_path: Path) -> None:
    env = {"LC_ALL": "C", "PYTHONCOERCECLOCALE": "0", "PYTHONUTF8": "0"}
    terminal = run(tmp_path, env)
    raw = bytes(terminal.raw)
    assert raw.isascii()
    assert rb"\u" not in raw
    assert b"naive" in raw
    assert trespasses(raw, *PAINTING, *MODES) == []
