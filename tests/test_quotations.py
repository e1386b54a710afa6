"""True quotations are told from altered and invented ones."""

from __future__ import annotations

import random
from collections.abc import Callable

import pytest
from hypothesis import given
from hypothesis import strategies as st

from llmtui.chat.quotations import Source, check_quotations
from llmtui.chat.quoted_passages import quoted_passages

REPORT = """\
Harbour report, 14 March 2026
=============================

The lighthouse at Hook Head was first lit in about 1240. Its lamp is not visible
beyond 18 nautical miles, and the keeper's log shows 347 outages since 1911.
Repairs cost €12,400 in the last year, which is 3.5 % more than was planned.

Nobody may enter the gallery while the lamp turns, except for the keeper, who
always carries the second key. The first key isn't kept in the tower.

- The fog signal sounds every 45 seconds.
- The generator can run for 72 hours without fuel being brought.
"""
CONFIG = """\
[server]
host = "0.0.0.0"
port = 8080
timeout = 30          # seconds; never below 5
retries = 3

[log]
level = "warning"
path = "/var/log/harbour/server.log"
"""
GERMAN = """\
Der Leuchtturm wurde im Jahre 1240 zum ersten Mal entzündet. Er ist heute nicht
mehr bemannt; alle 45 Sekunden ertönt das Nebelhorn, und zwar auch bei Nacht.
"""
CODE = """\
def horizon(height: float) -> float:
    \"\"\"Nautical miles to the horizon.\"\"\"
    if height < 0:
        raise ValueError("a height is not negative")
    return 2.08 * height**0.5
"""
JAPANESE = (
    "この灯台は1240年ごろに初めて灯された。現在は無人である。\n霧笛は45秒ごとに鳴る。\n"
)
SOURCES = [
    Source("report.md", REPORT),
    Source("server.toml", CONFIG),
    Source("bericht.txt", GERMAN),
    Source("horizon.py", CODE),
    Source("winter.txt", "It is below -5 in winter, 60% of it by night."),
]
MARKS = ("“%s”", '"%s"', "«%s»", "„%s“", "»%s«", "‘%s’", "`%s`")
SPACED = ("“ %s ”", "“ %s”", '" %s "', '"%s "', '" %s"', "« %s »", "„ %s “", "‘ %s ’")
FRAMES = (
    "The file says %s, as you can see.",
    "%s",
    "It isn't said there. But (see %s) it's close to 5\" wide.",
    "- first: %s\n- second: nothing",
    "**Note:** %s. The keepers' words, not mine.",
)
NEGATIONS = {"not": "", "never": "always", "nicht": "auch", "without": "with"}


def passage(chance: random.Random) -> tuple[Source, str]:
    """Some words of a source that stand together, and hold no quotation mark."""
    while True:
        source = chance.choice(SOURCES)
        words = source.text.split()
        size = chance.randint(4, 14)
        start = chance.randrange(max(1, len(words) - size))
        text = " ".join(words[start : start + size])
        if not any(mark in text for mark in "\"'’`*=_#<"):
            return source, text.rstrip(".,;:")


def stands(text: str) -> bool:
    """Whether the words are there by chance all the same, as slow as it may be."""
    wanted = text.split()
    for source in SOURCES:
        words = [word.strip(".,;:") for word in source.text.split()]
        bare = [word.strip(".,;:") for word in wanted]
        if any(words[at : at + len(bare)] == bare for at in range(len(words))):
            return True
    return False


def other_word(text: str, chance: random.Random) -> str:
    words = text.split()
    words[chance.randrange(len(words))] = chance.choice(["harbour", "seldom", "blue"])
    return " ".join(words)


def missing_word(text: str, chance: random.Random) -> str:
    words = text.split()
    del words[chance.randrange(1, len(words) - 1)]
    return " ".join(words)


def more_words(text: str, chance: random.Random) -> str:
    words = text.split()
    words.insert(chance.randrange(1, len(words)), chance.choice(["very", "not", "7"]))
    return " ".join(words)


def swapped(text: str, chance: random.Random) -> str:
    words = text.split()
    at = chance.randrange(len(words) - 1)
    words[at], words[at + 1] = words[at + 1], words[at]
    return " ".join(words)


def other_digit(text: str, chance: random.Random) -> str:
    places = [at for at, c in enumerate(text) if c.isdigit()]
    if not places:
        return other_word(text, chance)
    at = chance.choice(places)
    return f"{text[:at]}{(int(text[at]) + chance.randint(1, 9)) % 10}{text[at + 1 :]}"


def cut_number(text: str, chance: random.Random) -> str:
    """A number that lost its last digit, where the quotation ends with it."""
    words = text.split()
    numbers = [n for n, w in enumerate(words) if w.isdigit() and len(w) > 1 and n > 2]
    if not numbers:
        return other_digit(text, chance)
    return " ".join(words[: numbers[0] + 1])[:-1]


def no_negation(text: str, chance: random.Random) -> str:
    words = text.split()
    for at, word in enumerate(words):
        if word in NEGATIONS:
            words[at : at + 1] = NEGATIONS[word].split()
            return " ".join(words)
    return more_words(text, chance)


def invented(text: str, chance: random.Random) -> str:
    words = [word for word in REPORT.split() if word.isalnum()]
    return " ".join(chance.choice(words) for _ in range(7))


ALTERED: tuple[Callable[[str, random.Random], str], ...] = (
    other_word,
    missing_word,
    more_words,
    swapped,
    other_digit,
    cut_number,
    no_negation,
    invented,
)


def answer_with(quoted: str, chance: random.Random) -> str:
    """An answer that quotes it one way or another."""
    way = chance.randrange(8)
    if way == 6:
        lines = quoted.replace(" ", "\n> ", 1)
        return f"The file says:\n\n> {lines}\n\nThat is all."
    if way == 7:
        return f"As it stands there:\n\n```text\n{quoted}\n```\n"
    quoted = quoted.replace(" ", "\n", 1) if way == 5 else quoted
    return chance.choice(FRAMES) % (chance.choice(MARKS + SPACED) % quoted)


@pytest.mark.parametrize("seed", range(20))
def test_200_quotations_are_judged_without_an_error(seed: int) -> None:
    chance = random.Random(seed)
    judged = {True: 0, False: 0}
    while sum(judged.values()) < 200:
        source, text = passage(chance)
        true = judged[True] <= judged[False] // 2
        said = text if true else chance.choice(ALTERED)(text, chance)
        if not true and (stands(said) or len(said.split()) < 3):
            continue
        answer = answer_with(said, chance)
        found = check_quotations(answer, SOURCES)
        assert len(found) == 1, answer
        assert found[0].is_true == true, (answer, found)
        if true:
            place = next(p for p in found[0].places if p.name == source.name)
            line = source.text.split("\n")[place.line - 1]
            assert text.split()[0] in line
        judged[true] += 1
    assert judged[True] > 60


@pytest.mark.parametrize(
    ("answer", "places"),
    [
        ("“The fog signal sounds every 45 seconds.”", ["report.md:11"]),
        ("“the fog signal sounds,” it says", ["report.md:11"]),
        ("“The **fog signal** sounds `every 45` seconds”", ["report.md:11"]),
        ("“Its lamp is not visible\n  beyond 18 nautical miles”", ["report.md:4"]),
        ("“The lighthouse … was first lit in about 1240”", ["report.md:4"]),
        ("“was first lit […] The lighthouse at Hook Head”", []),
        ("`timeout = 30`", ["server.toml:4"]),
        ("`timeout = 3`", []),
        ("“retries = 3”", ["server.toml:5"]),
        ("`return 2.08 * height**0.5`", ["horizon.py:5"]),
        ("“the first key is kept in the tower”", []),
        ("“The first key isn't kept in the tower”", ["report.md:9"]),
        ("“can run for 72 hours”", ["report.md:12"]),
        ("“3.5 % more than was planned”", ["report.md:6"]),
        ("“5 % more than was planned”", []),
        ("“400 in the last year”", []),
        ("“below -5 in winter”", ["winter.txt:1"]),
        ("“5 in winter”", []),
        ("“in winter, 60”", []),
        ("“in winter, 60 %”", []),
        ("“in winter, 60% of it”", ["winter.txt:1"]),
        ("“The … tower”", []),
        ("“The lighthouse … the tower”", ["report.md:4"]),
        ("「現在は無人である。霧笛は45秒」", []),
        ("„alle 45 Sekunden ertönt das Nebelhorn“", ["bericht.txt:2"]),
    ],
)
def test_what_is_word_for_word_and_what_is_not(answer: str, places: list[str]) -> None:
    found = check_quotations(answer, SOURCES)
    assert [str(place) for one in found for place in one.places] == places
    assert len(found) == 1


def test_scripts_without_spaces() -> None:
    source = [Source("灯台.txt", JAPANESE)]
    answer = (
        "「霧笛は45秒ごとに鳴る。」と書いてあり「現在は無人でない」とは書いていない"
    )
    assert [c.is_true for c in check_quotations(answer, source)] == [True, False]


@pytest.mark.parametrize(
    "answer",
    [
        'a so-called "fact" of 5" and 6" width',
        "it's the keepers' own, isn't it, 'tis",
        "`ls` and `cd ..` do that",
        "no marks at all",
        "“never closed, and so no quotation of anything",
        f"“closed much too late {'for a quotation ' * 400}”",
    ],
)
def test_what_quotes_nobody(answer: str) -> None:
    assert not quoted_passages(answer)


@given(st.text(alphabet="ab \n“”\"«»`>'’…*~1.-", max_size=80))
def test_no_answer_is_too_odd(answer: str) -> None:
    for one in check_quotations(answer, [Source("s", answer), *SOURCES]):
        assert one.passage.line <= answer.count("\n") + 1


def test_a_long_text_is_looked_through_at_once() -> None:
    long = Source(
        "long.txt", "\n".join(f"line {n} of a long file" for n in range(90_000))
    )
    answer = "\n".join(f"“line {n} of a long file”" for n in range(89_990, 90_010))
    found = check_quotations(answer, [long])
    assert [one.is_true for one in found] == [True] * 10 + [False] * 10
