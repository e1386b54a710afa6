"""A reply that only repeats itself is noticed, and nothing else is."""

from __future__ import annotations

import base64
import itertools
import random
import zlib
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

import llmtui
from llmtui.chat.repeating import RepetitionGuard

PACKAGE = Path(llmtui.__file__).parent
NOISE = random.Random(7)


def repeats(text: str, size: int = 5) -> bool:
    guard = RepetitionGuard()
    return any(
        [guard.feed(text[at : at + size]) for at in range(0, len(text), size)][-1:]
    )


POEM = """\
The wind was a torrent of darkness among the gusty trees,
The moon was a ghostly galleon tossed upon cloudy seas,
The road was a ribbon of moonlight over the purple moor,
And the highwayman came riding, riding, riding,
The highwayman came riding, up to the old inn-door.

"""
REFRAIN = "Row, row, row your boat,\nGently down the stream.\nMerrily, merrily,\n\n"
BOTTLES = "".join(
    f"{n} bottles of beer on the wall, {n} bottles of beer.\n"
    f"Take one down, pass it around: {n - 1} bottles of beer on the wall.\n\n"
    for n in range(99, 0, -1)
)
CAT = r"""
   /\_/\        ____________________________________________
  ( o.o )      |                                            |
   > ^ <       |                                            |
  /     \      |                                            |
 (       )     |____________________________________________|
"""
HEART = "\n".join("⬜" * 3 + "🟥" * 18 + "⬜" * 3 for _ in range(24))

GOOD = {
    "sixty equal rows": "| name | value |\n|---|---|\n" + "| none | 0 |\n" * 60,
    "sixty equal wide rows": ("| " + " | ".join(["n/a"] * 40) + " |\n") * 60,
    "sixty equal aligned rows": "apple          in stock       yes\n" * 60,
    "sixty equal rows of CSV": "Berlin,Germany,none,unknown\n" * 60,
    "a wide delimiter": "|" + "---|" * 120 + "\n",
    "forty equal lines of code": "```\n" + '    print("Hello, world!")\n' * 40 + "```",
    "forty equal calls": "    await do_something()\n" * 40,
    "forty bare words": "    pass\n" * 40,
    "eighty rulers": "====\n" * 80,
    "eighty wide rulers": ("=" * 79 + "\n") * 80,
    "a line of a few hundred": "-" * 400,
    "an array of zeros": "uint8_t b[256] = {" + "0, " * 255 + "0};",
    "a matrix of zeros": ("[" + "0, " * 29 + "0],\n") * 30,
    "cells of HTML": "<tr>\n  <td></td>\n  <td></td>\n</tr>\n" * 40,
    "equal objects": '{"name": "", "value": null},\n' * 60,
    "a poem's refrain": REFRAIN * 5 + POEM + REFRAIN * 5,
    "bottles of beer": BOTTLES,
    "lines of na": "Na, na, na, na-na-na-na, na-na-na-na, hey Jude\n" * 18,
    "drawings": CAT * 12,
    "a wide picture": "\n".join("." * n + "#" * (60 - n) for n in range(60)) * 3,
    "a picture of emoji": HEART,
    "boxes": ("│" + " " * 300 + "│\n") * 60 + "─" * 300,
    "all emoji": "".join(map(chr, range(0x1F300, 0x1F640))),
    "base64 of noise": base64.b64encode(NOISE.randbytes(9_000)).decode(),
    "base64 of a program": base64.b64encode(
        zlib.compress(bytes(4_000)) + b"\x7fELF\x02\x01\x01" + bytes(700) + b"end"
    ).decode(),
    "base64 in lines": base64.encodebytes(NOISE.randbytes(60) + bytes(2_000)).decode(),
    "a hex dump": "\n".join(f"{n:08x}  {'00 ' * 16}" for n in range(0, 4_000, 16)),
    "numbers": ", ".join(map(str, range(3_000))),
    "a laugh": "Ha" * 40 + "!" * 30,
    "blank lines": "\n" * 60,
}

BAD = {
    "a token": (" the", 105),
    "a letter": ("a", 400),
    "a bang": ("!", 800),
    "an emoji": ("😀", 100),
    "a family": ("👨‍👩‍👧", 60),
    "a character that never completes": ("\ufffd", 100),
    "a Chinese word": ("哈哈", 70),
    "a cycle": ("ha ha he ", 60),
    "a sentence": ("I am sorry. ", 48),
    "sentences": ("Wait, let me think again.\nPerhaps it is four.\n", 60),
    "a paragraph": (POEM.replace("\n", " "), 12),
    "a line of prose": ("- I am happy to help you with that.\n", 60),
    "a row": ("| some | words of a row |\n", 90),
    "line ends": ("\n", 100),
    "blanks": (" ", 800),
    "blank lines of JSON": ("\n  ", 110),
    "zeros": ("0", 800),
    "a ruler": ("=" * 32, 30),
}


@pytest.mark.parametrize("name", GOOD)
def test_what_people_ask_for_is_no_repetition(name: str) -> None:
    assert not repeats(GOOD[name])
    assert not repeats(f"Here it is:\n\n{GOOD[name]}\n\nAnything else?")


@pytest.mark.parametrize("path", sorted(PACKAGE.rglob("*.py")), ids=str)
def test_programs_are_no_repetition(path: Path) -> None:
    assert not repeats(path.read_text(encoding="utf-8"), 4_000)


@pytest.mark.parametrize("name", BAD)
@pytest.mark.parametrize("before", ["", "Well, " + POEM * 2])
def test_repetition_is_noticed_soon(name: str, before: str) -> None:
    unit, times = BAD[name]
    guard = RepetitionGuard()
    guard.feed(before)
    assert any(guard.feed(unit) for _ in range(times + 61 // len(unit) + 1))


def test_emoji_without_an_order_are_noticed() -> None:
    guard = RepetitionGuard()
    pick = random.Random(3).choice
    tokens = (pick("😀🎉😂🙂🚀✨🔥👍") for _ in range(400))
    assert any(map(guard.feed, tokens))


UNITS = st.text("ab \n=|.😀", min_size=1, max_size=30)


@given(st.text("abc \n", max_size=300), UNITS, st.lists(st.integers(1, 400)))
def test_the_verdict_does_not_depend_on_how_the_text_is_cut(
    before: str, unit: str, sizes: list[int]
) -> None:
    text = before + unit * (1 + 4_000 // len(unit)) + before
    whole, single, cut = RepetitionGuard(), RepetitionGuard(), RepetitionGuard()
    whole.feed(text)
    for character in text:
        single.feed(character)
    at = 0
    for size in itertools.chain(sizes, itertools.repeat(300)):
        cut.feed(text[at : at + size])
        at += size
        if at >= len(text):
            break
    assert single.repeating == cut.repeating == whole.repeating
    assert single.read == cut.read == whole.read


def test_an_end_of_the_repetition_starts_anew() -> None:
    guard = RepetitionGuard()
    text = "".join(" the" * 90 + f" end {n} of what was said.\n" for n in range(20))
    assert not guard.feed(text)
