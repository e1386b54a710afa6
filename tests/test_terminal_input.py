"""A paste is one paste, and no byte is too odd to be read."""

from __future__ import annotations

from itertools import pairwise

from hypothesis import example, given
from hypothesis import strategies as st
from textual._xterm_parser import XTermParser
from textual.drivers import linux_driver
from textual.events import Key, Paste
from textual.message import Message

from llmtui.ui.app import LlmtuiApp
from llmtui.ui.terminal_input import GuardedParser, PasteGuard

START, END = "\x1b[200~", "\x1b[201~"
EVIL = (
    "one \x1b]52;c;ZXZpbA==\x07\x1b[31m two\rthree \x11 and \x1b a long line of words"
)


def events(parser: XTermParser, *pieces: str) -> list[Message]:
    return [event for piece in pieces for event in parser.feed(piece)]


def test_textual_alone_takes_a_part_of_the_paste_for_keys() -> None:
    """The day this fails the guard can go."""
    keys = [e for e in events(XTermParser(), START + EVIL + END) if isinstance(e, Key)]
    assert keys


@given(
    st.text(st.sampled_from("ab\x1b[201~\r\x11é\n")).filter(lambda t: END not in t),
    st.lists(st.integers(0, 60)),
)
@example(EVIL, [])
@example("a\x1b[201", [])
@example("\x1b", [])
@example("\x1b\x1b[20\x1b", [7])
def test_a_paste_is_one_event_however_it_comes(text: str, cuts: list[int]) -> None:
    whole = f"x{START}{text}{END}y"
    edges = sorted({0, len(whole), *(c for c in cuts if c < len(whole))})
    pieces = [whole[a:b] for a, b in pairwise(edges)]
    seen = events(GuardedParser(), *pieces)
    keys = [event.key for event in seen if isinstance(event, Key)]
    pastes = [event.text for event in seen if isinstance(event, Paste)]
    assert keys == ["x", "y"]
    assert pastes == [text.replace("\x1b", "␛")]


@given(st.lists(st.text(st.sampled_from("ab\x1b[A\r"), min_size=1)))
def test_outside_a_paste_nothing_is_changed_or_held(pieces: list[str]) -> None:
    guard = PasteGuard()
    assert [guard.feed(piece) for piece in pieces] == pieces


def test_the_app_reads_its_terminal_so() -> None:
    LlmtuiApp.get_driver_class(LlmtuiApp.__new__(LlmtuiApp))
    names = vars(linux_driver)
    assert names["XTermParser"] is GuardedParser
    decode = names["getincrementaldecoder"]("utf-8")().decode
    assert [decode(b"a\xc3"), decode(b"\xa9\xff"), decode(b"b")] == ["a", "é�", "b"]
