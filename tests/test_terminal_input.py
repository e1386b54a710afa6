"""A paste is one paste, and no byte is too odd to be read."""

from __future__ import annotations

from itertools import pairwise

import pytest
from hypothesis import example, given
from hypothesis import strategies as st
from textual._xterm_parser import XTermParser
from textual.drivers import linux_driver
from textual.events import Key, Paste
from textual.message import Message

from llmtui.sanitise import clean
from llmtui.ui.app import LlmtuiApp
from llmtui.ui.paste_reader import LONGEST, QUIET, SOON, PasteReader
from llmtui.ui.terminal_input import GuardedParser

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


class Clock:
    """A clock that stands still until it is moved."""

    now = 0.0

    def __call__(self) -> float:
        return self.now


def parts(text: str, cuts: list[int]) -> list[str]:
    """A text, cut."""
    edges = sorted({0, len(text), *(c for c in cuts if c < len(text))})
    return [text[a:b] for a, b in pairwise(edges)]


@given(
    st.text(st.sampled_from("ab\x1b[201~\r\x11é\n")).filter(lambda t: END not in t),
    st.lists(st.integers(0, 60)),
)
@example(EVIL, [])
@example("a\x1b[201", [])
@example("\x1b", [])
@example("\x1b\x1b[20\x1b", [7])
def test_a_paste_is_one_event_however_it_comes(text: str, cuts: list[int]) -> None:
    parser, clock = GuardedParser(), Clock()
    parser._pastes = PasteReader(clock)
    seen = events(parser, *parts(f"x{START}{text}{END}", cuts))
    clock.now += SOON * 2
    seen += events(parser, "y")
    keys = [event.key for event in seen if isinstance(event, Key)]
    pastes = [event.text for event in seen if isinstance(event, Paste)]
    assert keys == ["x", "y"]
    assert pastes == [clean(text)]


@given(
    st.lists(st.text(st.sampled_from("ab\x1b[201~\r\x11\n"), max_size=8), min_size=2),
    st.sampled_from([START, END]),
    st.lists(st.integers(0, 60)),
)
@example(["rm", "\x11\r", ""], END, [])
def test_no_sequence_in_a_paste_presses_a_key(
    texts: list[str], between: str, cuts: list[int]
) -> None:
    clock = Clock()
    parser = GuardedParser()
    parser._pastes = PasteReader(clock)
    text = f"{END}\r{between}".join(texts)
    seen = events(parser, *parts(f"{START}{text}{END}", cuts))
    clock.now += QUIET * 2
    seen += parser.tick()
    assert all(isinstance(event, Paste) for event in seen)
    shown = "".join(event.text for event in seen if isinstance(event, Paste))
    wanted = clean(text)
    if between == START:
        wanted = wanted.replace(clean(END), "").replace(clean(START), "")
        shown = shown.replace(clean(END), "").replace(clean(START), "")
    assert shown == wanted


@pytest.mark.parametrize("pause", [0.0, SOON * 2])
def test_keys_behind_a_paste_are_keys(pause: float) -> None:
    clock = Clock()
    reader = PasteReader(clock)
    pieces = [*reader.feed(f"{START}text{END}")]
    clock.now += pause
    pieces += reader.feed("\r")
    for _ in range(30):  # a script that types on and on
        clock.now += LONGEST / 20
        pieces += [*reader.tick(), *reader.feed("x")]
    clock.now += QUIET * 2
    pieces += reader.tick()
    assert "".join(p.text for p in pieces if p.pasted) == "text"
    keys = "".join(p.text for p in pieces if not p.pasted)
    assert keys.removeprefix(START + END) == "\r" + "x" * 30


@given(st.lists(st.text(st.sampled_from("ab\x1b[A\r"), min_size=1)))
def test_outside_a_paste_nothing_is_changed_or_held(pieces: list[str]) -> None:
    reader = PasteReader()
    for piece in pieces:
        assert [found.text for found in reader.feed(piece)] == [piece]


def test_the_app_reads_its_terminal_so() -> None:
    LlmtuiApp.get_driver_class(LlmtuiApp.__new__(LlmtuiApp))
    names = vars(linux_driver)
    assert names["XTermParser"] is GuardedParser
    decode = names["getincrementaldecoder"]("utf-8")().decode
    assert [decode(b"a\xc3"), decode(b"\xa9\xff"), decode(b"b")] == ["a", "é�", "b"]
    with pytest.raises(EOFError):
        decode(b"")


TYPED = "\u3000\u00a0\u202f\u200c\u200d\ufe0f\ue0b0\U0001faea"
"""Spaces, joiners, a variation selector, private use, and a young emoji."""


@pytest.mark.parametrize("character", TYPED, ids=lambda c: f"U+{ord(c):04X}")
@pytest.mark.parametrize("kitty", [False, True])
def test_what_people_type_is_typed(character: str, kitty: bool) -> None:
    code = ord(character)
    sent = f"\x1b[{code};;{code}u" if kitty else character
    (key,) = events(GuardedParser(), sent)
    assert isinstance(key, Key)
    assert (key.character, key.is_printable) == (character, True)
    assert key.handler_name == "on_key"


@pytest.mark.parametrize("character", ["\x01", "\x7f", "\u202e", "\u200b", "\ufeff"])
def test_what_only_hides_is_not(character: str) -> None:
    keys = events(GuardedParser(), character)
    assert not any(isinstance(key, Key) and key.is_printable for key in keys)


@pytest.mark.parametrize("pieces", [("\x1b\r",), ("\x1b", "\r"), ("\x1b[13;3u",)])
def test_alt_and_enter_is_one_key(pieces: tuple[str, ...]) -> None:
    keys = [key.key for key in events(GuardedParser(), *pieces) if isinstance(key, Key)]
    assert keys == ["alt+enter"]
