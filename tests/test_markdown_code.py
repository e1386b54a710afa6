"""Code is the same for everybody: as a whole, and as it comes."""

from __future__ import annotations

import itertools

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from llmtui.markdown.blocks import Blocks
from llmtui.markdown.code import CodeStream, codes
from tests.test_markdown_blocks import SOURCES


def streamed(*pieces: str) -> str:
    code = CodeStream()
    return "".join(map(code.feed, pieces)) + code.end()


def whole(source: str) -> str:
    return "\n".join(code.text for code in codes(Blocks(source).all()))


@pytest.mark.parametrize(
    ("source", "code"),
    [
        ("So:\n```py\nx = 1\n```\nor\n~~~\ny\n~~~", "x = 1\n\ny\n"),
        ("- ```py\n  x = 1\n    y\n  ```\n- prose", "x = 1\n  y\n"),
        ("1. Do:\n\n   ```\n   a\n\n   b\n   ```\n2. Then", "a\n\nb\n"),
        ("> ```\n> quoted\n> ```\nprose", "quoted\n"),
        ("> - ```\n>   deep\n>   ```", "deep\n"),
        ("> ```\n> ends with its quote\nprose", "ends with its quote\n"),
        ("- ```\n  ends with its item\nprose", "ends with its item\n"),
        ("  ```\n  outdented\n  ```", "outdented\n"),
        ("````\n```\nnested\n```\n````", "```\nnested\n```\n"),
        ("~~~\n```\n~~~", "```\n"),
        ("```\nno end", "no end\n"),
        ("```\nno line end\n```", "no line end\n"),
        ("text\n\n    indented\n\n    more\n\ntext", "indented\n\nmore\n"),
        ("``` not a ` fence\nprose", ""),
        ("prose `code` prose", ""),
        ("```\r\nx\r\n```\r\nprose\r\n", "x\n"),
        ("```\n```\n", ""),
        ("```\n\n\nx\n```\n", "\n\nx\n"),
        ("    " + "w" * 9_000 + "\n    z", "w" * 9_000 + "\nz\n"),
        ("```\n" + "w" * 9_000 + "\nz\n```", "w" * 9_000 + "\nz\n"),
    ],
)
def test_what_is_code(source: str, code: str) -> None:
    assert streamed(source) == code
    assert streamed(*source) == code
    assert whole(source.replace("\r\n", "\n")) == code


@given(SOURCES, st.lists(st.integers(0, 400), max_size=8))
@example("```\n", [])
@example("    a\n\n\n", [2])
@example("```\n" + "\n" * 64 + "x", [])
@example("    a" + "\n    b" * 70 + "\n" * 5, [])
def test_code_as_it_comes_is_that_of_the_whole(source: str, cuts: list[int]) -> None:
    places = [0, *sorted(cuts), len(source)]
    pieces = [source[start:end] for start, end in itertools.pairwise(places)]
    assert streamed(*pieces) == streamed(source)
    if "\r" not in source:
        assert streamed(source) == whole(source)


def test_a_line_of_code_is_given_as_soon_as_it_ends() -> None:
    code = CodeStream()
    assert code.feed("- ```\n  one\n  tw") == "one\n"
    assert code.feed("o\n\n") == "two\n\n"
    assert code.feed("  three\n") == "three\n"
    assert code.end() == ""
