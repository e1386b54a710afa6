"""The splitter of lines, for any text cut anywhere."""

from __future__ import annotations

import asyncio
import json
from collections.abc import AsyncIterator
from contextlib import suppress
from itertools import pairwise
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from llmtui.providers.ndjson import (
    Garbage,
    LineSplitter,
    TooLong,
    Torn,
    objects,
    parse,
    whole_text,
)

VALUES = st.recursive(
    st.none() | st.booleans() | st.integers() | st.text(),
    lambda inner: st.lists(inner) | st.dictionaries(st.text(), inner),
    max_leaves=8,
)


async def pieces(*parts: bytes) -> AsyncIterator[bytes]:
    for part in parts:
        yield part


async def read(*parts: bytes, limit: int = 8_000_000) -> list[Any]:
    return [x async for batch in objects(pieces(*parts), limit) for x in batch]


def cut(data: bytes, points: list[int]) -> list[bytes]:
    at = sorted({point % (len(data) + 1) for point in points} | {0, len(data)})
    return [data[a:b] for a, b in pairwise(at)]


@given(
    st.lists(VALUES),
    st.lists(st.integers(0, 10_000)),
    st.booleans(),
    st.sampled_from(["\n", "\r\n", "\n\n"]),
)
def test_any_values_cut_anywhere(
    values: list[Any], points: list[int], ascii_only: bool, end: str
) -> None:
    data = "".join(json.dumps(v, ensure_ascii=ascii_only) + end for v in values)
    parts = cut(data.encode(), points)
    assert asyncio.run(read(*parts)) == values


@given(st.binary(), st.lists(st.integers(0, 10_000)))
def test_any_bytes_cut_anywhere(data: bytes, points: list[int]) -> None:
    splitter = LineSplitter()
    lines = [line for part in cut(data, points) for line in splitter.feed(part)]
    assert b"\n".join([*lines, splitter.end()]) == data
    assert splitter.end() == b""


@given(st.text(st.characters(codec=None)))
def test_no_lone_surrogate_is_left(text: str) -> None:
    found = parse(json.dumps({text: [text]}).encode())
    json.dumps(found, ensure_ascii=False).encode()
    assert whole_text(found) == found


@given(st.binary())
def test_any_line_is_json_or_a_value_error(line: bytes) -> None:
    with suppress(ValueError):
        parse(line)


async def test_the_limit_holds_for_a_line_whole_or_not() -> None:
    assert await read(b'"123456"\n', limit=8) == ["123456"]
    with pytest.raises(TooLong):
        await read(b'"1234567"\n', limit=8)
    with pytest.raises(TooLong):
        await read(b'"123', b"4567", b"89", limit=8)
    with pytest.raises(TooLong):
        await read(b"1\n2\n123456789\n3\n", limit=8)


async def test_what_came_before_a_bad_line_is_given() -> None:
    batches = objects(pieces(b'{"a":1}\n2\noops\n3\n'))
    assert await anext(batches) == [{"a": 1}, 2]
    with pytest.raises(Garbage):
        await anext(batches)


async def test_the_end_may_lack_its_line_end_but_not_its_half() -> None:
    assert await read(b'{"a":1}\n{"b":', b"2}") == [{"a": 1}, {"b": 2}]
    with pytest.raises(Torn):
        await read(b'{"a":1}\n{"b":')
    with pytest.raises(Garbage):
        await read(b"hello")
    assert await read(b"  ") == []
    assert await read() == []


@pytest.mark.parametrize("line", [b"[" * 100_000, b"1" * 5000, b"{} {}", b"nul"])
def test_nasty_lines_are_value_errors(line: bytes) -> None:
    with pytest.raises(ValueError, match=r".+"):
        parse(line)


def test_deep_text_with_a_surrogate_is_a_value_or_a_value_error() -> None:
    line = b"[" * 900 + rb'"\ud800"' + b"]" * 900
    with suppress(ValueError):
        parse(line)
