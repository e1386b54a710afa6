"""Columns that stay straight, whatever a terminal makes of emoji and scripts."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path
from unicodedata import category

import pyte
import pytest
from hypothesis import given
from hypothesis import strategies as st
from pyte import screens
from rich.cells import cell_len
from textual.events import CursorPosition

from llmtui.places import Places
from llmtui.ui.columns import straight
from llmtui.ui.spacing_marks import QUESTION, answered, give_room
from tests.support.app import chatting
from tests.support.scene import provider, save
from tests.support.server import Reply, ServerThread
from tests.support.terminal import Terminal

CLUSTERS = {
    "a warning sign": "⚠️",
    "a keycap": "1️⃣",
    "a tone of skin": "👍🏽",
    "a family": "👨‍👩‍👧‍👦",
    "flags": "🇩🇪🇫🇷",
    "Tamil": "தமிழ் கொ",
    "Devanagari": "क्षत्रिय",
    "jamo": "\u1112\u1161\u11ab\u1100\u1173\u11af",
    "a new emoji": "\U0001fae8",
    "an accent": "e\u0301",
    "a heart on fire": "❤️‍🔥",
}

usual = screens.wcwidth
OPINIONS: dict[str, Callable[[str], int]] = {
    "pyte's own": usual,
    "all narrow": lambda c: int(usual(c) > 0),
    "marks take room": lambda c: usual(c) if c in "\u200d\ufe0f" else max(1, usual(c)),
    "flags and tones are wide": lambda c: 2 if c > "\U0001f000" else usual(c),
}


@pytest.fixture(params=OPINIONS)
def opinion(request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch) -> str:
    """A terminal that measures in its own way."""
    monkeypatch.setattr(screens, "wcwidth", OPINIONS[request.param])
    return str(request.param)


def screen(*rows: str) -> pyte.Screen:
    """A terminal on which rows were written at its first lines, one on the other."""
    shown = pyte.Screen(40, 3)
    shown.reset_mode(7, private=True)  # as Textual does: no line goes on below
    stream = pyte.Stream(shown)
    for row in rows:
        stream.feed(straight(row))
    return shown


@pytest.mark.parametrize("name", CLUSTERS)
def test_what_follows_is_in_its_column(opinion: str, name: str) -> None:
    cluster = CLUSTERS[name]
    shown = screen("\x1b[1;1H" + "x" * 40, f"\x1b[1;1H|{cluster}|{cluster}| end")
    width = cell_len(cluster)
    bars = [at for at in range(40) if shown.buffer[0][at].data == "|"]
    assert bars == [0, width + 1, 2 * width + 2]
    assert shown.display[0].count("x") == 40 - 2 * width - 7  # nothing old is left


@pytest.mark.parametrize("name", CLUSTERS)
def test_nothing_spills_into_what_is_beside(opinion: str, name: str) -> None:
    cluster = CLUSTERS[name].split()[0]
    width = cell_len(cluster)
    shown = screen("\x1b[1;11H####", f"\x1b[1;{11 - width}H{cluster}")
    assert shown.display[0].endswith("####" + " " * 26)


def test_what_is_written_anew_beside_it_may_be_spilt_into() -> None:
    assert "🇩🇪" in straight("\x1b[1;9H🇩🇪\x1b[1;11H##")
    assert "🇩🇪" not in straight("\x1b[1;9H🇩🇪\x1b[2;11H##")


@given(st.lists(st.sampled_from([*CLUSTERS.values(), "a", "漢", " "])), st.booleans())
def test_styles_and_links_take_no_room(clusters: list[str], linked: bool) -> None:
    link = "\x1b]8;id=1;https://example.com/⚠️\x1b\\" if linked else ""
    text = "".join(f"{link}\x1b[1;38;2;1;2;3m{c}\x1b[0m" for c in clusters)
    plain = "".join(clusters)
    written = straight(f"\x1b[2;5H{text}\n")
    assert written.endswith("\n")
    last = written.rpartition("G")[0].rpartition("\x1b[")[2]
    if last.isdigit() and not linked and plain.isprintable():
        assert int(last) <= 5 + cell_len(plain)
    assert written.count("\x1b]8") == text.count("\x1b]8")


@pytest.fixture
def room() -> Iterator[None]:
    """A terminal that gives spacing marks a cell."""
    assert give_room(True)
    yield
    assert give_room(False)


def test_marks_get_the_cell_that_the_terminal_gives_them(room: None) -> None:
    assert [cell_len(text) for text in ("கா", "தமிழ்", "é", "漢", "हिन्दी")] == [
        2,
        4,
        1,
        2,
        5,
    ]
    assert straight("\x1b[1;1Hகா|") == "\x1b[1;1Hகா\x1b[3G|"
    assert not give_room(True)


def test_no_vowel_is_written_over_where_marks_take_a_cell(
    room: None, monkeypatch: pytest.MonkeyPatch
) -> None:
    def as_tmux(character: str) -> int:
        return 1 if category(character) == "Mc" else usual(character)

    monkeypatch.setattr(screens, "wcwidth", as_tmux)
    text = "|தமிழ் மொழி| கொ |हिन्दी|"
    assert screen(f"\x1b[1;1H{text}").display[0].rstrip() == text


def test_only_the_answer_to_the_question_counts() -> None:
    assert [answered(*place) for place in ((2, 1), (1, 1), (2, 0), (7, 1))] == [
        True,
        False,
        None,
        None,
    ]


async def test_the_answer_of_the_terminal_lays_out_anew(places: Places) -> None:
    name = save(places, "Tamil", {"text": "தமிழ் " * 40})
    async with chatting(provider(), places, resume=name) as chat:
        await chat.until("தமிழ்")
        rows = chat.screen.log_view.window.layout.rows
        chat.app.post_message(CursorPosition(2, 1))
        await chat.until(lambda: chat.screen.log_view.window.layout.rows > rows)
        chat.app.post_message(CursorPosition(1, 1))
        await chat.until(lambda: chat.screen.log_view.window.layout.rows == rows)


@pytest.mark.e2e
def test_the_terminal_is_asked_before_the_first_frame(tmp_path: Path) -> None:
    with Terminal("-m", "llmtui", "--host", "127.0.0.1:9", home=tmp_path) as terminal:
        terminal.wait("type a message")
        assert terminal.raw.find(QUESTION.encode()) < terminal.raw.find(b"llmtui")
        assert QUESTION.encode() in terminal.raw
        terminal.type("\x1b[2;3Rtyped")
        terminal.wait("typed")
        assert "R" not in terminal.lines[-3]


@pytest.mark.e2e
def test_a_table_of_signs_is_straight_in_the_real_program(tmp_path: Path) -> None:
    rows = "\n".join(f"| {cluster} | x |" for cluster in CLUSTERS.values())
    table = f"| sign | there |\n|---|---|\n{rows}\n\nThe end."
    with (
        ServerThread(replies=[Reply(table)]) as server,
        Terminal(
            "-m", "llmtui", "--host", server.url, home=tmp_path, columns=60, rows=40
        ) as terminal,
    ):
        terminal.wait("Ready.")
        terminal.type("Signs?\r")
        terminal.wait("The end.")
        terminal.settle()
        buffer = terminal._screen.buffer
        places = {
            tuple(x for x in range(60) if buffer[y][x].data == "│")
            for y in range(40)
            if any(buffer[y][x].data == "x" for x in range(59))
            and buffer[y][3].data == "│"
        }
        assert len(places) == 1, places


def test_what_has_no_place_is_passed_on() -> None:
    assert straight("\x1b]2;⚠️ title\x07") == "\x1b]2;⚠️ title\x07"
    assert straight("\x1b[3;4Hnaïve “words” 漢字") == "\x1b[3;4Hnaïve “words” 漢字"
