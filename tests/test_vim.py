"""Vim's keys do to the input what they do in vim."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st
from textual import events

from llmtui.input_settings import InputSettings
from llmtui.places import Places
from llmtui.providers.scripted import Scripted
from llmtui.settings import Settings
from llmtui.ui.vim import lines
from llmtui.ui.vim.machine import Mode, Vim
from llmtui.ui.widgets.vim_keys import difference
from tests.support.app import chatting

NAMES = {"␛": "escape", "®": "ctrl+r", "⏎": "enter", "←": "left", "⌫": "backspace"}


class Written:
    """A text that is written to as an input is."""

    def __init__(self, text: str, keys: str = "") -> None:
        """``|`` is the cursor."""
        self.at = max(0, text.find("|"))
        self.text = text.replace("|", "", 1)
        self.vim = Vim()
        self.vim.mode = Mode.normal
        self.press(keys)

    def press(self, keys: str) -> None:
        for key in keys:
            step = self.vim.press(NAMES.get(key, key), self.text, self.at)
            self.text, self.at = step.text, step.at
            if step.passed and self.vim.mode is Mode.insert:
                self.text = self.text[: self.at] + key + self.text[self.at :]
                self.at += 1

    def __str__(self) -> str:
        return f"{self.text[: self.at]}|{self.text[self.at :]}"


CASES = [
    # motions
    ("|one two", "w", "one |two"),
    ("|one two", "2l", "on|e two"),
    ("on|e", "l", "on|e"),
    ("|a.b c", "w", "a|.b c"),
    ("|a.b c", "W", "a.b |c"),
    ("|one\n\ntwo", "w", "one\n|\ntwo"),
    ("|one\n\ntwo", "ww", "one\n\n|two"),
    ("one two thr|ee", "b", "one two |three"),
    ("one two |three", "2b", "|one two three"),
    ("one\n\n|two", "b", "one\n|\ntwo"),
    ("|one two", "e", "on|e two"),
    ("on|e two", "e", "one tw|o"),
    ("on|e.x two", "E", "one.|x two"),
    ("  on|e", "0", "|  one"),
    ("  on|e", "^", "  |one"),
    ("|one\ntwo", "$", "on|e\ntwo"),
    ("|one\ntwo", "2$", "one\ntw|o"),
    ("o|ne\n\ntwo", "j", "one\n|\ntwo"),
    ("o|ne\n\ntwo", "jj", "one\n\nt|wo"),
    ("|one\nthree\ntwo", "$jj", "one\nthree\ntw|o"),
    ("one\nt|wo", "k", "o|ne\ntwo"),
    ("one\n  t|wo", "gg", "|one\n  two"),
    ("|one\n  two", "G", "one\n  |two"),
    ("|one\ntwo\nsix", "2G", "one\n|two\nsix"),
    ("|one two", "fo", "one tw|o"),
    ("|one two", "to", "one t|wo"),
    ("one tw|o", "Fn", "o|ne two"),
    ("one tw|o", "Tn", "on|e two"),
    ("|a,b,c,d", "f,;", "a,b|,c,d"),
    ("|a,b,c,d", "t,;", "a,|b,c,d"),
    ("|a,b,c,d", "2f,,", "a|,b,c,d"),
    ("|a\nx", "fx", "|a\nx"),
    ("one |two", "←⌫", "on|e two"),
    # operators
    ("|one two", "dw", "|two"),
    ("one |two", "dw", "one| "),
    ("one |two\nsix", "dw", "one| \nsix"),
    ("|one two six", "d2w", "|six"),
    ("|a b c d e f g", "2d3w", "|g"),
    ("|one two", "de", "| two"),
    ("one two|", "db", "one |o"),
    ("one t|wo", "d0", "|wo"),
    ("one t|wo", "D", "one |t"),
    ("one t|wo", "dFn", "o|wo"),
    ("|one, two", "dt,", "|, two"),
    ("|one, two", "df,", "| two"),
    ("a\n|b\nc", "dd", "a\n|c"),
    ("a\nb\n|c", "dd", "a\n|b"),
    ("|a", "dd", "|"),
    ("|a\nb\nc\nd", "2dd", "|c\nd"),
    ("|a\nb\nc", "dj", "|c"),
    ("a\nb\n|c", "dk", "|a"),
    ("a\n|b\nc", "dG", "|a"),
    ("a\n|b\nc", "dgg", "|c"),
    ("|one two", "cwsix␛", "si|x two"),
    ("|one two", "c2wsix␛", "si|x"),
    ("on|e  two", "cwx␛", "on|x  two"),
    ("o|ne\ntwo", "ccsix␛", "si|x\ntwo"),
    ("o|ne", "Cx␛", "o|x"),
    ("o|ne", "sx␛", "o|xe"),
    ("o|ne\ntwo", "Sx␛", "|x\ntwo"),
    ("|one two", "ywP", "one| one two"),
    ("|one two", "yw$p", "one twoone| "),
    ("a\n|b", "yyp", "a\nb\n|b"),
    ("a\n|b", "yyP", "a\n|b\nb"),
    ("|a\nb", "yy2p", "a\n|a\na\nb"),
    ("|ab", "xp", "b|a"),
    ("a|b", "X", "|b"),
    ("|abcd", "2x", "|cd"),
    ("ab|c", "x", "a|b"),
    ("|abc", "rx", "|xbc"),
    ("|abc", "2rx", "x|xc"),
    ("|abc", "4rx", "|abc"),
    ("a|bc", "r⏎", "a\n|c"),
    ("|one\n  two", "J", "one| two"),
    ("|a\nb\nc", "3J", "a b| c"),
    ("|a\n)", "J", "a|)"),
    ("|abC", "3~", "AB|c"),
    ('say "|a b"', 'ci"x␛', 'say "|x"'),
    ("f(|a, b)", "di(", "f(|)"),
    ("f(a, g(|b))", "da(", "f(a, g|)"),
    ("one t|wo six", "daw", "one |six"),
    ("one t|wo six", "diw", "one | six"),
    ("one| two six", "daw", "one| six"),
    ("one| ", "daw", "one| "),
    # parts of several lines, as vim takes them
    ("one\n|two", "db", "|two"),
    ("a |one\n\ntwo", "d2w", "a| \ntwo"),
    ("|one\ntwo", "d2e", "|"),
    ("|one ", "e", "on|e "),
    ("on|e ", "e", "one| "),
    ("one\n|", "e", "one\n|"),
    ("on|e", "de", "o|n"),
    ("|", "cwx␛", "|x"),
    ("a\n|b", "2dd", "a\n|b"),
    # writing
    ("|a", "ix␛", "|xa"),
    ("|a", "ax␛", "a|x"),
    ("  |ab", "Ix␛", "  |xab"),
    ("|ab", "Ax␛", "ab|x"),
    ("|a\nb", "ox␛", "a\n|x\nb"),
    ("a\n|b", "Ox␛", "a\n|x\nb"),
    ("|", "3ix␛", "xx|x"),
    # again, and back
    ("|a b c", "dw.", "|c"),
    ("|a b c d", "dw2.", "|d"),
    ("|one two", "cwx␛w.", "x |x"),
    ("|a\nb", "Ax␛j.", "ax\nb|x"),
    ("|a\nb", "ox␛.", "a\nx\n|x\nb"),
    ("|abc", "xu", "|abc"),
    ("|abc", "xxuu®", "|bc"),
    ("|a", "ixyz␛u", "|a"),
    ("|a", "u®", "|a"),
    # a selection
    ("|one two", "vey", "|one two"),
    ("|one two", "ved", "| two"),
    ("|one two", "vwcx␛", "|xwo"),
    ("one t|wo", "vbd", "one |o"),
    ("|a\nb\nc", "Vjd", "|c"),
    ("|a\nb", "Vypx", "a\n|\nb"),
    ("a |b c", "viwrx", "a |x c"),
    ("|one two", "veyww$p", "one twoon|e"),
    ("|one two", "vlo~", "|ONe two"),
    ("|One two", "veu", "|one two"),
    ("|One two", "veU", "|ONE two"),
    ("a|b\nc", "yyjp", "ab\nc\n|ab"),
    ("a|b\nc", "yyx", "|a\nc"),
    ("ab\nc|d", "yk", "a|b\ncd"),
    ("  ab\nc|d", "ygg", "  |ab\ncd"),
    ("|one two", "v␛x", "|ne two"),
    ("|a\nb\nc", "VjJ", "a| b\nc"),
    ("|x one", "ywwviwp", "x x| "),
]


@pytest.mark.parametrize(("before", "keys", "after"), CASES)
def test_what_keys_do(before: str, keys: str, after: str) -> None:
    assert str(Written(before, keys)) == after


COMMANDS = """dw cw␛ 2dd yyp . u ® ciw␛ daw di( ca(x␛ di" vawd viwc␛ Vjd vjJ VU vip xp
 ddp d2e db d0 dG dgg ygg cGx␛ r⏎ 3~ J P ox␛ Ox␛ 2ix␛ ^ $ ; , fa ta Fa Ta gg"""
KEYS = st.lists(st.sampled_from(COMMANDS.split()), max_size=8).map("".join) | st.text(
    st.sampled_from('hjklwbeWBE0^$GgfFtT;,123dcyxXsSDCYpPrJ~oOaAiIvVu.®␛⏎w"(é x'),
    max_size=25,
)
TEXTS = st.text(st.sampled_from('ab. \n\n("é'), max_size=20)


@given(TEXTS, st.integers(0, 20), KEYS)
def test_whatever_is_pressed(text: str, at: int, keys: str) -> None:
    """The cursor is in the text, and on a character where nothing is written; undo
    leads back to the beginning, and redo to the end."""
    written = Written(text)
    written.at = min(at, len(text))
    for key in keys:
        written.press(key)
        assert 0 <= written.at <= len(written.text)
        if written.vim.mode is not Mode.insert and not written.vim.pending:
            assert written.at <= lines.last(written.text, written.at)
        if (selected := written.vim.selected(written.text)) is not None:
            assert 0 <= selected.start <= selected.end <= len(written.text)
    written.press("␛␛␛")
    assert written.vim.mode is Mode.normal
    assert written.vim.pending == ""
    end = written.text
    written.press("®" * 300 + "u" * 300)
    assert written.text == text
    written.press("®" * 300)
    if "u" not in keys:
        assert written.text == end


@given(TEXTS, st.integers(0, 20), st.sampled_from("hlwbeWBE0^$G"), st.integers(1, 4))
def test_a_motion_changes_nothing_and_y_takes_what_d_takes(
    text: str, at: int, key: str, count: int
) -> None:
    moved, taken, gone = (Written(text) for _ in range(3))
    for written in (moved, taken, gone):
        written.at = min(at, len(text))
    moved.press(f"{count}{key}")
    assert moved.text == text
    taken.press(f"{count}y{key}")
    gone.press(f"{count}d{key}")
    assert taken.text == text
    if gone.text != text and not gone.vim._editing.register.whole_lines:
        assert taken.vim._editing.register == gone.vim._editing.register


@given(TEXTS, TEXTS)
def test_what_differs_is_all_that_is_changed(before: str, after: str) -> None:
    start, end, new = difference(before, after)
    assert before[:start] + new + before[end:] == after


async def test_the_input_has_its_keys(places: Places) -> None:
    settings = Settings(input=InputSettings(vim=True))
    provider = Scripted(["m"], [["yes"], ["no"]])
    async with chatting(provider, places, settings=settings) as chat:
        prompt = chat.screen.prompt
        await chat.press(*"one two", "escape")
        assert prompt.cursor_location == (0, 6)
        await chat.until("normal")
        await chat.press("q", "Q", "b", "c")
        await chat.until("c normal")
        await chat.press("w", *"six", "escape", "0", "v", "e")
        await chat.until("visual")
        assert prompt.selected_text == "one"
        assert not prompt.show_cursor
        await chat.press("d", "u", "u", "ctrl+r", "g", "g", "x")
        assert prompt.text == "ne six"
        await chat.press("enter")
        await chat.until("yes")
        await chat.until("insert")
        await chat.press("x", "ctrl+j", "y", "escape", "d", "d", "k")
        await chat.until(lambda: prompt.text == "ne six")
        await chat.press("j")
        await chat.until(lambda: prompt.text == "x")
        prompt.put("a ")
        prompt.post_message(events.Paste("word " * 5000))
        await chat.until(lambda: prompt.mark)
        await chat.press("escape", "v", "x")
        assert prompt.text == "a "
        assert prompt.show_cursor
        await chat.press("d", "d", ":", *"set novim", "enter")
        await chat.until_said("without vim's keys")
        await chat.press("escape", *"jk")
        assert prompt.text == "jk"
