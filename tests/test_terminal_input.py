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

from llmtui.places import Places
from llmtui.providers.scripted import Scripted
from llmtui.sanitise import clean
from llmtui.ui.app import LlmtuiApp
from llmtui.ui.paste_reader import LONGEST, QUIET, SOON, STALLED, PasteReader
from llmtui.ui.terminal_input import _SETTLED, GuardedParser
from tests.support.app import chatting

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


@pytest.mark.parametrize("come", ["", "some\rtext", "text \x1b", "text\x1b[201"])
@pytest.mark.parametrize("key", ["\x11", "z", "\x1b[<35;250;100M" * 2, "日"])
def test_a_paste_without_an_end_makes_no_key_deaf(come: str, key: str) -> None:
    clock = Clock()
    reader = PasteReader(clock)
    pieces = [*reader.feed(f"{START}{come}")]
    clock.now += STALLED * 2
    pieces += reader.tick()
    pasted = "".join(p.text for p in pieces if p.pasted)
    assert pasted == clean(come.removesuffix("\x1b[201").removesuffix("\x1b"))
    assert [p.text for p in reader.feed(key)] == [key]
    again = [*reader.feed(f"{START}more{END}")]
    assert [p.text for p in again if p.pasted] == ["more"]


def test_a_paste_that_stalls_and_goes_on_presses_no_key() -> None:
    clock = Clock()
    reader = PasteReader(clock)
    pieces = [*reader.feed(f"x{START}one\r")]
    for rest in ("rm -r .\r", "more", f"\r{END}"):
        clock.now += STALLED * 2
        pieces += [*reader.tick(), *reader.feed(rest)]
    pasted = "".join(p.text for p in pieces if p.pasted)
    assert pasted == "one\nrm -r .\nmore\n"


def test_another_paste_after_one_without_an_end_is_one() -> None:
    clock = Clock()
    reader = PasteReader(clock)
    pieces = [*reader.feed(f"{START}one")]
    clock.now += STALLED * 2
    pieces += [*reader.tick(), *reader.feed(f"{START}two words{END}")]
    assert [p.text for p in pieces if p.pasted] == ["one", "two words"]


@given(st.lists(st.text(st.sampled_from("ab\x1b[A\r"), min_size=1)))
def test_outside_a_paste_nothing_is_changed_or_held(pieces: list[str]) -> None:
    reader = PasteReader()
    for piece in pieces:
        assert [found.text for found in reader.feed(piece)] == [piece]


@given(
    st.lists(
        st.sampled_from(["y" * 999, "né" * 200, "日本" * 90, "ab", "\r", "\x1b[A"])
    ),
    st.lists(st.integers(0, 4000), max_size=6),
)
def test_many_characters_at_once_are_few_events(
    sent: list[str], cuts: list[int]
) -> None:
    text = "".join(sent)
    found = events(GuardedParser(), *parts(text, sorted(cuts)))
    keys = [event for event in found if isinstance(event, Key)]
    typed = "".join(k.character or "" if k.is_printable else k.key for k in keys)
    assert typed == text.replace("\r", "enter").replace("\x1b[A", "up")
    controls = text.count("\r") + text.count("\x1b")
    assert len(keys) <= (controls + len(cuts) + 1) * (2 * _SETTLED + 2)


async def test_many_characters_at_once_are_typed_into_the_input(places: Places) -> None:
    text = "many words " * 90
    async with chatting(Scripted(["m"]), places) as chat:
        for event in GuardedParser().feed(text):
            chat.app.post_message(event)
        await chat.until(lambda: chat.screen.prompt.text == text)


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


LETTERS = {key: ord(key[-1]) for key in ("ctrl+c", "ctrl+g", "ctrl+j", "ctrl+r")} | {
    "ctrl+y": ord("y"),
    "ctrl+z": ord("z"),
}
FORMS = {
    **{
        key: (chr(code - 96), f"\x1b[{code};5u", f"\x1b[27;5;{code}~")
        for key, code in LETTERS.items()
    },
    "enter": ("\r", "\x1b[13u", "\x1b[13;1:1u"),
    "shift+enter": ("\x1b[13;2u", "\x1b[27;2;13~"),
    "alt+enter": ("\x1b\r", "\x1b[13;3u", "\x1b[27;3;13~"),
    "escape": ("\x1b[27u", "\x1b[27;1u"),
    "tab": ("\t", "\x1b[9u"),
    "backspace": ("\x7f", "\x1b[127u"),
    "up": ("\x1b[A", "\x1bOA", "\x1b[1;1A", "\x1b[1;1:1A"),
    "down": ("\x1b[B", "\x1bOB"),
    "ctrl+up": ("\x1b[1;5A", "\x1b[1;5:1A"),
    "ctrl+home": ("\x1b[1;5H",),
    "pageup": ("\x1b[5~", "\x1b[5;1~"),
    "f1": ("\x1bOP", "\x1b[P", "\x1b[11~"),
    "f6": ("\x1b[17~", "\x1b[17;1~"),
    "a": ("a", "\x1b[97;;97u", "\x1b[97u"),
    "A": ("A", "\x1b[97;2;65u", "\x1b[97:65;2;65u", "\x1b[27;2;65~"),
}
"""Keys that mean something here, as terminals send them: legacy, kitty's protocol,
modifyOtherKeys."""


@pytest.mark.parametrize(
    ("key", "sent"), [(key, form) for key, forms in FORMS.items() for form in forms]
)
def test_a_key_is_the_same_in_every_form(key: str, sent: str) -> None:
    found = [e.key for e in events(GuardedParser(), sent) if isinstance(e, Key)]
    assert found == [key]


def test_a_key_that_is_let_go_is_none() -> None:
    sent = ("\x1b[97;1:3u", "\x1b[97;5:3u", "\x1b[1;1:3A", "x")
    found = [e.key for e in events(GuardedParser(), *sent) if isinstance(e, Key)]
    assert found == ["x"]


PIECES = ("\x1b[", "\x1b[<", "\x1b[48;", "0:0", "1114112", "99999999", "4;" * 4)


@given(
    st.lists(
        st.sampled_from([*"\x1b[]<?OM;:-0123456789~uAHRmtq\r\ud800", *PIECES]),
        min_size=1,
        max_size=60,
    ).map("".join)
)
@example("\x1b[99999999u")
@example("\x1b[55296u")
@example("\x1b[97;;55296:99999999u")
@example("\x1b[<-;1;1M")
@example("\x1b[1:2:3;4:5:6;7u")
@example("\x1b[1114112R")
@example("\x1b[:1~")
@example("\x1b[48;0:0R")
@example("\x1b[48;0;0;0;0t\x1b[<0;1;1M")
def test_nothing_that_is_sent_ends_it(sent: str) -> None:
    parser, clock = GuardedParser(), Clock()
    parser._pastes = PasteReader(clock)
    events(parser, sent, START, END)
    clock.now += QUIET * 2
    keys = [e.key for e in events(parser, "x" * 40) if isinstance(e, Key)]
    assert keys[-1:] == ["x"]


@pytest.mark.parametrize("size", ["0;0", "24;0", "99999999;80"])
def test_a_terminal_of_no_possible_size_has_none(size: str) -> None:
    assert events(GuardedParser(), f"\x1b[48;{size};1;1t") == []
